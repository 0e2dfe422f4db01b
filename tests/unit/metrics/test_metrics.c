/* test_metrics.c: the numbers of an epoch, from its batches. */
#include "components/metrics/accuracy.h"
#include "components/metrics/detection_metric.h"
#include "tests/unit/unit.h"

static double number_of(const struct scalars *scalars, const char *name)
{
    const double *number = scalars_find(scalars, name);
    ck_assert_msg(number != NULL, "no '%s'", name);
    return *number;
}

static struct step_outputs output_of(const char *name, float *data, struct shape shape)
{
    struct step_outputs outputs = {.count = 1};
    outputs.items[0].name = name;
    outputs.items[0].tensor = (struct tensor){.dtype = DTYPE_F32, .shape = shape, .data = data};
    return outputs;
}

START_TEST(test_accuracy_counts_over_batches)
{
    float logits[2][7] = {{0, 3, 1, 2, 0, 0, 0}, {6, 5, 4, 3, 2, 1, 0}};
    int32_t labels[2] = {1, 5};
    struct batch batch = {.size = 2, .labels = {.dtype = DTYPE_I32, .shape = SHAPE(2), .data = labels}};
    struct step_outputs outputs = output_of("logits", logits[0], SHAPE(2, 7));
    struct metric *metric = accuracy_create(7);
    struct scalars scalars = {0};
    metric->interface->update(metric, &batch, &outputs);
    batch.size = 1; /* the last batch is smaller: its other rows are not read */
    labels[0] = 3;
    metric->interface->update(metric, &batch, &outputs);
    metric->interface->compute(metric, "val_", &scalars);
    ck_assert_double_eq_tol(number_of(&scalars, "val_acc"), 1.0 / 3, 1e-12);
    ck_assert_double_eq_tol(number_of(&scalars, "val_acc_top5"), 2.0 / 3, 1e-12);
    metric->interface->reset(metric);
    labels[0] = 0;
    metric->interface->update(metric, &batch, &outputs);
    metric->interface->compute(metric, "val_", &scalars);
    ck_assert_double_eq(number_of(&scalars, "val_acc"), 0);
    metric_destroy(&metric);
    scalars_finish(&scalars);
}
END_TEST

START_TEST(test_a_classifier_that_says_the_same_of_all_classes_is_not_always_right)
{
    float logits[3] = {1, 1, 1};
    int32_t label = 2;
    struct batch batch = {.size = 1, .labels = {.dtype = DTYPE_I32, .shape = SHAPE(1), .data = &label}};
    struct step_outputs outputs = output_of("logits", logits, SHAPE(1, 3));
    struct metric *metric = accuracy_create(3);
    struct scalars scalars = {0};
    metric->interface->update(metric, &batch, &outputs);
    metric->interface->compute(metric, "", &scalars);
    ck_assert_double_eq(number_of(&scalars, "acc"), 0);
    ck_assert_ptr_null(scalars_find(&scalars, "acc_top5"));
    metric_destroy(&metric);
    scalars_finish(&scalars);
}
END_TEST

START_TEST(test_mean_average_precision_of_two_batches)
{
    float boxes[2][2][4] = {{{0, 0, 10, 10}, {20, 20, 40, 40}}, {{5, 5, 25, 25}, {0, 0, 0, 0}}};
    int32_t labels[2][2] = {{1, 2}, {2, 0}}, counts[2] = {2, 1};
    uint8_t difficult[2][2] = {{0, 0}, {0, 0}};
    float found[2][2][6] = {{{0, 0, 10, 10, 0.9F, 1}, {20, 20, 40, 32, 0.8F, 2}}, {{5, 5, 25, 25, 0.7F, 2}, {0}}};
    struct batch batch = {
        .size = 2,
        .boxes = {.dtype = DTYPE_F32, .shape = SHAPE(2, 2, 4), .data = boxes},
        .box_labels = {.dtype = DTYPE_I32, .shape = SHAPE(2, 2), .data = labels},
        .box_counts = {.dtype = DTYPE_I32, .shape = SHAPE(2), .data = counts},
        .box_difficult = {.dtype = DTYPE_U8, .shape = SHAPE(2, 2), .data = difficult},
    };
    static const char *const names[] = {"cat", "dog"};
    struct step_outputs outputs = output_of("detections", found[0][0], SHAPE(2, 2, 6));
    struct metric *metric = detection_metric_create(2, names);
    struct scalars scalars = {0};
    metric->interface->update(metric, &batch, &outputs);
    metric->interface->compute(metric, "val_", &scalars);
    ck_assert_double_eq(number_of(&scalars, "val_map_50"), 1);
    /* The dog at overlap 0.6 is a false alarm at .75 and comes first: precision one half up to recall one half. */
    ck_assert_double_eq_tol(number_of(&scalars, "val_map_75"), (1 + 0.5 * 51 / 101) / 2, 1e-9);
    ck_assert_double_eq(number_of(&scalars, "val_map_50_dog"), 1);
    difficult[0][1] = 1;
    metric->interface->reset(metric);
    metric->interface->update(metric, &batch, &outputs);
    metric->interface->update(metric, &batch, &outputs); /* the same two images again are two more */
    metric->interface->compute(metric, "val_", &scalars);
    ck_assert_double_eq(number_of(&scalars, "val_map_50"), 1);
    metric_destroy(&metric);
    scalars_finish(&scalars);
}
END_TEST

UNIT_MAIN("metrics", test_accuracy_counts_over_batches,
          test_a_classifier_that_says_the_same_of_all_classes_is_not_always_right,
          test_mean_average_precision_of_two_batches)
