/* profiler_parts.h: what a profiler records; for profiler.c, which records, and profiler_format.c, which tells. */
#ifndef LRUN_RUNNER_TRAIN_PROFILER_PARTS_H
#define LRUN_RUNNER_TRAIN_PROFILER_PARTS_H

#include "runner/train/profiler.h"

/** The nodes of one program. */
struct profile {
    struct profiler *profiler;
    enum stage stage;
    const struct graph *graph;
    struct program *program;
    /** Of the last run, and by node the sum of all runs, in nanoseconds. */
    int64_t *times;
    int64_t *sums;
    int64_t runs;
    struct profile *next;
};

struct profiler {
    /** NULL unless advanced. */
    struct trace *trace;
    /** Of the machine; 0: not known. */
    double peak_gflops;
    double peak_bandwidth;
    int64_t started;
    double seconds[PHASE_COUNT];
    int64_t calls[PHASE_COUNT];
    /** In the order in which they were added. */
    struct profile *first;
};

extern const char *const phase_names[PHASE_COUNT];

#endif
