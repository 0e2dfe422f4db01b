/*
 * step_state.h: what a training step finds out about itself, in the memory of the device that computes. The host reads it when it
 * wants to know; no step waits for that.
 *
 *     struct step_state *state = device_allocate(device, sizeof *state, "the step's state", error);   // zero: before the first step
 *     for each batch of the step:
 *         arrays_note(device, state, &scalars);             // its loss and other numbers
 *         arrays_judge(device, state, &report);             // norm of the gradients; is all finite; what the update multiplies with
 *     optimizers_sgd(&formula, &arrays);                    // arrays.state = state: a step that is skipped changes nothing
 *     device_read(device, &copy, state, sizeof copy);       // where numbers are logged
 *
 * A loss or a norm that is not finite is a fault: the step and all that follow are skipped, so that parameters and the optimizer's
 * states stay what they were before it, however late the host looks. The first fault's place is kept. A step may be skipped
 * for other reasons: the updates ask is_skipped and scale alone.
 */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_STEP_STATE_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_STEP_STATE_H

#include <math.h>
#include <stdint.h>

#include "engine/base/formula.h"
#include "engine/tensor/numbers.h"

/** The loss, and what else a model names. */
#define STEP_SCALARS_MAX 9

/** Where a batch is in a training; the device only keeps it. */
struct step_place {
    /** Steps done before its own. */
    int64_t step;
    /** Batches of the epoch done before its step. */
    int64_t batch;
    /** Which of its step's batches it is: 0 is the first. */
    int64_t part;
};

struct step_state {
    /** The last batch's numbers; the loss is the first. */
    double scalars[STEP_SCALARS_MAX];
    /** Of each, the sum over batches, each times its weight; and the sum of the weights. The host begins them anew. */
    double sums[STEP_SCALARS_MAX];
    double weight;
    /** The Euclidean norm of the gradients that were judged last, as they lay there. */
    double norm;
    /** What arrays_clip multiplies each gradient with; and the update, which limits the norm with the same factor. */
    double share;
    double scale;
    /** The step's update is not to be done. */
    int is_skipped;
    /** Something was not finite: from then on every step is skipped. Where it was first. */
    int is_at_fault;
    struct step_place fault;
};

/** The numbers of a batch: scalars in the device's memory, in the state's order. */
struct batch_scalars {
    const float *places[STEP_SCALARS_MAX];
    int count;
    /** The batch's share in the sums: its samples. */
    double weight;
};

/** What is judged, and by what limits. */
struct step_report {
    struct numbers gradients;
    int64_t count;
    /** Of the processor. */
    int threads;
    struct step_place place;
    /** What makes the step's gradient of these: 1 / batches. */
    double share;
    /** The norm is brought down to this (torch.nn.utils.clip_grad_norm_); INFINITY: it may be any. */
    double norm_limit;
    /** arrays_clip comes before the update, and multiplies by the share. */
    int is_cut;
};

/** What brings gradients of this norm to at most `limit`. */
FORMULA double step_norm_factor(double norm, double limit)
{
    return fmin(1.0, limit / (norm + 1e-6));
}

/** Keeps one of the batch's numbers; with the first one goes the weight. */
FORMULA void step_note(struct step_state *state, const struct batch_scalars *scalars, int index)
{
    double number = *scalars->places[index];
    state->scalars[index] = number;
    state->sums[index] += scalars->weight * number;
    if (index == 0)
        state->weight += scalars->weight;
}

/** `norm`: of the report's gradients. */
FORMULA void step_judge(struct step_state *state, const struct step_report *report, double norm)
{
    double loss = state->scalars[0];
    int is_finite = norm - norm == 0 && loss - loss == 0;
    if (!is_finite && !state->is_at_fault) {
        state->is_at_fault = 1;
        state->fault = report->place;
    }
    state->is_skipped = state->is_at_fault;
    state->norm = norm;
    state->share = report->share;
    state->scale = report->is_cut ? 1 : report->share * step_norm_factor(report->share * norm, report->norm_limit);
}

/** What the update of a step asks; NULL: the gradients are taken as they are. */
FORMULA int step_is_skipped(const struct step_state *state)
{
    return state != 0 && state->is_skipped;
}

FORMULA double step_scale(const struct step_state *state)
{
    return state != 0 ? state->scale : 1;
}

#endif
