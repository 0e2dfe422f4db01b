/*
 * profiler.h: where the time of a run goes. As Lightning's profilers.
 *
 *     struct profiler *profiler = profiler_create(PROFILER_KIND_SIMPLE);
 *     int64_t start = profiler_begin(profiler);
 *     loader_next(loader, &batch, error);
 *     profiler_end(profiler, PHASE_DATA, start);
 *     profile_run(profiler_add_program(profiler, STAGE_TRAIN, graph, program));
 *     profiler_format(profiler, &text);
 *
 * For the thread that runs the loop. A NULL profiler takes nothing and costs nothing.
 */
#ifndef LRUN_RUNNER_TRAIN_PROFILER_H
#define LRUN_RUNNER_TRAIN_PROFILER_H

#include "components/stage.h"
#include "engine/base/text.h"
#include "engine/base/trace.h"
#include "engine/graph/program.h"
#include "runner/train/trainer_params.h"

/** What a loop does. */
enum phase {
    PHASE_DATA,       /* waiting for a batch */
    PHASE_STEP,       /* forward and backward */
    PHASE_OPTIMIZER,  /* the update, with the gradients' norm and clipping */
    PHASE_VALIDATION, /* whole validations, without those that a callback asks for */
    PHASE_CALLBACKS,  /* callbacks and loggers; checkpoints are saved here */
    PHASE_COUNT,
};

struct profiler;
struct profile;

/** NULL for PROFILER_KIND_NONE. Measures the machine's peak, which takes a quarter of a second. */
struct profiler *profiler_create(enum profiler_kind kind);
void profiler_destroy(struct profiler **profiler);

/** The trace of the advanced profiler; NULL when there is none. Lent. */
struct trace *profiler_trace(const struct profiler *profiler);

/** The time now, to be given to profiler_end. */
int64_t profiler_begin(const struct profiler *profiler);
void profiler_end(struct profiler *profiler, enum phase phase, int64_t start);

/** The record of a program's nodes; NULL when there is no profiler. Graph and program must live as long. */
struct profile *profiler_add_program(struct profiler *profiler, enum stage stage, const struct graph *graph,
                                     struct program *program);

/** Forgets a program and its record. Accepts NULL. */
void profiler_remove_program(struct profiler *profiler, struct profile *profile);

/** Runs the program and adds each node's time to the record. */
void profile_run(struct profile *profile);

/** Appends the tables: phases, operations and layers of the main stage (the one that ran first). */
void profiler_format(const struct profiler *profiler, struct text *text);

#endif
