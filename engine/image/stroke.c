/* stroke.c: smooth lines and letters on byte RGB images. */
#include "engine/image/stroke.h"

#include <assert.h>
#include <math.h>

#include "engine/base/memory.h"

/* How much of each pixel of a part of the image is covered: all of a line first, then the pixels are blended once. */
struct coverage {
    int left;
    int top;
    int width;
    int height;
    float *shares;
};

static int clamp(double value, int high)
{
    return value < 0 ? 0 : value > high ? high : (int)value;
}

static struct coverage coverage_create(const struct image *image, const struct stroke_point *points, size_t count,
                                       double reach)
{
    double left = points[0].x, right = left, top = points[0].y, bottom = top;
    for (size_t i = 1; i < count; i++) {
        left = fmin(left, points[i].x), right = fmax(right, points[i].x);
        top = fmin(top, points[i].y), bottom = fmax(bottom, points[i].y);
    }
    struct coverage coverage = {.left = clamp(floor(left - reach), image->width),
                                .top = clamp(floor(top - reach), image->height)};
    coverage.width = clamp(ceil(right + reach), image->width) - coverage.left;
    coverage.height = clamp(ceil(bottom + reach), image->height) - coverage.top;
    size_t size = (size_t)coverage.width * (size_t)coverage.height;
    coverage.shares = memory_allocate(size > 0 ? size : 1, sizeof *coverage.shares);
    return coverage;
}

static double distance_to_segment(double x, double y, struct stroke_point from, struct stroke_point to)
{
    double dx = to.x - from.x, dy = to.y - from.y;
    double length = dx * dx + dy * dy;
    double along = length > 0 ? ((x - from.x) * dx + (y - from.y) * dy) / length : 0;
    along = fmin(fmax(along, 0), 1);
    return hypot(x - (from.x + along * dx), y - (from.y + along * dy));
}

static void cover_segment(struct coverage *coverage, struct stroke_point from, struct stroke_point to, double radius)
{
    double reach = radius + 1;
    int left = clamp(floor(fmin(from.x, to.x) - reach) - coverage->left, coverage->width);
    int right = clamp(ceil(fmax(from.x, to.x) + reach) - coverage->left, coverage->width);
    int top = clamp(floor(fmin(from.y, to.y) - reach) - coverage->top, coverage->height);
    int bottom = clamp(ceil(fmax(from.y, to.y) + reach) - coverage->top, coverage->height);
    for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
            double distance = distance_to_segment(coverage->left + x + 0.5, coverage->top + y + 0.5, from, to);
            float share = (float)fmin(fmax(radius + 0.5 - distance, 0), 1);
            float *covered = &coverage->shares[(size_t)y * (size_t)coverage->width + (size_t)x];
            *covered = share > *covered ? share : *covered;
        }
    }
}

static uint8_t mix(uint8_t below, uint8_t above, double share)
{
    return (uint8_t)lround(below + (above - below) * share);
}

static void coverage_blend(struct coverage *coverage, struct image *image, const struct stroke_pen *pen)
{
    assert(image->channels == 3 && image->dtype == DTYPE_U8);
    for (int y = 0; y < coverage->height; y++) {
        for (int x = 0; x < coverage->width; x++) {
            double share = pen->opacity * coverage->shares[(size_t)y * (size_t)coverage->width + (size_t)x];
            size_t place = (size_t)(coverage->top + y) * (size_t)image->width + (size_t)(coverage->left + x);
            uint8_t *pixel = image->bytes + 3 * place;
            pixel[0] = mix(pixel[0], pen->colour.red, share);
            pixel[1] = mix(pixel[1], pen->colour.green, share);
            pixel[2] = mix(pixel[2], pen->colour.blue, share);
        }
    }
    memory_free(coverage->shares);
}

void stroke_lines(struct image *image, const struct stroke_point *points, size_t count, const struct stroke_pen *pen)
{
    if (count == 0)
        return;
    struct coverage coverage = coverage_create(image, points, count, pen->width / 2 + 1);
    cover_segment(&coverage, points[0], points[0], pen->width / 2);
    for (size_t i = 1; i < count; i++)
        cover_segment(&coverage, points[i - 1], points[i], pen->width / 2);
    coverage_blend(&coverage, image, pen);
}

static bool is_lit(const uint8_t *columns, int x, int y)
{
    return x >= 0 && x < DRAW_GLYPH_WIDTH && y < DRAW_GLYPH_HEIGHT && (columns[x] >> y & 1) != 0;
}

/* Joins each dot of a letter to its neighbours; aslant only where there is no way around the corner. */
static void cover_glyph(struct coverage *coverage, const uint8_t *columns, struct stroke_point origin, double scale,
                        double radius)
{
    for (int x = 0; x < DRAW_GLYPH_WIDTH; x++) {
        for (int y = 0; y < DRAW_GLYPH_HEIGHT; y++) {
            if (!is_lit(columns, x, y))
                continue;
            bool right = is_lit(columns, x + 1, y), left = is_lit(columns, x - 1, y), below = is_lit(columns, x, y + 1);
            const struct {
                int x;
                int y;
                bool joined;
            } neighbours[] = {
                {x, y, true},
                {x + 1, y, right},
                {x, y + 1, below},
                {x + 1, y + 1, !right && !below && is_lit(columns, x + 1, y + 1)},
                {x - 1, y + 1, !left && !below && is_lit(columns, x - 1, y + 1)},
            };
            struct stroke_point from = {origin.x + x * scale, origin.y + y * scale};
            for (size_t i = 0; i < sizeof neighbours / sizeof *neighbours; i++) {
                struct stroke_point to = {origin.x + neighbours[i].x * scale, origin.y + neighbours[i].y * scale};
                if (neighbours[i].joined)
                    cover_segment(coverage, from, to, radius);
            }
        }
    }
}

void stroke_text(struct image *image, struct stroke_point place, const char *text, double scale,
                 const struct stroke_pen *pen)
{
    struct stroke_point origin = {place.x + scale, place.y + 1.5 * scale};
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text & 0xC0) == 0x80)
            continue;
        const struct stroke_point corners[] = {
            origin, {origin.x + (DRAW_GLYPH_WIDTH - 1) * scale, origin.y + (DRAW_GLYPH_HEIGHT - 1) * scale}};
        struct coverage coverage = coverage_create(image, corners, 2, pen->width / 2 + 1);
        cover_glyph(&coverage, draw_glyph_columns(*text), origin, scale, pen->width / 2);
        coverage_blend(&coverage, image, pen);
        origin.x += DRAW_CHARACTER_WIDTH * scale;
    }
}
