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
 * states stay what they were before it, however late the host looks. The first fault's place is kept.
 *
 * Where the loss is scaled (graph_scale_loss), the scale lies here too, and behind the update of each step comes
 *     arrays_rescale(device, state, LOSS_SCALE_INTERVAL);
 * Then what is not finite is no fault at first: the step alone is skipped, and the scale halved, down to LOSS_SCALE_LEAST. As
 * torch.amp.GradScaler.
 */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_STEP_STATE_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_STEP_STATE_H

#include <math.h>
#include <stdint.h>

#include "engine/base/formula.h"
#include "engine/tensor/numbers.h"

/** The loss, and what else a model names. */
#define STEP_SCALARS_MAX 9

/** Of a scaled loss: the scale that a training begins with; the least; and after how many steps in a row it doubles. */
#define LOSS_SCALE_FIRST 65536.0F
#define LOSS_SCALE_LEAST 0x1p-14F
#define LOSS_SCALE_INTERVAL 2000

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
    /** Where the loss is scaled, what by, and gradients are as much larger; else 0. */
    float loss_scale;
    /** How many steps it has had without a skipped one; and how many updates were done in all: of a scaled loss. */
    int growth;
    int64_t updates;
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
    int was_skipped = report->place.part > 0 && state->is_skipped;
    if (!is_finite && !state->is_at_fault && state->loss_scale <= LOSS_SCALE_LEAST) {
        state->is_at_fault = 1;
        state->fault = report->place;
    }
    state->is_skipped = !is_finite || state->is_at_fault || was_skipped;
    state->norm = norm;
    state->share = report->share / (state->loss_scale > 0 ? state->loss_scale : 1);
    state->scale = report->is_cut ? 1 : state->share * step_norm_factor(state->share * norm, report->norm_limit);
}

/** Behind a step's update: halves the scale of the loss where the step was skipped, doubles it after `interval` others in a row. */
FORMULA void step_rescale(struct step_state *state, int interval)
{
    float larger = 2 * state->loss_scale;
    if (state->loss_scale == 0 || state->is_at_fault)
        return;
    if (state->is_skipped) {
        state->loss_scale /= 2;
        state->growth = 0;
        return;
    }
    state->updates++;
    if (++state->growth < interval)
        return;
    state->growth = 0;
    if (larger - larger == 0)
        state->loss_scale = larger;
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
