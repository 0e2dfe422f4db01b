/* fit.c: the training loop, from moment to moment (session.h). */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "runner/train/checkpoint.h"
#include "runner/train/console.h"
#include "runner/train/fit.h"
#include "runner/train/numeric.h"
#include "runner/train/signals.h"
#include "runner/train/update.h"

/* A twentieth of an epoch spent waiting for data is worth knowing. */
#define DATA_WAIT_SHOWN 0.05

int64_t fit_max_epochs(const struct trainer_params *params)
{
    if (params->fast_dev_run > 0)
        return 1;
    if (params->max_epochs != NULL)
        return *params->max_epochs;
    return params->max_steps >= 0 || params->max_time != NULL ? -1 : 1000;
}

int64_t fit_max_steps(const struct trainer_params *params)
{
    return params->fast_dev_run > 0 ? -1 : params->max_steps;
}

static bool minimums_are_met(const struct session *session)
{
    const struct trainer_params *params = session->params;
    const struct position *position = &session->position;
    int64_t epochs_done = position->epoch + (position->moment == MOMENT_EPOCH_END);
    return (params->min_epochs == NULL || epochs_done >= *params->min_epochs) &&
           (params->min_steps == NULL || position->global_step >= *params->min_steps);
}

/* True when no further step is to be done in this epoch, though it has more. */
static bool fit_should_stop(const struct session *session)
{
    int64_t max_steps = fit_max_steps(session->params);
    if (max_steps >= 0 && session->position.global_step >= max_steps)
        return true;
    if (session->seconds_before + session_now() - session->started > session->trainer->max_seconds)
        return true;
    return session->position.stopping && minimums_are_met(session);
}

static bool fit_is_over(const struct session *session)
{
    const struct position *position = &session->position;
    if (position->moment != MOMENT_EPOCH_END && position->moment != MOMENT_START)
        return false;
    int64_t max_epochs = fit_max_epochs(session->params);
    int64_t epochs_done = position->moment == MOMENT_START ? 0 : position->epoch + 1;
    return (max_epochs >= 0 && epochs_done >= max_epochs) || fit_should_stop(session);
}

static bool step_is_logged(const struct session *session)
{
    return session->position.global_step % session->params->log_every_n_steps == 0;
}

static bool row_is_due(const struct session *session)
{
    return session->position.moment != MOMENT_STEP_END || step_is_logged(session);
}

/* Writes the moment's numbers, or drops those of a step that is not logged. */
static bool row_finish(struct session *session, struct error *error)
{
    if (!row_is_due(session))
        scalars_clear(&session->row);
    return session_write_row(session, error);
}

static struct session *session_of(struct run_view *view)
{
    return (struct session *)view;
}

static void view_stop(struct run_view *view, const char *reason)
{
    session_of(view)->position.stopping = true;
    console_note(session_of(view)->parts->console, reason);
}

static void view_log(struct run_view *view, const char *name, double number)
{
    session_log(session_of(view), name, number);
}

static bool view_save(struct run_view *view, const char *path, bool weights_only, struct error *error)
{
    struct session *session = session_of(view);
    /* What was logged at this moment so far goes first: a run resumed from here does not have it any more. */
    return update_read(session, error) && row_finish(session, error) &&
           checkpoint_save(session, path, weights_only, error);
}

static bool view_refresh(struct run_view *view, struct error *error)
{
    return update_read(session_of(view), error);
}

static void view_note(struct run_view *view, const char *line)
{
    console_note(session_of(view)->parts->console, line);
}

static void view_update(struct session *session)
{
    struct run_view *view = &session->view;
    view->epoch = session->position.epoch;
    view->global_step = session->position.global_step;
    view->seconds = session->seconds_before + session_now() - session->started;
    view->learning_rate = session->rate.learning_rate;
    view->momentum = session->rate.momentum;
}

static void view_init(struct session *session)
{
    const char *name = session->parts->optimizer_name;
    session->view = (struct run_view){
        .optimizer_name = name != NULL ? name : "optimizer",
        .metrics = &session->latest,
        .run_directory = session->directory.path,
        .fast_dev_run = session->params->fast_dev_run > 0,
        .stop = view_stop,
        .log = view_log,
        .save = view_save,
        .refresh = view_refresh,
        .note = view_note,
    };
    view_update(session);
}

typedef bool callback_function(struct callback *callback, struct run_view *view, struct error *error);

static callback_function *moment_function(const struct callback_interface *interface, enum moment moment)
{
    switch (moment) {
    case MOMENT_EPOCH_START:
        return interface->on_train_epoch_start;
    case MOMENT_STEP_END:
        return interface->on_train_step_end;
    case MOMENT_VALIDATION_END:
        return interface->on_validation_end;
    case MOMENT_EPOCH_END:
        return interface->on_train_epoch_end;
    case MOMENT_START:
        break;
    }
    return NULL;
}

/* Calls the callbacks of the current moment that are still to be called. One counts as called before it is, so that a
 * checkpoint which it saves goes on behind it. */
static bool moment_finish(struct session *session, struct error *error)
{
    const struct callback_list *callbacks = &session->params->callbacks;
    view_update(session);
    while (session->position.callbacks_done < (int64_t)callbacks->count) {
        struct callback *callback = callbacks->items[session->position.callbacks_done++];
        callback_function *function = moment_function(callback->interface, session->position.moment);
        if (function != NULL && !function(callback, &session->view, error))
            return false;
    }
    return row_finish(session, error);
}

static bool moment_run(struct session *session, enum moment moment, struct error *error)
{
    int64_t start = profiler_begin(session->profiler);
    session->position.moment = moment;
    session->position.callbacks_done = 0;
    bool ok = moment_finish(session, error);
    profiler_end(session->profiler, PHASE_CALLBACKS, start);
    return ok;
}

static void bar_begin(struct session *session)
{
    char title[64];
    int64_t max_epochs = fit_max_epochs(session->params);
    if (max_epochs > 0)
        snprintf(title, sizeof title, "Epoch %lld/%lld", (long long)session->position.epoch, (long long)max_epochs - 1);
    else
        snprintf(title, sizeof title, "Epoch %lld", (long long)session->position.epoch);
    session->epoch_started = session_now();
    session->data_seconds = 0;
    console_begin(session->parts->console, title, session->position.batches_done, session->stages[STAGE_TRAIN].batches);
}

static const char *separator(const struct text *postfix)
{
    return postfix->length > 0 ? ", " : "";
}

/* "loss=3.22, v_num=0": the loss as last read, and the share of the epoch that was waited for data where that is much. */
static void bar_update(struct session *session)
{
    struct text *postfix = &session->postfix;
    const double *loss = scalars_find(&session->latest, "train_loss");
    const char *directory = session->directory.path;
    double seconds = session_now() - session->epoch_started, waited = session->data_seconds / fmax(seconds, 1e-9);
    text_clear(postfix);
    if (loss != NULL)
        text_format(postfix, "loss=%.3g", *loss);
    if (waited >= DATA_WAIT_SHOWN)
        text_format(postfix, "%sdata_wait=%.0f%%", separator(postfix), 100 * waited);
    if (directory != NULL)
        text_format(postfix, "%sv_num=%.60s", separator(postfix), run_directory_short_name(directory));
    console_update(session->parts->console, session->position.batches_done, text_string(postfix));
}

/* Every device's, within the epoch at the batch `first`. */
static bool loaders_start(struct session *session, int64_t first, struct error *error)
{
    for (int i = 0; i < session->replica_count; i++) {
        struct loader *loader = session_loader(session, &session->replicas[i], STAGE_TRAIN, error);
        if (loader == NULL)
            return false;
        loader_start(loader, session->position.epoch, first);
    }
    return true;
}

static bool epoch_begin(struct session *session, struct error *error)
{
    struct position *position = &session->position;
    if (position->moment == MOMENT_EPOCH_END)
        position->epoch++;
    position->batches_done = 0;
    session->epoch_started = session_now();
    session->data_seconds = 0;
    for (int i = 0; i < session->replica_count; i++)
        means_reset(&session->replicas[i].epoch_means);
    update_begin(session);
    if (!loaders_start(session, 0, error))
        return false;
    update_rate(session);
    bar_begin(session);
    return moment_run(session, MOMENT_EPOCH_START, error);
}

/* A device's next batch, and how long it was waited for. */
static bool batch_next(struct session *session, struct replica *replica, const struct batch **batch,
                       struct error *error)
{
    int64_t start = profiler_begin(session->profiler);
    double before = session_now();
    bool ok = loader_next(replica->loaders[STAGE_TRAIN], batch, error);
    session->data_seconds += session_now() - before;
    profiler_end(session->profiler, PHASE_DATA, start);
    return ok;
}

/* Forward and backward of one of a step's batches; false when it cannot be done, or, on the processor, is not finite. */
static bool step_train(struct session *session, struct replica *replica, const struct batch *batch, int part,
                       int batches, struct error *error)
{
    const struct node *bad;
    struct step *step = steps_get(replica->steps, STAGE_TRAIN, batch->size, error);
    int64_t round = session_round(session, replica, part), start = profiler_begin(session->profiler);
    if (step == NULL || !step_run(step, batch, round, session->params->detect_anomaly, &bad, error))
        return false;
    profiler_end(session->profiler, PHASE_STEP, start);
    struct numeric_place place = {&session->position,       part, round, batch, session->rate.learning_rate,
                                  replica->known.loss_scale};
    if (bad != NULL)
        return numeric_error(&place, bad, step_loss(step), error);
    update_take(session, replica, step, batch, part, batches);
    if (device_is_host(replica->device) && replica->step_state->is_at_fault)
        return numeric_diagnose(step, &place, error);
    return device_check(replica->device, error);
}

/* A batch on every device. */
static bool batches_run(struct session *session, int part, int batches, struct error *error)
{
    for (int i = 0; i < session->replica_count; i++) {
        struct replica *replica = &session->replicas[i];
        const struct batch *batch;
        if (!batch_next(session, replica, &batch, error))
            return false;
        session->in_step = true;
        if (!step_train(session, replica, batch, part, batches, error))
            return false;
    }
    return true;
}

/* What the step found out, where it costs nothing or is to be logged. */
static bool step_read(struct session *session, struct error *error)
{
    bool is_logged = step_is_logged(session);
    if ((is_logged || device_is_host(session->replicas[0].device)) && !update_read(session, error))
        return false;
    if (is_logged)
        update_log(session);
    return true;
}

static bool step_do(struct session *session, struct error *error)
{
    struct position *position = &session->position;
    int64_t rest = session->stages[STAGE_TRAIN].batches - position->batches_done;
    int batches = session->params->accumulate_grad_batches;
    if (batches > rest)
        batches = (int)rest;
    update_rate(session);
    for (int i = 0; i < batches; i++)
        if (!batches_run(session, i, batches, error))
            return false;
    update_apply(session, batches);
    session->in_step = false;
    position->global_step++;
    position->batches_done += batches;
    position->batches_total += batches;
    if (!step_read(session, error))
        return false;
    bar_update(session);
    return moment_run(session, MOMENT_STEP_END, error);
}

/* True when the last step passed a point of the epoch at which to validate. */
static bool validation_is_due(const struct session *session)
{
    const struct trainer_params *params = session->params;
    const struct position *position = &session->position;
    const struct stage_data *train = &session->stages[STAGE_TRAIN];
    if (session->stages[STAGE_VALIDATE].batches == 0)
        return false;
    int64_t step = params->accumulate_grad_batches, before = position->batches_done - step;
    int64_t interval = (int64_t)params->val_check_interval.number;
    if (position->batches_done == train->batches)
        before = (train->batches - 1) / step * step;
    if (params->check_val_every_n_epoch == NULL)
        return position->batches_total / interval >
               (position->batches_total - (position->batches_done - before)) / interval;
    if ((position->epoch + 1) % *params->check_val_every_n_epoch != 0)
        return false;
    if (params->val_check_interval.is_fraction)
        interval = (int64_t)((double)train->batches * params->val_check_interval.number);
    if (interval < 1)
        interval = 1;
    return position->batches_done / interval > before / interval;
}

/* The numbers of a validation, for who reads along or later. */
static void note_validation(const struct session *session, const struct scalars *metrics)
{
    struct text line = TEXT_INIT;
    text_format(&line, "Validation (epoch %lld, step %lld):", (long long)session->position.epoch,
                (long long)session->position.global_step);
    for (size_t i = 0; i < metrics->count; i++) {
        const char *name = metrics->items[i].name;
        text_format(&line, "%s %s=%.4g", i > 0 ? "," : "", name + (strncmp(name, "val_", 4) == 0 ? 4 : 0),
                    metrics->items[i].number);
    }
    console_note(session->parts->console, text_string(&line));
    text_finish(&line);
}

static bool validate(struct session *session, struct error *error)
{
    struct scalars metrics = {0};
    if (!update_read(session, error))
        return false;
    int64_t start = profiler_begin(session->profiler);
    bool ok = session_evaluate(session, STAGE_VALIDATE, session->stages[STAGE_VALIDATE].batches, "Validation", &metrics,
                               error);
    profiler_end(session->profiler, PHASE_VALIDATION, start);
    for (size_t i = 0; i < metrics.count && ok; i++)
        session_log(session, metrics.items[i].name, metrics.items[i].number);
    if (ok)
        note_validation(session, &metrics);
    scalars_finish(&metrics);
    return ok && moment_run(session, MOMENT_VALIDATION_END, error);
}

static bool epoch_finish(struct session *session, struct error *error)
{
    struct scalars means = {0};
    struct means all = {0};
    if (!update_read(session, error))
        return false;
    for (int i = 0; i < session->replica_count; i++)
        means_merge(&all, &session->replicas[i].epoch_means);
    means_get(&all, "train_", "_epoch", &means);
    means_finish(&all);
    for (size_t i = 0; i < means.count; i++)
        session_log(session, means.items[i].name, means.items[i].number);
    scalars_finish(&means);
    console_end(session->parts->console, true);
    return moment_run(session, MOMENT_EPOCH_END, error);
}

static bool fit_advance(struct session *session, struct error *error)
{
    const struct position *position = &session->position;
    if (position->moment == MOMENT_START || position->moment == MOMENT_EPOCH_END)
        return epoch_begin(session, error);
    if (position->moment == MOMENT_STEP_END && validation_is_due(session))
        return validate(session, error);
    if (position->batches_done >= session->stages[STAGE_TRAIN].batches || fit_should_stop(session))
        return epoch_finish(session, error);
    return step_do(session, error);
}

/* Leaves the run where it is, with a checkpoint to go on from. */
static bool fit_interrupt(struct session *session, struct error *error)
{
    error_clear(error);
    if (!update_read(session, error))
        return false;
    const struct position *position = &session->position;
    int number = signals_received();
    const char *signal_name = number == SIGINT ? "SIGINT" : number == SIGHUP ? "SIGHUP" : "SIGTERM";
    if (session->directory.path == NULL || !session->params->enable_checkpointing)
        return error_set(error, signals_error_code(), "stopped by %s at epoch %lld, step %lld; nothing was saved",
                         signal_name, (long long)position->epoch, (long long)position->global_step);
    struct text path = TEXT_INIT;
    text_format(&path, "%s/checkpoints/last.safetensors", session->directory.path);
    if (checkpoint_save(session, text_string(&path), false, error)) {
        error_set(error, signals_error_code(), "stopped by %s at epoch %lld, step %lld; saved '%s'", signal_name,
                  (long long)position->epoch, (long long)position->global_step, text_string(&path));
        error_hint(error, "--resume goes on from there");
    }
    text_finish(&path);
    return false;
}

static bool fit_edge(struct session *session, bool start, struct error *error)
{
    const struct callback_list *callbacks = &session->params->callbacks;
    view_update(session);
    for (size_t i = 0; i < callbacks->count; i++) {
        const struct callback_interface *interface = callbacks->items[i]->interface;
        callback_function *function = start ? interface->on_fit_start : interface->on_fit_end;
        if (function != NULL && !function(callbacks->items[i], &session->view, error))
            return false;
    }
    return session_write_row(session, error);
}

/* A few validation batches, whose numbers nobody sees: errors there are found before hours of training. */
static bool sanity_check(struct session *session, struct error *error)
{
    int64_t batches = session->stages[STAGE_VALIDATE].batches;
    int wanted = session->params->num_sanity_val_steps;
    if (wanted >= 0 && wanted < batches)
        batches = wanted;
    if (batches == 0 || session->params->fast_dev_run > 0 || session->position.moment != MOMENT_START)
        return true;
    struct scalars ignored = {0};
    session->view.sanity_checking = true;
    bool ok = session_evaluate(session, STAGE_VALIDATE, batches, "Sanity checking", &ignored, error);
    session->view.sanity_checking = false;
    scalars_finish(&ignored);
    return ok;
}

/* Brings a resumed run to where the loop goes on: the loader within its epoch, the rest of the moment. */
static bool fit_reenter(struct session *session, struct error *error)
{
    const struct position *position = &session->position;
    if (position->moment == MOMENT_START)
        return true;
    if (position->batches_done > session->stages[STAGE_TRAIN].batches)
        return error_set(error, ERROR_CONFIG, "the checkpoint is at batch %lld of an epoch, which has only %lld now",
                         (long long)position->batches_done, (long long)session->stages[STAGE_TRAIN].batches);
    if (position->moment != MOMENT_EPOCH_END) {
        if (!loaders_start(session, position->batches_done, error))
            return false;
        update_begin(session);
        bar_begin(session);
    }
    return moment_finish(session, error);
}

bool session_fit(struct session *session, struct error *error)
{
    if (session->position.moment == MOMENT_START)
        update_rate(session); /* a resumed run has the rate of its last step */
    view_init(session);
    if (!fit_edge(session, true, error) || !fit_reenter(session, error) || !sanity_check(session, error))
        return signals_received() != 0 && error->code == ERROR_INTERRUPTED ? fit_interrupt(session, error) : false;
    while (!fit_is_over(session)) {
        bool ok = fit_advance(session, error);
        if (signals_received() != 0 && (ok || error->code == ERROR_INTERRUPTED))
            return fit_interrupt(session, error);
        if (!ok)
            return false;
    }
    return fit_edge(session, false, error);
}
