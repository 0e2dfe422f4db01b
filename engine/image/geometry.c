/* geometry.c: moving pixels without changing them. */
#include "engine/image/geometry.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static size_t pixel_bytes(const struct image *image)
{
    return (size_t)image->channels * dtype_size(image->dtype);
}

static unsigned char *row_of(const struct image *image, int y)
{
    return (unsigned char *)image->pixels + (size_t)y * (size_t)image->width * pixel_bytes(image);
}

/* Where a coordinate beyond the border finds its pixel; -1: nowhere, it takes the fill. */
static int border_index(int at, int size, enum padding_mode mode)
{
    if (at >= 0 && at < size)
        return at;
    if (mode == PADDING_MODE_CONSTANT)
        return -1;
    if (mode == PADDING_MODE_EDGE || size == 1)
        return at < 0 ? 0 : size - 1;
    int period = mode == PADDING_MODE_REFLECT ? 2 * size - 2 : 2 * size;
    int inside = (at % period + period) % period;
    return inside < size ? inside : mode == PADDING_MODE_REFLECT ? period - inside : period - 1 - inside;
}

static void fill_pixel(const struct image *image, const struct window *window, unsigned char *pixel)
{
    for (int channel = 0; channel < image->channels; channel++) {
        if (image->dtype == DTYPE_U8)
            pixel[channel] = (unsigned char)fminf(fmaxf(window->fill[channel], 0.0f), 255.0f);
        else
            memcpy(pixel + sizeof(float) * (size_t)channel, &window->fill[channel], sizeof(float));
    }
}

/* Columns [from, to) of one row of the window, pixel by pixel: what lies beyond the border. `source` NULL: all fill. */
static void cut_border(const struct image *image, const struct window *window, const unsigned char *source,
                       unsigned char *row, const int columns[2])
{
    size_t bytes = pixel_bytes(image);
    for (int x = columns[0]; x < columns[1]; x++) {
        int from = source == NULL ? -1 : border_index(window->left + x, image->width, window->mode);
        if (from < 0)
            fill_pixel(image, window, row + bytes * (size_t)x);
        else
            memcpy(row + bytes * (size_t)x, source + bytes * (size_t)from, bytes);
    }
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

bool image_cut(const struct image *image, const struct window *window, struct arena *arena, struct image *result,
               struct error *error)
{
    struct image cut;
    if (!image_init(&cut, window->width, window->height, image->channels, image->dtype, arena, error))
        return false;
    size_t bytes = pixel_bytes(image);
    /* Columns [inside, outside) of the window lie in the image. */
    int inside = clamp(-window->left, 0, window->width);
    int outside = clamp(image->width - window->left, inside, window->width);
    for (int y = 0; y < window->height; y++) {
        int from = border_index(window->top + y, image->height, window->mode);
        unsigned char *row = row_of(&cut, y);
        if (from < 0) {
            cut_border(image, window, NULL, row, (int[]){0, window->width});
            continue;
        }
        const unsigned char *source = row_of(image, from);
        cut_border(image, window, source, row, (int[]){0, inside});
        if (outside > inside)
            memcpy(row + bytes * (size_t)inside, source + bytes * (size_t)(window->left + inside),
                   bytes * (size_t)(outside - inside));
        cut_border(image, window, source, row, (int[]){outside, window->width});
    }
    *result = cut;
    return true;
}

/* Pixels [left, right) of an RGB row. */
static void flip_row_rgb(unsigned char *row, int left, int right)
{
    for (unsigned char *a = row + 3 * left, *b = row + 3 * (right - 1); a < b; a += 3, b -= 3) {
        for (int channel = 0; channel < 3; channel++) {
            unsigned char kept = a[channel];
            a[channel] = b[channel];
            b[channel] = kept;
        }
    }
}

#if defined(__x86_64__)
/*
 * Five pixels from each end at a time. Sixteen bytes are read and written for fifteen: one more behind the left ones, one
 * more before the right ones, each of which keeps its value. Returns how many pixels of each end are done.
 */
__attribute__((target("ssse3"))) static int flip_row_ends(unsigned char *row, int width)
{
    const __m128i from_right = _mm_setr_epi8(13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, -1);
    const __m128i from_left = _mm_setr_epi8(-1, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2);
    const __m128i keep_last = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 15);
    const __m128i keep_first = _mm_setr_epi8(0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    int done = 0;
    if (width <= 10)
        return done;
    __m128i *left = (__m128i *)(void *)row;
    __m128i *right = (__m128i *)(void *)(row + 3 * (width - 5) - 1);
    __m128i a = _mm_loadu_si128(left), b = _mm_loadu_si128(right);
    /* The next bytes are read before these are written: a load across a store that is under way waits for it. */
    for (; 2 * (done + 5) < width; done += 5) {
        __m128i *next_left = (__m128i *)(void *)((unsigned char *)left + 15);
        __m128i *next_right = (__m128i *)(void *)((unsigned char *)right - 15);
        __m128i next_a = _mm_loadu_si128(next_left), next_b = _mm_loadu_si128(next_right);
        _mm_storeu_si128(left, _mm_or_si128(_mm_shuffle_epi8(b, from_right), _mm_shuffle_epi8(a, keep_last)));
        _mm_storeu_si128(right, _mm_or_si128(_mm_shuffle_epi8(a, from_left), _mm_shuffle_epi8(b, keep_first)));
        left = next_left, right = next_right;
        a = next_a, b = next_b;
    }
    return done;
}

static bool has_ssse3(void)
{
    return __builtin_cpu_supports("ssse3");
}
#else
static int flip_row_ends(unsigned char *row, int width)
{
    (void)row, (void)width;
    return 0;
}

static bool has_ssse3(void)
{
    return false;
}
#endif

static void flip_row(unsigned char *row, int width, size_t bytes)
{
    unsigned char kept[3 * sizeof(float)];
    for (unsigned char *left = row, *right = row + bytes * (size_t)(width - 1); left < right;
         left += bytes, right -= bytes) {
        memcpy(kept, left, bytes);
        memcpy(left, right, bytes);
        memcpy(right, kept, bytes);
    }
}

void image_flip_horizontal(struct image *image)
{
    size_t bytes = pixel_bytes(image);
    for (int y = 0; y < image->height; y++) {
        unsigned char *row = row_of(image, y);
        int done = bytes == 3 && has_ssse3() ? flip_row_ends(row, image->width) : 0;
        if (bytes == 3)
            flip_row_rgb(row, done, image->width - done);
        else
            flip_row(row, image->width, bytes);
    }
}

void image_flip_vertical(struct image *image)
{
    size_t stride = (size_t)image->width * pixel_bytes(image);
    for (int y = 0; y < image->height / 2; y++) {
        unsigned char *upper = row_of(image, y), *lower = row_of(image, image->height - 1 - y);
        for (size_t i = 0; i < stride; i++) {
            unsigned char kept = upper[i];
            upper[i] = lower[i];
            lower[i] = kept;
        }
    }
}

/* Mirrors at the diagonal: pixel (x, y) goes to (y, x). */
static bool image_transpose(struct image *image, struct arena *arena, struct error *error)
{
    struct image turned;
    if (!image_init(&turned, image->height, image->width, image->channels, image->dtype, arena, error))
        return false;
    size_t bytes = pixel_bytes(image);
    for (int y = 0; y < turned.height; y++)
        for (int x = 0; x < turned.width; x++)
            memcpy(row_of(&turned, y) + bytes * (size_t)x, row_of(image, x) + bytes * (size_t)y, bytes);
    *image = turned;
    return true;
}

/* The eight orientations: 5 to 8 are turned on their side, then each is mirrored (TIFF 6.0, tag Orientation). */
bool image_orient(struct image *image, int orientation, struct arena *arena, struct error *error)
{
    if (orientation >= 5 && !image_transpose(image, arena, error))
        return false;
    if (orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7)
        image_flip_horizontal(image);
    if (orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8)
        image_flip_vertical(image);
    return true;
}
