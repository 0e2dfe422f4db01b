/* test_resample.c: images at another size equal torchvision's. */
#include "engine/image/resample.h"

#include <nettle/sha2.h>

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

UNIT_MAIN("resample", test_small_images_equal_torchvisions, test_large_images_equal_torchvisions_to_the_bit)
