/* test_value_map.c: the one pass equals the steps one after the other, to the bit. */
#include "engine/image/value_map.h"

#include <string.h>

#include "engine/base/rng.h"
#include "engine/ops/arrays/arrays.h"
#include "tests/unit/unit.h"

#define SIZES 70

static const struct value_map maps[] = {
    {.to_float = true},
    {.to_float = true, .scales = true},
    {.to_float = true,
     .scales = true,
     .normalizes = true,
     .mean = {0.485f, 0.456f, 0.406f},
     .deviation = {0.229f, 0.224f, 0.225f}},
    {.to_float = true, .normalizes = true, .mean = {-1e-3f, 117, 1e9f}, .deviation = {-3, 1e-9f, 0.7f}},
};

static void make_image(struct image *image, int width, int height, int channels, struct arena *arena)
{
    struct error error = ERROR_INIT;
    struct rng rng = rng_make(1, RNG_TEST, (uint64_t)width, (uint64_t)channels);
    ck_ok(image_init(image, width, height, channels, DTYPE_U8, arena, &error), error);
    for (size_t i = 0; i < image_count(image); i++)
        image->bytes[i] = i < 256 * 3 ? (uint8_t)(i / 3) : (uint8_t)rng_below(&rng, 256);
}

/* What a device does to bytes is the same pass. */
static void expect_device_agrees(const struct value_map *map, const struct image *image, const float *planes,
                                 struct arena *arena)
{
    const struct value_formula formula = value_map_formula(map);
    float *found = arena_allocate(arena, image_count(image), sizeof *found);
    const struct pixel_arrays arrays = {
        .bytes = image->bytes,
        .formulas = &formula,
        .planes = found,
        .images = 1,
        .pixels = (int64_t)image->width * image->height,
        .channels = image->channels,
    };
    arrays_map_pixels(device_cpu(), &arrays);
    ck_assert_mem_eq(found, planes, image_count(image) * sizeof *found);
}

/* Every size up to some vectors' length, and one at which each channel has every value. */
static void check_map(const struct value_map *map, int width, int channels)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct image image;
    make_image(&image, width, width == SIZES ? 5 : 1, channels, &arena);
    size_t count = image_count(&image);
    float *fast = arena_allocate(&arena, count, sizeof *fast), *steps = arena_allocate(&arena, count, sizeof *steps);
    value_map_to_planes(map, &image, fast);
    expect_device_agrees(map, &image, fast, &arena);
    ck_ok(value_map_apply(map, &image, &arena, &error), error);
    ck_assert_int_eq(image.dtype, DTYPE_F32);
    size_t pixels = count / (size_t)channels;
    for (size_t i = 0; i < count; i++)
        steps[i % (size_t)channels * pixels + i / (size_t)channels] = image.floats[i];
    ck_assert_mem_eq(fast, steps, count * sizeof *fast);
    image_to_planes(&image, fast);
    ck_assert_mem_eq(fast, steps, count * sizeof *fast);
    arena_finish(&arena);
}

START_TEST(test_one_pass_equals_the_steps)
{
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        for (int width = 1; width <= SIZES; width++) {
            check_map(&maps[i], width, 1);
            check_map(&maps[i], width, 3);
        }
}
END_TEST

UNIT_MAIN("value_map", test_one_pass_equals_the_steps)
