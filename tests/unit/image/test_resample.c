/* test_resample.c: images at another size equal torchvision's. */
#include "engine/image/resample.h"

#include <nettle/sha2.h>

#include "engine/base/rng.h"
#include "engine/image/resample_taps.h"
#include "tests/unit/image/fixture.h"

static struct resample_options line_options(const struct fixture_line *line)
{
    double numbers[FIXTURE_ARGUMENTS];
    ck_assert_int_eq(fixture_numbers(line->columns[2], numbers), 4);
    return (struct resample_options){.width = (int)numbers[2],
                                     .height = (int)numbers[3],
                                     .interpolation = (enum interpolation)numbers[0],
                                     .antialias = numbers[1] != 0};
}

static const struct fixture_line *input_line(const struct fixture *fixture, const char *name)
{
    for (int i = 0; i < fixture->count; i++)
        if (strcmp(fixture->lines[i].columns[0], "input") == 0 && strcmp(fixture->lines[i].columns[1], name) == 0)
            return &fixture->lines[i];
    return NULL;
}

START_TEST(test_small_images_equal_torchvisions)
{
    struct fixture fixture;
    struct arena arena = ARENA_INIT;
    int checked = 0;
    fixture_load(&fixture, "images.tsv");
    for (int i = 0; i < fixture.count; i++) {
        const struct fixture_line *line = &fixture.lines[i];
        const struct fixture_line *input = input_line(&fixture, line->columns[1]);
        if (strcmp(line->columns[0], "resize") != 0 || input == NULL)
            continue;
        struct error error = ERROR_INIT;
        struct image image, expected, result;
        struct resample_options options = line_options(line);
        arena_reset(&arena);
        fixture_image(input, 3, &arena, &image);
        fixture_image(line, 3, &arena, &expected);
        ck_ok(image_resample(&image, &options, &arena, &result, &error), error);
        double difference = image_difference(&result, &expected);
        ck_assert_msg(difference <= (result.dtype == DTYPE_U8 ? 0 : 1e-6), "%s %s: differs by %g", line->columns[1],
                      line->columns[2], difference);
        checked++;
    }
    ck_assert_int_gt(checked, 40);
    text_finish(&fixture.text);
    arena_finish(&arena);
}
END_TEST

/* The image that make_images.py calls "large". */
static void make_large(struct image *image, struct arena *arena)
{
    struct error error = ERROR_INIT;
    ck_ok(image_init(image, 500, 375, 3, DTYPE_U8, arena, &error), error);
    for (uint32_t i = 0; i < image_count(image); i++) {
        uint32_t x = i * 2654435761u;
        image->bytes[i] = (uint8_t)(x >> 13 ^ x >> 22);
    }
}

START_TEST(test_large_images_equal_torchvisions_to_the_bit)
{
    struct fixture fixture;
    struct arena arena = ARENA_INIT;
    int checked = 0;
    fixture_load(&fixture, "images.tsv");
    for (int i = 0; i < fixture.count; i++) {
        const struct fixture_line *line = &fixture.lines[i];
        if (strcmp(line->columns[1], "large") != 0)
            continue;
        struct error error = ERROR_INIT;
        struct image image, result;
        struct resample_options options = line_options(line);
        struct sha256_ctx context;
        uint8_t digest[SHA256_DIGEST_SIZE], expected[SHA256_DIGEST_SIZE];
        arena_reset(&arena);
        make_large(&image, &arena);
        ck_ok(image_resample(&image, &options, &arena, &result, &error), error);
        sha256_init(&context);
        sha256_update(&context, image_count(&result), result.bytes);
        sha256_digest(&context, sizeof digest, digest);
        fixture_bytes(line->columns[6], expected, sizeof expected);
        ck_assert_msg(memcmp(digest, expected, sizeof digest) == 0, "%s differs", line->columns[2]);
        checked++;
    }
    ck_assert_int_eq(checked, 18);
    text_finish(&fixture.text);
    arena_finish(&arena);
}
END_TEST

#if defined(__x86_64__)

#define LARGEST 160

/* Rows and columns of random bytes, by both sets of instructions. */
static void check_sets(int input, int output, struct arena *arena)
{
    struct rng rng = rng_make(3, RNG_TEST, (uint64_t)input, (uint64_t)output);
    struct taps taps;
    struct resample_options options = {.interpolation = output % 2 ? INTERPOLATION_BICUBIC : INTERPOLATION_BILINEAR,
                                       .antialias = true};
    static uint8_t source[ROWS_AT_ONCE][3 * LARGEST + 16], narrow[ROWS_AT_ONCE][3 * LARGEST + 1],
        wide[ROWS_AT_ONCE][3 * LARGEST + 1];
    struct byte_rows rows[3];
    for (int i = 0; i < ROWS_AT_ONCE; i++) {
        for (int j = 0; j < 3 * input; j++)
            source[i][j] = (uint8_t)rng_below(&rng, 256);
        narrow[i][3 * output] = wide[i][3 * output] = 77;
        rows[0].rows[i] = source[i];
        rows[0].results[i] = wide[i];
        rows[1 + i / 2].rows[i % 2] = source[i];
        rows[1 + i / 2].results[i % 2] = narrow[i];
    }
    taps_build(&taps, input, output, &options, arena);
    resample_rows_avx512(&taps, &rows[0]);
    resample_rows_avx2(&taps, &rows[1]);
    resample_rows_avx2(&taps, &rows[2]);
    for (int i = 0; i < ROWS_AT_ONCE; i++)
        ck_assert_mem_eq(wide[i], narrow[i], (size_t)(3 * output + 1));
    uint8_t *columns = arena_allocate(arena, (size_t)input, LARGEST);
    for (int i = 0; i < input * LARGEST; i++)
        columns[i] = (uint8_t)rng_below(&rng, 256);
    for (int i = 0; i < output; i++) {
        size_t count = (size_t)input; /* any length of a row; there are `input` rows of at most LARGEST */
        resample_column_avx512(&taps, i, columns, count, wide[0]);
        resample_column_avx2(&taps, i, columns, count, narrow[0]);
        ck_assert_mem_eq(wide[0], narrow[0], count);
    }
}

START_TEST(test_all_instruction_sets_give_the_same)
{
    if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")) {
        printf("skipped: the processor has no AVX-512\n");
        return;
    }
    struct arena arena = ARENA_INIT;
    for (int input = 1; input <= LARGEST; input += input < 40 ? 1 : 23)
        for (int output = 1; output <= LARGEST; output += output < 40 ? 3 : 31, arena_reset(&arena))
            check_sets(input, output, &arena);
    arena_finish(&arena);
}
END_TEST

#else

START_TEST(test_all_instruction_sets_give_the_same)
{
}
END_TEST

#endif

UNIT_MAIN("resample", test_all_instruction_sets_give_the_same, test_small_images_equal_torchvisions,
          test_large_images_equal_torchvisions_to_the_bit)
