/*
 * bench_model.h: a config's model with its optimizer, ready to step, for the benchmarks of steps.
 *
 *     struct bench bench = BENCH_INIT;
 *     if (!bench_load(&bench, "resnet18.yaml", overrides, count, &error) || !bench_prepare(&bench, &layout, &error))
 *         bench_fail(&bench, &error);
 *     seconds = bench_time_steps(&bench, &bench.collator.batch, 10);
 *     bench_finish(&bench);
 */
#ifndef LRUN_TESTS_BENCHMARKS_BENCH_MODEL_H
#define LRUN_TESTS_BENCHMARKS_BENCH_MODEL_H

#include <time.h>

#include "components/optimizers/optimizer.h"
#include "runner/build/run.h"
#include "runner/config/config.h"
#include "runner/data/collator.h"
#include "runner/train/step.h"

/** What is measured. */
struct bench {
    struct arena arena;
    struct config config;
    struct run *run;
    /** What the config's trainer.accelerator names. */
    struct device *device;
    /** Of a GPU: what was free of its memory when it had just been opened. */
    size_t free_memory;
    struct kernel_record *kernels;
    struct steps *steps;
    struct step *step;
    /** Holds one batch of noise, three boxes an image. */
    struct collator collator;
    struct optimizer_step update;
    enum stage stage;
};

#define BENCH_INIT                                                                                                     \
    {                                                                                                                  \
        .config = CONFIG_INIT                                                                                          \
    }

/** Seconds by this clock. */
double bench_now(clockid_t clock);

/** For qsort. */
int bench_compare_doubles(const void *a, const void *b);

/** Prints the error, and what is wrong with the config, and ends the program. */
_Noreturn void bench_fail(const struct bench *bench, const struct error *error);

/** Reads and checks a config and makes its components. */
bool bench_load(struct bench *bench, const char *path, const char *const *overrides, int count, struct error *error);

/** Compiles a step of bench->stage for batches of this layout, and fills one with noise. */
bool bench_prepare(struct bench *bench, const struct batch_layout *layout, struct error *error);

/** Runs a step, with the optimizer's when it trains. A device that is not the processor is handed it, and not waited for. */
void bench_run_step(struct bench *bench, const struct batch *batch);

/** Waits for the device. */
void bench_wait(struct bench *bench);

/** Runs so many steps; returns the seconds that one takes. */
double bench_time_steps(struct bench *bench, const struct batch *batch, int count);

/** Bytes of the first GPU's memory that are free. */
size_t bench_free_memory(const struct bench *bench);

void bench_finish(struct bench *bench);

#endif
