/* test_loader.c: batches made ahead by worker threads. Also run under the thread sanitizer. */
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "engine/base/memory.h"
#include "runner/data/loader.h"
#include "tests/unit/data/generated_dataset.h"
#include "tests/unit/unit.h"

#define LENGTH 53
#define BATCH_SIZE 4
#define PIXELS (3 * 4 * 5)

/* What a run of a loader delivered, one entry per sample. */
struct delivery {
    int count;
    int batches;
    int64_t index[LENGTH];
    float pixels[LENGTH][PIXELS];
};

static int notes;
static char last_note[512];

static void count_note(struct progress *progress, const char *line)
{
    (void)progress;
    notes++;
    snprintf(last_note, sizeof last_note, "%s", line);
}

static bool always_stopped(struct progress *progress)
{
    (void)progress;
    return true;
}

static struct progress noting_progress;

static struct loader *make_loader(struct generated_dataset *dataset, int num_workers, enum on_bad_sample on_bad_sample)
{
    struct error error = ERROR_INIT;
    noting_progress = progress_silent;
    noting_progress.note = count_note;
    struct loader_options options = {
        .plan = {.dataset = &dataset->base,
                 .transform = &generated_noise,
                 .batch_size = BATCH_SIZE,
                 .shuffle = true,
                 .num_workers = num_workers,
                 .prefetch_factor = 2,
                 .on_bad_sample = on_bad_sample},
        .seed = 42,
        .progress = &noting_progress,
    };
    ck_ok(loader_probe(&options.plan, 42, &options.layout, &error), error);
    struct loader *loader = loader_create(&options, &error);
    ck_ok(loader != NULL, error);
    return loader;
}

static void take_batch(struct delivery *delivery, const struct batch *batch)
{
    for (int i = 0; i < batch->size; i++) {
        delivery->index[delivery->count] = batch->items[i].index;
        memcpy(delivery->pixels[delivery->count++], (float *)batch->images.data + (size_t)i * PIXELS,
               sizeof *delivery->pixels);
    }
    delivery->batches++;
}

static bool deliver(struct loader *loader, int64_t epoch, int64_t first, struct delivery *delivery, struct error *error)
{
    memset(delivery, 0, sizeof *delivery);
    loader_start(loader, epoch, first);
    const struct batch *batch;
    while (loader_next(loader, &batch, error)) {
        if (batch == NULL)
            return true;
        take_batch(delivery, batch);
    }
    return false;
}

static void deliver_with(int num_workers, int64_t epoch, struct delivery *delivery)
{
    struct error error = ERROR_INIT;
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    dataset.uneven = true;
    struct loader *loader = make_loader(&dataset, num_workers, ON_BAD_SAMPLE_ERROR);
    ck_ok(deliver(loader, epoch, 0, delivery, &error), error);
    loader_destroy(&loader);
}

START_TEST(test_an_epoch_delivers_every_sample_once)
{
    static struct delivery delivery;
    deliver_with(3, 0, &delivery);
    ck_assert_int_eq(delivery.count, LENGTH);
    ck_assert_int_eq(delivery.batches, 14);
    unsigned char seen[LENGTH] = {0};
    for (int i = 0; i < LENGTH; i++)
        ck_assert_int_eq(seen[delivery.index[i]]++, 0);
}
END_TEST

START_TEST(test_any_number_of_workers_gives_the_same_batches)
{
    static struct delivery alone, together, next_epoch;
    deliver_with(0, 5, &alone);
    static const int workers[] = {1, 2, 3, 7};
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        deliver_with(workers[i], 5, &together);
        ck_assert_mem_eq(&alone, &together, sizeof alone);
    }
    deliver_with(2, 6, &next_epoch);
    ck_assert_mem_ne(alone.index, next_epoch.index, sizeof alone.index);
}
END_TEST

START_TEST(test_an_epoch_can_be_entered_at_any_batch)
{
    struct error error = ERROR_INIT;
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    static struct delivery whole, rest;
    struct loader *loader = make_loader(&dataset, 2, ON_BAD_SAMPLE_ERROR);
    ck_ok(deliver(loader, 1, 0, &whole, &error), error);
    for (int64_t first = 1; first <= 14; first++) {
        ck_ok(deliver(loader, 1, first, &rest, &error), error);
        int skipped = (int)first * BATCH_SIZE < LENGTH ? (int)first * BATCH_SIZE : LENGTH;
        ck_assert_int_eq(rest.count, LENGTH - skipped);
        ck_assert_mem_eq(rest.pixels, whole.pixels[skipped], (size_t)rest.count * sizeof *rest.pixels);
    }
    loader_destroy(&loader);
}
END_TEST

START_TEST(test_a_loader_can_be_left_at_any_time)
{
    struct error error = ERROR_INIT;
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    dataset.uneven = true;
    static struct delivery whole, again;
    struct loader *loader = make_loader(&dataset, 3, ON_BAD_SAMPLE_ERROR);
    ck_ok(deliver(loader, 0, 0, &whole, &error), error);
    for (int taken = 0; taken < 6; taken++) {
        const struct batch *batch;
        loader_start(loader, 1, taken);
        for (int i = 0; i < taken; i++)
            ck_ok(loader_next(loader, &batch, &error) && batch != NULL, error);
    }
    ck_ok(deliver(loader, 0, 0, &again, &error), error);
    ck_assert_mem_eq(&whole, &again, sizeof whole);
    loader_start(loader, 2, 0);
    loader_destroy(&loader);
    ck_assert_ptr_null(loader);
}
END_TEST

START_TEST(test_the_first_bad_sample_stops_the_epoch_and_is_named)
{
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    dataset.bad_every = 10;
    char first_message[1024] = "";
    static struct delivery delivery;
    for (int workers = 0; workers < 4; workers++) {
        struct error error = ERROR_INIT;
        struct loader *loader = make_loader(&dataset, workers, ON_BAD_SAMPLE_ERROR);
        ck_assert(!deliver(loader, 0, 0, &delivery, &error));
        ck_assert_int_eq(error.code, ERROR_DATA);
        ck_assert_msg(strstr(error.message, "cannot read 'sample-") != NULL, "%s", error.message);
        if (workers == 0)
            snprintf(first_message, sizeof first_message, "%s", error.message);
        ck_assert_str_eq(error.message, first_message);
        loader_destroy(&loader);
    }
}
END_TEST

START_TEST(test_skipping_replaces_a_bad_sample_by_the_next_of_the_order)
{
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    static struct delivery clean, skipped[2];
    struct error error = ERROR_INIT;
    struct loader *loader = make_loader(&dataset, 0, ON_BAD_SAMPLE_ERROR);
    ck_ok(deliver(loader, 0, 0, &clean, &error), error);
    loader_destroy(&loader);
    dataset.bad_every = 20; /* 1, 21, 41 */
    for (int i = 0; i < 2; i++) {
        notes = 0;
        loader = make_loader(&dataset, 3 * i, ON_BAD_SAMPLE_SKIP);
        ck_ok(deliver(loader, 0, 0, &skipped[i], &error), error);
        ck_assert_int_eq(notes, 3);
        ck_assert_msg(strstr(last_note, "skipped a bad sample: cannot read 'sample-") != NULL, "%s", last_note);
        ck_ok(deliver(loader, 0, 0, &skipped[i], &error), error);
        ck_assert_int_eq(notes, 3);
        loader_destroy(&loader);
    }
    ck_assert_mem_eq(&skipped[0], &skipped[1], sizeof skipped[0]);
    for (int i = 0; i < LENGTH; i++) {
        int64_t wanted = clean.index[i] % 20 == 1 ? clean.index[(i + 1) % LENGTH] : clean.index[i];
        ck_assert_int_eq(skipped[0].index[i], wanted);
    }
}
END_TEST

START_TEST(test_too_many_bad_samples_stop_the_epoch)
{
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    dataset.bad_every = 5;
    static struct delivery delivery;
    struct error error = ERROR_INIT;
    struct loader *loader = make_loader(&dataset, 2, ON_BAD_SAMPLE_SKIP);
    ck_assert(!deliver(loader, 0, 0, &delivery, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
    ck_assert_msg(strstr(error.message, "more than 5 of 53 samples are bad, the last: cannot") != NULL, "%s",
                  error.message);
    loader_destroy(&loader);
}
END_TEST

START_TEST(test_only_bad_data_is_skipped)
{
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    dataset.bad_every = 20;
    dataset.bad_code = ERROR_MEMORY;
    static struct delivery delivery;
    struct error error = ERROR_INIT;
    struct loader *loader = make_loader(&dataset, 2, ON_BAD_SAMPLE_SKIP);
    ck_assert(!deliver(loader, 0, 0, &delivery, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    loader_destroy(&loader);
}
END_TEST

START_TEST(test_waiting_ends_when_the_user_stops_the_run)
{
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    dataset.uneven = true;
    struct loader *loader = make_loader(&dataset, 1, ON_BAD_SAMPLE_ERROR);
    noting_progress.stopped = always_stopped;
    struct error error = ERROR_INIT;
    static struct delivery delivery;
    ck_assert(!deliver(loader, 0, 0, &delivery, &error));
    ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
    loader_destroy(&loader);
}
END_TEST

START_TEST(test_drop_last_leaves_out_the_incomplete_batch)
{
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    struct error error = ERROR_INIT;
    struct loader_options options = {.plan = {.dataset = &dataset.base, .batch_size = BATCH_SIZE, .drop_last = true},
                                     .progress = &progress_silent};
    ck_ok(loader_probe(&options.plan, 0, &options.layout, &error), error);
    struct loader *loader = loader_create(&options, &error);
    ck_ok(loader != NULL, error);
    static struct delivery delivery;
    ck_ok(deliver(loader, 0, 0, &delivery, &error), error);
    ck_assert_int_eq(delivery.count, 52);
    ck_assert_int_eq(loader_batch_count(loader), 13);
    loader_destroy(&loader);
    dataset.base.info.length = 3;
    ck_assert_ptr_null(loader_create(&options, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
}
END_TEST

START_TEST(test_a_warm_loader_allocates_nothing)
{
    struct error error = ERROR_INIT;
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    struct loader *loader = make_loader(&dataset, 0, ON_BAD_SAMPLE_ERROR);
    static struct delivery delivery;
    ck_ok(deliver(loader, 0, 0, &delivery, &error), error);
    struct mallinfo2 before = mallinfo2();
    ck_ok(deliver(loader, 1, 0, &delivery, &error), error);
    struct mallinfo2 after = mallinfo2();
    ck_assert_uint_eq(before.uordblks, after.uordblks);
    ck_assert_uint_eq(before.hblkhd, after.hblkhd);
    loader_destroy(&loader);
}
END_TEST

static int worker_niceness, worker_policy;

static bool record_apply(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error)
{
    (void)transform, (void)sample, (void)rng, (void)error;
    worker_niceness = getpriority(PRIO_PROCESS, 0);
    worker_policy = sched_getscheduler(0);
    return true;
}

START_TEST(test_workers_make_room_for_the_program)
{
    static const struct transform_interface interface = {.apply = record_apply};
    static const struct transform record = {.interface = &interface};
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    struct error error = ERROR_INIT;
    struct loader_options options = {
        .plan = {.dataset = &dataset.base, .transform = &record, .batch_size = BATCH_SIZE, .num_workers = 1},
        .progress = &progress_silent};
    ck_ok(loader_probe(&options.plan, 0, &options.layout, &error), error);
    int niceness = worker_niceness, policy = worker_policy; /* the probe's: the program's own */
    struct loader *loader = loader_create(&options, &error);
    ck_ok(loader != NULL, error);
    static struct delivery delivery;
    ck_ok(deliver(loader, 0, 0, &delivery, &error), error);
    loader_destroy(&loader);
    ck_assert_int_eq(worker_niceness, niceness + 10 < 19 ? niceness + 10 : 19);
    ck_assert_int_eq(worker_policy, policy == SCHED_OTHER ? SCHED_BATCH : policy);
    ck_assert_int_eq(getpriority(PRIO_PROCESS, 0), niceness);
}
END_TEST

UNIT_MAIN("loader", test_workers_make_room_for_the_program, test_an_epoch_delivers_every_sample_once,
          test_any_number_of_workers_gives_the_same_batches, test_an_epoch_can_be_entered_at_any_batch,
          test_a_loader_can_be_left_at_any_time, test_the_first_bad_sample_stops_the_epoch_and_is_named,
          test_skipping_replaces_a_bad_sample_by_the_next_of_the_order, test_too_many_bad_samples_stop_the_epoch,
          test_only_bad_data_is_skipped, test_waiting_ends_when_the_user_stops_the_run,
          test_drop_last_leaves_out_the_incomplete_batch, test_a_warm_loader_allocates_nothing)
