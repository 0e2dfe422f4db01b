/* early_stopping.c: stops the run when a number no longer improves. */
#include "components/callbacks/early_stopping.h"

#include <math.h>
#include <stdio.h>

#include "engine/base/memory.h"

struct early_stopping {
    struct callback callback;
    struct early_stopping_params params;
    /** NaN before the first check. */
    double best;
    int waited;
};

/* Why the run should stop, written into `reason`; false when it should go on. */
static bool early_stopping_decide(struct early_stopping *stopping, double score, char *reason, size_t size)
{
    const struct early_stopping_params *params = &stopping->params;
    const char *name = params->monitor;
    if (params->check_finite && !isfinite(score))
        return snprintf(reason, size, "EarlyStopping: %s is not finite (%g)", name, score) > 0;
    if (params->stopping_threshold != NULL && monitor_is_better(params->mode, score, *params->stopping_threshold, 0))
        return snprintf(reason, size, "EarlyStopping: %s = %.6g passed the threshold %.6g", name, score,
                        *params->stopping_threshold) > 0;
    if (params->divergence_threshold != NULL &&
        monitor_is_better(params->mode, *params->divergence_threshold, score, 0))
        return snprintf(reason, size, "EarlyStopping: %s = %.6g is worse than %.6g", name, score,
                        *params->divergence_threshold) > 0;
    if (monitor_is_better(params->mode, score, stopping->best, params->min_delta)) {
        stopping->best = score;
        stopping->waited = 0;
        return false;
    }
    stopping->waited++;
    if (stopping->waited < params->patience)
        return false;
    return snprintf(reason, size, "EarlyStopping: %s did not improve on %.6g in %d checks", name, stopping->best,
                    stopping->waited) > 0;
}

static bool early_stopping_check(struct early_stopping *stopping, struct run_view *view, struct error *error)
{
    if (view->sanity_checking || view->fast_dev_run)
        return true;
    if (!stopping->params.strict && scalars_find(view->metrics, stopping->params.monitor) == NULL)
        return true;
    const double *score = monitor_find(view, "EarlyStopping", stopping->params.monitor, error);
    if (score == NULL)
        return false;
    char reason[256];
    double before = stopping->best;
    if (early_stopping_decide(stopping, *score, reason, sizeof reason)) {
        view->stop(view, reason);
    } else if (stopping->params.verbose && stopping->waited == 0) {
        if (isnan(before))
            snprintf(reason, sizeof reason, "EarlyStopping: %s = %.6g", stopping->params.monitor, *score);
        else
            snprintf(reason, sizeof reason, "EarlyStopping: %s improved from %.6g to %.6g", stopping->params.monitor,
                     before, *score);
        view->note(view, reason);
    }
    return true;
}

static bool early_stopping_validation(struct callback *callback, struct run_view *view, struct error *error)
{
    struct early_stopping *stopping = (struct early_stopping *)callback;
    return stopping->params.check_on_train_epoch_end || early_stopping_check(stopping, view, error);
}

static bool early_stopping_epoch(struct callback *callback, struct run_view *view, struct error *error)
{
    struct early_stopping *stopping = (struct early_stopping *)callback;
    return !stopping->params.check_on_train_epoch_end || early_stopping_check(stopping, view, error);
}

static json_t *early_stopping_save(const struct callback *callback)
{
    const struct early_stopping *stopping = (const struct early_stopping *)callback;
    json_t *best = isfinite(stopping->best) ? json_real(stopping->best) : json_null();
    return json_pack("{s:o, s:i}", "best_score", best, "wait_count", stopping->waited);
}

static bool early_stopping_load(struct callback *callback, const json_t *state, struct error *error)
{
    struct early_stopping *stopping = (struct early_stopping *)callback;
    const json_t *best = json_object_get(state, "best_score"), *waited = json_object_get(state, "wait_count");
    if (!json_is_integer(waited))
        return error_set(error, ERROR_STORAGE, "the checkpoint's state of EarlyStopping has no 'wait_count'");
    stopping->best = json_is_number(best) ? json_number_value(best) : NAN;
    stopping->waited = (int)json_integer_value(waited);
    return true;
}

static void early_stopping_destroy(struct callback *callback)
{
    memory_free(callback);
}

static const struct callback_interface early_stopping_interface = {
    .on_validation_end = early_stopping_validation,
    .on_train_epoch_end = early_stopping_epoch,
    .save_state = early_stopping_save,
    .load_state = early_stopping_load,
    .destroy = early_stopping_destroy,
};

struct callback *early_stopping_create(const struct early_stopping_params *params, struct error *error)
{
    (void)error;
    struct early_stopping *stopping = memory_allocate(1, sizeof *stopping);
    stopping->callback.interface = &early_stopping_interface;
    stopping->callback.name = "EarlyStopping";
    stopping->params = *params;
    stopping->best = NAN;
    return &stopping->callback;
}
