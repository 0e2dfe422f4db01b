/* test_data_modules.c: real sets by stage, split and batched as the parameters say. */
#include <string.h>

#include "components/datamodules/dataset_data_module.h"
#include "components/datamodules/voc_data_module.h"
#include "components/datasets/fashion_mnist.h"
#include "components/datasets/image_folder.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shared_data.h"

static void open_stage(struct data_module *module, enum stage stage)
{
    struct error error = ERROR_INIT;
    ck_ok(module->interface->open(module, stage, &progress_silent, &error), error);
}

START_TEST(test_voc_data_module_gives_each_stage_its_image_set)
{
    static const char *const classes[] = {"RBC", "WBC", "Platelets"};
    char archive[4096];
    if (!shared_data_find("bccd/BCCD.tar", archive, sizeof archive))
        return;
    struct scratch scratch;
    scratch_init(&scratch);
    struct voc_data_module_params params = {
        .root = scratch.path,
        .train_set = "train",
        .val_set = "val",
        .test_set = "test",
        .download = true,
        .url = archive,
        .classes = {.items = classes, .count = 3},
        .folder = "VOCdevkit/BCCD",
        .batch_size = 4,
        .shuffle = true,
        .drop_last = true,
    };
    struct error error = ERROR_INIT;
    struct data_module *module = voc_data_module_create(&params, &error);
    ck_ok(module != NULL, error);
    const char *const *names = NULL;
    int count = 0;
    ck_assert(module->interface->classes(module, &names, &count));
    ck_assert_int_eq(count, 3);
    ck_ok(module->interface->prepare(module, &progress_silent, &error), error);
    static const int64_t lengths[STAGE_COUNT] = {205, 87, 72, 72};
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        open_stage(module, stage);
        struct loader_plan plan = module->interface->plan(module, stage);
        ck_assert_int_eq(plan.dataset->info.length, lengths[stage]);
        ck_assert(plan.shuffle == (stage == STAGE_TRAIN) && plan.drop_last == (stage == STAGE_TRAIN));
        ck_assert_int_eq(plan.batch_size, 4);
    }
    data_module_destroy(&module);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_image_folder_lists_classes_and_images_by_name)
{
    char archive[4096];
    if (!shared_data_find("classification/grocery8_imagefolder.tar", archive, sizeof archive))
        return;
    struct scratch scratch;
    scratch_init(&scratch);
    struct image_folder_params params = {.root = scratch.path, .url = archive, .folder = "grocery8/train"};
    struct error error = ERROR_INIT;
    struct dataset *dataset = image_folder_create(&params, &error);
    ck_ok(dataset_prepare(dataset, &progress_silent, &error), error);
    ck_ok(dataset_open(dataset, &progress_silent, &error), error);
    ck_assert_int_eq(dataset->info.num_classes, 8);
    ck_assert_str_eq(dataset->info.class_names[0], "Arla-Mild-Vanilla-Yoghurt");
    ck_assert_str_eq(dataset->info.class_names[7], "Yoggi-Strawberry-Yoghurt");
    struct arena arena = ARENA_INIT;
    struct sample sample;
    for (int64_t i = 0; i < dataset->info.length; i += dataset->info.length - 1) {
        sample_begin(&sample, &arena, i);
        ck_ok(dataset_read(dataset, i, &sample, &error), error);
        ck_assert_int_eq(sample.label, i == 0 ? 0 : 7);
        ck_assert_int_eq(sample.image.channels, 3);
        const char *class_name = dataset->info.class_names[sample.label];
        ck_assert_msg(strncmp(sample.name, class_name, strlen(class_name)) == 0, "%s", sample.name);
    }
    arena_finish(&arena);
    dataset_destroy(&dataset);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_fashion_mnist_is_read_as_torchvision_reads_it)
{
    char root[4096];
    if (!shared_data_find("classification/fashion-mnist-t10k", root, sizeof root))
        return;
    struct fashion_mnist_params params = {.root = root, .train = false};
    struct error error = ERROR_INIT;
    struct dataset *dataset = fashion_mnist_create(&params, &error);
    ck_ok(dataset_open(dataset, &progress_silent, &error), error);
    ck_assert_int_eq(dataset->info.length, 10000);
    struct arena arena = ARENA_INIT;
    struct sample sample;
    /* As torchvision.datasets.FashionMNIST(root, train=False)[i] gives them: label, sum of the pixels. */
    static const struct {
        int64_t index;
        int label;
        int sum;
    } expected[] = {{0, 9, 33456}, {9999, 5, 24390}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        sample_begin(&sample, &arena, expected[i].index);
        ck_ok(dataset_read(dataset, expected[i].index, &sample, &error), error);
        ck_assert(sample.image.width == 28 && sample.image.height == 28 && sample.image.channels == 1);
        int sum = 0;
        for (size_t j = 0; j < image_count(&sample.image); j++)
            sum += sample.image.bytes[j];
        ck_assert_int_eq(sample.label, expected[i].label);
        ck_assert_int_eq(sum, expected[i].sum);
    }
    arena_finish(&arena);
    dataset_destroy(&dataset);
}
END_TEST

START_TEST(test_split_gives_every_sample_to_one_part)
{
    char root[4096];
    if (!shared_data_find("classification/fashion-mnist-t10k", root, sizeof root))
        return;
    struct error error = ERROR_INIT;
    struct dataset_data_module_params params = {
        .train = fashion_mnist_create(&(struct fashion_mnist_params){.root = root}, &error),
        .val_split = {.number = 0.1, .is_fraction = true},
        .batch_size = 1,
    };
    struct data_module *module = dataset_data_module_create(&params, &error);
    ck_ok(module != NULL, error);
    open_stage(module, STAGE_TRAIN);
    open_stage(module, STAGE_VALIDATE);
    static char seen[10000];
    struct arena arena = ARENA_INIT;
    for (int stage = STAGE_TRAIN; stage <= STAGE_VALIDATE; stage++) {
        struct dataset *dataset = module->interface->plan(module, stage).dataset;
        ck_assert_int_eq(dataset->info.length, stage == STAGE_TRAIN ? 9000 : 1000);
        for (int64_t i = 0; i < dataset->info.length; i++) {
            struct sample sample;
            int number = -1;
            sample_begin(&sample, &arena, i);
            ck_ok(dataset_read(dataset, i, &sample, &error), error);
            ck_assert_int_eq(sscanf(sample.name, "test %d", &number), 1);
            ck_assert_int_eq(seen[number]++, 0);
        }
    }
    arena_finish(&arena);
    data_module_destroy(&module);
}
END_TEST

START_TEST(test_val_split_that_cannot_be_met_is_refused)
{
    struct error error = ERROR_INIT;
    struct dataset_data_module_params params = {.val_split = {.number = 5}, .batch_size = 1};
    ck_assert_ptr_null(dataset_data_module_create(&params, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_str_eq(error.message, "wanted 'train' for 'val_split' to split, found none");
}
END_TEST

UNIT_MAIN("data_modules", test_voc_data_module_gives_each_stage_its_image_set,
          test_image_folder_lists_classes_and_images_by_name, test_fashion_mnist_is_read_as_torchvision_reads_it,
          test_split_gives_every_sample_to_one_part, test_val_split_that_cannot_be_met_is_refused)
