/* test_collator.c: samples become a batch. */
#include <string.h>

#include "runner/data/collator.h"
#include "tests/unit/data/generated_dataset.h"
#include "tests/unit/unit.h"

static const struct batch_layout layout = {
    .channels = 3, .height = 4, .width = 5, .max_boxes = 3, .has_boxes = true, .has_labels = true};

static void make(struct sample *sample, struct arena *arena, int64_t index)
{
    struct error error = ERROR_INIT;
    struct generated_dataset dataset = generated_dataset_make(10);
    sample_begin(sample, arena, index);
    ck_ok(dataset_read(&dataset.base, index, sample, &error), error);
}

START_TEST(test_images_become_planes_and_boxes_are_padded)
{
    struct error error = ERROR_INIT;
    struct arena arena = ARENA_INIT;
    struct collator collator;
    struct sample sample;
    ck_ok(collator_init(&collator, &layout, 3, NULL, &error), error);
    for (int round = 0; round < 2; round++) { /* the second finds the first one's rows */
        collator_begin(&collator, 2);
        for (int i = 0; i < 2; i++) {
            make(&sample, &arena, round == 0 ? 3 : i + 1);
            ck_ok(collator_put(&collator, i, &sample, &error), error);
        }
    }
    const struct batch *batch = &collator.batch;
    ck_assert(shape_equal(&batch->images.shape, &SHAPE(2, 3, 4, 5)));
    const float *images = batch->images.data;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 20; i++)
            ck_assert_float_eq(images[60 + c * 20 + i], generated_pixel(2, i * 3 + c));
    ck_assert_int_eq(((int32_t *)batch->labels.data)[1], 2);
    ck_assert_int_eq(((int32_t *)batch->box_counts.data)[0], 1);
    ck_assert_int_eq(((int32_t *)batch->box_counts.data)[1], 2);
    static const int32_t labels[] = {1, 0, 0, 1, 2, 0};
    ck_assert_mem_eq(batch->box_labels.data, labels, sizeof labels);
    static const uint8_t difficult[] = {1, 0, 0, 1, 0, 0};
    ck_assert_mem_eq(batch->box_difficult.data, difficult, sizeof difficult);
    static const float boxes[] = {0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 2, 0, 0, 0, 0};
    ck_assert_mem_eq(batch->boxes.data, boxes, sizeof boxes);
    ck_assert_str_eq(batch->items[1].name, "sample-2");
    ck_assert_int_eq(batch->items[1].original_width, 5);
    collator_finish(&collator);
    arena_finish(&arena);
}
END_TEST

static void expect_refusal(const struct sample *sample, const char *message, const char *hint)
{
    struct error error = ERROR_INIT;
    struct collator collator;
    ck_ok(collator_init(&collator, &layout, 1, NULL, &error), error);
    collator_begin(&collator, 1);
    ck_assert(!collator_put(&collator, 0, sample, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
    ck_assert_str_eq(error.message, message);
    ck_assert_str_eq(error.hint, hint);
    collator_finish(&collator);
}

START_TEST(test_a_sample_that_does_not_fit_is_named)
{
    struct arena arena = ARENA_INIT;
    struct sample sample;
    make(&sample, &arena, 3);
    sample.image.dtype = DTYPE_U8;
    expect_refusal(&sample, "the image of sample 'sample-3' has bytes, wanted float32",
                   "add {type: ToDtype} to the transforms");
    make(&sample, &arena, 3);
    sample.image.width = 4;
    expect_refusal(&sample, "the image of sample 'sample-3' is 4x4 pixels, others in the batch are 5x4",
                   "add {type: Resize, size: [4, 5]} to the transforms of every stage");
    make(&sample, &arena, 3);
    sample.boxes.count = 4;
    expect_refusal(&sample, "sample 'sample-3' has 4 boxes, wanted at most 3", "");
    make(&sample, &arena, 3);
    sample.image.channels = 1;
    expect_refusal(&sample, "the image of sample 'sample-3' has 1 channels, others in the batch have 3", "");
    arena_finish(&arena);
}
END_TEST

START_TEST(test_what_transforms_put_off_is_done_on_the_way)
{
    struct error error = ERROR_INIT;
    struct arena arena = ARENA_INIT;
    struct collator collator;
    struct sample sample;
    ck_ok(collator_init(&collator, &layout, 2, NULL, &error), error);
    collator_begin(&collator, 2);
    make(&sample, &arena, 3);
    ck_ok(image_init(&sample.image, 5, 4, 3, DTYPE_U8, &arena, &error), error);
    for (int i = 0; i < 60; i++)
        sample.image.bytes[i] = (uint8_t)(i * 4);
    sample.pending = (struct value_map){.to_float = true, .scales = true, .normalizes = true, .deviation = {1, 2, 3}};
    ck_ok(collator_put(&collator, 0, &sample, &error), error);
    ck_ok(sample_settle(&sample, &error), error);
    ck_ok(collator_put(&collator, 1, &sample, &error), error);
    const float *images = collator.batch.images.data;
    ck_assert_mem_eq(images, images + 60, 60 * sizeof *images);
    ck_assert_float_eq(images[59], (float)(59 * 4) * (float)(1.0 / 255.0) / 3);
    collator_finish(&collator);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("collator", test_images_become_planes_and_boxes_are_padded, test_what_transforms_put_off_is_done_on_the_way,
          test_a_sample_that_does_not_fit_is_named)
