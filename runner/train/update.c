/* update.c: from a batch's gradients to the next parameters, on the device alone. */
#include "runner/train/update.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/ops/arrays/arrays.h"
#include "runner/train/fit.h"
#include "runner/train/numeric.h"
#include "runner/train/precision.h"

bool update_create(struct session *session, struct error *error)
{
    session->step_state = device_allocate(session->device, sizeof *session->step_state, "the step's state", error);
    if (session->step_state == NULL)
        return false;
    if (precision_arithmetic(session->params, session->device).scales_loss) {
        session->known.loss_scale = LOSS_SCALE_FIRST;
        steps_set_loss_scale(session->steps, &session->step_state->loss_scale);
    }
    return true;
}

/* Names what lies in the state: its scalars are those of every training program. */
static const struct step *first_step(const struct session *session)
{
    struct error ignored = ERROR_INIT;
    return steps_get(session->steps, STAGE_TRAIN, session_batch_size(session, STAGE_TRAIN), &ignored);
}

void update_begin(struct session *session)
{
    const struct step *step = first_step(session);
    for (int i = 0; i < step_scalar_count(step); i++) {
        const double *sum = scalars_find(&session->epoch_means.sums, step_scalar_name(step, i));
        session->known.sums[i] = sum != NULL ? *sum : 0;
    }
    session->known.weight = session->epoch_means.weight;
    device_write(session->device, session->step_state, &session->known, sizeof session->known);
}

void update_rate(struct session *session)
{
    const struct lr_scheduler *scheduler = session->parts->lr_scheduler;
    const struct optimizer *optimizer = session->parts->optimizer;
    double base = optimizer->interface->learning_rate(optimizer);
    session->rate = (struct lr_point){.learning_rate = base, .momentum = -1};
    if (scheduler == NULL)
        return;
    const struct trainer_params *params = session->params;
    int64_t epochs = fit_max_epochs(params), steps = fit_max_steps(params);
    int64_t per_epoch =
        (session->stages[STAGE_TRAIN].batches + params->accumulate_grad_batches - 1) / params->accumulate_grad_batches;
    struct lr_horizon horizon = {.total_epochs = epochs > 0 ? epochs : 0,
                                 .total_steps = epochs > 0 ? epochs * per_epoch : 0};
    if (steps > 0 && (horizon.total_steps == 0 || steps < horizon.total_steps))
        horizon.total_steps = steps;
    bool by_step = scheduler->interval == LR_INTERVAL_STEP;
    int64_t count = by_step ? session->position.global_step : session->position.epoch;
    session->rate = scheduler->interface->at(scheduler, base, count, &horizon);
}

static bool cuts_elements(const struct trainer_params *params)
{
    return params->gradient_clip_val != NULL && params->gradient_clip_algorithm == GRADIENT_CLIP_ALGORITHM_VALUE;
}

static bool limits_norm(const struct trainer_params *params)
{
    return params->gradient_clip_val != NULL && params->gradient_clip_algorithm == GRADIENT_CLIP_ALGORITHM_NORM;
}

static void judge(struct session *session, struct numbers gradients, int part, int batches)
{
    const struct trainer_params *params = session->params;
    const struct step_report report = {
        .gradients = gradients,
        .count = parameters_flat_count(session->parameters),
        .threads = session->threads,
        .place = {session->position.global_step, session->position.batches_done, part},
        .share = 1.0 / batches,
        .norm_limit = limits_norm(params) ? *params->gradient_clip_val : (double)INFINITY,
        .is_cut = cuts_elements(params),
    };
    arrays_judge(session->device, session->step_state, &report);
}

/* Adds the batch's gradients to those of the step's others. */
static void accumulate(struct session *session, int part)
{
    int64_t count = parameters_flat_count(session->parameters);
    struct numbers gradients = parameters_gradients(session->parameters);
    if (part == 0)
        device_copy(session->device, session->accumulated.data, gradients.data,
                    (size_t)count * dtype_size(gradients.dtype));
    else
        arrays_add(session->device, session->accumulated, gradients, count);
}

void update_take(struct session *session, const struct step *step, const struct batch *batch, int part, int batches)
{
    struct batch_scalars scalars = step_scalar_places(step);
    int64_t start = profiler_begin(session->profiler);
    scalars.weight = batch->size;
    arrays_note(session->device, session->step_state, &scalars);
    judge(session, parameters_gradients(session->parameters), part, batches);
    if (session->accumulated.data != NULL)
        accumulate(session, part);
    session->is_known = false;
    profiler_end(session->profiler, PHASE_OPTIMIZER, start);
}

void update_apply(struct session *session, int batches)
{
    const struct trainer_params *params = session->params;
    int64_t count = parameters_flat_count(session->parameters), start = profiler_begin(session->profiler);
    bool accumulates = session->accumulated.data != NULL;
    struct numbers gradients = accumulates ? session->accumulated : parameters_gradients(session->parameters);
    bool is_scaled = session->known.loss_scale > 0;
    if (accumulates && limits_norm(params))
        judge(session, gradients, batches - 1, batches);
    if (cuts_elements(params))
        arrays_clip(session->device, session->step_state, gradients, count, *params->gradient_clip_val);
    struct optimizer_step step = {
        .arrays = {.device = session->device,
                   .parameters = parameters_values(session->parameters),
                   .gradients = gradients,
                   .count = count,
                   .state = session->step_state},
        .step = is_scaled ? OPTIMIZER_STEP_COUNTED : session->position.global_step,
        .learning_rate = session->rate.learning_rate,
        .momentum = session->rate.momentum,
    };
    memcpy(step.arrays.states, session->states, sizeof step.arrays.states);
    session->parts->optimizer->interface->step(session->parts->optimizer, &step);
    if (is_scaled)
        arrays_rescale(session->device, session->step_state, LOSS_SCALE_INTERVAL);
    if (session->profiler != NULL)
        device_synchronize(session->device);
    profiler_end(session->profiler, PHASE_OPTIMIZER, start);
}

bool update_read(struct session *session, struct error *error)
{
    if (session->is_known)
        return true;
    device_read(session->device, &session->known, session->step_state, sizeof session->known);
    if (!device_check(session->device, error))
        return false;
    session->is_known = true;
    if (session->known.is_at_fault)
        return numeric_diagnose_late(session, &session->known.fault, error);
    const struct step *step = first_step(session);
    for (int i = 0; i < step_scalar_count(step); i++) {
        scalars_set(&session->latest, session->known.scalars[i], "train_%s", step_scalar_name(step, i));
        scalars_set(&session->epoch_means.sums, session->known.sums[i], "%s", step_scalar_name(step, i));
    }
    session->epoch_means.weight = session->known.weight;
    return true;
}

void update_log(struct session *session)
{
    const struct step *step = first_step(session);
    for (int i = 0; i < step_scalar_count(step); i++)
        scalars_set(&session->row, session->known.scalars[i], "train_%s", step_scalar_name(step, i));
}
