/* resample_avx2.c: the byte passes of resampling with AVX2; integer arithmetic, so the same to the bit as in plain C. */
#include "engine/image/resample_taps.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))

/* Pixels 0 and 1, and 2 and 3, of four RGB ones as pairs of 16-bit numbers: r0 r1 g0 g1 b0 b1 0 0. */
#define PAIR_MASK(a, b) (a), -1, (b), -1, (a) + 1, -1, (b) + 1, -1, (a) + 2, -1, (b) + 2, -1, -1, -1, -1, -1
#define NEAR_PAIR PAIR_MASK(0, 3)
#define FAR_PAIR PAIR_MASK(6, 9)

AVX2 static inline __m256i broadcast_pair(const int16_t *weights)
{
    int32_t pair;
    memcpy(&pair, weights, sizeof pair);
    return _mm256_set1_epi32(pair);
}

/* One RGB pixel of both rows, as bytes in the low four of each half. */
AVX2 static inline __m256i sum_pixel(const struct taps *taps, int index, const struct byte_rows *rows, __m256i start,
                                     __m128i shift)
{
    const __m256i near = _mm256_setr_epi8(NEAR_PAIR, NEAR_PAIR), far = _mm256_setr_epi8(FAR_PAIR, FAR_PAIR);
    const int16_t *weights = taps->fixed + (size_t)index * (size_t)taps->stride;
    size_t at = 3 * (size_t)taps->first[index];
    __m256i sum = start;
    for (int tap = 0; tap < taps->size[index]; tap += TAPS_GROUP, at += 3 * TAPS_GROUP) {
        __m256i pixels = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(rows->rows[0] + at)));
        pixels =
            _mm256_inserti128_si256(pixels, _mm_loadu_si128((const __m128i *)(const void *)(rows->rows[1] + at)), 1);
        sum =
            _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, near), broadcast_pair(weights + tap)));
        sum = _mm256_add_epi32(sum,
                               _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, far), broadcast_pair(weights + tap + 2)));
    }
    sum = _mm256_sra_epi32(sum, shift);
    sum = _mm256_packs_epi32(sum, sum);
    return _mm256_packus_epi16(sum, sum);
}

AVX2 void resample_rows_avx2(const struct taps *taps, const struct byte_rows *rows)
{
    const __m256i start = _mm256_set1_epi32(1 << (taps->precision - 1));
    const __m128i shift = _mm_cvtsi32_si128(taps->precision);
    for (int i = 0; i < taps->count; i++) {
        __m256i pixel = sum_pixel(taps, i, rows, start, shift);
        int32_t values[2] = {_mm256_extract_epi32(pixel, 0), _mm256_extract_epi32(pixel, 4)};
        /* A fourth byte is written along, except at the end of a row. */
        size_t bytes = i + 1 < taps->count ? 4 : 3;
        for (int row = 0; row < 2; row++) {
            if (bytes == 4)
                memcpy(rows->results[row] + 3 * (size_t)i, &values[row], 4);
            else
                memcpy(rows->results[row] + 3 * (size_t)i, &values[row], 3);
        }
    }
}

/* Sixteen bytes of the weighted sum of rows that lie `stride` bytes apart. */
AVX2 static inline __m128i sum_block(const int16_t *weights, int count, const uint8_t *row, size_t stride,
                                     int precision)
{
    const __m256i start = _mm256_set1_epi32(1 << (precision - 1));
    const __m128i shift = _mm_cvtsi32_si128(precision);
    __m256i low = start, high = start;
    for (int tap = 0; tap < count; tap += 2, row += 2 * stride) {
        /* An odd row at the end is paired with itself; its partner's weight is zero. */
        const uint8_t *next = tap + 1 < count ? row + stride : row;
        __m256i upper = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(const void *)row));
        __m256i lower = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(const void *)next));
        __m256i pair = broadcast_pair(weights + tap);
        low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_unpacklo_epi16(upper, lower), pair));
        high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_unpackhi_epi16(upper, lower), pair));
    }
    __m256i sum = _mm256_packs_epi32(_mm256_sra_epi32(low, shift), _mm256_sra_epi32(high, shift));
    sum = _mm256_packus_epi16(sum, sum);
    return _mm256_castsi256_si128(_mm256_permute4x64_epi64(sum, 0x08));
}

AVX2 void resample_column_avx2(const struct taps *taps, int index, const uint8_t *rows, size_t count, uint8_t *result)
{
    const int16_t *weights = taps->fixed + (size_t)index * (size_t)taps->stride;
    const uint8_t *first = rows + (size_t)taps->first[index] * count;
    int size = taps->size[index];
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        _mm_storeu_si128((__m128i *)(void *)(result + i), sum_block(weights, size, first + i, count, taps->precision));
    for (; i < count; i++) {
        int sum = 1 << (taps->precision - 1);
        for (int tap = 0; tap < size; tap++)
            sum += weights[tap] * first[(size_t)tap * count + i];
        sum >>= taps->precision;
        result[i] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
    }
}

#endif
