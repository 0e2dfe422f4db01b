/* test_transforms.c: every transform does with torchvision's draws what torchvision does, and draws as it does. */
#include <math.h>

#include "components/transforms/center_crop.h"
#include "components/transforms/clamp_bounding_boxes.h"
#include "components/transforms/color_jitter.h"
#include "components/transforms/compose.h"
#include "components/transforms/grayscale.h"
#include "components/transforms/normalize.h"
#include "components/transforms/pad.h"
#include "components/transforms/random_crop.h"
#include "components/transforms/random_erasing.h"
#include "components/transforms/random_grayscale.h"
#include "components/transforms/random_horizontal_flip.h"
#include "components/transforms/random_iou_crop.h"
#include "components/transforms/random_photometric_distort.h"
#include "components/transforms/random_resized_crop.h"
#include "components/transforms/random_vertical_flip.h"
#include "components/transforms/random_zoom_out.h"
#include "components/transforms/resize.h"
#include "components/transforms/sanitize_bounding_boxes.h"
#include "components/transforms/to_dtype.h"
#include "tests/unit/image/fixture.h"

#define INTS(...)                                                                                                      \
    {                                                                                                                  \
        (const int64_t[]){__VA_ARGS__}, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)                             \
    }
#define DOUBLES(...)                                                                                                   \
    {                                                                                                                  \
        (const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double)                                \
    }

/* Columns of transforms.tsv. */
enum { CASE, DRAWN, BOXES, WIDTH, HEIGHT, CHANNELS, PIXELS, MASK };

static void boxes_parse(const char *column, struct boxes *boxes, struct arena *arena)
{
    double numbers[FIXTURE_ARGUMENTS];
    boxes->count = fixture_numbers(column, numbers) / 5;
    boxes->items = arena_allocate(arena, (size_t)boxes->count, sizeof *boxes->items);
    for (int i = 0; i < boxes->count; i++) {
        for (int corner = 0; corner < 4; corner++)
            boxes->items[i].corners[corner] = (float)numbers[5 * i + corner];
        boxes->items[i].label = (int32_t)numbers[5 * i + 4];
    }
}

static void sample_read(const struct fixture_line *line, struct sample *sample, struct arena *arena)
{
    struct error error = ERROR_INIT;
    struct image image;
    sample_begin(sample, arena, 0);
    fixture_image(line, WIDTH, arena, &image);
    sample_set_image(sample, &image);
    ck_ok(image_init(&sample->mask, image.width, image.height, 1, DTYPE_U8, arena, &error), error);
    fixture_bytes(line->columns[MASK], sample->mask.bytes, image_count(&sample->mask));
    boxes_parse(line->columns[BOXES], &sample->boxes, arena);
}

static void check_same(const char *name, const struct sample *found, const struct sample *expected)
{
    double difference = image_difference(&found->image, &expected->image);
    ck_assert_msg(difference <= (found->image.dtype == DTYPE_U8 ? 0.0 : 2e-6), "%s: image differs by %g", name,
                  difference);
    ck_assert_msg(image_difference(&found->mask, &expected->mask) == 0.0, "%s: mask differs", name);
    ck_assert_msg(found->boxes.count == expected->boxes.count, "%s: %d boxes", name, found->boxes.count);
    for (int i = 0; i < found->boxes.count; i++) {
        ck_assert_int_eq(found->boxes.items[i].label, expected->boxes.items[i].label);
        for (int corner = 0; corner < 4; corner++)
            ck_assert_msg(found->boxes.items[i].corners[corner] == expected->boxes.items[i].corners[corner],
                          "%s: box %d, corner %d is %g, not %g", name, i, corner,
                          (double)found->boxes.items[i].corners[corner],
                          (double)expected->boxes.items[i].corners[corner]);
    }
}

/* The arguments of make_transforms.py. At file scope, so that the lists live as long as the program. */
static const int64_t longest = 27;
static const struct resize_params resize = {INTS(12, 9), INTERPOLATION_BILINEAR, NULL, true};
static const struct resize_params resize_shorter = {INTS(9), INTERPOLATION_BILINEAR, NULL, true};
static const struct resize_params resize_max_size = {INTS(24), INTERPOLATION_BILINEAR, &longest, false};
static const struct resize_params resize_nearest = {INTS(20, 30), INTERPOLATION_NEAREST_EXACT, NULL, true};
static const struct resize_params resize_small = {INTS(5, 6), INTERPOLATION_BILINEAR, NULL, true};
static const struct random_horizontal_flip_params horizontal_flip = {.p = 1};
static const struct random_vertical_flip_params vertical_flip = {.p = 1};
static const struct pad_params pad = {INTS(1, 2, 3, 4), DOUBLES(7), PADDING_MODE_CONSTANT};
static const struct center_crop_params center_crop = {INTS(9, 15)};
static const struct center_crop_params center_crop_larger = {INTS(18, 11)};
static const struct center_crop_params center_crop_small = {INTS(8, 8)};
static const struct clamp_bounding_boxes_params clamp_auto = {CLAMPING_MODE_AUTO};
static const struct grayscale_params grayscale_1 = {.num_output_channels = 1};
static const struct grayscale_params grayscale_3 = {.num_output_channels = 3};
static const struct random_grayscale_params random_grayscale = {.p = 1};
static const struct sanitize_bounding_boxes_params sanitize = {.min_size = 1, .min_area = 1};
static const struct sanitize_bounding_boxes_params sanitize_large = {.min_size = 5, .min_area = 38};
static const struct to_dtype_params to_float = {IMAGE_DTYPE_FLOAT32, .scale = true};
static const struct normalize_params normalize = {DOUBLES(0.485, 0.456, 0.406), DOUBLES(0.229, 0.224, 0.225)};
static const struct random_crop_params random_crop = {.size = INTS(10, 12), .fill = DOUBLES(0)};
static const struct random_crop_params random_crop_padded = {INTS(18), INTS(2, 1), true, DOUBLES(9),
                                                             PADDING_MODE_CONSTANT};
static const struct random_iou_crop_params random_iou_crop = {
    0.3, 1, 0.5, 2, DOUBLES(0, 0.1, 0.3, 0.5, 0.7, 0.9, 1), .trials = 40};
static const struct random_zoom_out_params random_zoom_out = {DOUBLES(30), DOUBLES(1, 1.8), .p = 1};
static const struct random_photometric_distort_params random_photometric_distort = {
    DOUBLES(0.875, 1.125), DOUBLES(0.5, 1.5), DOUBLES(0.5, 1.5), DOUBLES(-0.05, 0.05), .p = 0.5};
static const struct color_jitter_params color_jitter = {DOUBLES(0.4), DOUBLES(0.5, 2), {NULL, 0}, DOUBLES(0.1)};
static const struct random_resized_crop_params random_resized_crop = {
    INTS(10, 11), DOUBLES(0.08, 1), DOUBLES(0.75, 4.0 / 3.0), INTERPOLATION_BILINEAR, true};
static const struct random_erasing_params random_erasing = {1, DOUBLES(0.02, 0.33), DOUBLES(0.3, 3.3),
                                                            DOUBLES(1, 2, 250)};

#define IS(text) (strcmp(name, text) == 0)

static struct transform *make_composed(struct transform *first, struct transform *second, struct transform *third,
                                       struct error *error)
{
    static struct transform *items[3];
    items[0] = first, items[1] = second, items[2] = third;
    return compose_create(&(struct compose_params){{items, third != NULL ? 3 : 2}}, error);
}

/* The transform of a case that draws nothing, or whose draw changes nothing; NULL: one that draws. */
static struct transform *make_plain(const char *name, struct error *error)
{
    return IS("resize")               ? resize_create(&resize, error)
           : IS("resize_shorter")     ? resize_create(&resize_shorter, error)
           : IS("resize_max_size")    ? resize_create(&resize_max_size, error)
           : IS("resize_nearest")     ? resize_create(&resize_nearest, error)
           : IS("horizontal_flip")    ? random_horizontal_flip_create(&horizontal_flip, error)
           : IS("vertical_flip")      ? random_vertical_flip_create(&vertical_flip, error)
           : IS("pad")                ? pad_create(&pad, error)
           : IS("center_crop")        ? center_crop_create(&center_crop, error)
           : IS("center_crop_larger") ? center_crop_create(&center_crop_larger, error)
           : IS("grayscale")          ? grayscale_create(&grayscale_1, error)
           : IS("grayscale_3")        ? grayscale_create(&grayscale_3, error)
           : IS("random_grayscale")   ? random_grayscale_create(&random_grayscale, error)
           : IS("sanitize")           ? sanitize_bounding_boxes_create(&sanitize, error)
           : IS("sanitize_large")     ? sanitize_bounding_boxes_create(&sanitize_large, error)
           : IS("clamp")              ? make_composed(center_crop_create(&center_crop_small, error),
                                                      clamp_bounding_boxes_create(&clamp_auto, error), NULL, error)
           : IS("normalized") ? make_composed(resize_create(&resize_small, error), to_dtype_create(&to_float, error),
                                              normalize_create(&normalize, error), error)
                              : NULL;
}

static bool apply_crop(const char *name, const double *drawn, struct sample *sample, struct error *error)
{
    struct random_crop_draw draw = {(int)drawn[0], (int)drawn[1]};
    struct transform *transform = random_crop_create(IS("random_crop") ? &random_crop : &random_crop_padded, error);
    bool done = random_crop_apply_draw(transform, &draw, sample, error);
    transform_destroy(&transform);
    return done;
}

static bool apply_iou_crop(const double *drawn, struct sample *sample, struct error *error)
{
    bool within[5];
    for (int i = 0; i < 5; i++)
        within[i] = drawn[5 + i] != 0;
    struct random_iou_crop_draw draw = {drawn[0] != 0, (int)drawn[1], (int)drawn[2],
                                        (int)drawn[3], (int)drawn[4], within};
    return random_iou_crop_apply_draw(&draw, sample, error);
}

static bool apply_zoom_out(const double *drawn, struct sample *sample, struct error *error)
{
    struct random_zoom_out_draw draw = {{(int)drawn[0], (int)drawn[1], (int)drawn[2], (int)drawn[3]}};
    struct transform *transform = random_zoom_out_create(&random_zoom_out, error);
    bool done = random_zoom_out_apply_draw(transform, &draw, sample, error);
    transform_destroy(&transform);
    return done;
}

static bool apply_distort(const double *drawn, struct sample *sample)
{
    struct random_photometric_distort_draw draw = {drawn[0],
                                                   drawn[1],
                                                   drawn[2],
                                                   drawn[3],
                                                   drawn[4] != 0,
                                                   drawn[5] != 0,
                                                   {(int)drawn[6], (int)drawn[7], (int)drawn[8]}};
    random_photometric_distort_apply_draw(&draw, sample);
    return true;
}

static bool apply_jitter(const double *drawn, struct sample *sample)
{
    struct color_jitter_draw draw;
    for (int i = 0; i < 4; i++) {
        draw.order[i] = (uint32_t)drawn[i];
        draw.factors[i] = drawn[4 + i];
    }
    color_jitter_apply_draw(&draw, sample);
    return true;
}

static bool apply_resized_crop(const double *drawn, struct sample *sample, struct error *error)
{
    struct random_resized_crop_draw draw = {(int)drawn[0], (int)drawn[1], (int)drawn[2], (int)drawn[3]};
    struct transform *transform = random_resized_crop_create(&random_resized_crop, error);
    bool done = random_resized_crop_apply_draw(transform, &draw, sample, error);
    transform_destroy(&transform);
    return done;
}

static bool apply_erasing(const double *drawn, struct sample *sample, struct error *error)
{
    struct random_erasing_draw draw = {(int)drawn[0], (int)drawn[1], (int)drawn[2], (int)drawn[3], {{0}, {0}, {0}, 0}};
    struct transform *transform = random_erasing_create(&random_erasing, error);
    random_erasing_apply_draw(transform, &draw, sample);
    transform_destroy(&transform);
    return true;
}

static bool apply_drawn(const char *name, const double *drawn, struct sample *sample, struct error *error)
{
    return strncmp(name, "random_crop", 11) == 0    ? apply_crop(name, drawn, sample, error)
           : IS("random_iou_crop")                  ? apply_iou_crop(drawn, sample, error)
           : IS("random_zoom_out")                  ? apply_zoom_out(drawn, sample, error)
           : IS("random_photometric_distort")       ? apply_distort(drawn, sample)
           : strncmp(name, "color_jitter", 12) == 0 ? apply_jitter(drawn, sample)
           : IS("random_resized_crop")              ? apply_resized_crop(drawn, sample, error)
           : IS("random_erasing")                   ? apply_erasing(drawn, sample, error)
                                                    : error_set(error, ERROR_RUN, "no such case");
}

START_TEST(test_results_equal_torchvisions)
{
    struct fixture fixture;
    struct arena arenas[2] = {ARENA_INIT, ARENA_INIT};
    fixture_load(&fixture, "transforms.tsv");
    for (int i = 1; i < fixture.count; i++) {
        struct sample sample, expected;
        struct error error = ERROR_INIT;
        struct rng rng = rng_make(1, RNG_TEST, 0, 0);
        double drawn[FIXTURE_ARGUMENTS];
        const char *name = fixture.lines[i].columns[CASE];
        if (strncmp(name, "means", 5) == 0)
            continue;
        sample_read(&fixture.lines[0], &sample, &arenas[0]);
        sample_read(&fixture.lines[i], &expected, &arenas[1]);
        struct transform *transform = make_plain(name, &error);
        if (transform != NULL) {
            ck_ok(transform_apply(transform, &sample, &rng, &error) && sample_settle(&sample, &error), error);
        } else {
            fixture_numbers(fixture.lines[i].columns[DRAWN], drawn);
            ck_ok(apply_drawn(name, drawn, &sample, &error), error);
        }
        check_same(name, &sample, &expected);
        transform_destroy(&transform);
    }
    text_finish(&fixture.text);
    arena_finish(&arenas[0]);
    arena_finish(&arenas[1]);
}
END_TEST

static const struct fixture_line *find_case(const struct fixture *fixture, const char *name)
{
    for (int i = 0; i < fixture->count; i++)
        if (strcmp(fixture->lines[i].columns[CASE], name) == 0)
            return &fixture->lines[i];
    return NULL;
}

enum { DRAWS = 20000, MEANS = 6 };

/* Our means against torchvision's of 3000 draws: 5 % or 0.15 is some four of its standard errors. */
static void check_means(const struct fixture *fixture, const char *name, const double sums[MEANS])
{
    double expected[FIXTURE_ARGUMENTS];
    ck_assert_int_eq(fixture_numbers(find_case(fixture, name)->columns[DRAWN], expected), MEANS);
    for (int i = 0; i < MEANS; i++) {
        double mean = sums[i] / (i == 0 ? DRAWS : sums[0]);
        ck_assert_msg(fabs(mean - expected[i]) < fmax(0.05 * expected[i], i == 0 ? 0.03 : 0.15),
                      "%s: mean %d is %g, not %g", name, i, mean, expected[i]);
    }
}

START_TEST(test_iou_crops_are_distributed_as_torchvisions)
{
    struct fixture fixture;
    struct arena arena = ARENA_INIT, draws = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct sample sample;
    double sums[MEANS] = {0};
    fixture_load(&fixture, "transforms.tsv");
    sample_read(&fixture.lines[0], &sample, &arena);
    sample.arena = &draws;
    struct transform *transform = random_iou_crop_create(&random_iou_crop, &error);
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct random_iou_crop_draw draw;
        struct rng rng = rng_make(3, RNG_TEST, 0, i);
        arena_reset(&draws);
        random_iou_crop_draw(transform, &sample, &rng, &draw);
        if (!draw.crops)
            continue;
        double values[MEANS] = {1, draw.left, draw.top, draw.width, draw.height, 0};
        for (int box = 0; box < sample.boxes.count; box++)
            values[5] += draw.within[box];
        for (int j = 0; j < MEANS; j++)
            sums[j] += values[j];
    }
    check_means(&fixture, "means_iou_crop", sums);
    transform_destroy(&transform);
    text_finish(&fixture.text);
    arena_finish(&arena);
    arena_finish(&draws);
}
END_TEST

START_TEST(test_resized_crops_are_distributed_as_torchvisions)
{
    struct fixture fixture;
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct sample sample;
    double sums[MEANS] = {0};
    fixture_load(&fixture, "transforms.tsv");
    sample_read(&fixture.lines[0], &sample, &arena);
    struct transform *transform = random_resized_crop_create(&random_resized_crop, &error);
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct random_resized_crop_draw draw;
        struct rng rng = rng_make(4, RNG_TEST, 0, i);
        random_resized_crop_draw(transform, &sample, &rng, &draw);
        double values[MEANS] = {1, draw.left, draw.top, draw.width, draw.height, 0};
        for (int j = 0; j < MEANS; j++)
            sums[j] += values[j];
    }
    check_means(&fixture, "means_resized_crop", sums);
    transform_destroy(&transform);
    text_finish(&fixture.text);
    arena_finish(&arena);
}
END_TEST

/* Every random transform, applied by its own draws: the sample stays whole. */
static struct transform *make_random(int which, struct error *error)
{
    return which == 0   ? random_crop_create(&random_crop_padded, error)
           : which == 1 ? random_iou_crop_create(&random_iou_crop, error)
           : which == 2 ? random_zoom_out_create(&random_zoom_out, error)
           : which == 3 ? random_photometric_distort_create(&random_photometric_distort, error)
           : which == 4 ? color_jitter_create(&color_jitter, error)
           : which == 5 ? random_resized_crop_create(&random_resized_crop, error)
           : which == 6 ? random_erasing_create(&random_erasing, error)
                        : random_vertical_flip_create(&vertical_flip, error);
}

/* A box that touched the border may have lost a part, and one that is empty was dropped. */
static void note_cuts(const struct sample *sample, bool cut[2])
{
    const float *corners = sample->boxes.items[0].corners;
    for (int axis = 0; axis < 2; axis++) {
        int size = axis == 0 ? sample->image.width : sample->image.height;
        cut[axis] = cut[axis] || corners[axis] <= 0 || corners[axis + 2] >= (float)size;
    }
}

/* The first box of the fixture spans 4.5 to 12 and 3 to 8. */
static void check_axis(const struct sample *sample, int axis)
{
    static const double original[2][2] = {{4.5, 12}, {3, 8}};
    bool mirrored = sample->scale[axis] < 0;
    for (int end = 0; end < 2; end++) {
        double corner = (double)sample->boxes.items[0].corners[axis + 2 * end];
        double back = corner * sample->scale[axis] + sample->offset[axis];
        ck_assert_double_eq_tol(back, original[axis][mirrored ? 1 - end : end], 1e-3);
    }
}

START_TEST(test_geometry_leads_back_to_the_original)
{
    struct fixture fixture;
    struct arena arena = ARENA_INIT;
    fixture_load(&fixture, "transforms.tsv");
    for (uint64_t i = 0; i < 400; i++) {
        struct error error = ERROR_INIT;
        struct rng rng = rng_make(9, RNG_TEST, 1, i);
        struct sample sample;
        sample_read(&fixture.lines[0], &sample, &arena);
        bool cut[2] = {false, false};
        for (int step = 0; step < 4; step++) {
            struct transform *transform = make_random((int)rng_below(&rng, 8), &error);
            ck_ok(transform_apply(transform, &sample, &rng, &error), error);
            transform_destroy(&transform);
            note_cuts(&sample, cut);
        }
        ck_assert_int_eq(sample.mask.width, sample.image.width);
        ck_assert_int_eq(sample.mask.height, sample.image.height);
        for (int axis = 0; axis < 2; axis++)
            if (!cut[axis])
                check_axis(&sample, axis);
    }
    text_finish(&fixture.text);
    arena_finish(&arena);
}
END_TEST

/* Arguments that are wrong, or that do not fit the sample. */
static const struct {
    struct pad_params params;
    const char *message;
} bad_pads[] = {
    {{INTS(1, 2, 3), DOUBLES(0), PADDING_MODE_CONSTANT}, "wanted 1, 2 or 4 numbers in 'padding', found 3"},
    {{INTS(1), DOUBLES(0, 1), PADDING_MODE_CONSTANT}, "wanted 1 or 3 numbers in 'fill', found 2"},
    {{INTS(1), DOUBLES(0, 1, 2), PADDING_MODE_EDGE}, "'fill' per channel wants padding_mode constant"},
};
static const struct resize_params both = {INTS(3, 4), INTERPOLATION_BILINEAR, &longest, true};
static const struct random_crop_params too_large = {.size = INTS(100), .fill = DOUBLES(0)};
static const struct pad_params reflecting = {INTS(1), DOUBLES(0), PADDING_MODE_REFLECT};

START_TEST(test_wrong_arguments_are_config_errors)
{
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < sizeof bad_pads / sizeof *bad_pads; i++) {
        error_clear(&error);
        ck_assert_ptr_null(pad_create(&bad_pads[i].params, &error));
        ck_assert_str_eq(error.message, bad_pads[i].message);
        ck_assert_int_eq(error.code, ERROR_CONFIG);
    }
    error_clear(&error);
    ck_assert_ptr_null(resize_create(&both, &error));
    ck_assert_str_eq(error.message, "max_size wants a size of one number below it");
}
END_TEST

START_TEST(test_samples_that_do_not_fit_are_data_errors)
{
    struct fixture fixture;
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct rng rng = rng_make(1, RNG_TEST, 0, 0);
    struct sample sample;
    fixture_load(&fixture, "transforms.tsv");
    sample_read(&fixture.lines[0], &sample, &arena);
    struct transform *transforms[] = {random_crop_create(&too_large, &error), pad_create(&reflecting, &error),
                                      normalize_create(&normalize, &error)};
    const char *messages[] = {"RandomCrop wants an image of at least 100 x 100 pixels, found 20 x 16",
                              "a sample with boxes can only be padded with padding_mode constant",
                              "Normalize wants an image of floats, found bytes"};
    for (int i = 0; i < 3; i++) {
        error_clear(&error);
        ck_assert(!transform_apply(transforms[i], &sample, &rng, &error));
        ck_assert_str_eq(error.message, messages[i]);
        ck_assert_int_eq(error.code, ERROR_DATA);
        transform_destroy(&transforms[i]);
    }
    text_finish(&fixture.text);
    arena_finish(&arena);
}
END_TEST

/* Applies transforms to the first line's sample. */
static void apply_all(struct transform *const *transforms, int count, struct sample *sample, struct arena *arena)
{
    struct fixture fixture;
    struct error error = ERROR_INIT;
    struct rng rng = rng_make(1, RNG_TEST, 0, 0);
    fixture_load(&fixture, "transforms.tsv");
    sample_read(&fixture.lines[0], sample, arena);
    for (int i = 0; i < count; i++)
        ck_ok(transform_apply(transforms[i], sample, &rng, &error), error);
    text_finish(&fixture.text);
}

START_TEST(test_what_is_done_to_values_is_put_off_until_something_needs_them)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct sample sample;
    struct transform *transforms[] = {
        to_dtype_create(&(struct to_dtype_params){.dtype = IMAGE_DTYPE_FLOAT32, .scale = true}, &error),
        normalize_create(&normalize, &error),
        normalize_create(&normalize, &error),
        random_horizontal_flip_create(&(struct random_horizontal_flip_params){.p = 0}, &error),
    };
    apply_all(transforms, 2, &sample, &arena);
    ck_assert(sample.image.dtype == DTYPE_U8 && sample.pending.to_float && sample.pending.normalizes);
    struct image bytes = sample.image;
    ck_ok(sample_settle(&sample, &error), error);
    ck_assert(sample.image.dtype == DTYPE_F32 && !sample.pending.to_float && !sample.pending.normalizes);
    float once = sample.image.floats[4];
    ck_assert_float_eq(once, ((float)bytes.bytes[4] * (float)(1.0 / 255.0) - (float)normalize.mean.items[1]) /
                                 (float)normalize.std.items[1]);
    /* A second one does not fit behind the first; others than those two need the values. */
    apply_all(transforms, 3, &sample, &arena);
    ck_assert(sample.image.dtype == DTYPE_F32 && !sample.pending.to_float);
    ck_assert_float_eq(sample.image.floats[4], (once - (float)normalize.mean.items[1]) / (float)normalize.std.items[1]);
    struct transform *flipped[] = {transforms[0], transforms[3]};
    apply_all(flipped, 2, &sample, &arena);
    ck_assert(sample.image.dtype == DTYPE_F32 && !sample.pending.to_float);
    for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++)
        transform_destroy(&transforms[i]);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("transforms", test_results_equal_torchvisions, test_iou_crops_are_distributed_as_torchvisions,
          test_resized_crops_are_distributed_as_torchvisions, test_geometry_leads_back_to_the_original,
          test_wrong_arguments_are_config_errors, test_what_is_done_to_values_is_put_off_until_something_needs_them,
          test_samples_that_do_not_fit_are_data_errors)
