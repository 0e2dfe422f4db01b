/*
 * test_models.c: with the same weights and batch, models compute what PyTorch's do: losses, every gradient, running
 * statistics, outputs (parity.h). Compiled twice: for the processor, and for a GPU (TESTS_GPU).
 */
#include <stdio.h>
#include <string.h>

#include "components/backbones/mobilenet_v3.h"
#include "components/backbones/resnet.h"
#include "components/backbones/simple_cnn.h"
#include "components/backbones/ssd_lite_mobilenet_v3.h"
#include "components/backbones/ssd_vgg16.h"
#include "components/models/default_boxes.h"
#include "components/models/ssd.h"
#include "components/models/ssd_lite.h"
#include "tests/unit/gpu.h"
#include "tests/unit/models/parity.h"
#include "tests/unit/unit.h"

/*
 * Looser where float32 does not tell gradients better (PyTorch's own differ from those in float64 by 1e-3): where images are
 * large and nothing keeps relus from zero, and where a normalisation sees eight pixels only.
 */
#define VGG_TOLERANCE 2e-3
#define LITE_TOLERANCE 2e-2

/* By the fast kernels, and by the reference where it is: on the processor. */
#ifdef TESTS_GPU
#define ROUNDS 1
#else
#define ROUNDS 2
#endif

static const int64_t channels[] = {8, 16, 32};

START_TEST(test_simple_cnn_computes_what_pytorch_does)
{
    const struct simple_cnn_params params = {.channels = {channels, 3}};
    struct error error = ERROR_INIT;
    for (int reference = 0; reference < ROUNDS; reference++)
        parity_check_classifier(simple_cnn_create(&params, &error),
                                &(struct parity){.fixture = "simple_cnn", .size = 64, .reference = reference == 1});
}
END_TEST

START_TEST(test_resnet18_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    parity_check_classifier(resnet18_create(&(struct resnet18_params){false}, &error),
                            &(struct parity){.fixture = "resnet18", .size = 64});
}
END_TEST

START_TEST(test_resnet34_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    parity_check_classifier(resnet34_create(&(struct resnet34_params){false}, &error),
                            &(struct parity){.fixture = "resnet34", .size = 64, .last_normalization = "bn2"});
}
END_TEST

START_TEST(test_resnet50_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    parity_check_classifier(resnet50_create(&(struct resnet50_params){false}, &error),
                            &(struct parity){.fixture = "resnet50", .size = 64, .last_normalization = "bn3"});
}
END_TEST

START_TEST(test_mobilenet_v3_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    parity_check_classifier(mobilenet_v3_large_create(&(struct mobilenet_v3_large_params){false, 0}, &error),
                            &(struct parity){.fixture = "mobilenet_v3_large", .size = 64});
    parity_check_classifier(mobilenet_v3_small_create(&(struct mobilenet_v3_small_params){false, 0}, &error),
                            &(struct parity){.fixture = "mobilenet_v3_small", .size = 64});
}
END_TEST

/* By the reference too, which is bfloat16's where nothing is faster. */
START_TEST(test_bfloat16_trains_as_under_autocast)
{
    const struct simple_cnn_params params = {.channels = {channels, 3}};
    struct error error = ERROR_INIT;
    for (int reference = 0; reference < ROUNDS; reference++)
        parity_check_classifier(
            simple_cnn_create(&params, &error),
            &(struct parity){.fixture = "simple_cnn_bf16", .size = 64, .half = true, .reference = reference == 1});
    parity_check_classifier(
        resnet18_create(&(struct resnet18_params){false}, &error),
        &(struct parity){.fixture = "resnet18_bf16", .size = 64, .half = true, .last_normalization = "bn2"});
}
END_TEST

static const double scales[] = {0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05};
static const double ratios[] = {2, 3};
static const int64_t ratios_per_map[] = {1, 2, 2, 2, 1, 1};

static struct ssd_params ssd_default_params(int extra_maps)
{
    struct error error = ERROR_INIT;
    size_t maps = 3 + (size_t)extra_maps;
    return (struct ssd_params){
        .backbone = resnet18_create(&(struct resnet18_params){false}, &error),
        .backbone_maps = 3,
        .extra_maps = extra_maps,
        .extra_channels = 256,
        .scales = {scales, maps + 1},
        .aspect_ratios = {ratios, 2},
        .ratios_per_map = {ratios_per_map, maps},
        .score_thresh = 0.01,
        .nms_thresh = 0.45,
        .detections_per_img = 200,
        .iou_thresh = 0.5,
        .topk_candidates = 400,
        .positive_fraction = 0.25,
        .strict = true,
    };
}

static struct model *ssd_on(struct backbone *backbone)
{
    struct error error = ERROR_INIT;
    struct ssd_params params = ssd_default_params(1);
    backbone_destroy(&params.backbone);
    params.backbone = backbone;
    struct model *model = ssd_create(&params, &error);
    ck_ok(model != NULL, error);
    return model;
}

START_TEST(test_ssd_computes_what_torchvision_does)
{
    struct error error = ERROR_INIT;
    for (int reference = 0; reference < ROUNDS; reference++)
        parity_check_detector(ssd_on(resnet18_create(&(struct resnet18_params){false}, &error)),
                              &(struct parity){.fixture = "ssd_resnet18", .size = 96, .reference = reference == 1});
}
END_TEST

START_TEST(test_ssd_on_deeper_backbones_computes_what_torchvision_does)
{
    struct error error = ERROR_INIT;
    parity_check_detector(ssd_on(resnet34_create(&(struct resnet34_params){false}, &error)),
                          &(struct parity){.fixture = "ssd_resnet34", .size = 96, .last_normalization = "bn2"});
    parity_check_detector(ssd_on(resnet50_create(&(struct resnet50_params){false}, &error)),
                          &(struct parity){.fixture = "ssd_resnet50", .size = 96, .last_normalization = "bn3"});
}
END_TEST

START_TEST(test_ssd_on_vgg16_computes_what_torchvision_does)
{
    static const int64_t all_ratios[] = {1, 2, 2, 2, 1, 1}, steps[] = {8, 16, 32, 64, 100, 300};
    struct error error = ERROR_INIT;
    struct ssd_params params = ssd_default_params(3);
    backbone_destroy(&params.backbone);
    params.backbone = ssd_vgg16_create(&(struct ssd_vgg16_params){false}, &error);
    params.backbone_maps = 6;
    params.extra_maps = 0;
    params.ratios_per_map = (struct int_list){all_ratios, 6};
    params.steps = (struct int_list){steps, 6};
    struct model *model = ssd_create(&params, &error);
    ck_ok(model != NULL, error);
    parity_check_detector(model,
                          &(struct parity){.fixture = "ssd_vgg16", .size = 300, .gradient_tolerance = VGG_TOLERANCE});
}
END_TEST

START_TEST(test_ssd_lite_computes_what_torchvision_does)
{
    static const int64_t extra_channels[] = {512, 256, 256, 128}, all_ratios[] = {2, 2, 2, 2, 2, 2};
    static const double lite_scales[] = {0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0};
    struct error error = ERROR_INIT;
    struct ssd_lite_params params = {
        .backbone = ssd_lite_mobilenet_v3_large_create(&(struct ssd_lite_mobilenet_v3_large_params){true}, &error),
        .backbone_maps = 2,
        .extra_channels = {extra_channels, 4},
        .scales = {lite_scales, 7},
        .aspect_ratios = {ratios, 2},
        .ratios_per_map = {all_ratios, 6},
        .score_thresh = 0.001,
        .nms_thresh = 0.55,
        .detections_per_img = 300,
        .iou_thresh = 0.5,
        .topk_candidates = 300,
        .positive_fraction = 0.25,
    };
    struct model *model = ssd_lite_create(&params, &error);
    ck_ok(model != NULL, error);
    parity_check_detector(model,
                          &(struct parity){.fixture = "ssd_lite", .size = 320, .gradient_tolerance = LITE_TOLERANCE});
}
END_TEST

START_TEST(test_default_boxes_are_those_of_torchvision)
{
    static const int sides[] = {12, 6, 3, 2};
    json_t *fixture = parity_load("ssd_resnet18"), *expected = json_object_get(fixture, "default_boxes");
    float filled[2048][4];
    int64_t count = 0;
    for (int i = 0; i < 4; i++) {
        struct default_boxes boxes = {sides[i],  sides[i],      sides[i], sides[i],
                                      scales[i], scales[i + 1], ratios,   (int)ratios_per_map[i]};
        ck_assert_int_le(count + default_boxes_count(&boxes), 2048);
        default_boxes_fill(&boxes, filled[count]);
        count += default_boxes_count(&boxes);
    }
    ck_assert_int_eq(count, json_integer_value(json_object_get(expected, "count")));
    const char *position;
    json_t *wanted;
    json_object_foreach (json_object_get(expected, "some"), position, wanted)
        for (size_t corner = 0; corner < 4; corner++)
            ck_assert_double_eq_tol(filled[atoi(position)][corner], parity_number(wanted, corner), 1e-7);
    json_decref(fixture);
}
END_TEST

static void check_ssd_error(struct ssd_params params, const char *wanted)
{
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(ssd_create(&params, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_msg(strstr(error.message, wanted) != NULL, "wanted '%s' in: %s", wanted, error.message);
    backbone_destroy(&params.backbone);
}

START_TEST(test_ssd_says_which_list_does_not_fit_its_maps)
{
    struct ssd_params params = ssd_default_params(3);
    params.scales.count = 6;
    check_ssd_error(params, "wanted 7 scales (one per map and one more), found 6");
    params = ssd_default_params(3);
    params.ratios_per_map.count = 2;
    check_ssd_error(params, "wanted 6 numbers in ratios_per_map (one per map), found 2");
    params = ssd_default_params(3);
    params.aspect_ratios.count = 1;
    check_ssd_error(params, "wanted ratios_per_map of at most 1 (aspect_ratios), found 2");
    params = ssd_default_params(3);
    params.backbone_maps = 8;
    check_ssd_error(params, "wanted at most 8 maps (backbone_maps + extra_maps), found 11");
}
END_TEST

START_TEST(test_ssd_cannot_use_more_maps_than_the_backbone_has)
{
    struct data_info data = {.num_classes = 3, .channels = 3, .height = 96, .width = 96, .max_boxes = 2};
    struct ssd_params params = ssd_default_params(1);
    struct error error = ERROR_INIT;
    params.backbone_maps = 5;
    params.scales.count = 7;
    params.ratios_per_map.count = 6;
    struct model *model = ssd_create(&params, &error);
    ck_ok(model != NULL && model->interface->setup(model, &data, &error), error);
    struct graph *graph = graph_create();
    struct model_outputs outputs;
    model->interface->build(model, graph, STAGE_TRAIN, 2, &outputs);
    ck_assert(!graph_check(graph, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "wanted backbone_maps of at most 4"));
    graph_destroy(&graph);
    model_destroy(&model);
}
END_TEST

/* What knows no device comes last, and runs on the processor only. */
int main(void)
{
    const TTest *const tests[] = {
        test_simple_cnn_computes_what_pytorch_does,
        test_resnet18_computes_what_pytorch_does,
        test_resnet34_computes_what_pytorch_does,
        test_resnet50_computes_what_pytorch_does,
        test_mobilenet_v3_computes_what_pytorch_does,
        test_bfloat16_trains_as_under_autocast,
        test_ssd_computes_what_torchvision_does,
        test_ssd_on_deeper_backbones_computes_what_torchvision_does,
        test_ssd_on_vgg16_computes_what_torchvision_does,
        test_ssd_lite_computes_what_torchvision_does,
        test_default_boxes_are_those_of_torchvision,
        test_ssd_says_which_list_does_not_fit_its_maps,
        test_ssd_cannot_use_more_maps_than_the_backbone_has,
    };
    size_t count = sizeof tests / sizeof *tests;
#ifdef TESTS_GPU
    parity_device = gpu_open();
    count -= 3;
#endif
    return unit_run("models", tests, count);
}
