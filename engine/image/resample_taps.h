/* resample_taps.h: which inputs each output of a one-dimensional resampling takes, and with what weights. Internal. */
#ifndef LRUN_ENGINE_IMAGE_RESAMPLE_TAPS_H
#define LRUN_ENGINE_IMAGE_RESAMPLE_TAPS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/image/resample.h"

/** Weights of an output are stored up to a multiple of this, filled up with zeros. */
#define TAPS_GROUP 4

/** Output i takes inputs first[i] .. first[i] + size[i] - 1 with weights[i * stride] and up. */
struct taps {
    int count;
    int stride;
    int *first;
    int *size;
    float *weights;
    /** The weights as fixed-point numbers: round(weight * 2^precision). */
    int16_t *fixed;
    int precision;
};

/** Bilinear or bicubic taps from `input` to `output` samples, as PyTorch computes them. */
void taps_build(struct taps *taps, int input, int output, const struct resample_options *options, struct arena *arena);

/** Most rows at once. */
#define ROWS_AT_ONCE 4

/** Rows of bytes: 16 bytes beyond the end of a row can be read. */
struct byte_rows {
    const uint8_t *rows[ROWS_AT_ONCE];
    uint8_t *results[ROWS_AT_ONCE];
};

/** Resamples two RGB rows along their length. Needs AVX2. */
void resample_rows_avx2(const struct taps *taps, const struct byte_rows *rows);

/** Resamples four. Needs AVX-512 F, BW and VL. */
void resample_rows_avx512(const struct taps *taps, const struct byte_rows *rows);

/** Output row `index`: weighted sum of rows of `count` bytes that lie one after the other. Needs AVX2. */
void resample_column_avx2(const struct taps *taps, int index, const uint8_t *rows, size_t count, uint8_t *result);

/** The same with AVX-512 F, BW and VL. */
void resample_column_avx512(const struct taps *taps, int index, const uint8_t *rows, size_t count, uint8_t *result);

#endif
