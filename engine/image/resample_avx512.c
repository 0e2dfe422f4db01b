/* resample_avx512.c: the byte passes of resampling with AVX-512; integer arithmetic, so the same to the bit as in plain C. */
#include "engine/image/resample_taps.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))

/* Pixels that are summed before they are stored: sixteen bytes of each row, of which the fourth of each pixel goes. */
#define GROUP 4

/* Pixels 0 and 1, and 2 and 3, of four RGB ones as pairs of 16-bit numbers: r0 r1 g0 g1 b0 b1 0 0. */
AVX512 static inline __m512i pair_mask(int a, int b)
{
    const char z = -1;
    return _mm512_broadcast_i32x4(_mm_setr_epi8((char)a, z, (char)b, z, (char)(a + 1), z, (char)(b + 1), z,
                                                (char)(a + 2), z, (char)(b + 2), z, z, z, z, z));
}

AVX512 static inline __m512i broadcast_pair(const int16_t *weights)
{
    int32_t pair;
    memcpy(&pair, weights, sizeof pair);
    return _mm512_set1_epi32(pair);
}

AVX512 static inline __m512i load_rows(const struct byte_rows *rows, size_t at)
{
    __m512i pixels = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(const void *)(rows->rows[0] + at)));
    pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128((const __m128i *)(const void *)(rows->rows[1] + at)), 1);
    pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128((const __m128i *)(const void *)(rows->rows[2] + at)), 2);
    return _mm512_inserti32x4(pixels, _mm_loadu_si128((const __m128i *)(const void *)(rows->rows[3] + at)), 3);
}

/* One RGB pixel of all rows, a row in each quarter: r g b and nothing. */
AVX512 static inline __m512i sum_pixel(const struct taps *taps, int index, const struct byte_rows *rows)
{
    const int16_t *weights = taps->fixed + (size_t)index * (size_t)taps->stride;
    size_t at = 3 * (size_t)taps->first[index];
    __m512i sum = _mm512_set1_epi32(1 << (taps->precision - 1));
    for (int tap = 0; tap < taps->size[index]; tap += TAPS_GROUP, at += 3 * TAPS_GROUP) {
        __m512i pixels = load_rows(rows, at);
        __m512i near = _mm512_madd_epi16(_mm512_shuffle_epi8(pixels, pair_mask(0, 3)), broadcast_pair(weights + tap));
        __m512i far =
            _mm512_madd_epi16(_mm512_shuffle_epi8(pixels, pair_mask(6, 9)), broadcast_pair(weights + tap + 2));
        sum = _mm512_add_epi32(sum, _mm512_add_epi32(near, far));
    }
    return _mm512_sra_epi32(sum, _mm_cvtsi32_si128(taps->precision));
}

AVX512 void resample_rows_avx512(const struct taps *taps, const struct byte_rows *rows)
{
    const __m512i without_fourth =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    for (int i = 0; i < taps->count; i += GROUP) {
        int count = taps->count - i < GROUP ? taps->count - i : GROUP, last = taps->count - 1;
        __m512i low = _mm512_packs_epi32(sum_pixel(taps, i, rows), sum_pixel(taps, i + 1 < last ? i + 1 : last, rows));
        __m512i high = _mm512_packs_epi32(sum_pixel(taps, i + 2 < last ? i + 2 : last, rows),
                                          sum_pixel(taps, i + 3 < last ? i + 3 : last, rows));
        __m512i pixels = _mm512_shuffle_epi8(_mm512_packus_epi16(low, high), without_fourth);
        __mmask16 mask = (__mmask16)((1u << (3 * count)) - 1);
        size_t at = 3 * (size_t)i;
        _mm_mask_storeu_epi8(rows->results[0] + at, mask, _mm512_castsi512_si128(pixels));
        _mm_mask_storeu_epi8(rows->results[1] + at, mask, _mm512_extracti32x4_epi32(pixels, 1));
        _mm_mask_storeu_epi8(rows->results[2] + at, mask, _mm512_extracti32x4_epi32(pixels, 2));
        _mm_mask_storeu_epi8(rows->results[3] + at, mask, _mm512_extracti32x4_epi32(pixels, 3));
    }
}

/* Thirty-two bytes, or those of the mask, of the weighted sum of rows that lie `stride` bytes apart. */
AVX512 static inline __m256i sum_block(const int16_t *weights, int count, const uint8_t *row, size_t stride,
                                       __mmask32 mask, int precision)
{
    const __m128i shift = _mm_cvtsi32_si128(precision);
    __m512i low = _mm512_set1_epi32(1 << (precision - 1)), high = low;
    for (int tap = 0; tap < count; tap += 2, row += 2 * stride) {
        /* An odd row at the end is paired with itself; its partner's weight is zero. */
        const uint8_t *next = tap + 1 < count ? row + stride : row;
        __m512i upper = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(mask, row));
        __m512i lower = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(mask, next));
        __m512i pair = broadcast_pair(weights + tap);
        low = _mm512_add_epi32(low, _mm512_madd_epi16(_mm512_unpacklo_epi16(upper, lower), pair));
        high = _mm512_add_epi32(high, _mm512_madd_epi16(_mm512_unpackhi_epi16(upper, lower), pair));
    }
    __m512i sum = _mm512_packs_epi32(_mm512_sra_epi32(low, shift), _mm512_sra_epi32(high, shift));
    return _mm512_cvtusepi16_epi8(_mm512_max_epi16(sum, _mm512_setzero_si512()));
}

AVX512 void resample_column_avx512(const struct taps *taps, int index, const uint8_t *rows, size_t count,
                                   uint8_t *result)
{
    const int16_t *weights = taps->fixed + (size_t)index * (size_t)taps->stride;
    const uint8_t *first = rows + (size_t)taps->first[index] * count;
    for (size_t i = 0; i < count; i += 32) {
        __mmask32 mask = count - i < 32 ? (__mmask32)((1u << (count - i)) - 1) : ~(__mmask32)0;
        __m256i sum = sum_block(weights, taps->size[index], first + i, count, mask, taps->precision);
        _mm256_mask_storeu_epi8(result + i, mask, sum);
    }
}

#endif
