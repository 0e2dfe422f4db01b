/* test_clip.c: limits for gradients; the numbers are torch.nn.utils.clip_grad_norm_'s and clip_grad_value_'s. */
#include <math.h>

#include "engine/base/rng.h"
#include "engine/ops/arrays/arrays.h"
#include "runner/train/clip.h"
#include "tests/unit/unit.h"

static const float gradients[] = {0.5f, -1.25f, 2.0f, -0.125f, 3.0f, 0.0f, -4.5f};
#define COUNT ((int64_t)(sizeof gradients / sizeof *gradients))

static struct numbers as_numbers(const float *values)
{
    return (struct numbers){(void *)(uintptr_t)values, DTYPE_F32};
}

START_TEST(test_norm_and_factor_are_torchs)
{
    static const float wanted[] = {0.126631856f, -0.31657964f, 0.506527424f, -0.031657964f,
                                   0.759791136f, 0.0f,         -1.1396867f};
    double norm = arrays_norm(device_cpu(), as_numbers(gradients), COUNT, 1), factor = clip_norm_factor(norm, 1.5);
    ck_assert_double_eq_tol(norm, 5.9226789474487305, 1e-6);
    for (int i = 0; i < COUNT; i++)
        ck_assert_double_eq_tol(gradients[i] * factor, wanted[i], 1e-6);
    ck_assert_double_eq(clip_norm_factor(1, 1.5), 1);
}
END_TEST

START_TEST(test_values_are_torchs)
{
    static const float wanted[] = {0.25f, -0.625f, 0.75f, -0.0625f, 0.75f, 0.0f, -0.75f};
    float clipped[COUNT];
    for (int i = 0; i < COUNT; i++)
        clipped[i] = gradients[i];
    arrays_clip(device_cpu(), as_numbers(clipped), COUNT, 0.5, 0.75);
    for (int i = 0; i < COUNT; i++)
        ck_assert_float_eq(clipped[i], wanted[i]);
}
END_TEST

START_TEST(test_the_norm_is_the_same_for_any_number_of_threads)
{
    enum { LENGTH = 100003 };
    static float values[LENGTH];
    struct rng rng = rng_make(1, RNG_TEST, 0, 0);
    double sum = 0;
    for (int i = 0; i < LENGTH; i++) {
        values[i] = (float)rng_normal(&rng);
        sum += (double)values[i] * values[i];
    }
    double norm = arrays_norm(device_cpu(), as_numbers(values), LENGTH, 1);
    ck_assert_double_eq_tol(norm, sqrt(sum), 1e-9);
    for (int threads = 2; threads < 6; threads++)
        ck_assert_double_eq(arrays_norm(device_cpu(), as_numbers(values), LENGTH, threads), norm);
}
END_TEST

START_TEST(test_a_bad_element_shows_in_the_norm)
{
    float values[] = {1, NAN, 2}, large[] = {1, INFINITY, 2};
    ck_assert(isnan(arrays_norm(device_cpu(), as_numbers(values), 3, 1)));
    ck_assert(isinf(arrays_norm(device_cpu(), as_numbers(large), 3, 1)));
}
END_TEST

START_TEST(test_gradients_add_up)
{
    float to[] = {1, 2, 3}, from[] = {10, 20, 30};
    arrays_add(device_cpu(), as_numbers(to), as_numbers(from), 3);
    ck_assert_float_eq(to[2], 33);
}
END_TEST

UNIT_MAIN("clip", test_norm_and_factor_are_torchs, test_values_are_torchs,
          test_the_norm_is_the_same_for_any_number_of_threads, test_a_bad_element_shows_in_the_norm,
          test_gradients_add_up)
