/* test_draw.c: rectangles and words land where they should, and nowhere else. */
#include "engine/image/draw.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { WIDTH = 20, HEIGHT = 12 };

static const struct colour white = {255, 255, 255};
static const struct colour red = {255, 0, 0};

static void make_black(struct image *image, struct arena *arena)
{
    struct error error = ERROR_INIT;
    ck_ok(image_init(image, WIDTH, HEIGHT, 3, DTYPE_U8, arena, &error), error);
    memset(image->bytes, 0, image_count(image));
}

/* The image as rows of '.', '#' (white) and 'r' (red). */
static void check_looks(const struct image *image, const char *const rows[HEIGHT])
{
    for (int y = 0; y < HEIGHT; y++) {
        char row[WIDTH + 1] = {0};
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *pixel = image->bytes + 3 * (y * WIDTH + x);
            row[x] = pixel[1] == 255 ? '#' : pixel[0] == 255 ? 'r' : '.';
        }
        ck_assert_str_eq(row, rows[y]);
    }
}

START_TEST(test_rectangle_is_cut_at_the_border)
{
    static const char *const rows[HEIGHT] = {"....................", "....................", "..rrrrrrrr..........",
                                             "..rrrrrrrr..........", "..rr....rr..........", "..rr....rr.........r",
                                             "..rr....rr.........r", "..rrrrrrrr.........r", "..rrrrrrrr.........r",
                                             "...................r", "...................r", "...................r"};
    struct arena arena = ARENA_INIT;
    struct image image;
    make_black(&image, &arena);
    draw_rectangle(&image, &(struct draw_area){2, 2, 10, 9}, 2, red);
    draw_filled_rectangle(&image, &(struct draw_area){19, 5, 50, 90}, red);
    draw_filled_rectangle(&image, &(struct draw_area){-9, -9, -2, 4}, red);
    check_looks(&image, rows);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_text_is_readable)
{
    static const char *const rows[HEIGHT] = {"....................", ".rrrrrrrrrrrrr......", ".rr###rr#####r......",
                                             ".r#rrr#r#rrrrr......", ".r#rrr#r#rrrrr......", ".r#rrr#r####rr......",
                                             ".r#####r#rrrrr......", ".r#rrr#r#rrrrr......", ".r#rrr#r#rrrrr......",
                                             ".rrrrrrrrrrrrr......", "....................", "...................."};
    struct arena arena = ARENA_INIT;
    struct image image;
    make_black(&image, &arena);
    draw_text(&image, 1, 1, "AF", &(struct draw_style){.scale = 1, .colour = white, .background = red});
    check_looks(&image, rows);
    draw_text(&image, 15, 8, "cut \xff", &(struct draw_style){.scale = 3, .colour = white, .background = red});
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("draw", test_rectangle_is_cut_at_the_border, test_text_is_readable)
