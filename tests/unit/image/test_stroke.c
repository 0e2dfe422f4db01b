/* test_stroke.c: smooth lines and letters: as wide as asked for, soft at their edges, no darker where they cross. */
#include "engine/image/stroke.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { SIDE = 20 };

static const struct colour white = {255, 255, 255};

static void make_black(struct image *image, struct arena *arena)
{
    struct error error = ERROR_INIT;
    ck_ok(image_init(image, SIDE, SIDE, 3, DTYPE_U8, arena, &error), error);
    memset(image->bytes, 0, image_count(image));
}

static int at(const struct image *image, int x, int y)
{
    return image->bytes[3 * (y * SIDE + x)];
}

START_TEST(test_a_line_is_as_wide_as_its_pen)
{
    struct arena arena = ARENA_INIT;
    struct image image;
    make_black(&image, &arena);
    const struct stroke_point points[] = {{-5, 10}, {30, 10}};
    stroke_lines(&image, points, 2, &(struct stroke_pen){.width = 3, .colour = white, .opacity = 1});
    for (int x = 0; x < SIDE; x++) {
        ck_assert_int_eq(at(&image, x, 7), 0);
        ck_assert_int_eq(at(&image, x, 8), 128);
        ck_assert_int_eq(at(&image, x, 9), 255);
        ck_assert_int_eq(at(&image, x, 10), 255);
        ck_assert_int_eq(at(&image, x, 11), 128);
        ck_assert_int_eq(at(&image, x, 12), 0);
    }
    arena_finish(&arena);
}
END_TEST

START_TEST(test_a_line_that_crosses_itself_is_no_darker)
{
    struct arena arena = ARENA_INIT;
    struct image image;
    make_black(&image, &arena);
    const struct stroke_point points[] = {{2.5, 5.5}, {17.5, 5.5}, {10.5, 15.5}, {10.5, 2.5}};
    stroke_lines(&image, points, 4, &(struct stroke_pen){.width = 2, .colour = white, .opacity = 0.5});
    ck_assert_int_eq(at(&image, 10, 5), 128);
    ck_assert_int_eq(at(&image, 5, 5), 128);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_a_point_is_a_dot_and_what_is_outside_is_left_out)
{
    struct arena arena = ARENA_INIT;
    struct image image;
    make_black(&image, &arena);
    const struct stroke_pen pen = {.width = 6, .colour = white, .opacity = 1};
    stroke_lines(&image, &(struct stroke_point){10, 10}, 1, &pen);
    ck_assert_int_eq(at(&image, 10, 10), 255);
    ck_assert_int_eq(at(&image, 8, 10), 255);
    ck_assert_int_eq(at(&image, 5, 10), 0);
    ck_assert_int_eq(at(&image, 12, 12), 0);
    ck_assert_int_eq(at(&image, 11, 12), 149);
    stroke_lines(&image, &(struct stroke_point){-90, 1e9}, 1, &pen);
    stroke_lines(&image, NULL, 0, &pen);
    stroke_text(&image, (struct stroke_point){-3, 17}, "outside", 2, &pen);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_letters_are_joined_dots)
{
    struct arena arena = ARENA_INIT;
    struct image image;
    make_black(&image, &arena);
    stroke_text(&image, (struct stroke_point){0, 0}, "L", 2, &(struct stroke_pen){1.5, white, 1});
    for (int y = 3; y < 15; y++)
        ck_assert_int_gt(at(&image, 2, y), 100); /* the stem */
    for (int x = 3; x < 10; x++)
        ck_assert_int_gt(at(&image, x, 15), 100); /* the foot */
    for (int y = 0; y < 13; y++)
        ck_assert_int_eq(at(&image, 6, y), 0);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("stroke", test_a_line_is_as_wide_as_its_pen, test_a_line_that_crosses_itself_is_no_darker,
          test_a_point_is_a_dot_and_what_is_outside_is_left_out, test_letters_are_joined_dots)
