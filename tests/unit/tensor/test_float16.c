/* test_float16.c: rounding to float16, as IEEE 754 defines it. */
#include "engine/tensor/float16.h"

#include <math.h>

#include "engine/tensor/floats.h"
#include "engine/tensor/numbers.h"
#include "tests/unit/unit.h"

/* The number of these bits, by its definition: sign, exponent, digits. */
static double defined(uint32_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double digits = bits & 0x3ff, sign = bits & 0x8000 ? -1 : 1;
    if (exponent == 31)
        return digits > 0 ? NAN : sign * INFINITY;
    return exponent == 0 ? sign * ldexp(digits, -24) : sign * ldexp(1024 + digits, exponent - 25);
}

static float number_of(uint32_t bits)
{
    return float16_to_float((struct float16){(uint16_t)bits});
}

START_TEST(test_every_float16_is_the_number_that_it_is_defined_as)
{
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        float number = number_of(bits);
        double wanted = defined(bits);
        ck_assert(isnan(wanted) ? isnan(number) : number == wanted);
        ck_assert(isnan(wanted) || !signbit(number) == !signbit(wanted));
        ck_assert_uint_eq(float16_from_float(number).bits, isnan(wanted) ? 0x7fff : bits);
    }
}
END_TEST

/* What is halfway between two neighbours goes to the even one, and what is a little off it to the nearer one. */
START_TEST(test_rounds_to_nearest_and_halves_to_even)
{
    for (uint32_t bits = 0; bits < 0x7bff; bits++) {
        float half = (number_of(bits) + number_of(bits + 1)) / 2;
        ck_assert_uint_eq(float16_from_float(half).bits, bits + (bits & 1));
        ck_assert_uint_eq(float16_from_float(-half).bits, (bits + (bits & 1)) | 0x8000);
        ck_assert_uint_eq(float16_from_float(nextafterf(half, 0)).bits, bits);
        ck_assert_uint_eq(float16_from_float(nextafterf(half, INFINITY)).bits, bits + 1);
    }
}
END_TEST

START_TEST(test_what_is_too_large_is_infinite_and_what_is_too_small_is_zero)
{
    ck_assert_uint_eq(float16_from_float(65504).bits, 0x7bff);
    ck_assert_uint_eq(float16_from_float(nextafterf(65520, 0)).bits, 0x7bff);
    ck_assert_uint_eq(float16_from_float(65520).bits, 0x7c00);
    ck_assert_uint_eq(float16_from_float(-0x1.fffffep127F).bits, 0xfc00);
    ck_assert_uint_eq(float16_from_float(-INFINITY).bits, 0xfc00);
    ck_assert_uint_eq(float16_from_float(NAN).bits, 0x7fff);
    ck_assert_uint_eq(float16_from_float(0x1p-149F).bits, 0);
    ck_assert_uint_eq(float16_from_float(-0x1p-60F).bits, 0x8000);
    ck_assert_uint_eq(float16_from_float(-0.0F).bits, 0x8000);
}
END_TEST

START_TEST(test_numbers_and_floats_read_and_write_it)
{
    struct float16 halves[3] = {{0}};
    struct numbers array = {halves, DTYPE_F16};
    float third = number_of(float16_from_float(1.0F / 3).bits);
    numbers_set(numbers_from(array, 1), 1, 1.0 / 3);
    float_set(halves, DTYPE_F16, 1, 1.0F / 3);
    ck_assert_double_eq(numbers_get(array, 2), third);
    ck_assert_float_eq(float_get(halves, DTYPE_F16, 1), third);
    ck_assert_double_eq(numbers_get(array, 0), 0);
    ck_assert_double_eq(numbers_get_as((struct numbers){&(double){1.0 / 3}, DTYPE_F64}, 0, DTYPE_F16), third);
    ck_assert(dtype_is_float(DTYPE_F16));
}
END_TEST

UNIT_MAIN("float16", test_every_float16_is_the_number_that_it_is_defined_as, test_rounds_to_nearest_and_halves_to_even,
          test_what_is_too_large_is_infinite_and_what_is_too_small_is_zero, test_numbers_and_floats_read_and_write_it)
