/*
 * bench_loaded_step.c: what a training step costs while the loader makes the batches, against the same step on one batch.
 *
 *     bench_loaded_step CONFIG STEPS ROUNDS [--key=value]...
 *
 * The config's data is read. Both take turns in one process: STEPS steps on one batch, the workers asleep, then
 * STEPS steps on a new batch each, the waiting for it counted. Prints medians over the rounds: milliseconds per step, their
 * ratio, and how far the ratios of the middle half of the rounds are apart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/memory.h"
#include "runner/data/loader.h"
#include "tests/benchmarks/bench_model.h"

#define MAX_ROUNDS 1000
/* Until every batch ahead is made. */
#define REST_NANOSECONDS 300000000L

/* The next whole batch; epochs follow each other. */
static const struct batch *next_batch(const struct bench *bench, struct loader *loader, int64_t *epoch)
{
    struct error error = ERROR_INIT;
    const struct batch *batch = NULL;
    while (batch == NULL || batch->size < bench->collator.capacity) {
        if (!loader_next(loader, &batch, &error))
            bench_fail(bench, &error);
        if (batch == NULL)
            loader_start(loader, ++*epoch, 0);
    }
    return batch;
}

static double run_alone(struct bench *bench, const struct batch *batch, int steps)
{
    nanosleep(&(struct timespec){.tv_nsec = REST_NANOSECONDS}, NULL);
    return bench_time_steps(bench, batch, steps);
}

/* Leaves the last batch in *batch. */
static double run_loaded(struct bench *bench, struct loader *loader, int ahead, int steps, const struct batch **batch)
{
    static int64_t epoch;
    double start = 0;
    for (int i = -ahead; i < steps; i++) { /* what was made ahead is used up first */
        if (i == 0) {
            bench_wait(bench);
            start = bench_now(CLOCK_MONOTONIC);
        }
        *batch = next_batch(bench, loader, &epoch);
        bench_run_step(bench, *batch);
    }
    bench_wait(bench);
    return (bench_now(CLOCK_MONOTONIC) - start) / steps;
}

static double quantile(double *values, int count, double share)
{
    qsort(values, (size_t)count, sizeof *values, bench_compare_doubles);
    return values[(int)(share * (count - 1))];
}

static void measure(struct bench *bench, struct loader *loader, int ahead, int steps, int rounds)
{
    static double alone[MAX_ROUNDS], loaded[MAX_ROUNDS], ratios[MAX_ROUNDS];
    const struct batch *batch = NULL;
    run_loaded(bench, loader, ahead, 2, &batch);
    for (int i = 0; i < rounds; i++) {
        alone[i] = run_alone(bench, batch, steps);
        loaded[i] = run_loaded(bench, loader, ahead, steps, &batch);
        ratios[i] = loaded[i] / alone[i];
    }
    printf("alone_ms %.2f loaded_ms %.2f ratio %.3f low %.3f high %.3f\n", quantile(alone, rounds, 0.5) * 1e3,
           quantile(loaded, rounds, 0.5) * 1e3, quantile(ratios, rounds, 0.5), quantile(ratios, rounds, 0.25),
           quantile(ratios, rounds, 0.75));
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    struct bench bench = BENCH_INIT;
    int steps = argc > 3 ? atoi(argv[2]) : 0, rounds = argc > 3 ? atoi(argv[3]) : 0;
    if (steps < 1 || rounds < 1 || rounds > MAX_ROUNDS)
        return fprintf(stderr, "bench_loaded_step: CONFIG STEPS ROUNDS [--key=value]...\n"), 2;
    bench.stage = STAGE_TRAIN;
    if (!bench_load(&bench, argv[1], (const char *const *)argv + 4, argc - 4, &error))
        bench_fail(&bench, &error);
    struct data_module *data = bench.run->params.data;
    if (!data->interface->open(data, STAGE_TRAIN, &progress_silent, &error))
        bench_fail(&bench, &error);
    struct loader_options options = {
        .plan = data->interface->plan(data, STAGE_TRAIN), .seed = 1, .progress = &progress_silent};
    if (!loader_probe(&options.plan, options.seed, &options.layout, &error) ||
        !bench_prepare(&bench, &options.layout, &error))
        bench_fail(&bench, &error);
    struct loader *loader = loader_create(&options, &error);
    if (loader == NULL)
        bench_fail(&bench, &error);
    loader_start(loader, 0, 0);
    measure(&bench, loader, options.plan.prefetch_factor, steps, rounds);
    loader_destroy(&loader);
    bench_finish(&bench);
    return 0;
}
