/* terminal.c: curves as text: braille dots, or a character for each curve. */
#include <math.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "runner/plot/figure.h"

/* Dots of a character of braille. */
#define DOTS_X 2
#define DOTS_Y 4
#define PANEL_LINES 14
#define ONLY_PANEL_LINES 20
#define NARROWEST_PANEL 36

/* What colours stand for where there are none. */
static const char markers[] = "*+ox#@%=";

/* ANSI's, which a terminal shows as its theme wants. */
static const char *const sequences[FIGURE_COLORS] = {"94", "33", "32", "35", "31", "36", "95", "90"};

/* A character cell. */
struct glyph {
    /* Of UTF-8; empty: a blank. */
    char bytes[5];
    unsigned char dots;
    /* The numbers of an SGR sequence; NULL: none. */
    const char *style;
};

struct screen {
    struct glyph *glyphs;
    int width;
    int height;
    bool color;
    bool is_ascii;
    /* A character for each curve, no dots. */
    bool has_markers;
    bool is_of_one_run;
};

static struct glyph *screen_at(struct screen *screen, int x, int y)
{
    bool is_inside = x >= 0 && x < screen->width && y >= 0 && y < screen->height;
    return is_inside ? &screen->glyphs[(size_t)y * (size_t)screen->width + (size_t)x] : NULL;
}

static void put(struct screen *screen, int x, int y, const char *character, const char *style)
{
    struct glyph *glyph = screen_at(screen, x, y);
    if (glyph == NULL)
        return;
    size_t length = strlen(character);
    length = length < sizeof glyph->bytes ? length : sizeof glyph->bytes - 1;
    memcpy(glyph->bytes, character, length);
    glyph->bytes[length] = '\0';
    glyph->style = style;
}

static void put_words(struct screen *screen, int x, int y, const char *words, const char *style)
{
    for (size_t left = strlen(words); left > 0; x++) {
        uint32_t code = 0;
        size_t length = utf8_decode(words, left, &code);
        char character[5] = "?";
        if (length > 1 && screen->is_ascii)
            put(screen, x, y, character, style);
        else
            put(screen, x, y, memcpy(character, words, length > 0 ? length : 1), style);
        words += length > 0 ? length : 1;
        left -= length > 0 ? length : 1;
    }
}

static const char *either(const struct screen *screen, const char *line, const char *plain)
{
    return screen->is_ascii ? plain : line;
}

/* Whether curves need characters of their own: dots are not to be had, or nothing else tells them apart. */
static bool wants_markers(const struct screen *screen, size_t curve_count)
{
    return screen->is_ascii || (!screen->color && (curve_count > 1 || !screen->is_of_one_run));
}

static void draw_axes(struct screen *screen, const struct figure_panel *panel)
{
    static const char style[] = "2";
    int left = (int)panel->left, top = (int)panel->top, right = (int)panel->right, bottom = (int)panel->bottom;
    for (int y = top; y < bottom; y++)
        put(screen, left - 1, y, either(screen, "│", "|"), style);
    for (int x = left; x < right; x++)
        put(screen, x, bottom, either(screen, "─", "-"), style);
    put(screen, left - 1, bottom, either(screen, "└", "+"), style);
    for (size_t i = 0; i < panel->y_tick_count; i++)
        put(screen, left - 1, (int)panel->y_ticks[i], either(screen, "┤", "+"), style);
    for (size_t i = 0; i < panel->x_tick_count; i++)
        put(screen, (int)panel->x_ticks[i], bottom, either(screen, "┬", "+"), style);
}

/* One place of a curve: a dot, or a whole cell. */
static void mark(struct screen *screen, int x, int y, size_t color)
{
    static const unsigned char bits[DOTS_Y][DOTS_X] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    struct glyph *glyph = screen->has_markers ? screen_at(screen, x, y) : screen_at(screen, x / DOTS_X, y / DOTS_Y);
    if (glyph == NULL)
        return;
    glyph->style = sequences[color % FIGURE_COLORS];
    if (screen->has_markers)
        glyph->bytes[0] = markers[color % FIGURE_COLORS];
    else
        glyph->dots |= bits[y % DOTS_Y][x % DOTS_X];
}

/* Bresenham's line. */
static void mark_segment(struct screen *screen, const int from[2], const int to[2], size_t color)
{
    int x = from[0], y = from[1];
    int dx = to[0] > x ? to[0] - x : x - to[0], dy = to[1] > y ? y - to[1] : to[1] - y;
    int error = dx + dy;
    for (;;) {
        mark(screen, x, y, color);
        if (x == to[0] && y == to[1])
            return;
        int twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x += to[0] > x ? 1 : -1;
        }
        if (twice <= dx) {
            error += dx;
            y += to[1] > y ? 1 : -1;
        }
    }
}

/* Where a point stands, in dots or cells: what is at the far edge belongs to the last one. */
static void find_dot(const struct screen *screen, const struct figure_panel *panel, struct curve_point point,
                     int dot[2])
{
    int across = screen->has_markers ? 1 : DOTS_X, down = screen->has_markers ? 1 : DOTS_Y;
    dot[0] = (int)fmin(floor(point.x * across), panel->right * across - 1);
    dot[1] = (int)fmin(floor(point.y * down), panel->bottom * down - 1);
}

static void draw_curve(struct screen *screen, const struct figure_panel *panel, const struct figure_line *line)
{
    int before[2], at[2];
    find_dot(screen, panel, line->points[0], before);
    mark_segment(screen, before, before, line->color);
    for (size_t i = 1; i < line->count; i++) {
        find_dot(screen, panel, line->points[i], at);
        mark_segment(screen, before, at, line->color);
        memcpy(before, at, sizeof at);
    }
    if (line->count == 1 && !screen->has_markers) /* one dot alone is hard to see */
        for (int i = 1; i < 4; i++)
            mark(screen, before[0] ^ (i & 1), before[1] ^ (i >> 1), line->color);
}

static void draw_figure(struct screen *screen, const struct figure *figure)
{
    static const char *const inks[] = {[INK_PLAIN] = NULL, [INK_STRONG] = "1", [INK_MUTED] = "2"};
    for (size_t i = 0; i < figure->panel_count; i++) {
        draw_axes(screen, &figure->panels[i]);
        screen->has_markers = wants_markers(screen, figure->panels[i].curve_count);
        for (const struct figure_line *line = figure->panels[i].lines; line != NULL; line = line->next)
            if (!line->is_faint)
                draw_curve(screen, &figure->panels[i], line);
    }
    bool has_markers = wants_markers(screen, figure->swatch_count);
    for (size_t i = 0; i < figure->swatch_count; i++) {
        size_t color = figure->swatches[i].color % FIGURE_COLORS;
        int x = (int)figure->swatches[i].x, y = (int)figure->swatches[i].y;
        const char marker[] = {markers[color], '\0'};
        for (int end = x + (int)figure->request.swatch; x < end; x++)
            put(screen, x, y, has_markers ? marker : "━", sequences[color]);
    }
    for (size_t i = 0; i < figure->label_count; i++) {
        const struct figure_label *label = &figure->labels[i];
        put_words(screen, (int)label->x, (int)label->y, label->words, inks[label->ink]);
    }
}

static void append_glyph(struct text *text, const struct glyph *glyph)
{
    if (glyph->bytes[0] != '\0') {
        text_append(text, glyph->bytes);
    } else if (glyph->dots != 0) {
        const char braille[] = {(char)0xE2, (char)(0xA0 | glyph->dots >> 6), (char)(0x80 | (glyph->dots & 0x3F)), '\0'};
        text_append(text, braille);
    } else {
        text_append_char(text, ' ');
    }
}

static bool is_blank(const struct glyph *glyph)
{
    return glyph->dots == 0 && (glyph->bytes[0] == '\0' || strcmp(glyph->bytes, " ") == 0);
}

static void append_row(struct text *text, const struct screen *screen, const struct glyph *row)
{
    int width = screen->width;
    while (width > 0 && is_blank(&row[width - 1]))
        width--;
    const char *style = NULL;
    for (int x = 0; x < width; x++) {
        const char *wanted = screen->color && !is_blank(&row[x]) ? row[x].style : NULL;
        if (wanted != style && style != NULL)
            text_append(text, "\033[0m");
        if (wanted != style && wanted != NULL)
            text_format(text, "\033[%sm", wanted);
        style = wanted;
        append_glyph(text, &row[x]);
    }
    text_append(text, style != NULL ? "\033[0m\n" : "\n");
}

void figure_format_text(const struct curves *curves, const struct figure_axes *axes,
                        const struct figure_terminal *terminal, struct text *text)
{
    struct arena arena = ARENA_INIT;
    struct figure figure;
    const struct figure_request request = {
        .width = terminal->width,
        .panel_height = curves->panel_count == 1 ? ONLY_PANEL_LINES : PANEL_LINES,
        .panel_width = NARROWEST_PANEL,
        .panel_shape = 3.4,
        .character = 1,
        .line = 1,
        .gap = 1,
        .between = 1,
        .axis = 1,
        .swatch = terminal->color && !terminal->is_ascii ? 2 : 1,
        .resolution = DOTS_X,
        .is_whole = true,
        .axes = *axes,
    };
    figure_lay_out(&figure, curves, &request, &arena);
    struct screen screen = {.width = terminal->width,
                            .height = (int)figure.height,
                            .color = terminal->color,
                            .is_ascii = terminal->is_ascii,
                            .is_of_one_run = curves->run_count == 1};
    screen.glyphs = arena_allocate(&arena, (size_t)screen.width * (size_t)screen.height, sizeof *screen.glyphs);
    draw_figure(&screen, &figure);
    for (int y = 0; y < screen.height; y++)
        append_row(text, &screen, &screen.glyphs[(size_t)y * (size_t)screen.width]);
    arena_finish(&arena);
}
