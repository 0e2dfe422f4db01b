/* test_sampler.c: the order of an epoch. */
#include <string.h>

#include "runner/data/sampler.h"
#include "tests/unit/unit.h"

#define LENGTH 1000

static struct sampler shuffled(uint64_t seed, int64_t epoch)
{
    struct error error = ERROR_INIT;
    struct sampler sampler;
    ck_ok(sampler_init(&sampler, LENGTH, true, seed, &error), error);
    sampler_set_epoch(&sampler, epoch);
    return sampler;
}

static int differing(const struct sampler *a, const struct sampler *b)
{
    int count = 0;
    for (int64_t i = 0; i < LENGTH; i++)
        count += sampler_get(a, i) != sampler_get(b, i);
    return count;
}

START_TEST(test_an_epoch_has_every_sample_once)
{
    struct sampler sampler = shuffled(7, 3);
    unsigned char seen[LENGTH] = {0};
    for (int64_t i = 0; i < LENGTH; i++)
        ck_assert_int_eq(seen[sampler_get(&sampler, i)]++, 0);
    ck_assert_int_eq(sampler_get(&sampler, LENGTH), sampler_get(&sampler, 0));
    sampler_finish(&sampler);
}
END_TEST

START_TEST(test_the_order_is_a_function_of_seed_and_epoch)
{
    struct sampler sampler = shuffled(7, 3), again = shuffled(7, 9), other = shuffled(8, 3);
    ck_assert_int_gt(differing(&sampler, &again), LENGTH / 2);
    ck_assert_int_gt(differing(&sampler, &other), LENGTH / 2);
    sampler_set_epoch(&again, 3);
    ck_assert_int_eq(differing(&sampler, &again), 0);
    sampler_finish(&sampler);
    sampler_finish(&again);
    sampler_finish(&other);
}
END_TEST

START_TEST(test_without_shuffle_the_order_is_the_samples_own)
{
    struct error error = ERROR_INIT;
    struct sampler sampler;
    ck_ok(sampler_init(&sampler, (int64_t)1 << 40, false, 1, &error), error);
    sampler_set_epoch(&sampler, 5);
    ck_assert_int_eq(sampler_get(&sampler, 123456789012), 123456789012);
    sampler_finish(&sampler);
    ck_assert(!sampler_init(&sampler, (int64_t)1 << 40, true, 1, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
}
END_TEST

UNIT_MAIN("sampler", test_an_epoch_has_every_sample_once, test_the_order_is_a_function_of_seed_and_epoch,
          test_without_shuffle_the_order_is_the_samples_own)
