/* thin.c: a curve as lines on a panel, with no more points than can be seen. */
#include "runner/plot/thin.h"

#include <math.h>
#include <string.h>

/* The points of one column, as they come. */
struct column_points {
    double place;
    size_t count;
    struct curve_point first;
    struct curve_point lowest;
    struct curve_point highest;
    struct curve_point last;
    /** The lowest came before the highest. */
    bool rises;
};

/* A line that grows. */
struct piece {
    struct arena *arena;
    struct curve_point *points;
    size_t count;
    size_t capacity;
};

struct curve_point projection_apply(const struct projection *projection, struct curve_point point)
{
    double x = span_place(&projection->x, point.x), y = span_place(&projection->y, point.y);
    return (struct curve_point){projection->left + x * (projection->right - projection->left),
                                projection->bottom - y * (projection->bottom - projection->top)};
}

static void piece_add(struct piece *piece, struct curve_point point)
{
    const struct curve_point *last = piece->count > 0 ? &piece->points[piece->count - 1] : NULL;
    if (last != NULL && last->x == point.x && last->y == point.y)
        return;
    if (piece->count == piece->capacity) {
        piece->capacity = piece->capacity > 0 ? 2 * piece->capacity : 16;
        struct curve_point *points = arena_allocate(piece->arena, piece->capacity, sizeof *points);
        if (piece->count > 0)
            memcpy(points, piece->points, piece->count * sizeof *points);
        piece->points = points;
    }
    piece->points[piece->count++] = point;
}

static void column_end(struct column_points *column, struct piece *piece)
{
    if (column->count > 0) {
        piece_add(piece, column->first);
        piece_add(piece, column->rises ? column->lowest : column->highest);
        piece_add(piece, column->rises ? column->highest : column->lowest);
        piece_add(piece, column->last);
    }
    column->count = 0;
}

static void column_add(struct column_points *column, struct curve_point point, double place)
{
    if (column->count++ == 0) {
        *column = (struct column_points){place, 1, point, point, point, point, false};
        return;
    }
    column->last = point;
    if (point.y > column->lowest.y) { /* figures count from the top */
        column->lowest = point;
        column->rises = false;
    } else if (point.y < column->highest.y) {
        column->highest = point;
        column->rises = true;
    }
}

static struct figure_line **piece_end(struct piece *piece, struct figure_line **end)
{
    if (piece->count == 0)
        return end;
    struct figure_line *line = arena_allocate(piece->arena, 1, sizeof *line);
    line->points = piece->points;
    line->count = piece->count;
    *end = line;
    *piece = (struct piece){.arena = piece->arena};
    return &line->next;
}

struct figure_line *thin_lines(const struct curve_point *points, size_t count, const struct projection *projection,
                               struct arena *arena)
{
    struct figure_line *first = NULL, **end = &first;
    struct piece piece = {.arena = arena};
    struct column_points column = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        bool is_gap = isnan(points[i].y);
        if (is_gap || (i > 0 && points[i].x < points[i - 1].x)) {
            column_end(&column, &piece);
            end = piece_end(&piece, end);
        }
        if (is_gap)
            continue;
        struct curve_point point = projection_apply(projection, points[i]);
        double place = floor(point.x * projection->resolution);
        if (place != column.place)
            column_end(&column, &piece);
        column_add(&column, point, place);
    }
    column_end(&column, &piece);
    piece_end(&piece, end);
    return first;
}
