/* figure.c: where everything of a drawing of curves stands. */
#include "runner/plot/figure.h"

#include <math.h>

#include "engine/base/utf8.h"
#include "runner/plot/thin.h"

/* A legend's name is cut to this many characters where it would fill more than a line. */
#define NARROWEST_NAME 8
/* Points of a curve stand so far apart, in characters, that each is shown. */
#define DOT_CHARACTERS 3

/* A panel before its edges are known. */
struct cell {
    double left;
    double top;
    double right;
    double bottom;
    struct axis_span x;
    struct axis_span y;
    struct ticks y_ticks;
    bool is_empty;
};

struct layout {
    struct figure *figure;
    const struct figure_request *request;
    const struct curves *curves;
    struct arena *arena;
    struct cell *cells;
    size_t columns;
    size_t rows;
};

static double whole(const struct layout *layout, double place)
{
    return layout->request->is_whole ? floor(place) : place;
}

static double words_width(const struct layout *layout, const char *words)
{
    return (double)utf8_count(words) * layout->request->character;
}

static void add_label(struct layout *layout, double x, double y, const char *words, enum figure_ink ink)
{
    struct figure *figure = layout->figure;
    figure->labels[figure->label_count++] = (struct figure_label){whole(layout, x), whole(layout, y), words, ink};
}

/* The words, or as many of them as fit into `width`, from their end: runs differ there. */
static const char *fit_words(const struct layout *layout, const char *words, double width)
{
    size_t room = (size_t)fmax(width / layout->request->character, NARROWEST_NAME);
    struct text shown = TEXT_INIT;
    utf8_append_printable(&shown, words);
    words = arena_copy_string(layout->arena, text_string(&shown));
    text_finish(&shown);
    size_t count = utf8_count(words);
    if (count <= room)
        return words;
    for (size_t skip = count - room + 3; skip > 0; words++)
        skip -= ((unsigned char)words[1] & 0xC0) != 0x80;
    return arena_format(layout->arena, "...%s", words);
}

/* Names behind samples of their colours, from `at` on, in as many lines as it takes. Returns where the next line begins. */
static double add_legend(struct layout *layout, const struct curve *curves, size_t count, struct curve_point at,
                         const struct cell *cell)
{
    const struct figure_request *request = layout->request;
    struct figure *figure = layout->figure;
    double left = cell->left, x = at.x, y = at.y;
    for (size_t i = 0; i < count; i++) {
        double sample = request->swatch + request->gap;
        const char *words = fit_words(layout, curves[i].label, cell->right - left - sample);
        double width = sample + words_width(layout, words);
        if (x > left && x + width > cell->right) {
            x = left;
            y += request->line;
        }
        figure->swatches[figure->swatch_count++] = (struct figure_swatch){whole(layout, x), y, curves[i].color};
        add_label(layout, x + sample, y, words, INK_PLAIN);
        x += width + 2 * request->character;
    }
    return y + request->line;
}

/* The name of the run, or a legend of all of them. Returns where the panels begin. */
static double add_header(struct layout *layout)
{
    const struct figure_request *request = layout->request;
    const struct curves *curves = layout->curves;
    const struct cell all = {.left = request->lead, .right = request->width - request->lead};
    if (curves->run_count == 1) {
        add_label(layout, all.left, request->lead, fit_words(layout, curves->runs[0].name, all.right - all.left),
                  INK_MUTED);
        return request->line + 2 * request->lead;
    }
    struct curve *runs = arena_allocate(layout->arena, curves->run_count, sizeof *runs);
    for (size_t i = 0; i < curves->run_count; i++)
        runs[i] = (struct curve){.label = curves->runs[i].name, .color = i};
    return add_legend(layout, runs, curves->run_count, (struct curve_point){all.left, request->lead}, &all) +
           request->lead;
}

/* As many columns as make panels of a good shape. */
static void choose_grid(struct layout *layout)
{
    const struct figure_request *request = layout->request;
    size_t count = layout->curves->panel_count;
    double best = INFINITY;
    for (size_t columns = 1; columns <= count; columns++) {
        double width = request->width / (double)columns;
        size_t rows = (count + columns - 1) / columns;
        double height = fmax(request->height / (double)rows, request->panel_height);
        double badness =
            fabs(log(width / height / request->panel_shape)) + (double)(columns * rows - count) / (double)count;
        if (badness >= best || (columns > 1 && width < request->panel_width))
            continue;
        best = badness;
        layout->columns = columns;
        layout->rows = rows;
    }
}

static void place_cells(struct layout *layout, double top)
{
    const struct figure_request *request = layout->request;
    double height =
        fmax((request->height - top - request->lead + request->between) / (double)layout->rows, request->panel_height);
    double width = (request->width - 2 * request->lead + request->between) / (double)layout->columns;
    height = whole(layout, height), width = whole(layout, width);
    for (size_t i = 0; i < layout->curves->panel_count; i++) {
        struct cell *cell = &layout->cells[i];
        size_t row = i / layout->columns, column = i % layout->columns;
        cell->left = request->lead + (double)column * width;
        cell->right = cell->left + width - request->between;
        cell->top = top + (double)row * height;
        cell->bottom = cell->top + height - request->between;
    }
    layout->figure->height = top + (double)layout->rows * height - request->between + request->lead;
}

/* The title, and what the colours mean where there are several of one run. The plot begins below. */
static void add_title(struct layout *layout, const struct curve_panel *panel, struct cell *cell)
{
    const struct figure_request *request = layout->request;
    const char *title = fit_words(layout, panel->title, cell->right - cell->left);
    add_label(layout, cell->left, cell->top, title, INK_STRONG);
    struct curve_point behind = {cell->left + words_width(layout, title) + 2 * request->character, cell->top};
    if (layout->curves->run_count == 1 && panel->count > 1)
        cell->top = add_legend(layout, panel->curves, panel->count, behind, cell);
    else
        cell->top += request->line;
    cell->top += request->lead;
    cell->bottom -= request->line + request->axis;
}

static void widen(double value, double *low, double *high)
{
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

/* One axis for all panels: from the first number of any curve to the last. */
static struct axis_span find_x_span(const struct layout *layout)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < layout->curves->panel_count; i++)
        for (size_t c = 0; c < layout->curves->panels[i].count; c++)
            for (size_t p = 0; p < layout->curves->panels[i].curves[c].count; p++)
                widen(layout->curves->panels[i].curves[c].points[p].x, &low, &high);
    if (!isfinite(low) || high - low <= 1e-9 * fmax(fabs(low), fabs(high)))
        return isfinite(low) ? span_around(low, high, false) : (struct axis_span){0, 1, false, true};
    return (struct axis_span){.low = low >= 0 && low <= 0.1 * high ? 0 : low,
                              .high = high,
                              .is_whole = layout->request->axes.x == CURVE_AXIS_STEP};
}

static void find_y_span(const struct layout *layout, const struct curve_panel *panel, struct cell *cell)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t c = 0; c < panel->count; c++)
        for (size_t p = 0; p < panel->curves[c].count; p++)
            if (!isnan(panel->curves[c].points[p].y))
                widen(panel->curves[c].points[p].y, &low, &high);
    cell->is_empty = !isfinite(low);
    cell->y =
        cell->is_empty ? (struct axis_span){0, 1, false, false} : span_around(low, high, layout->request->axes.is_log);
    double lines = (cell->bottom - cell->top) / layout->request->line;
    size_t most = (size_t)fmin(fmax(lines / (layout->request->is_whole ? 3 : 2.2), 2), 8);
    if (!cell->is_empty)
        ticks_choose(&cell->y, most, &cell->y_ticks);
}

/* Plots of one column of panels begin at the same place, right of the widest number of any. */
static void align_columns(struct layout *layout)
{
    for (size_t column = 0; column < layout->columns; column++) {
        double widest = 0;
        for (size_t i = column; i < layout->curves->panel_count; i += layout->columns)
            for (size_t t = 0; t < layout->cells[i].y_ticks.count; t++)
                widest = fmax(widest, words_width(layout, layout->cells[i].y_ticks.items[t].label));
        for (size_t i = column; i < layout->curves->panel_count; i += layout->columns)
            layout->cells[i].left += widest + layout->request->axis;
    }
}

static void add_y_ticks(struct layout *layout, const struct cell *cell, struct figure_panel *panel)
{
    const struct figure_request *request = layout->request;
    for (size_t i = 0; i < cell->y_ticks.count; i++) {
        const struct tick *tick = &cell->y_ticks.items[i];
        double share = span_place(&cell->y, tick->value);
        double y = cell->bottom - share * (cell->bottom - cell->top);
        double top = request->is_whole ? fmin(floor(y), cell->bottom - 1) : y - request->line / 2;
        panel->y_ticks[panel->y_tick_count++] = request->is_whole ? top : y;
        add_label(layout, cell->left - request->axis - words_width(layout, tick->label), top,
                  arena_copy_string(layout->arena, tick->label), INK_MUTED);
    }
}

/* Where a tick's number begins: below it, but not beyond the panel's edges. */
static double x_label_left(const struct layout *layout, const struct cell *cell, const struct tick *tick, double limit)
{
    double x = cell->left + span_place(&cell->x, tick->value) * (cell->right - cell->left);
    double width = words_width(layout, tick->label);
    return fmin(x - width / 2, limit - width);
}

/* True when every number has room before the next one. */
static bool x_labels_fit(const struct layout *layout, const struct cell *cell, const struct ticks *ticks)
{
    double end = -INFINITY;
    for (size_t i = 0; i < ticks->count; i++) {
        double left = x_label_left(layout, cell, &ticks->items[i], cell->right);
        if (left < end + 2 * layout->request->character)
            return false;
        end = left + words_width(layout, ticks->items[i].label);
    }
    return true;
}

/* The axis is named at its end; a number that would touch the name gives way. */
static void add_x_ticks(struct layout *layout, const struct cell *cell, struct figure_panel *panel)
{
    const struct figure_request *request = layout->request;
    const char *name = request->axes.x == CURVE_AXIS_STEP ? "step" : "epoch";
    double y = cell->bottom + request->axis;
    double name_left = cell->right - words_width(layout, name);
    add_label(layout, name_left, y, name, INK_MUTED);
    struct ticks ticks;
    size_t most = 10;
    do
        ticks_choose(&cell->x, most, &ticks);
    while (!x_labels_fit(layout, cell, &ticks) && --most >= 2);
    for (size_t i = 0; i < ticks.count; i++) {
        const struct tick *tick = &ticks.items[i];
        double x = cell->left + span_place(&cell->x, tick->value) * (cell->right - cell->left);
        panel->x_ticks[panel->x_tick_count++] = request->is_whole ? fmin(floor(x), cell->right - 1) : x;
        double left = x_label_left(layout, cell, tick, cell->right);
        if (left + words_width(layout, tick->label) + request->character <= name_left)
            add_label(layout, left, y, arena_copy_string(layout->arena, tick->label), INK_MUTED);
    }
}

/* Adds a curve's lines behind those that are there. */
static struct figure_line **add_lines(struct layout *layout, const struct curve *curve, bool is_faint,
                                      const struct projection *projection, struct figure_line **end)
{
    const struct curve_point *points = is_faint || curve->smoothed == NULL ? curve->points : curve->smoothed;
    double room = (double)curve->count * DOT_CHARACTERS * layout->request->character;
    *end = thin_lines(points, curve->count, projection, layout->arena);
    for (; *end != NULL; end = &(*end)->next) {
        (*end)->color = curve->color;
        (*end)->is_faint = is_faint;
        (*end)->has_dots = !is_faint && room < projection->right - projection->left;
    }
    return end;
}

static void add_panel(struct layout *layout, const struct curve_panel *source, const struct cell *cell,
                      struct figure_panel *panel)
{
    *panel = (struct figure_panel){cell->left, cell->top, cell->right, cell->bottom, .curve_count = source->count};
    add_y_ticks(layout, cell, panel);
    add_x_ticks(layout, cell, panel);
    const struct projection projection = {
        cell->x, cell->y, cell->left, cell->top, cell->right, cell->bottom, layout->request->resolution};
    struct figure_line **end = &panel->lines;
    for (size_t i = 0; i < source->count; i++)
        if (source->curves[i].smoothed != NULL)
            end = add_lines(layout, &source->curves[i], true, &projection, end);
    for (size_t i = 0; i < source->count; i++)
        end = add_lines(layout, &source->curves[i], false, &projection, end);
    if (cell->is_empty)
        add_label(layout, cell->left + 2 * layout->request->character,
                  (cell->top + cell->bottom - layout->request->line) / 2,
                  layout->request->axes.is_log ? "no number above 0" : "no finite number", INK_MUTED);
}

static void reserve(struct figure *figure, const struct curves *curves, struct arena *arena)
{
    size_t entries = curves->run_count;
    for (size_t i = 0; i < curves->panel_count; i++)
        entries += curves->panels[i].count;
    figure->panel_count = curves->panel_count;
    figure->panels = arena_allocate(arena, curves->panel_count, sizeof *figure->panels);
    figure->swatches = arena_allocate(arena, entries, sizeof *figure->swatches);
    figure->labels =
        arena_allocate(arena, entries + curves->panel_count * (2 * TICKS_MAX + 3) + 1, sizeof *figure->labels);
}

void figure_lay_out(struct figure *figure, const struct curves *curves, const struct figure_request *request,
                    struct arena *arena)
{
    *figure = (struct figure){.request = *request};
    reserve(figure, curves, arena);
    struct layout layout = {.figure = figure, .request = request, .curves = curves, .arena = arena};
    layout.cells = arena_allocate(arena, curves->panel_count, sizeof *layout.cells);
    choose_grid(&layout);
    place_cells(&layout, add_header(&layout));
    struct axis_span x = find_x_span(&layout);
    for (size_t i = 0; i < curves->panel_count; i++) {
        layout.cells[i].x = x;
        add_title(&layout, &curves->panels[i], &layout.cells[i]);
        find_y_span(&layout, &curves->panels[i], &layout.cells[i]);
    }
    align_columns(&layout);
    for (size_t i = 0; i < curves->panel_count; i++)
        add_panel(&layout, &curves->panels[i], &layout.cells[i], &figure->panels[i]);
}
