/* test_bfloat16.c: rounding to bfloat16, and what reads and writes arrays of any floating type. */
#include "engine/tensor/bfloat16.h"

#include <math.h>
#include <stdio.h>

#include "engine/backends/cpu/vector.h"
#include "engine/tensor/numbers.h"
#include "tests/unit/unit.h"

static float rounded(float number)
{
    return bfloat16_to_float(bfloat16_from_float(number));
}

START_TEST(test_every_bfloat16_stays_what_it_is)
{
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        float number = bfloat16_to_float((struct bfloat16){(uint16_t)bits});
        if (isnan(number))
            ck_assert(isnan(rounded(number)));
        else
            ck_assert_uint_eq(bfloat16_from_float(number).bits, bits);
    }
}
END_TEST

START_TEST(test_rounds_to_nearest_and_halves_to_even)
{
    ck_assert_float_eq(rounded(1 + 0x1p-8F), 1);
    ck_assert_float_eq(rounded(1 + 0x1.8p-7F), 1 + 0x1p-6F);
    ck_assert_float_eq(rounded(1 + 0x1.02p-8F), 1 + 0x1p-7F);
    ck_assert_float_eq(rounded(-1 - 0x1.02p-8F), -1 - 0x1p-7F);
    ck_assert_float_eq(rounded(0x1.fffffep127F), INFINITY);
    ck_assert_float_eq(rounded(-INFINITY), -INFINITY);
    ck_assert(isnan(rounded(NAN)));
    ck_assert_uint_eq(bfloat16_from_float(-0.0F).bits, 0x8000);
}
END_TEST

/* A number whose upper bits are any and whose lower bits are those that rounding looks at. */
static float number_at(uint32_t index)
{
    static const uint32_t low[] = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};
    uint32_t bits = (index / 6 * 7 & 0xffff) << 16 | low[index % 6];
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

START_TEST(test_vectors_round_as_single_numbers_do)
{
    for (uint32_t i = 0; i < 6 * 0x10000; i += VECTOR_LANES) {
        float numbers[VECTOR_LANES], back[VECTOR_LANES];
        uint16_t narrow[VECTOR_LANES];
        for (uint32_t l = 0; l < VECTOR_LANES; l++)
            numbers[l] = number_at(i + l);
        vector value;
        VECTOR_READ(value, numbers, DTYPE_F32, 0, VECTOR_LANES);
        VECTOR_WRITE(narrow, DTYPE_BF16, 0, value, VECTOR_LANES);
        VECTOR_READ(value, narrow, DTYPE_BF16, 0, VECTOR_LANES);
        VECTOR_WRITE(back, DTYPE_F32, 0, value, VECTOR_LANES);
        for (int l = 0; l < VECTOR_LANES; l++) {
            ck_assert_uint_eq(narrow[l], bfloat16_from_float(numbers[l]).bits);
            ck_assert((isnan(numbers[l]) && isnan(back[l])) || back[l] == rounded(numbers[l]));
        }
    }
}
END_TEST

START_TEST(test_numbers_are_read_and_written_in_their_type)
{
    float singles[3] = {0};
    double doubles[3] = {0};
    struct bfloat16 halves[3] = {{0}};
    struct numbers arrays[] = {{singles, DTYPE_F32}, {doubles, DTYPE_F64}, {halves, DTYPE_BF16}};
    double third = 1.0 / 3, wanted[] = {(float)third, third, rounded((float)third)};
    for (int i = 0; i < 3; i++) {
        numbers_set(numbers_from(arrays[i], 1), 1, third);
        ck_assert_double_eq(numbers_get(arrays[i], 2), wanted[i]);
        ck_assert_double_eq(numbers_get(arrays[i], 0), 0);
        ck_assert_double_eq(numbers_get_as(arrays[i], 2, DTYPE_BF16), wanted[2]);
    }
}
END_TEST

UNIT_MAIN("bfloat16", test_every_bfloat16_stays_what_it_is, test_rounds_to_nearest_and_halves_to_even,
          test_vectors_round_as_single_numbers_do, test_numbers_are_read_and_written_in_their_type)
