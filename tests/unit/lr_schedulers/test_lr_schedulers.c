/* test_lr_schedulers.c: every schedule equals PyTorch's over 1,000 steps. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "components/lr_schedulers/constant_lr.h"
#include "components/lr_schedulers/cosine_annealing_lr.h"
#include "components/lr_schedulers/exponential_lr.h"
#include "components/lr_schedulers/linear_lr.h"
#include "components/lr_schedulers/multi_step_lr.h"
#include "components/lr_schedulers/one_cycle_lr.h"
#include "components/lr_schedulers/polynomial_lr.h"
#include "components/lr_schedulers/sequential_lr.h"
#include "components/lr_schedulers/step_lr.h"
#include "tests/unit/unit.h"

static const int64_t milestones[] = {100, 250, 600}, seven_hundred = 700, one_thousand = 1000, one_more = 1001;

static struct lr_scheduler *warmup_cosine(struct error *error)
{
    static const int64_t takeover[] = {50};
    static struct lr_scheduler *children[2];
    const struct linear_lr_params warmup = {.start_factor = 0.01, .end_factor = 1, .total_iters = 50};
    const struct cosine_annealing_lr_params cosine = {.T_max = NULL};
    children[0] = linear_lr_create(&warmup, error);
    children[1] = cosine_annealing_lr_create(&cosine, error);
    const struct sequential_lr_params params = {.schedulers = {children, 2}, .milestones = {takeover, 1}};
    return sequential_lr_create(&params, error);
}

static struct lr_scheduler *scheduler_for(const char *name, struct error *error)
{
    const struct step_lr_params step = {.step_size = 30, .gamma = 0.5};
    const struct multi_step_lr_params multi_step = {.milestones = {milestones, 3}, .gamma = 0.1};
    const struct exponential_lr_params exponential = {.gamma = 0.995};
    const struct constant_lr_params constant = {.factor = 0.25, .total_iters = 40};
    const struct linear_lr_params linear = {.start_factor = 0.001, .end_factor = 0.9, .total_iters = 60};
    const struct polynomial_lr_params polynomial = {.total_iters = &seven_hundred, .power = 0.9};
    const struct cosine_annealing_lr_params cosine = {.T_max = &one_thousand, .eta_min = 1e-4};
    struct one_cycle_lr_params one_cycle = {.max_lr = 0.1, .total_steps = &one_more, .pct_start = 0.3};
    one_cycle.cycle_momentum = true;
    one_cycle.base_momentum = 0.85;
    one_cycle.max_momentum = 0.95;
    one_cycle.div_factor = 25;
    one_cycle.final_div_factor = 1e4;
    if (strcmp(name, "step") == 0)
        return step_lr_create(&step, error);
    if (strcmp(name, "multi_step") == 0)
        return multi_step_lr_create(&multi_step, error);
    if (strcmp(name, "exponential") == 0)
        return exponential_lr_create(&exponential, error);
    if (strcmp(name, "constant") == 0)
        return constant_lr_create(&constant, error);
    if (strcmp(name, "linear") == 0)
        return linear_lr_create(&linear, error);
    if (strcmp(name, "polynomial") == 0)
        return polynomial_lr_create(&polynomial, error);
    if (strcmp(name, "cosine") == 0)
        return cosine_annealing_lr_create(&cosine, error);
    if (strcmp(name, "one_cycle") == 0)
        return one_cycle_lr_create(&one_cycle, error);
    one_cycle.anneal_strategy = ANNEAL_STRATEGY_LINEAR;
    one_cycle.three_phase = true;
    if (strcmp(name, "one_cycle_linear") == 0)
        return one_cycle_lr_create(&one_cycle, error);
    return strcmp(name, "warmup_cosine") == 0 ? warmup_cosine(error) : NULL;
}

START_TEST(test_every_schedule_follows_pytorch)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/fixtures/lr_schedules.txt", getenv("LRUN_SOURCE_ROOT"));
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    const struct lr_horizon horizon = {.total_epochs = 1000};
    char name[64];
    long long count = 0;
    double rate = 0, momentum = 0;
    int rows = 0;
    while (fscanf(file, "%63s %lld %lf %lf", name, &count, &rate, &momentum) == 4) {
        struct error error = ERROR_INIT;
        struct lr_scheduler *scheduler = scheduler_for(name, &error);
        ck_assert_msg(scheduler != NULL, "%s: %s", name, error.message);
        struct lr_point point = scheduler->interface->at(scheduler, 0.02, count, &horizon);
        ck_assert_msg(fabs(point.learning_rate - rate) <= 1e-6 * rate + 1e-12, "%s at %lld: wanted %.12g, found %.12g",
                      name, count, rate, point.learning_rate);
        double used = point.momentum >= 0 ? point.momentum : 0.9;
        ck_assert_msg(fabs(used - momentum) <= 1e-9, "%s at %lld: wanted momentum %.12g, found %.12g", name, count,
                      momentum, used);
        lr_scheduler_destroy(&scheduler);
        rows++;
    }
    fclose(file);
    ck_assert_int_ge(rows, 400);
}
END_TEST

START_TEST(test_a_length_of_null_is_the_runs)
{
    struct error error = ERROR_INIT;
    const struct cosine_annealing_lr_params params = {.T_max = NULL, .interval = LR_INTERVAL_STEP};
    struct lr_scheduler *scheduler = cosine_annealing_lr_create(&params, &error);
    const struct lr_horizon horizon = {.total_epochs = 3, .total_steps = 200};
    ck_assert_double_eq_tol(scheduler->interface->at(scheduler, 1, 100, &horizon).learning_rate, 0.5, 1e-12);
    lr_scheduler_destroy(&scheduler);
}
END_TEST

START_TEST(test_a_child_without_a_length_ends_with_the_run_in_the_parents_interval)
{
    struct error error = ERROR_INIT;
    static const int64_t takeover[] = {50};
    struct lr_scheduler *children[2];
    const struct linear_lr_params warmup = {.start_factor = 0.01, .end_factor = 1, .total_iters = 50};
    const struct cosine_annealing_lr_params cosine = {.T_max = NULL};
    children[0] = linear_lr_create(&warmup, &error);
    children[1] = cosine_annealing_lr_create(&cosine, &error);
    const struct sequential_lr_params params = {
        .schedulers = {children, 2}, .milestones = {takeover, 1}, .interval = LR_INTERVAL_STEP};
    struct lr_scheduler *scheduler = sequential_lr_create(&params, &error);
    const struct lr_horizon horizon = {.total_epochs = 3, .total_steps = 250};
    ck_assert_double_eq_tol(scheduler->interface->at(scheduler, 1, 50, &horizon).learning_rate, 1, 1e-12);
    ck_assert_double_eq_tol(scheduler->interface->at(scheduler, 1, 150, &horizon).learning_rate, 0.5, 1e-12);
    ck_assert_double_eq_tol(scheduler->interface->at(scheduler, 1, 250, &horizon).learning_rate, 0, 1e-12);
    lr_scheduler_destroy(&scheduler);
}
END_TEST

START_TEST(test_milestones_that_do_not_fit_are_refused)
{
    struct error error = ERROR_INIT;
    struct lr_scheduler *child[1] = {NULL};
    const struct sequential_lr_params params = {.schedulers = {child, 1}, .milestones = {milestones, 3}};
    ck_assert_ptr_null(sequential_lr_create(&params, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
}
END_TEST

UNIT_MAIN("lr_schedulers", test_every_schedule_follows_pytorch, test_a_length_of_null_is_the_runs,
          test_a_child_without_a_length_ends_with_the_run_in_the_parents_interval,
          test_milestones_that_do_not_fit_are_refused)
