/* update.c: from a batch's gradients to the next parameters, on the device alone. */
#include "runner/train/update.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/ops/arrays/arrays.h"
#include "runner/train/fit.h"
#include "runner/train/numeric.h"
#include "runner/train/precision.h"
#include "runner/train/replicas.h"

bool update_create(struct session *session, struct error *error)
{
    for (int i = 0; i < session->replica_count; i++) {
        struct replica *replica = &session->replicas[i];
        size_t bytes = sizeof *replica->step_state;
        replica->step_state = device_allocate(replica->device, bytes, "the step's state", error);
        if (replica->step_state == NULL)
            return false;
        if (!precision_arithmetic(session->params, replica->device).scales_loss)
            continue;
        replica->known.loss_scale = LOSS_SCALE_FIRST;
        steps_set_loss_scale(replica->steps, &replica->step_state->loss_scale);
    }
    return true;
}

/* Names what lies in the states: its scalars are those of every training program. */
static const struct step *first_step(const struct session *session)
{
    struct error ignored = ERROR_INIT;
    return steps_get(session->replicas[0].steps, STAGE_TRAIN, session_batch_size(session, STAGE_TRAIN), &ignored);
}

void update_begin(struct session *session)
{
    const struct step *step = first_step(session);
    for (int i = 0; i < session->replica_count; i++) {
        struct replica *replica = &session->replicas[i];
        replica->known = session->replicas[0].known;
        for (int j = 0; j < step_scalar_count(step); j++) {
            const double *sum = scalars_find(&replica->epoch_means.sums, step_scalar_name(step, j));
            replica->known.sums[j] = sum != NULL ? *sum : 0;
        }
        replica->known.weight = replica->epoch_means.weight;
        device_write(replica->device, replica->step_state, &replica->known, sizeof replica->known);
    }
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

static void judge(struct session *session, struct replica *replica, struct numbers gradients, int part, int batches)
{
    const struct trainer_params *params = session->params;
    const struct step_report report = {
        .gradients = gradients,
        .count = parameters_flat_count(replica->parameters),
        .threads = session->threads,
        .place = {session->position.global_step, session->position.batches_done, part},
        .share = 1.0 / (batches * session->replica_count),
        .norm_limit = limits_norm(params) ? *params->gradient_clip_val : (double)INFINITY,
        .is_cut = cuts_elements(params),
    };
    arrays_judge(replica->device, replica->step_state, &report);
}

/* Adds the batch's gradients to those of the step's others. */
static void accumulate(struct replica *replica, int part)
{
    int64_t count = parameters_flat_count(replica->parameters);
    struct numbers gradients = parameters_gradients(replica->parameters);
    if (part == 0)
        device_copy(replica->device, replica->accumulated.data, gradients.data,
                    (size_t)count * dtype_size(gradients.dtype));
    else
        arrays_add(replica->device, replica->accumulated, gradients, count);
}

void update_take(struct session *session, struct replica *replica, const struct step *step, const struct batch *batch,
                 int part, int batches)
{
    struct batch_scalars scalars = step_scalar_places(step);
    int64_t start = profiler_begin(session->profiler);
    scalars.weight = batch->size;
    arrays_note(replica->device, replica->step_state, &scalars);
    judge(session, replica, parameters_gradients(replica->parameters), part, batches);
    if (replica->accumulated.data != NULL)
        accumulate(replica, part);
    session->is_known = false;
    profiler_end(session->profiler, PHASE_OPTIMIZER, start);
}

/* One device's optimizer, on the gradients of the whole step. */
static void apply(struct session *session, struct replica *replica)
{
    const struct trainer_params *params = session->params;
    int64_t count = parameters_flat_count(replica->parameters);
    struct numbers gradients = replica_gradients(replica);
    bool is_scaled = replica->known.loss_scale > 0;
    if (cuts_elements(params))
        arrays_clip(replica->device, replica->step_state, gradients, count, *params->gradient_clip_val);
    struct optimizer_step step = {
        .arrays = {.device = replica->device,
                   .parameters = parameters_values(replica->parameters),
                   .gradients = gradients,
                   .count = count,
                   .state = replica->step_state},
        .step = is_scaled ? OPTIMIZER_STEP_COUNTED : session->position.global_step,
        .learning_rate = session->rate.learning_rate,
        .momentum = session->rate.momentum,
    };
    memcpy(step.arrays.states, replica->states, sizeof step.arrays.states);
    session->parts->optimizer->interface->step(session->parts->optimizer, &step);
    if (is_scaled)
        arrays_rescale(replica->device, replica->step_state, LOSS_SCALE_INTERVAL);
}

/* Gradients of several batches or devices are another number than was judged when they were taken. */
static void judge_sums(struct session *session, int batches)
{
    bool accumulates = session->replicas[0].accumulated.data != NULL;
    if (session->replica_count == 1 && !(accumulates && limits_norm(session->params)))
        return;
    int part = session->replica_count > 1 ? batches : batches - 1;
    for (int i = 0; i < session->replica_count; i++)
        judge(session, &session->replicas[i], replica_gradients(&session->replicas[i]), part, batches);
}

void update_apply(struct session *session, int batches)
{
    int64_t start = profiler_begin(session->profiler);
    replicas_add_gradients(session);
    judge_sums(session, batches);
    for (int i = 0; i < session->replica_count; i++)
        apply(session, &session->replicas[i]);
    for (int i = 0; i < session->replica_count && session->profiler != NULL; i++)
        device_synchronize(session->replicas[i].device);
    profiler_end(session->profiler, PHASE_OPTIMIZER, start);
}

/* True when one place is before the other in the run. */
static bool is_before(const struct step_place *one, const struct step_place *other)
{
    return one->step < other->step || (one->step == other->step && one->part < other->part);
}

/* The device whose fault was first; the sum's comes behind those of its parts. NULL: none. */
static struct replica *find_fault(struct session *session)
{
    struct replica *first = NULL;
    for (int i = 0; i < session->replica_count; i++) {
        struct replica *replica = &session->replicas[i];
        if (replica->known.is_at_fault && (first == NULL || is_before(&replica->known.fault, &first->known.fault)))
            first = replica;
    }
    return first;
}

/* The mean over the devices, whose batches are of one size. */
static double mean_scalar(const struct session *session, int index)
{
    double sum = 0;
    for (int i = 0; i < session->replica_count; i++)
        sum += session->replicas[i].known.scalars[index];
    return sum / session->replica_count;
}

static void keep_sums(struct replica *replica, const struct step *step)
{
    for (int i = 0; i < step_scalar_count(step); i++)
        scalars_set(&replica->epoch_means.sums, replica->known.sums[i], "%s", step_scalar_name(step, i));
    replica->epoch_means.weight = replica->known.weight;
}

bool update_read(struct session *session, struct error *error)
{
    if (session->is_known)
        return true;
    for (int i = 0; i < session->replica_count; i++) {
        struct replica *replica = &session->replicas[i];
        device_read(replica->device, &replica->known, replica->step_state, sizeof replica->known);
    }
    if (!replicas_check(session, error))
        return false;
    session->is_known = true;
    struct replica *faulty = find_fault(session);
    if (faulty != NULL)
        return numeric_diagnose_late(session, faulty, error);
    const struct step *step = first_step(session);
    for (int i = 0; i < step_scalar_count(step); i++)
        scalars_set(&session->latest, mean_scalar(session, i), "train_%s", step_scalar_name(step, i));
    for (int i = 0; i < session->replica_count; i++)
        keep_sums(&session->replicas[i], step);
    return true;
}

void update_log(struct session *session)
{
    const struct step *step = first_step(session);
    for (int i = 0; i < step_scalar_count(step); i++)
        scalars_set(&session->row, mean_scalar(session, i), "train_%s", step_scalar_name(step, i));
}
