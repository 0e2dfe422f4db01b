/* evaluate.c: the loops that do not train: validate, test, predict. */
#include <stdio.h>

#include "runner/train/checkpoint.h"
#include "runner/train/console.h"
#include "runner/train/session.h"
#include "runner/train/signals.h"

/* Within a training a validation is one phase; by itself it has phases of its own. */
static struct profiler *own_profiler(const struct session *session)
{
    return session->stages[STAGE_TRAIN].batches == 0 ? session->profiler : NULL;
}

static bool evaluate_batch(struct session *session, enum stage stage, const struct batch *batch, struct means *means,
                           struct error *error)
{
    const struct node *bad;
    struct step *step = steps_get(session->steps, stage, batch->size, error);
    int64_t start = profiler_begin(own_profiler(session));
    if (step == NULL || !step_run(step, batch, 0, false, &bad, error))
        return false;
    profiler_end(own_profiler(session), PHASE_STEP, start);
    scalars_clear(&session->scratch);
    step_scalars(step, &session->scratch);
    means_add(means, &session->scratch, batch->size);
    struct metric *metric = session->metrics[stage];
    if (metric != NULL)
        metric->interface->update(metric, batch, step_arrays(step));
    return true;
}

/* Everything but the sums: one pass over the batches. */
static bool evaluate_batches(struct session *session, enum stage stage, int64_t batches, struct means *means,
                             struct error *error)
{
    struct loader *loader = session_loader(session, stage, error);
    if (loader == NULL)
        return false;
    loader_start(loader, 0, 0);
    for (int64_t i = 0; i < batches; i++) {
        const struct batch *batch;
        int64_t start = profiler_begin(own_profiler(session));
        if (!loader_next(loader, &batch, error))
            return false;
        profiler_end(own_profiler(session), PHASE_DATA, start);
        if (!evaluate_batch(session, stage, batch, means, error))
            return false;
        console_update(session->parts->console, i + 1, NULL);
        if (session->progress.stopped(&session->progress))
            return error_set(error, ERROR_INTERRUPTED, "stopped in the %s loop", stage_name(stage));
    }
    return true;
}

bool session_evaluate(struct session *session, enum stage stage, int64_t batches, const char *title,
                      struct scalars *metrics, struct error *error)
{
    char prefix[16];
    struct means means = {0};
    struct metric *metric = session->metrics[stage];
    if (metric != NULL)
        metric->interface->reset(metric);
    console_begin(session->parts->console, title, 0, batches);
    bool ok = evaluate_batches(session, stage, batches, &means, error);
    console_end(session->parts->console, false);
    snprintf(prefix, sizeof prefix, "%s_", stage_name(stage));
    if (ok) {
        means_get(&means, prefix, "", metrics);
        if (metric != NULL)
            metric->interface->compute(metric, prefix, metrics);
    }
    means_finish(&means);
    return ok;
}

static bool run_stage(struct trainer *trainer, const struct run_parts *parts, enum stage stage, const char *title,
                      struct scalars *metrics, struct error *error)
{
    struct session session;
    bool ok = session_init(&session, trainer, parts, &stage, 1, error) && checkpoint_load_model(&session, error) &&
              session_evaluate(&session, stage, session.stages[stage].batches, title, metrics, error) &&
              session_report_profile(&session, error);
    session_finish(&session);
    return ok || signals_set_code(error);
}

bool trainer_validate(struct trainer *trainer, const struct run_parts *parts, struct scalars *metrics,
                      struct error *error)
{
    return run_stage(trainer, parts, STAGE_VALIDATE, "Validation", metrics, error);
}

bool trainer_test(struct trainer *trainer, const struct run_parts *parts, struct scalars *metrics, struct error *error)
{
    return run_stage(trainer, parts, STAGE_TEST, "Test", metrics, error);
}

static bool predict_batch(struct session *session, const struct batch *batch, struct prediction_writer *const writers[],
                          int writer_count, struct error *error)
{
    const struct node *bad;
    struct step *step = steps_get(session->steps, STAGE_PREDICT, batch->size, error);
    if (step == NULL || !step_run(step, batch, 0, false, &bad, error))
        return false;
    for (int i = 0; i < writer_count; i++)
        if (!writers[i]->interface->write(writers[i], batch, step_arrays(step), error))
            return false;
    return true;
}

static bool predict_batches(struct session *session, struct prediction_writer *const writers[], int writer_count,
                            struct error *error)
{
    struct loader *loader = session_loader(session, STAGE_PREDICT, error);
    if (loader == NULL)
        return false;
    loader_start(loader, 0, 0);
    for (int64_t i = 0; i < session->stages[STAGE_PREDICT].batches; i++) {
        const struct batch *batch;
        if (!loader_next(loader, &batch, error) || !predict_batch(session, batch, writers, writer_count, error))
            return false;
        console_update(session->parts->console, i + 1, NULL);
    }
    return true;
}

static bool predict_run(struct session *session, struct prediction_writer *const writers[], int writer_count,
                        struct error *error)
{
    for (int i = 0; i < writer_count; i++)
        if (writers[i]->interface->begin != NULL && !writers[i]->interface->begin(writers[i], &session->info, error))
            return false;
    console_begin(session->parts->console, "Prediction", 0, session->stages[STAGE_PREDICT].batches);
    bool ok = predict_batches(session, writers, writer_count, error);
    console_end(session->parts->console, ok);
    for (int i = 0; i < writer_count && ok; i++)
        if (writers[i]->interface->end != NULL)
            ok = writers[i]->interface->end(writers[i], error);
    return ok;
}

bool trainer_predict(struct trainer *trainer, const struct run_parts *parts, struct prediction_writer *const writers[],
                     int writer_count, struct error *error)
{
    struct session session;
    enum stage stage = STAGE_PREDICT;
    bool ok = session_init(&session, trainer, parts, &stage, 1, error) && checkpoint_load_model(&session, error) &&
              predict_run(&session, writers, writer_count, error);
    session_finish(&session);
    return ok || signals_set_code(error);
}
