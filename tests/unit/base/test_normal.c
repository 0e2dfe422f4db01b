/* test_normal.c: normals from bits: against the formula by libm, the same everywhere, the same one by one and many at once. */
#include "engine/base/normal.h"

#include <math.h>

#include "engine/base/rng.h"
#include "tests/unit/unit.h"

#define COUNT 20000

START_TEST(test_normals_are_the_formula_to_a_few_units_in_the_last_place)
{
    struct rng rng = rng_make(1, RNG_TEST, 0, 1);
    for (int i = 0; i < COUNT; i++) {
        uint32_t radius = rng_uint32(&rng), angle = rng_uint32(&rng);
        double wanted =
            sqrt(-2 * log(((double)radius + 1) * 0x1p-32)) * cos(6.283185307179586 * ((double)angle * 0x1p-32));
        double found = normal_from_bits(radius, angle);
        ck_assert_double_eq_tol(found, wanted, 2e-15);
        ck_assert_float_eq((float)found, (float)wanted);
    }
}
END_TEST

/* First weights are made of these: a run can be repeated on another machine only as long as no bit of them changes. */
START_TEST(test_the_same_bits_give_the_same_number_on_every_machine)
{
    static const struct {
        uint32_t radius, angle;
        double expected;
    } cases[] = {
        {0, 0, 0x1.aa4499161cd47p+2},
        {0xffffffff, 1, 0},
        {0, 0x80000000, -0x1.aa4499161cd47p+2},
        {5, 0x40000000, 0x1.c2cf393683b03p-52},
        {5, 0xc0000000, -0x1.521b6ae948f03p-50},
        {0x12345678, 0x9abcdef0, -0x1.d25e6f370f092p+0},
        {0xb504f333, 0x3fffffff, 0x1.4eca4220c8a15p-30},
        {0xb504f332, 0x20000000, 0x1.2d6abe4708033p-1},
        {0x80000000, 0xffffffff, 0x1.2d6abe42fce9ep+0},
        {1, 0xa0000000, -0x1.28ab8187b8116p+2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_double_eq(normal_from_bits(cases[i].radius, cases[i].angle), cases[i].expected);
}
END_TEST

START_TEST(test_many_at_once_are_the_same_as_one_by_one)
{
    static uint32_t bits[2 * COUNT];
    static double normals[COUNT + 1];
    struct rng rng = rng_make(2, RNG_TEST, 0, 2);
    for (int i = 0; i < 2 * COUNT; i++)
        bits[i] = rng_uint32(&rng);
    for (size_t start = 0, count = 0; start < COUNT; start += count, count++) {
        count = count < COUNT - start ? count : COUNT - start;
        normals[start + count] = 99;
        normals_from_bits(bits + 2 * start, count, normals + start);
        ck_assert_double_eq(normals[start + count], 99);
        for (size_t i = start; i < start + count; i++)
            ck_assert_double_eq(normals[i], normal_from_bits(bits[2 * i], bits[2 * i + 1]));
    }
}
END_TEST

UNIT_MAIN("normal", test_normals_are_the_formula_to_a_few_units_in_the_last_place,
          test_the_same_bits_give_the_same_number_on_every_machine, test_many_at_once_are_the_same_as_one_by_one)
