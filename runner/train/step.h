/*
 * step.h: the model made runnable: one program per stage and batch size, all on one store of parameters and one workspace.
 *
 *     struct steps *steps = steps_create(&options, error);
 *     const struct step *step = steps_get(steps, STAGE_TRAIN, batch->size, error);   // compiled when first asked for
 *     step_run(step, batch, round, false, &bad, error);
 *     printf("%g", step_loss(step));
 */
#ifndef LRUN_RUNNER_TRAIN_STEP_H
#define LRUN_RUNNER_TRAIN_STEP_H

#include <stdbool.h>

#include "components/models/model.h"
#include "engine/graph/parameters.h"
#include "engine/graph/program.h"
#include "engine/ops/optimizers/step_state.h"
#include "runner/train/kernel_record.h"
#include "runner/train/profiler.h"

struct steps;
struct step;

/** In what a step computes. */
struct arithmetic {
    /** The floating types. */
    struct number_types types;
    /** A GPU may round float32 to TF32 on its way into products. */
    bool tf32;
    /** What is trained with is the loss times a scale: steps_set_loss_scale. */
    bool scales_loss;
};

struct steps_options {
    /** Set up (model_interface.setup). Lent. */
    struct model *model;
    /** The stage and batch size whose graph makes the store: the one that trains, when there is one. */
    enum stage stage;
    int batch_size;
    uint64_t seed;
    /** What computes; NULL: the processor. Lent. */
    struct device *device;
    /** Threads of a kernel; 0: as many as the machine has cores. */
    int threads;
    struct arithmetic arithmetic;
    /** Stages whose activations are computed again when training, and where the config names each (NULL: nobody knows). Lent. */
    struct string_list recomputed;
    const struct mark *recomputed_marks;
    /** Which kernels compute; NULL: the fixed rule. Lent. */
    struct kernel_record *kernels;
    /** A library's algorithms that give other bits in every run are allowed. */
    bool may_vary;
    /** Is told what was measured. Lent; NULL: nobody is. */
    struct progress *progress;
    /** Is told how long each node runs; NULL: nobody is. Lent. */
    struct profiler *profiler;
    /** Only plan: memory and cost are known, nothing can run. */
    bool plan_only;
};

/** Compiles the first program and makes the parameters. Fails with ERROR_CONFIG where the model does, ERROR_MEMORY. */
struct steps *steps_create(const struct steps_options *options, struct error *error);
void steps_destroy(struct steps **steps);

/** Compiles again, as the record of kernels has changed. Steps are no longer valid, the parameters are. Fails as steps_create. */
bool steps_compile_again(struct steps *steps, struct error *error);

/** Where the scale of the loss lies in the device's memory: each run of a training step takes it from there. Lent. */
void steps_set_loss_scale(struct steps *steps, const float *scale);

/** Threads that compute: one where more were measured to be slower (trainer.benchmark), else as many as were asked for. */
int steps_threads(const struct steps *steps);

/** The store; NULL when only planned. */
struct parameters *steps_parameters(const struct steps *steps);

/** The step of a stage for batches of this size. Fails as steps_create does. */
struct step *steps_get(struct steps *steps, enum stage stage, int batch_size, struct error *error);

/**
 * Gives the program its inputs from the batch (inputs.h) and runs it. Fails with ERROR_DATA when the batch has not what the model
 * takes, ERROR_RUN when the device does. `round`: how many batches were trained on before this one; what is random in a step follows from it. With
 * `checked`, stops at the first node that gives a value that is not finite, which is set in `*bad`, else NULL.
 */
bool step_run(struct step *step, const struct batch *batch, int64_t round, bool checked, const struct node **bad,
              struct error *error);

/** True when the stage has a loss; and the loss of the last run. */
bool step_has_loss(const struct step *step);
double step_loss(const struct step *step);

/** Sets the loss ("loss") and the model's other scalars of the last run. */
void step_scalars(const struct step *step, struct scalars *scalars);

/** The numbers of step_scalars by their place, the loss first: how many of them there are, and each one's name. */
int step_scalar_count(const struct step *step);
const char *step_scalar_name(const struct step *step, int index);

/** Where they lie in the device's memory; the weight is 0. */
struct batch_scalars step_scalar_places(const struct step *step);

/** The arrays of the last run: lent until the next run of any step. Waits for the device. */
const struct step_outputs *step_arrays(struct step *step);

/** What was compiled; for summaries. */
const struct graph *step_graph(const struct step *step);
const struct program *step_program(const struct step *step);

#endif
