/* evaluate.c: the loops that do not train: validate, test, predict. */
#include <stdio.h>

#include "runner/train/checkpoint.h"
#include "runner/train/console.h"
#include "runner/train/replicas.h"
#include "runner/train/session.h"
#include "runner/train/signals.h"

/* Within a training a validation is one phase; by itself it has phases of its own. */
static struct profiler *own_profiler(const struct session *session)
{
    return session->stages[STAGE_TRAIN].batches == 0 ? session->profiler : NULL;
}

/* Takes what a batch gave, where the host can read it. */
typedef bool batch_taker(void *context, const struct batch *batch, struct step *step, struct error *error);

/* Hands a device its next batch. */
static struct step *batch_run(struct session *session, struct replica *replica, enum stage stage,
                              const struct batch **batch, struct error *error)
{
    const struct node *bad;
    struct loader *loader = session_loader(session, replica, stage, error);
    int64_t start = profiler_begin(own_profiler(session));
    if (loader == NULL || !loader_next(loader, batch, error))
        return NULL;
    profiler_end(own_profiler(session), PHASE_DATA, start);
    struct step *step = steps_get(replica->steps, stage, (*batch)->size, error);
    start = profiler_begin(own_profiler(session));
    if (step == NULL || !step_run(step, *batch, 0, false, &bad, error))
        return NULL;
    profiler_end(own_profiler(session), PHASE_STEP, start);
    return step;
}

/* As many batches as there are devices, or are left, each on its own; they are taken in their order. */
static bool batches_run(struct session *session, enum stage stage, int count, batch_taker *take, void *context,
                        struct error *error)
{
    const struct batch *batches[DEVICES_MAX];
    struct step *steps[DEVICES_MAX];
    for (int i = 0; i < count; i++) {
        steps[i] = batch_run(session, &session->replicas[i], stage, &batches[i], error);
        if (steps[i] == NULL)
            return false;
    }
    for (int i = 0; i < count; i++)
        if (!take(context, batches[i], steps[i], error))
            return false;
    return true;
}

/* The statistics of the first device are those that count. */
static bool begin_pass(struct session *session, enum stage stage, int64_t batches, struct error *error)
{
    replicas_share_buffers(session);
    for (int i = 0; i < session->replica_count && i < batches; i++) {
        struct loader *loader = session_loader(session, &session->replicas[i], stage, error);
        if (loader == NULL)
            return false;
        loader_start(loader, 0, 0);
    }
    return true;
}

/* One pass over the batches: the same whatever the number of devices. */
static bool run_pass(struct session *session, enum stage stage, int64_t batches, batch_taker *take, void *context,
                     struct error *error)
{
    if (!begin_pass(session, stage, batches, error))
        return false;
    for (int64_t i = 0; i < batches;) {
        int64_t rest = batches - i;
        int count = rest < session->replica_count ? (int)rest : session->replica_count;
        if (!batches_run(session, stage, count, take, context, error))
            return false;
        i += count;
        console_update(session->parts->console, i, NULL);
        if (session->progress.stopped(&session->progress))
            return error_set(error, ERROR_INTERRUPTED, "stopped in the %s loop", stage_name(stage));
    }
    return true;
}

/* What is found out about a stage. */
struct evaluation {
    struct scalars scalars;
    struct means means;
    struct metric *metric;
};

static bool evaluation_take(void *context, const struct batch *batch, struct step *step, struct error *error)
{
    struct evaluation *evaluation = context;
    (void)error;
    scalars_clear(&evaluation->scalars);
    step_scalars(step, &evaluation->scalars);
    means_add(&evaluation->means, &evaluation->scalars, batch->size);
    if (evaluation->metric != NULL)
        evaluation->metric->interface->update(evaluation->metric, batch, step_arrays(step));
    return true;
}

bool session_evaluate(struct session *session, enum stage stage, int64_t batches, const char *title,
                      struct scalars *metrics, struct error *error)
{
    char prefix[16];
    struct evaluation evaluation = {.metric = session->metrics[stage]};
    struct metric *metric = evaluation.metric;
    if (metric != NULL)
        metric->interface->reset(metric);
    console_begin(session->parts->console, title, 0, batches);
    bool ok = run_pass(session, stage, batches, evaluation_take, &evaluation, error);
    console_end(session->parts->console, false);
    snprintf(prefix, sizeof prefix, "%s_", stage_name(stage));
    if (ok) {
        means_get(&evaluation.means, prefix, "", metrics);
        if (metric != NULL)
            metric->interface->compute(metric, prefix, metrics);
    }
    scalars_finish(&evaluation.scalars);
    means_finish(&evaluation.means);
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

/* Who writes what is predicted. */
struct prediction {
    struct prediction_writer *const *writers;
    int writer_count;
};

static bool prediction_take(void *context, const struct batch *batch, struct step *step, struct error *error)
{
    const struct prediction *prediction = context;
    for (int i = 0; i < prediction->writer_count; i++)
        if (!prediction->writers[i]->interface->write(prediction->writers[i], batch, step_arrays(step), error))
            return false;
    return true;
}

static bool predict_run(struct session *session, struct prediction_writer *const writers[], int writer_count,
                        struct error *error)
{
    for (int i = 0; i < writer_count; i++)
        if (writers[i]->interface->begin != NULL && !writers[i]->interface->begin(writers[i], &session->info, error))
            return false;
    console_begin(session->parts->console, "Prediction", 0, session->stages[STAGE_PREDICT].batches);
    struct prediction prediction = {writers, writer_count};
    bool ok =
        run_pass(session, STAGE_PREDICT, session->stages[STAGE_PREDICT].batches, prediction_take, &prediction, error);
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
