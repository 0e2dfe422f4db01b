/* test_rng.c: Philox's known answers, and streams that never meet. */
#include "engine/base/rng.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

/* Random123's kat_vectors, philox4x32 10. */
START_TEST(test_philox_gives_the_published_answers)
{
    static const struct {
        uint32_t counter[4];
        uint32_t key[2];
        uint32_t expected[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t result[4];
        rng_philox4x32_10(cases[i].counter, cases[i].key, result);
        ck_assert_mem_eq(result, cases[i].expected, sizeof result);
    }
}
END_TEST

START_TEST(test_streams_of_different_purpose_round_or_index_differ)
{
    struct rng base = rng_make(7, RNG_AUGMENT, 3, 5);
    struct rng others[] = {
        rng_make(8, RNG_AUGMENT, 3, 5),
        rng_make(7, RNG_SHUFFLE, 3, 5),
        rng_make(7, RNG_AUGMENT, 4, 5),
        rng_make(7, RNG_AUGMENT, 3, 6),
    };
    uint32_t first = rng_uint32(&base);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_uint_ne(first, rng_uint32(&others[i]));
}
END_TEST

START_TEST(test_blocks_are_the_stream_s_draws_from_any_of_them_on)
{
    const struct rng stream = rng_make(0x123456789ab, RNG_TEST, 7, 9);
    enum { BLOCKS = 101 };
    uint32_t draws[4 * BLOCKS], later[4 * 40 + 1];
    struct rng rng = stream;
    rng_draw_blocks(&stream, 0, BLOCKS, draws);
    for (int i = 0; i < 4 * BLOCKS; i++)
        ck_assert_uint_eq(draws[i], rng_uint32(&rng));
    later[4 * 40] = 99;
    rng_draw_blocks(&stream, 61, 40, later);
    ck_assert_mem_eq(later, draws + (ptrdiff_t)4 * 61, 4 * 40 * sizeof *later);
    ck_assert_uint_eq(later[4 * 40], 99);
}
END_TEST

START_TEST(test_normal_draws_have_mean_0_and_deviation_1)
{
    struct rng rng = rng_make(1, RNG_TEST, 0, 0);
    double sum = 0, squares = 0;
    enum { COUNT = 100000 };
    for (int i = 0; i < COUNT; i++) {
        double draw = rng_normal(&rng);
        sum += draw;
        squares += draw * draw;
    }
    ck_assert_double_lt(fabs(sum / COUNT), 0.01);
    ck_assert_double_lt(fabs(squares / COUNT - 1), 0.02);
}
END_TEST

START_TEST(test_permutation_holds_every_number_once)
{
    struct rng rng = rng_make(1, RNG_SHUFFLE, 0, 0);
    uint32_t order[257];
    int seen[257] = {0};
    rng_permutation(&rng, order, 257);
    for (int i = 0; i < 257; i++)
        seen[order[i]]++;
    for (int i = 0; i < 257; i++)
        ck_assert_int_eq(seen[i], 1);
}
END_TEST

UNIT_MAIN("rng", test_philox_gives_the_published_answers, test_streams_of_different_purpose_round_or_index_differ,
          test_blocks_are_the_stream_s_draws_from_any_of_them_on, test_normal_draws_have_mean_0_and_deviation_1,
          test_permutation_holds_every_number_once)
