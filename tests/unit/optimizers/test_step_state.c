/* test_step_state.c: what a step finds out, and limits for gradients; the numbers are torch.nn.utils.clip_grad_norm_'s and clip_grad_value_'s. */
#include <math.h>
#include <string.h>

#include "components/optimizers/sgd.h"
#include "engine/base/rng.h"
#include "engine/ops/arrays/arrays.h"
#include "tests/unit/unit.h"

static const float gradients[] = {0.5f, -1.25f, 2.0f, -0.125f, 3.0f, 0.0f, -4.5f};
#define COUNT ((int64_t)(sizeof gradients / sizeof *gradients))

static struct numbers as_numbers(const float *values)
{
    return (struct numbers){(void *)(uintptr_t)values, DTYPE_F32};
}

/* What a step of these gradients finds out. */
static struct step_state judge(const float *values, int64_t count, double share, double norm_limit, int threads)
{
    struct step_state state = {0};
    struct step_report report = {.gradients = as_numbers(values),
                                 .count = count,
                                 .threads = threads,
                                 .place = {17, 3, 1},
                                 .share = share,
                                 .norm_limit = norm_limit};
    arrays_judge(device_cpu(), &state, &report);
    return state;
}

START_TEST(test_norm_and_factor_are_torchs)
{
    static const float wanted[] = {0.126631856f, -0.31657964f, 0.506527424f, -0.031657964f,
                                   0.759791136f, 0.0f,         -1.1396867f};
    struct step_state state = judge(gradients, COUNT, 1, 1.5, 1);
    ck_assert_double_eq_tol(state.norm, 5.9226789474487305, 1e-6);
    for (int i = 0; i < COUNT; i++)
        ck_assert_double_eq_tol(gradients[i] * state.scale, wanted[i], 1e-6);
    ck_assert_double_eq(judge(gradients, COUNT, 1, 6, 1).scale, 1);
    ck_assert_double_eq(judge(gradients, COUNT, 1, (double)INFINITY, 1).scale, 1);
}
END_TEST

START_TEST(test_the_norm_of_the_mean_over_batches_is_limited)
{
    ck_assert_double_eq_tol(judge(gradients, COUNT, 0.25, 1.5, 1).scale, 0.25, 1e-6);
    ck_assert_double_eq_tol(judge(gradients, COUNT, 0.25, 0.5, 1).scale, 0.5 / 5.9226789474487305, 1e-6);
    ck_assert_double_eq(judge(gradients, COUNT, 0.25, (double)INFINITY, 1).scale, 0.25);
}
END_TEST

START_TEST(test_values_are_torchs)
{
    static const float wanted[] = {0.25f, -0.625f, 0.75f, -0.0625f, 0.75f, 0.0f, -0.75f};
    struct step_state state = {.share = 0.5};
    float clipped[COUNT];
    memcpy(clipped, gradients, sizeof clipped);
    arrays_clip(device_cpu(), &state, as_numbers(clipped), COUNT, 0.75);
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
    double norm = judge(values, LENGTH, 1, 1, 1).norm;
    ck_assert_double_eq_tol(norm, sqrt(sum), 1e-9);
    for (int threads = 2; threads < 6; threads++)
        ck_assert_double_eq(judge(values, LENGTH, 1, 1, threads).norm, norm);
}
END_TEST

START_TEST(test_a_bad_element_is_a_fault_and_the_update_is_not_done)
{
    static const float bad[] = {(float)NAN, (float)INFINITY, -(float)INFINITY};
    struct error error = ERROR_INIT;
    struct optimizer *optimizer = sgd_create(&(struct sgd_params){.lr = 1, .momentum = 0.5}, &error);
    for (int i = 0; i < 3; i++) {
        float values[] = {1, bad[i], 2}, parameters[] = {3, 4, 5}, buffers[] = {6, 7, 8};
        struct step_state state = judge(values, 3, 1, (double)INFINITY, 1);
        struct optimizer_step step = {.arrays = {.parameters = as_numbers(parameters),
                                                 .gradients = as_numbers(values),
                                                 .states = {as_numbers(buffers)},
                                                 .count = 3,
                                                 .state = &state},
                                      .learning_rate = 1,
                                      .momentum = -1};
        ck_assert(!isfinite(state.norm));
        ck_assert_int_eq(state.is_at_fault, 1);
        ck_assert_int_eq(state.fault.step, 17);
        ck_assert_int_eq(state.fault.batch, 3);
        ck_assert_int_eq(state.fault.part, 1);
        optimizer->interface->step(optimizer, &step);
        ck_assert_mem_eq(parameters, ((const float[]){3, 4, 5}), sizeof parameters);
        ck_assert_mem_eq(buffers, ((const float[]){6, 7, 8}), sizeof buffers);
    }
    optimizer_destroy(&optimizer);
}
END_TEST

START_TEST(test_gradients_add_up)
{
    float to[] = {1, 2, 3}, from[] = {10, 20, 30};
    arrays_add(device_cpu(), as_numbers(to), as_numbers(from), 3);
    ck_assert_float_eq(to[2], 33);
}
END_TEST

UNIT_MAIN("step_state", test_norm_and_factor_are_torchs, test_the_norm_of_the_mean_over_batches_is_limited,
          test_values_are_torchs, test_the_norm_is_the_same_for_any_number_of_threads,
          test_a_bad_element_is_a_fault_and_the_update_is_not_done, test_gradients_add_up)
