/* resample.c: images at another size: along the rows, then along the columns. */
#include "engine/image/resample.h"

#include <math.h>
#include <string.h>

#include "engine/base/clones.h"
#include "engine/image/resample_taps.h"

/* Bytes that may be read beyond the end of a row of a vector pass. */
#define ROW_SLACK 16

static bool has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

#if defined(__x86_64__)
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
}
#endif

/* PyTorch's nearest neighbours are computed in float32. */
static int nearest_index(int index, int input, int output, bool exact)
{
    float scale = (float)input / (float)output;
    if (!exact && output == input)
        return index;
    int nearest = (int)floorf(exact ? ((float)index + 0.5f) * scale : (float)index * scale);
    return nearest < input ? nearest : input - 1;
}

static void resample_nearest(const struct image *image, bool exact, struct arena *arena, struct image *result)
{
    size_t bytes = (size_t)image->channels * dtype_size(image->dtype);
    int *columns = arena_allocate(arena, (size_t)result->width, sizeof *columns);
    for (int x = 0; x < result->width; x++)
        columns[x] = nearest_index(x, image->width, result->width, exact);
    for (int y = 0; y < result->height; y++) {
        int from = nearest_index(y, image->height, result->height, exact);
        const unsigned char *source =
            (const unsigned char *)image->pixels + (size_t)from * (size_t)image->width * bytes;
        unsigned char *row = (unsigned char *)result->pixels + (size_t)y * (size_t)result->width * bytes;
        if (bytes == 1)
            for (int x = 0; x < result->width; x++)
                row[x] = source[columns[x]];
        else
            for (int x = 0; x < result->width; x++)
                memcpy(row + bytes * (size_t)x, source + bytes * (size_t)columns[x], bytes);
    }
}

static uint8_t clip(int value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void resample_row_bytes(const struct taps *taps, const uint8_t *row, int channels, uint8_t *result)
{
    for (int i = 0; i < taps->count; i++) {
        const int16_t *weights = taps->fixed + (size_t)i * (size_t)taps->stride;
        for (int channel = 0; channel < channels; channel++) {
            const uint8_t *value = row + taps->first[i] * channels + channel;
            int sum = 1 << (taps->precision - 1);
            for (int tap = 0; tap < taps->size[i]; tap++)
                sum += weights[tap] * value[tap * channels];
            *result++ = clip(sum >> taps->precision);
        }
    }
}

/* A row, or a copy of it with room behind its end: where the image ends, nothing may be read beyond it. */
static const uint8_t *row_with_slack(const struct image *image, int y, uint8_t *copy)
{
    size_t stride = 3 * (size_t)image->width;
    const uint8_t *row = image->bytes + stride * (size_t)y;
    if (stride * (size_t)(image->height - y - 1) >= ROW_SLACK)
        return row;
    return memcpy(copy, row, stride);
}

/* Some rows at a time; where fewer are left, the last one is done again. */
static void resample_rows_together(const struct taps *taps, const struct image *image, struct arena *arena,
                                   struct image *result)
{
#if defined(__x86_64__)
    size_t source_stride = 3 * (size_t)image->width, stride = 3 * (size_t)result->width;
    bool wide = has_avx512();
    int together = wide ? 4 : 2;
    uint8_t *copies = arena_allocate(arena, ROWS_AT_ONCE, source_stride + ROW_SLACK);
    for (int y = 0; y < image->height; y += together) {
        struct byte_rows rows;
        for (int i = 0; i < together; i++) {
            int row = y + i < image->height ? y + i : image->height - 1;
            rows.rows[i] = row_with_slack(image, row, copies + (size_t)i * (source_stride + ROW_SLACK));
            rows.results[i] = result->bytes + stride * (size_t)row;
        }
        if (wide)
            resample_rows_avx512(taps, &rows);
        else
            resample_rows_avx2(taps, &rows);
    }
#else
    (void)taps, (void)image, (void)arena, (void)result;
#endif
}

static void resample_rows(const struct taps *taps, const struct image *image, struct arena *arena, struct image *result)
{
    if (has_avx2() && image->channels == 3) {
        resample_rows_together(taps, image, arena, result);
        return;
    }
    for (int y = 0; y < image->height; y++)
        resample_row_bytes(taps, image->bytes + (size_t)y * (size_t)image->width * (size_t)image->channels,
                           image->channels,
                           result->bytes + (size_t)y * (size_t)result->width * (size_t)image->channels);
}

static void resample_column_bytes(const struct taps *taps, int index, const uint8_t *rows, size_t count,
                                  uint8_t *result)
{
    const int16_t *weights = taps->fixed + (size_t)index * (size_t)taps->stride;
    const uint8_t *first = rows + (size_t)taps->first[index] * count;
    for (size_t i = 0; i < count; i++) {
        int sum = 1 << (taps->precision - 1);
        for (int tap = 0; tap < taps->size[index]; tap++)
            sum += weights[tap] * first[(size_t)tap * count + i];
        result[i] = clip(sum >> taps->precision);
    }
}

static void resample_columns(const struct taps *taps, const struct image *image, struct image *result)
{
    void (*column)(const struct taps *, int, const uint8_t *, size_t, uint8_t *) = resample_column_bytes;
#if defined(__x86_64__)
    column = has_avx512() ? resample_column_avx512 : has_avx2() ? resample_column_avx2 : column;
#endif
    size_t stride = (size_t)image->width * (size_t)image->channels;
    for (int y = 0; y < result->height; y++)
        column(taps, y, image->bytes, stride, result->bytes + (size_t)y * stride);
}

HOT_LOOP static void add_scaled(float *restrict sum, const float *restrict row, float weight, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += row[i] * weight;
}

static void resample_rows_floats(const struct taps *taps, const struct image *image, struct image *result)
{
    for (int y = 0; y < image->height; y++) {
        const float *row = image->floats + (size_t)y * (size_t)image->width * (size_t)image->channels;
        float *out = result->floats + (size_t)y * (size_t)result->width * (size_t)image->channels;
        for (int i = 0; i < taps->count; i++) {
            const float *weights = taps->weights + (size_t)i * (size_t)taps->stride;
            for (int channel = 0; channel < image->channels; channel++) {
                const float *value = row + taps->first[i] * image->channels + channel;
                float sum = 0.0f;
                for (int tap = 0; tap < taps->size[i]; tap++)
                    sum += weights[tap] * value[tap * image->channels];
                *out++ = sum;
            }
        }
    }
}

static void resample_columns_floats(const struct taps *taps, const struct image *image, struct image *result)
{
    size_t stride = (size_t)image->width * (size_t)image->channels;
    memset(result->floats, 0, image_count(result) * sizeof(float));
    for (int y = 0; y < result->height; y++)
        for (int tap = 0; tap < taps->size[y]; tap++)
            add_scaled(result->floats + (size_t)y * stride, image->floats + (size_t)(taps->first[y] + tap) * stride,
                       taps->weights[(size_t)y * (size_t)taps->stride + (size_t)tap], stride);
}

/* One direction after the other; a direction whose size stays is left out. */
static bool resample_filtered(const struct image *image, const struct resample_options *options, struct arena *arena,
                              struct image *result, struct error *error)
{
    struct image wide = *image;
    struct taps taps;
    bool floats = image->dtype == DTYPE_F32;
    if (options->width != image->width) {
        if (!image_init(&wide, options->width, image->height, image->channels, image->dtype, arena, error))
            return false;
        taps_build(&taps, image->width, options->width, options, arena);
        if (floats)
            resample_rows_floats(&taps, image, &wide);
        else
            resample_rows(&taps, image, arena, &wide);
    }
    *result = wide;
    if (options->height == image->height)
        return true;
    if (!image_init(result, options->width, options->height, image->channels, image->dtype, arena, error))
        return false;
    taps_build(&taps, image->height, options->height, options, arena);
    if (floats)
        resample_columns_floats(&taps, &wide, result);
    else
        resample_columns(&taps, &wide, result);
    return true;
}

bool image_resample(const struct image *image, const struct resample_options *options, struct arena *arena,
                    struct image *result, struct error *error)
{
    struct image resampled = *image;
    if (options->width == image->width && options->height == image->height) {
        *result = resampled;
        return true;
    }
    bool is_nearest = options->interpolation == INTERPOLATION_NEAREST;
    if (!is_nearest && options->interpolation != INTERPOLATION_NEAREST_EXACT) {
        if (!resample_filtered(image, options, arena, &resampled, error))
            return false;
    } else {
        if (!image_init(&resampled, options->width, options->height, image->channels, image->dtype, arena, error))
            return false;
        resample_nearest(image, !is_nearest, arena, &resampled);
    }
    *result = resampled;
    return true;
}
