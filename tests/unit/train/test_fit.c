/* test_fit.c: training runs, interrupted and not. */
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/backends/cpu/half.h"
#include "engine/base/memory.h"
#include "runner/train/run_state.h"
#include "tests/unit/unit.h"
#include "tiny_run.h"

#define RUN "lightning_logs/version_0/"

static void expect_same_file(const char *a, const char *b, const char *name)
{
    size_t size_a = 0, size_b = 0;
    char *bytes_a = tiny_read(a, name, &size_a), *bytes_b = tiny_read(b, name, &size_b);
    ck_assert_msg(bytes_a != NULL && bytes_b != NULL, "'%s' is missing", name);
    ck_assert_msg(size_a == size_b && memcmp(bytes_a, bytes_b, size_a) == 0, "'%s' differs:\n%.3000s\n---\n%.3000s",
                  name, strstr(name, "csv") != NULL ? bytes_a : bytes_a + 8,
                  strstr(name, "csv") != NULL ? bytes_b : bytes_b + 8);
    memory_free(bytes_a);
    memory_free(bytes_b);
}

static bool has_file(const char *directory, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static void expect_status(const char *directory, const struct tiny_options *options, int status)
{
    int found = tiny_run(directory, options);
    ck_assert_msg(found == status, "wanted status %d, found %d: %s", status, found, tiny_run_message());
}

START_TEST(test_a_run_learns_and_writes_its_directory)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.epochs = 8}, 0);
    size_t size;
    char *csv = tiny_read(directory, RUN "metrics.csv", &size);
    ck_assert_ptr_nonnull(csv);
    ck_assert_msg(strstr(csv, "train_loss") != NULL && strstr(csv, "val_loss") != NULL, "%s", csv);
    memory_free(csv);
    ck_assert(has_file(directory, RUN "config.yaml"));
    ck_assert(has_file(directory, RUN "command_line.txt"));
    ck_assert(has_file(directory, RUN "environment.json"));
    ck_assert(has_file(directory, RUN "checkpoints/last.safetensors"));
    ck_assert(has_file(directory, RUN "checkpoints/epoch=7-step=56.safetensors"));
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_any_number_of_workers_gives_the_same_run)
{
    char *one = tiny_directory(), *other = tiny_directory();
    expect_status(one, &(struct tiny_options){.augment = true}, 0);
    expect_status(other, &(struct tiny_options){.augment = true, .num_workers = 3}, 0);
    expect_same_file(one, other, RUN "metrics.csv");
    expect_same_file(one, other, RUN "checkpoints/last.safetensors");
    tiny_directory_remove(one);
    tiny_directory_remove(other);
}
END_TEST

static void expect_resume_equals_uninterrupted(struct tiny_options options, int64_t steps)
{
    char *whole = tiny_directory();
    expect_status(whole, &options, 0);
    for (int64_t step = 1; step <= steps; step++) {
        char *killed = tiny_directory();
        options.kill_at = step;
        options.resume = false;
        expect_status(killed, &options, -SIGKILL);
        options.kill_at = 0;
        options.resume = true;
        expect_status(killed, &options, 0);
        expect_same_file(whole, killed, RUN "metrics.csv");
        expect_same_file(whole, killed, RUN "checkpoints/last.safetensors");
        ck_assert(!has_file(killed, "lightning_logs/version_1") || step == 1);
        tiny_directory_remove(killed);
    }
    tiny_directory_remove(whole);
}

START_TEST(test_a_killed_run_resumed_equals_one_never_interrupted)
{
    struct tiny_options options = {.epochs = 2, .num_workers = 2, .augment = true, .save_every_step = true};
    expect_resume_equals_uninterrupted(options, 14);
}
END_TEST

START_TEST(test_so_it_does_with_schedule_monitors_accumulation_and_validations)
{
    struct tiny_options options = {
        .epochs = 2, .num_workers = 2, .augment = true, .rich = true, .save_every_step = true, .accumulate = 2};
    expect_resume_equals_uninterrupted(options, 8);
}
END_TEST

static void expect_signal_and_resume(struct tiny_options options, int number, int status)
{
    char *whole = tiny_directory(), *stopped = tiny_directory();
    options.augment = true;
    expect_status(whole, &options, 0);
    options.signal_at = 10;
    options.signal = number;
    expect_status(stopped, &options, status);
    ck_assert_msg(strstr(tiny_run_message(), "at epoch 1, step 10; saved 'lightning_logs/version_0/checkpoints/last") !=
                      NULL,
                  "%s", tiny_run_message());
    options.signal_at = 0;
    options.resume_from = "last";
    expect_status(stopped, &options, 0);
    expect_same_file(whole, stopped, RUN "metrics.csv");
    expect_same_file(whole, stopped, RUN "checkpoints/last.safetensors");
    tiny_directory_remove(whole);
    tiny_directory_remove(stopped);
}

START_TEST(test_a_signal_saves_and_the_run_goes_on_from_there)
{
    expect_signal_and_resume((struct tiny_options){0}, SIGINT, 130);
    expect_signal_and_resume((struct tiny_options){0}, SIGTERM, 143);
    expect_signal_and_resume((struct tiny_options){0}, SIGHUP, 143);
}
END_TEST

START_TEST(test_resume_starts_afresh_where_there_is_nothing)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.epochs = 1, .resume = true}, 0);
    ck_assert(has_file(directory, RUN "metrics.csv"));
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_resume_passes_over_a_damaged_checkpoint)
{
    char *directory = tiny_directory();
    char path[512];
    struct tiny_options options = {.epochs = 1, .rich = true, .kill_at = 5};
    expect_status(directory, &options, -SIGKILL);
    options.kill_at = 0;
    options.resume = true;
    static const char *const names[] = {"epoch=0-step=4", "last"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/" RUN "checkpoints/%s.safetensors", directory, names[i]);
        if (truncate(path, 1500) != 0)
            ck_abort_msg("cannot truncate '%s'", path);
    }
    expect_status(directory, &options, 0);
    char *whole = tiny_directory();
    options.resume = false;
    expect_status(whole, &options, 0);
    expect_same_file(whole, directory, RUN "metrics.csv");
    tiny_directory_remove(directory);
    tiny_directory_remove(whole);
}
END_TEST

START_TEST(test_a_number_that_is_not_finite_stops_the_run_and_names_layer_and_sample)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.poison = true}, 5);
    const char *message = tiny_run_message();
    ck_assert_msg(strstr(message, "the loss is nan at step ") != NULL, "%s", message);
    ck_assert_msg(strstr(message, "'sample-9'") != NULL, "%s", message);
    ck_assert_msg(strstr(message, "first in layer 'bn") != NULL, "%s", message);
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_fast_dev_run_writes_nothing)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.fast_dev_run = 2}, 0);
    ck_assert(!has_file(directory, "lightning_logs"));
    tiny_directory_remove(directory);
}
END_TEST

static void expect_state(const char *directory, enum run_phase phase, int status, int64_t epochs, int64_t steps)
{
    char path[512];
    struct run_state state;
    snprintf(path, sizeof path, "%s/" RUN, directory);
    run_state_load(path, &state);
    ck_assert_str_eq(run_phase_name(state.phase), run_phase_name(phase));
    ck_assert_int_eq(state.status, status);
    ck_assert_int_eq(state.epochs, epochs);
    ck_assert_int_eq(state.steps, steps);
}

START_TEST(test_the_directory_says_how_the_run_ended)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.kill_at = 5}, -SIGKILL);
    expect_state(directory, RUN_KILLED, 0, -1, -1);
    tiny_directory_remove(directory);
    directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.signal_at = 9, .signal = SIGINT}, 130);
    expect_state(directory, RUN_STOPPED, 130, 2, 9);
    expect_status(directory, &(struct tiny_options){.resume = true}, 0);
    expect_state(directory, RUN_FINISHED, 0, 3, 21);
    tiny_directory_remove(directory);
    directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.poison = true}, 5);
    struct run_state state;
    char path[512];
    snprintf(path, sizeof path, "%s/" RUN, directory);
    run_state_load(path, &state);
    ck_assert_int_eq(state.phase, RUN_FAILED);
    ck_assert_int_eq(state.status, ERROR_NUMERIC);
    ck_assert_str_eq(state.message, tiny_run_message());
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_max_steps_ends_within_an_epoch)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.epochs = 5, .max_steps = 9, .save_every_step = true}, 0);
    ck_assert(has_file(directory, RUN "checkpoints/epoch=1-step=9.safetensors"));
    ck_assert(!has_file(directory, RUN "checkpoints/epoch=1-step=10.safetensors"));
    tiny_directory_remove(directory);
}
END_TEST

/* One worker: of two, one may get to its first sample late on a busy machine, and take memory for it then. */
START_TEST(test_a_warm_step_allocates_nothing)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.quiet = true, .augment = true, .num_workers = 1}, 0);
    if (tiny_run_allocations() < 0)
        puts("skipped: a sanitizer counts allocations its own way");
    else
        ck_assert_int_eq(tiny_run_allocations(), 0);
    tiny_directory_remove(directory);
}
END_TEST

/* Saved after every step, logged after every second one. */
/* What a checkpoint holds behind its header, which names the device. */
static const char *arrays_of(const char *bytes, size_t *size)
{
    uint64_t header;
    ck_assert_uint_gt(*size, sizeof header);
    memcpy(&header, bytes, sizeof header);
    ck_assert_uint_gt(*size, header + sizeof header);
    *size -= header + sizeof header;
    return bytes + header + sizeof header;
}

static void expect_same_arrays(const char *a, const char *b, const char *name)
{
    size_t size_a = 0, size_b = 0;
    char *bytes_a = tiny_read(a, name, &size_a), *bytes_b = tiny_read(b, name, &size_b);
    ck_assert_msg(bytes_a != NULL && bytes_b != NULL, "'%s' is missing", name);
    const char *arrays_a = arrays_of(bytes_a, &size_a), *arrays_b = arrays_of(bytes_b, &size_b);
    ck_assert_msg(size_a == size_b && memcmp(arrays_a, arrays_b, size_a) == 0, "the arrays of '%s' differ", name);
    memory_free(bytes_a);
    memory_free(bytes_b);
}

static void expect_far_as_near(struct tiny_options options)
{
    char *near = tiny_directory(), *far = tiny_directory();
    options.epochs = 2;
    options.augment = options.save_every_step = true;
    expect_status(near, &options, 0);
    options.far = true;
    expect_status(far, &options, 0);
    expect_same_file(near, far, RUN "metrics.csv");
    expect_same_arrays(near, far, RUN "checkpoints/last.safetensors");
    if (options.accumulate == 0)
        expect_same_arrays(near, far, RUN "checkpoints/epoch=1-step=13.safetensors");
    tiny_directory_remove(near);
    tiny_directory_remove(far);
}

START_TEST(test_a_far_device_trains_to_the_same_bytes)
{
    expect_far_as_near((struct tiny_options){0});
    expect_far_as_near((struct tiny_options){.clip = 0.5});
    expect_far_as_near((struct tiny_options){.clip = 0.01, .clip_algorithm = GRADIENT_CLIP_ALGORITHM_VALUE});
    expect_far_as_near((struct tiny_options){.accumulate = 2, .clip = 0.5});
    expect_far_as_near((struct tiny_options){.accumulate = 3});
}
END_TEST

START_TEST(test_nothing_waits_for_a_far_device_but_what_is_logged)
{
    static const struct tiny_options quiet = {.far = true, .quiet = true}, logged = {.far = true};
    static const struct tiny_options clipped = {.far = true, .quiet = true, .clip = 0.5};
    char *directory = tiny_directory();
    expect_status(directory, &quiet, 0);
    ck_assert_int_eq(tiny_run_waits(), 0);
    expect_status(directory, &clipped, 0);
    ck_assert_int_eq(tiny_run_waits(), 0);
    expect_status(directory, &logged, 0);
    ck_assert_int_eq(tiny_run_waits(), 1);
    tiny_directory_remove(directory);
}
END_TEST

/* Nothing is read before the end of the epoch, and then all is said that would have been said at once. */
static void expect_same_fault(struct tiny_options options)
{
    char *near = tiny_directory(), *far = tiny_directory(), message[2048];
    struct run_state states[2];
    options.poison = options.quiet = true;
    expect_status(near, &options, 5);
    snprintf(message, sizeof message, "%s", tiny_run_message());
    options.far = true;
    expect_status(far, &options, 5);
    ck_assert_str_eq(tiny_run_message(), message);
    for (int i = 0; i < 2; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/" RUN, i == 0 ? near : far);
        run_state_load(path, &states[i]);
    }
    ck_assert_int_eq(states[1].steps, states[0].steps);
    ck_assert_int_lt(states[1].steps, 7);
    tiny_directory_remove(near);
    tiny_directory_remove(far);
}

START_TEST(test_a_fault_that_is_found_late_is_told_as_one_found_at_once)
{
    expect_same_fault((struct tiny_options){0});
    expect_same_fault((struct tiny_options){.accumulate = 2});
    expect_same_fault((struct tiny_options){.num_workers = 2, .rich = true});
}
END_TEST

START_TEST(test_a_run_on_a_far_device_goes_on_where_it_was)
{
    expect_resume_equals_uninterrupted((struct tiny_options){.epochs = 2, .far = true, .save_every_step = true}, 9);
    expect_signal_and_resume((struct tiny_options){.far = true}, SIGINT, 130);
    expect_signal_and_resume((struct tiny_options){.far = true, .quiet = true}, SIGINT, 130);
}
END_TEST

/* Of so many steps some were left out; each has halved the scale, and none was followed by 2000 others. */
static void expect_some_left_out(const char *directory, int steps)
{
    size_t size;
    char *checkpoint = tiny_read(directory, RUN "checkpoints/last.safetensors", &size);
    ck_assert_ptr_nonnull(checkpoint);
    const char *state = strstr(checkpoint + 8, "loss_scale");
    double scale = 0;
    int growth = -1, updates = -1;
    ck_assert_ptr_nonnull(state);
    ck_assert_int_eq(sscanf(state, "loss_scale\\\":{\\\"scale\\\":%lf,\\\"growth_tracker\\\":%d,\\\"updates\\\":%d",
                            &scale, &growth, &updates),
                     3);
    ck_assert_int_gt(updates, 0);
    ck_assert_int_lt(updates, steps);
    ck_assert_int_le(growth, updates);
    ck_assert_double_eq(scale, ldexp(65536, updates - steps));
    memory_free(checkpoint);
}

/*
 * On the processor 16-mixed is bf16-mixed, which it must have to let the name pass; on another device it is itself. The gradients of
 * the first steps are too large.
 */
START_TEST(test_a_scaled_loss_trains_and_goes_on_with_its_scale)
{
    struct tiny_options options = {.epochs = 2, .far = true, .save_every_step = true, .num_workers = 1};
    options.precision = PRECISION_16_MIXED;
    options.loss_factor = 64;
    options.learning_rate = 0.001;
    if (half_find_implementation() == NULL) {
        printf("skipped: this machine has no bfloat16\n");
        return;
    }
    char *directory = tiny_directory(), *other = tiny_directory();
    expect_resume_equals_uninterrupted(options, 9);
    expect_status(directory, &options, 0);
    expect_some_left_out(directory, 14);
    options.accumulate = 2;
    options.clip = 0.5;
    expect_status(other, &options, 0);
    expect_some_left_out(other, 8);
    tiny_directory_remove(directory);
    tiny_directory_remove(other);
}
END_TEST

/* Gradients that no scale makes finite end the run, 31 steps after the first. */
START_TEST(test_a_loss_that_no_scale_helps_ends_the_run)
{
    struct tiny_options options = {.epochs = 6, .far = true, .num_workers = 1, .loss_factor = 1e38};
    options.precision = PRECISION_16_MIXED;
    if (half_find_implementation() == NULL) {
        printf("skipped: this machine has no bfloat16\n");
        return;
    }
    char *directory = tiny_directory();
    expect_status(directory, &options, 5);
    ck_assert_msg(strstr(tiny_run_message(), "a gradient is not finite at step 30 (epoch 4, batch 2,") != NULL &&
                      strstr(tiny_run_message(), ", the loss scaled by 6.10352e-05; samples") != NULL,
                  "%s", tiny_run_message());
    tiny_directory_remove(directory);
}
END_TEST

UNIT_MAIN("fit", test_a_warm_step_allocates_nothing, test_a_run_learns_and_writes_its_directory,
          test_any_number_of_workers_gives_the_same_run, test_a_killed_run_resumed_equals_one_never_interrupted,
          test_so_it_does_with_schedule_monitors_accumulation_and_validations,
          test_a_signal_saves_and_the_run_goes_on_from_there, test_resume_starts_afresh_where_there_is_nothing,
          test_resume_passes_over_a_damaged_checkpoint,
          test_a_number_that_is_not_finite_stops_the_run_and_names_layer_and_sample, test_fast_dev_run_writes_nothing,
          test_the_directory_says_how_the_run_ended, test_max_steps_ends_within_an_epoch,
          test_a_far_device_trains_to_the_same_bytes, test_nothing_waits_for_a_far_device_but_what_is_logged,
          test_a_fault_that_is_found_late_is_told_as_one_found_at_once, test_a_run_on_a_far_device_goes_on_where_it_was,
          test_a_scaled_loss_trains_and_goes_on_with_its_scale, test_a_loss_that_no_scale_helps_ends_the_run)
