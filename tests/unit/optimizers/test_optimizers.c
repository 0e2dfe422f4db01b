/* test_optimizers.c: SGD, Adam and AdamW take the steps that PyTorch takes, over 1,000 of them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "components/optimizers/adam.h"
#include "components/optimizers/adamw.h"
#include "components/optimizers/sgd.h"
#include "tests/unit/unit.h"

enum { COUNT = 5, STEPS = 1000 };

static const double adam_betas[] = {0.9, 0.999}, slow_betas[] = {0.8, 0.99};

static struct optimizer *optimizer_for(const char *name, struct error *error)
{
    const struct sgd_params plain = {.lr = 0.01};
    const struct sgd_params momentum = {.lr = 0.01, .momentum = 0.9, .weight_decay = 5e-4};
    const struct sgd_params nesterov = {.lr = 0.01, .momentum = 0.9, .nesterov = true};
    const struct sgd_params dampening = {.lr = 0.01, .momentum = 0.8, .dampening = 0.2};
    const struct adam_params adam = {.lr = 0.002, .betas = {adam_betas, 2}, .eps = 1e-8, .weight_decay = 1e-3};
    const struct adam_params amsgrad = {.lr = 0.002, .betas = {slow_betas, 2}, .eps = 1e-8, .amsgrad = true};
    const struct adamw_params adamw = {.lr = 0.002, .betas = {adam_betas, 2}, .eps = 1e-8, .weight_decay = 0.05};
    if (strcmp(name, "sgd") == 0)
        return sgd_create(&plain, error);
    if (strcmp(name, "sgd_momentum") == 0)
        return sgd_create(&momentum, error);
    if (strcmp(name, "sgd_nesterov") == 0)
        return sgd_create(&nesterov, error);
    if (strcmp(name, "sgd_dampening") == 0)
        return sgd_create(&dampening, error);
    if (strcmp(name, "adam") == 0)
        return adam_create(&adam, error);
    if (strcmp(name, "adam_amsgrad") == 0)
        return adam_create(&amsgrad, error);
    if (strcmp(name, "adamw") == 0)
        return adamw_create(&adamw, error);
    return NULL;
}

/* Runs `steps` steps from the start on the gradients of make_optimization.py. */
static void optimizer_run(const struct optimizer *optimizer, int64_t steps, float parameters[COUNT])
{
    static const float start[COUNT] = {0.5f, -0.25f, 1.0f, 0.0f, -2.0f};
    float gradients[COUNT], states[OPTIMIZER_MAX_STATES][COUNT] = {{0}};
    memcpy(parameters, start, sizeof start);
    for (int64_t step = 0; step < steps; step++) {
        for (int64_t i = 0; i < COUNT; i++) {
            float offset = (float)((double)((step * 7919 + i * 104729) % 2001 - 1000) / 1024.0);
            gradients[i] = 0.125f * parameters[i] + offset;
        }
        struct optimizer_step arguments = {
            .arrays = {.parameters = {parameters, DTYPE_F32}, .gradients = {gradients, DTYPE_F32}, .count = COUNT},
            .step = step,
            .learning_rate = optimizer->interface->learning_rate(optimizer),
            .momentum = -1,
        };
        for (int i = 0; optimizer->interface->state_names(optimizer)[i] != NULL; i++)
            arguments.arrays.states[i] = (struct numbers){states[i], DTYPE_F32};
        optimizer->interface->step(optimizer, &arguments);
    }
}

START_TEST(test_every_optimizer_follows_pytorch)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/fixtures/optimizers.txt", getenv("LRUN_SOURCE_ROOT"));
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char name[64];
    long long steps = 0;
    int rows = 0;
    while (fscanf(file, "%63s %lld", name, &steps) == 2) {
        struct error error = ERROR_INIT;
        struct optimizer *optimizer = optimizer_for(name, &error);
        ck_assert_msg(optimizer != NULL, "%s: %s", name, error.message);
        float parameters[COUNT];
        optimizer_run(optimizer, steps, parameters);
        double expected[COUNT], largest = 1;
        for (int i = 0; i < COUNT; i++) {
            ck_assert_int_eq(fscanf(file, "%lf", &expected[i]), 1);
            largest = fmax(largest, fabs(expected[i]));
        }
        for (int i = 0; i < COUNT; i++) /* relative to the vector's largest element: all are rounded to float32 */
            ck_assert_msg(fabs(parameters[i] - expected[i]) <= 1e-6 * largest,
                          "%s, step %lld, parameter %d: wanted %.9g, found %.9g", name, steps, i, expected[i],
                          (double)parameters[i]);
        optimizer_destroy(&optimizer);
        rows++;
    }
    fclose(file);
    ck_assert_int_eq(rows, 35);
}
END_TEST

START_TEST(test_a_step_has_a_scale_for_gradients_and_a_momentum_of_its_own)
{
    struct error error = ERROR_INIT;
    const struct sgd_params params = {.lr = 1, .momentum = 0.5};
    struct optimizer *optimizer = sgd_create(&params, &error);
    float parameter = 0, gradient = 4, buffer = 10;
    const struct step_state state = {.scale = 0.25};
    struct optimizer_step step = {.arrays = {.parameters = {&parameter, DTYPE_F32},
                                             .gradients = {&gradient, DTYPE_F32},
                                             .states = {{&buffer, DTYPE_F32}},
                                             .count = 1,
                                             .state = &state},
                                  .step = 1,
                                  .learning_rate = 0.5,
                                  .momentum = 0.1};
    optimizer->interface->step(optimizer, &step);
    ck_assert_float_eq_tol(buffer, 2.0f, 1e-6f);
    ck_assert_float_eq_tol(parameter, -1.0f, 1e-6f);
    optimizer_destroy(&optimizer);
}
END_TEST

START_TEST(test_nesterov_without_momentum_is_refused)
{
    struct error error = ERROR_INIT;
    const struct sgd_params params = {.lr = 1, .nesterov = true};
    ck_assert_ptr_null(sgd_create(&params, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
}
END_TEST

UNIT_MAIN("optimizers", test_every_optimizer_follows_pytorch,
          test_a_step_has_a_scale_for_gradients_and_a_momentum_of_its_own, test_nesterov_without_momentum_is_refused)
