/* test_figure.c: drawings of curves: nothing overlaps, everything is inside, each backend shows them. */
#include "runner/plot/figure.h"

#include <math.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/utf8.h"
#include "engine/image/decode.h"
#include "engine/image/png.h"
#include "runner/plot/picture.h"
#include "tests/unit/unit.h"

/* Curves of `count` points each: in every panel of one run two of them, or one of each of the runs. */
static void make_curves(struct curves *curves, size_t runs, size_t panels, size_t count)
{
    static const char *const names[] = {"lightning_logs/version_0", "version_1", "a", "b", "c", "d", "e", "f", "g"};
    struct arena *arena = &curves->arena;
    curves->run_count = runs;
    curves->runs = memory_allocate(runs, sizeof *curves->runs);
    for (size_t i = 0; i < runs; i++)
        curves->runs[i] = (struct curve_run){.name = names[i], .table = METRICS_TABLE_INIT};
    curves->panel_count = panels;
    curves->panels = arena_allocate(arena, panels, sizeof *curves->panels);
    for (size_t i = 0; i < panels; i++) {
        struct curve_panel *panel = &curves->panels[i];
        panel->title = arena_format(arena, "a_metric_%zu", i);
        panel->count = runs > 1 ? runs : 2;
        panel->curves = arena_allocate(arena, panel->count, sizeof *panel->curves);
        for (size_t c = 0; c < panel->count; c++) {
            struct curve *curve = &panel->curves[c];
            *curve =
                (struct curve){.label = c % 2 == 0 ? "train_a_metric" : "val_a_metric", .color = c, .count = count};
            curve->points = arena_allocate(arena, count + 1, sizeof *curve->points);
            for (size_t p = 0; p < count; p++)
                curve->points[p] = (struct curve_point){(double)(p * 97), pow(10, (double)i) * (double)(c + p + 1)};
        }
    }
}

static bool overlap(const struct figure_label *a, const struct figure_label *b, const struct figure_request *request)
{
    double a_end = a->x + (double)utf8_count(a->words) * request->character;
    double b_end = b->x + (double)utf8_count(b->words) * request->character;
    /* Letters are lower than a line. */
    return a->x < b_end && b->x < a_end && fabs(a->y - b->y) < 0.8 * request->line;
}

static void check_layout(const struct figure *figure)
{
    const struct figure_request *request = &figure->request;
    for (size_t i = 0; i < figure->label_count; i++) {
        const struct figure_label *label = &figure->labels[i];
        double end = label->x + (double)utf8_count(label->words) * request->character;
        ck_assert_msg(label->x >= 0 && end <= request->width + 1e-9 && label->y >= 0 &&
                          label->y + request->line <= figure->height + 1e-9,
                      "outside: %s", label->words);
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(!overlap(label, &figure->labels[j], request), "'%s' and '%s' overlap", label->words,
                          figure->labels[j].words);
    }
    for (size_t i = 0; i < figure->panel_count; i++) {
        const struct figure_panel *panel = &figure->panels[i];
        ck_assert(panel->left < panel->right && panel->top < panel->bottom && panel->bottom < figure->height);
        for (const struct figure_line *line = panel->lines; line != NULL; line = line->next)
            for (size_t p = 0; p < line->count; p++)
                ck_assert(line->points[p].x >= panel->left - 1e-6 && line->points[p].x <= panel->right + 1e-6 &&
                          line->points[p].y >= panel->top - 1e-6 && line->points[p].y <= panel->bottom + 1e-6);
    }
}

START_TEST(test_no_label_overlaps_another_or_leaves_the_picture)
{
    for (size_t runs = 1; runs < 9; runs += 3) {
        for (size_t panels = 1; panels < 14; panels++) {
            for (size_t count = 0; count < 60; count = 3 * count + 1) {
                struct arena arena = ARENA_INIT;
                struct curves curves = CURVES_INIT;
                struct figure figure;
                struct figure_axes axes = {.x = panels % 2 ? CURVE_AXIS_STEP : CURVE_AXIS_EPOCH,
                                           .is_log = panels % 3 == 0};
                make_curves(&curves, runs, panels, count);
                struct figure_request request = picture_request(&axes, 1);
                figure_lay_out(&figure, &curves, &request, &arena);
                check_layout(&figure);
                ck_assert_double_ge(figure.height, 499);
                curves_finish(&curves);
                arena_finish(&arena);
            }
        }
    }
}
END_TEST

START_TEST(test_a_picture_grows_with_its_panels)
{
    struct arena arena = ARENA_INIT;
    struct curves curves = CURVES_INIT;
    struct figure figure;
    struct figure_request request = picture_request(&(struct figure_axes){.is_log = false}, 1);
    make_curves(&curves, 1, 4, 5);
    figure_lay_out(&figure, &curves, &request, &arena);
    ck_assert_double_eq_tol(figure.height, 500, 1e-9);
    ck_assert_double_eq(figure.panels[0].top, figure.panels[1].top);
    ck_assert_double_eq(figure.panels[0].left, figure.panels[2].left);
    curves_finish(&curves);
    make_curves(&curves, 1, 13, 5);
    figure_lay_out(&figure, &curves, &request, &arena);
    ck_assert_double_gt(figure.height, 1000);
    curves_finish(&curves);
    arena_finish(&arena);
}
END_TEST

/* One panel of one run: 0, 1, 2, 4 over the steps 0 to 3. */
static void make_one(struct curves *curves)
{
    make_curves(curves, 1, 1, 4);
    curves->panels[0].count = 1;
    for (size_t i = 0; i < 4; i++)
        curves->panels[0].curves[0].points[i] = (struct curve_point){(double)i, i == 3 ? 4 : (double)i};
}

static void check_text(const struct curves *curves, struct figure_terminal terminal, const char *expected)
{
    struct text text = TEXT_INIT;
    figure_format_text(curves, &(struct figure_axes){.is_log = false}, &terminal, &text);
    ck_assert_str_eq(text_string(&text), expected);
    text_finish(&text);
}

START_TEST(test_text_shows_a_curve_in_dots)
{
    struct curves curves = CURVES_INIT;
    make_one(&curves);
    check_text(&curves, (struct figure_terminal){.width = 40},
               "lightning_logs/version_0\n"
               "a_metric_0\n"
               "4┤                                     ⢀\n"
               " │                                    ⡰⠁\n"
               " │                                  ⡠⠊\n"
               " │                                ⢀⠔⠁\n"
               "3┤                               ⡰⠁\n"
               " │                             ⡠⠊\n"
               " │                           ⢀⠔⠁\n"
               " │                          ⡰⠁\n"
               "2┤                       ⣀⠤⠊\n"
               " │                    ⡠⠔⠊\n"
               " │                ⢀⡠⠒⠉\n"
               " │             ⣀⠤⠊⠁\n"
               "1┤          ⡠⠔⠊\n"
               " │      ⢀⡠⠒⠉\n"
               " │   ⣀⠤⠊⠁\n"
               "0┤⡠⠔⠊\n"
               " └┬───────────┬────────────┬───────────┬\n"
               " 0            1           2         step\n");
    curves_finish(&curves);
}
END_TEST

START_TEST(test_curves_are_told_apart_by_characters_where_there_are_no_colours)
{
    struct curves curves = CURVES_INIT;
    struct text text = TEXT_INIT;
    make_curves(&curves, 2, 1, 3);
    const struct figure_axes axes = {.is_log = false};
    figure_format_text(&curves, &axes, &(struct figure_terminal){.width = 60, .is_ascii = true}, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "* lightning_logs/version_0  + version_1\n"));
    for (size_t i = 0; i < text.length; i++)
        ck_assert_int_lt((unsigned char)text.data[i], 0x80);
    text_clear(&text);
    figure_format_text(&curves, &axes, &(struct figure_terminal){.width = 60, .color = true}, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "\033[94m━━\033[0m lightning_logs/version_0"));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "\033[33m━━\033[0m version_1\n"));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "⠉"));
    text_finish(&text);
    curves_finish(&curves);
}
END_TEST

START_TEST(test_text_stays_within_its_width)
{
    for (int width = 40; width <= 120; width += 7) {
        struct curves curves = CURVES_INIT;
        struct text text = TEXT_INIT;
        make_curves(&curves, (size_t)width % 3 + 1, (size_t)width % 5 + 1, 50);
        figure_format_text(&curves, &(struct figure_axes){.is_log = true}, &(struct figure_terminal){.width = width},
                           &text);
        for (char *line = strtok(text.data, "\n"); line != NULL; line = strtok(NULL, "\n"))
            ck_assert_uint_le(utf8_count(line), (size_t)width);
        text_finish(&text);
        curves_finish(&curves);
    }
}
END_TEST

START_TEST(test_svg_has_every_curve_and_escapes_names)
{
    struct curves curves = CURVES_INIT;
    struct text text = TEXT_INIT;
    make_one(&curves);
    curves.runs[0].name = "a<b> & \x01\xFF ö";
    figure_format_svg(&curves, &(struct figure_axes){.is_log = false}, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), ">a&lt;b&gt; &amp; ?? ö</text>"));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "<polyline class=\"c c0\" points=\""));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "<circle class=\"d0\""));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "prefers-color-scheme:dark"));
    text_finish(&text);
    curves_finish(&curves);
}
END_TEST

START_TEST(test_png_shows_the_curve_in_its_colour)
{
    struct curves curves = CURVES_INIT;
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct text file = TEXT_INIT;
    struct image image;
    make_one(&curves);
    ck_ok(figure_format_png(&curves, &(struct figure_axes){.is_log = false}, &file, &error), error);
    ck_ok(png_decode(file.data, file.length, &(struct decode_options){.channels = 3}, &arena, &image, &error), error);
    ck_assert_int_eq(image.width, 1600);
    ck_assert_int_eq(image.height, 1000);
    size_t count = 0;
    const struct colour *blue = &picture_light.curves[0];
    for (size_t i = 0; i < image_count(&image); i += 3)
        count += image.bytes[i] == blue->red && image.bytes[i + 1] == blue->green && image.bytes[i + 2] == blue->blue;
    ck_assert_uint_gt(count, 1500);
    ck_assert_uint_lt(count, 20000);
    text_finish(&file);
    curves_finish(&curves);
    make_curves(&curves, 1, 300, 1);
    ck_assert(!figure_format_png(&curves, &(struct figure_axes){.is_log = false}, &file, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
    text_finish(&file);
    curves_finish(&curves);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("figure", test_no_label_overlaps_another_or_leaves_the_picture, test_a_picture_grows_with_its_panels,
          test_text_shows_a_curve_in_dots, test_curves_are_told_apart_by_characters_where_there_are_no_colours,
          test_text_stays_within_its_width, test_svg_has_every_curve_and_escapes_names,
          test_png_shows_the_curve_in_its_colour)
