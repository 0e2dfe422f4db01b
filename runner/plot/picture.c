/* picture.c: curves as PNG, and the sizes and colours that it shares with SVG. */
#include "runner/plot/picture.h"

#include <math.h>

#include "engine/image/png.h"
#include "engine/image/stroke.h"

/* Pixels for each of the request's: sharp on screens of today, and as good when shrunk to half. */
#define SCALE 2.0
#define STROKE 1.05

const struct picture_theme picture_light = {
    .background = {255, 255, 255},
    .strong = {24, 24, 27},
    .plain = {63, 63, 70},
    .muted = {104, 104, 112},
    .grid = {234, 234, 237},
    .axis = {170, 170, 178},
    .curves = {{42, 120, 214},
               {235, 104, 52},
               {27, 175, 122},
               {148, 82, 201},
               {214, 72, 140},
               {0, 131, 0},
               {201, 138, 0},
               {110, 110, 118}},
};

const struct picture_theme picture_dark = {
    .background = {26, 26, 29},
    .strong = {244, 244, 245},
    .plain = {212, 212, 216},
    .muted = {161, 161, 170},
    .grid = {50, 50, 55},
    .axis = {105, 105, 113},
    .curves = {{57, 135, 229},
               {226, 105, 56},
               {32, 180, 127},
               {168, 120, 232},
               {222, 98, 155},
               {48, 160, 48},
               {214, 152, 20},
               {150, 150, 158}},
};

struct figure_request picture_request(const struct figure_axes *axes, double scale)
{
    return (struct figure_request){
        .width = 800 * scale,
        .height = 500 * scale,
        .panel_height = 215 * scale,
        .panel_width = 250 * scale,
        .panel_shape = 1.7,
        .character = DRAW_CHARACTER_WIDTH * PICTURE_DOT * scale,
        .line = 16 * scale,
        .gap = 8 * scale,
        .lead = 10 * scale,
        .between = 14 * scale,
        .axis = 6 * scale,
        .swatch = 18 * scale,
        .resolution = 1,
        .axes = *axes,
    };
}

/* A straight line of full pixels. */
static void draw_line(struct image *image, struct stroke_point from, struct stroke_point to, double width,
                      struct colour colour)
{
    const struct draw_area area = {(int)lround(from.x - width / 2), (int)lround(from.y - width / 2),
                                   (int)lround(to.x + width / 2), (int)lround(to.y + width / 2)};
    draw_filled_rectangle(image, &area, colour);
}

static void draw_axes(struct image *image, const struct figure_panel *panel, const struct picture_theme *theme)
{
    double width = PICTURE_GRID * SCALE, tick = 3 * SCALE;
    for (size_t i = 0; i < panel->y_tick_count; i++) {
        struct stroke_point left = {panel->left, panel->y_ticks[i]}, right = {panel->right, panel->y_ticks[i]};
        draw_line(image, left, right, width, theme->grid);
    }
    for (size_t i = 0; i < panel->x_tick_count; i++) {
        struct stroke_point top = {panel->x_ticks[i], panel->top}, bottom = {panel->x_ticks[i], panel->bottom};
        draw_line(image, top, bottom, width, theme->grid);
        draw_line(image, bottom, (struct stroke_point){bottom.x, bottom.y + tick}, width, theme->axis);
    }
    struct stroke_point corner = {panel->left, panel->bottom};
    draw_line(image, (struct stroke_point){panel->left, panel->top}, corner, width, theme->axis);
    draw_line(image, corner, (struct stroke_point){panel->right, panel->bottom}, width, theme->axis);
}

static void draw_curve(struct image *image, const struct figure_line *line, const struct picture_theme *theme,
                       struct arena *arena)
{
    struct stroke_pen pen = {.width = PICTURE_LINE * SCALE,
                             .colour = theme->curves[line->color % FIGURE_COLORS],
                             .opacity = line->is_faint ? PICTURE_FAINT : 1};
    struct stroke_point *points = arena_allocate(arena, line->count, sizeof *points);
    for (size_t i = 0; i < line->count; i++)
        points[i] = (struct stroke_point){line->points[i].x, line->points[i].y};
    stroke_lines(image, points, line->count, &pen);
    pen.width = 2 * PICTURE_POINT * SCALE;
    for (size_t i = 0; i < line->count && (line->has_dots || line->count == 1); i++)
        stroke_lines(image, &points[i], 1, &pen);
}

static void draw_words(struct image *image, const struct figure_label *label, const struct picture_theme *theme)
{
    double dot = PICTURE_DOT * SCALE;
    double room = 16 * SCALE - DRAW_CHARACTER_HEIGHT * dot;
    struct colour ink = label->ink == INK_STRONG  ? theme->strong
                        : label->ink == INK_PLAIN ? theme->plain
                                                  : theme->muted;
    double width = STROKE * SCALE * (label->ink == INK_STRONG ? 1.5 : 1);
    struct stroke_point place = {label->x, label->y + room / 2};
    stroke_text(image, place, label->words, dot, &(struct stroke_pen){width, ink, 1});
}

static void draw_figure(struct image *image, const struct figure *figure, struct arena *arena)
{
    const struct picture_theme *theme = &picture_light;
    draw_filled_rectangle(image, &(struct draw_area){0, 0, image->width, image->height}, theme->background);
    for (size_t i = 0; i < figure->panel_count; i++) {
        draw_axes(image, &figure->panels[i], theme);
        for (const struct figure_line *line = figure->panels[i].lines; line != NULL; line = line->next)
            draw_curve(image, line, theme, arena);
    }
    for (size_t i = 0; i < figure->swatch_count; i++) {
        const struct figure_swatch *swatch = &figure->swatches[i];
        double y = swatch->y + figure->request.line / 2;
        const struct stroke_point ends[] = {{swatch->x + 2 * SCALE, y}, {swatch->x + figure->request.swatch, y}};
        stroke_lines(image, ends, 2,
                     &(struct stroke_pen){2 * PICTURE_LINE * SCALE, theme->curves[swatch->color % FIGURE_COLORS], 1});
    }
    for (size_t i = 0; i < figure->label_count; i++)
        draw_words(image, &figure->labels[i], theme);
}

bool figure_format_png(const struct curves *curves, const struct figure_axes *axes, struct text *file,
                       struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct figure figure;
    struct image image;
    struct figure_request request = picture_request(axes, SCALE);
    figure_lay_out(&figure, curves, &request, &arena);
    bool ok = image_init(&image, (int)request.width, (int)figure.height, 3, DTYPE_U8, &arena, error);
    if (ok) {
        draw_figure(&image, &figure, &arena);
        ok = png_encode(&image, file, error);
    }
    arena_finish(&arena);
    return ok;
}
