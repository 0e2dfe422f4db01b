/* trainer_fit.c: a training run from its data to its last file: what is around the loop of fit.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "runner/train/checkpoint.h"
#include "runner/train/console.h"
#include "runner/train/replicas.h"
#include "runner/train/signals.h"
#include "runner/train/summary.h"
#include "runner/train/update.h"
#include "runner/train/weights.h"

static bool check_interval(const struct session *session, struct error *error)
{
    const struct trainer_params *params = session->params;
    int64_t batches = session->stages[STAGE_TRAIN].batches;
    if (session->stages[STAGE_VALIDATE].batches == 0 || params->check_val_every_n_epoch == NULL ||
        params->val_check_interval.is_fraction || params->val_check_interval.number <= (double)batches ||
        params->fast_dev_run > 0)
        return true;
    error_set(error, ERROR_CONFIG, "trainer.val_check_interval is %g batches, an epoch has only %lld",
              params->val_check_interval.number, (long long)batches);
    return error_hint(error, "check_val_every_n_epoch: null counts batches across epochs");
}

/* A directory of the run's own holds what came after the checkpoint that the config names. */
static bool prefers_newest(const struct session *session)
{
    bool is_named = session->params->resume_from_checkpoint != NULL;
    return session->parts->resume_newest && (!is_named || session->parts->own_directory != NULL);
}

/* The checkpoint to go on from, as a local path; NULL for a fresh start or when it cannot be had. */
static char *find_resume_path(const struct session *session, struct error *error)
{
    if (session->params->fast_dev_run > 0)
        return NULL;
    char *path = prefers_newest(session) ? checkpoint_find_newest(session) : NULL;
    if (path == NULL && session->params->resume_from_checkpoint != NULL)
        path = checkpoint_resolve(session, session->params->resume_from_checkpoint, error);
    return path;
}

/* The run directory of the checkpoint, in which the run goes on; NULL: it begins in another. The caller frees it. */
static char *find_own_directory(const struct session *session, const char *path)
{
    const char *own = session->parts->own_directory;
    if (own == NULL)
        return run_directory_of_checkpoint(path);
    size_t length = strlen(own);
    bool is_inside = strncmp(path, own, length) == 0 && path[length] == '/';
    return is_inside ? memory_copy_string(own) : NULL;
}

static bool directory_create_for(struct session *session, struct error *error)
{
    struct run_origin origin = {
        .config_text = session->parts->config_text,
        .command_line = session->parts->command_line,
        .seed = session->parts->seed,
        .threads = session->threads,
        .device = session->replicas[0].device,
        .devices = session->replica_count,
        .provenance = session->parts->provenance,
    };
    const char *own = session->parts->own_directory;
    if (session->params->fast_dev_run > 0)
        return true;
    if (own != NULL)
        return run_directory_create_at(&session->directory, own, session->parts->resume_newest, &origin,
                                       &session->progress, error);
    return run_directory_create(&session->directory, session->params->default_root_dir, &origin, &session->progress,
                                error);
}

static bool loggers_open(struct session *session, const json_t *positions, struct error *error)
{
    const struct logger_list *loggers = &session->params->logger;
    for (size_t i = 0; i < loggers->count && session->directory.path != NULL; i++) {
        const json_t *position = json_array_get(positions, i);
        if (json_is_null(position))
            position = NULL;
        if (!loggers->items[i]->interface->open(loggers->items[i], session->directory.path, position, error))
            return false;
    }
    return true;
}

static bool loggers_flush(struct session *session, struct error *error)
{
    const struct logger_list *loggers = &session->params->logger;
    for (size_t i = 0; i < loggers->count && session->directory.path != NULL; i++)
        if (!loggers->items[i]->interface->flush(loggers->items[i], error))
            return false;
    return true;
}

static bool save_kernels(const struct session *session, struct error *error)
{
    return session->directory.path == NULL || kernel_record_save_into(session->kernels, session->directory.path, error);
}

static void note_resumed(const struct session *session, const char *path)
{
    struct text line = TEXT_INIT;
    text_format(&line, "going on from '%s': epoch %lld, step %lld", path, (long long)session->position.epoch,
                (long long)session->position.global_step);
    console_note(session->parts->console, text_string(&line));
    text_finish(&line);
}

/*
 * Takes the run directory of the checkpoint at `*path`. Another process may have gone on in it until it was ours: then its
 * newest checkpoint is another now.
 */
static bool reopen_directory(struct session *session, const char *own, char **path, struct error *error)
{
    if (!run_directory_reopen(&session->directory, own, &session->progress, error))
        return false;
    if (!prefers_newest(session))
        return true;
    char *newest = checkpoint_find_newest(session), *directory = NULL;
    if (newest != NULL)
        directory = find_own_directory(session, newest);
    if (directory != NULL && strcmp(directory, own) == 0) {
        memory_free(*path);
        *path = newest;
        newest = NULL;
    }
    memory_free(directory);
    memory_free(newest);
    return true;
}

/* From here on the session stands where training begins: at the start, or at a checkpoint. A new run directory is made
 * last, so that what cannot begin leaves none behind. */
static bool start_or_resume(struct session *session, struct error *error)
{
    json_t *positions = NULL;
    char *path = find_resume_path(session, error);
    char *own = path != NULL ? find_own_directory(session, path) : NULL;
    bool ok =
        !error_is_set(error) && (own == NULL || reopen_directory(session, own, &path, error)) &&
        (path != NULL ? checkpoint_load(session, path, &positions, error) : checkpoint_load_model(session, error)) &&
        (own != NULL || directory_create_for(session, error));
    if (ok && path != NULL)
        note_resumed(session, path);
    /* In a new directory the loggers' files begin anew, wherever the checkpoint came from. */
    ok = ok && loggers_open(session, own != NULL ? positions : NULL, error) && save_kernels(session, error);
    json_decref(positions);
    memory_free(own);
    memory_free(path);
    return ok;
}

static bool show_summary(const struct session *session, struct error *error)
{
    if (!session->params->enable_model_summary || session->parts->console == NULL)
        return true;
    struct text text = TEXT_INIT;
    bool ok = summary_format_layers(session->parts->model, STAGE_TRAIN, session_batch_size(session, STAGE_TRAIN), 1,
                                    &text, error);
    if (ok && text.length > 0) {
        text.data[text.length - 1] = '\0';
        console_note(session->parts->console, text.data);
    }
    text_finish(&text);
    return ok;
}

/* How the run ended, for those who list runs. */
static bool save_end(struct session *session, const struct error *outcome, struct error *error)
{
    const struct position *position = &session->position;
    bool stopped = outcome->code == ERROR_INTERRUPTED || outcome->code == ERROR_TERMINATED;
    struct run_state state = {
        .phase = stopped                 ? RUN_STOPPED
                 : error_is_set(outcome) ? RUN_FAILED
                                         : RUN_FINISHED,
        .status = outcome->code,
        .epochs = position->moment == MOMENT_START ? 0 : position->epoch + 1,
        .steps = position->global_step,
    };
    snprintf(state.message, sizeof state.message, "%s", outcome->message);
    run_state_format_now(state.ended);
    return run_directory_end(&session->directory, &state, error);
}

/* Writes the end down; false when the run failed, or when only that did. */
static bool fit_end(struct session *session, bool ok, struct error *error)
{
    struct error ignored = ERROR_INIT;
    if (!ok)
        signals_set_code(error);
    const struct error outcome = *error;
    return save_end(session, &outcome, ok ? error : &ignored) && ok;
}

bool trainer_fit(struct trainer *trainer, const struct run_parts *parts, struct error *error)
{
    static const enum stage stages[] = {STAGE_TRAIN, STAGE_VALIDATE};
    struct session session;
    bool ok = session_init(&session, trainer, parts, stages, 2, error) && check_interval(&session, error) &&
              replicas_prepare_training(&session, error) && update_create(&session, error) &&
              start_or_resume(&session, error);
    if (session.directory.path != NULL) {
        memory_free(trainer->run_directory);
        trainer->run_directory = memory_copy_string(session.directory.path);
    }
    ok = ok && show_summary(&session, error) && session_fit(&session, error) && loggers_flush(&session, error) &&
         save_kernels(&session, error);
    console_close(parts->console);
    ok = ok && session_report_profile(&session, error);
    ok = fit_end(&session, ok, error);
    session_finish(&session);
    return ok;
}
