/* model_checkpoint.c: saves the run, keeping the best or the latest. */
#include "components/callbacks/model_checkpoint.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "components/callbacks/file_name.h"
#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define ENDING ".safetensors"

/* A file that this run has saved and still keeps. */
struct kept {
    char *path;
    /** NaN without a monitor. */
    double score;
};

struct model_checkpoint {
    struct callback callback;
    struct model_checkpoint_params params;
    /** In the order in which they were saved. */
    struct kept *kept;
    size_t count;
    /** What the latest save took the place of: a run killed before it was removed removes it when it goes on. */
    char *replaced;
    int64_t last_saved_step;
    bool has_validated;
};

static struct model_checkpoint *model_checkpoint_of(struct callback *callback)
{
    return (struct model_checkpoint *)callback;
}

/* The one that goes first: the worst score, the oldest of equals and where there are no scores. */
static size_t worst_kept(const struct model_checkpoint *checkpoint)
{
    size_t worst = 0;
    for (size_t i = 1; i < checkpoint->count; i++)
        if (monitor_is_better(checkpoint->params.mode, checkpoint->kept[worst].score, checkpoint->kept[i].score, 0))
            worst = i;
    return worst;
}

static size_t best_kept(const struct model_checkpoint *checkpoint)
{
    size_t best = checkpoint->count - 1;
    if (checkpoint->params.monitor == NULL)
        return best;
    for (size_t i = checkpoint->count; i-- > 0;)
        if (monitor_is_better(checkpoint->params.mode, checkpoint->kept[i].score, checkpoint->kept[best].score, 0))
            best = i;
    return best;
}

/* True when a checkpoint of this score belongs among the best k. */
static bool deserves_keeping(const struct model_checkpoint *checkpoint, double score)
{
    const struct model_checkpoint_params *params = &checkpoint->params;
    if (params->save_top_k == 0 || (params->monitor != NULL && !isfinite(score)))
        return false;
    if (params->save_top_k < 0 || checkpoint->count < (size_t)params->save_top_k || params->monitor == NULL)
        return true;
    return monitor_is_better(params->mode, score, checkpoint->kept[worst_kept(checkpoint)].score, 0);
}

static bool path_is_kept(const struct model_checkpoint *checkpoint, const char *path)
{
    for (size_t i = 0; i < checkpoint->count; i++)
        if (strcmp(checkpoint->kept[i].path, path) == 0)
            return true;
    return false;
}

static void folder_of(const struct model_checkpoint *checkpoint, const struct run_view *view, struct text *folder)
{
    if (checkpoint->params.dirpath != NULL)
        text_append(folder, checkpoint->params.dirpath);
    else
        text_format(folder, "%s/checkpoints", view->run_directory);
}

/* A path in `folder` that overwrites nothing of this run's, nor, in a folder of the user's, anybody's. */
static char *path_for(const struct model_checkpoint *checkpoint, const char *folder, const struct run_view *view)
{
    char name[FILE_NAME_BYTES];
    file_name_format(checkpoint->params.filename, checkpoint->params.auto_insert_metric_name, view, name);
    struct text path = TEXT_INIT;
    text_format(&path, "%s/%s" ENDING, folder, name);
    for (int version = 1; path_is_kept(checkpoint, text_string(&path)) ||
                          (checkpoint->params.dirpath != NULL && file_exists(text_string(&path)));
         version++) {
        text_clear(&path);
        text_format(&path, "%s/%s-v%d" ENDING, folder, name, version);
    }
    return text_take(&path);
}

/* Makes `last` another name of the file at `path`, in one step; where links cannot be made it is saved again. */
static bool link_last(const struct model_checkpoint *checkpoint, struct run_view *view, const char *folder,
                      const char *path, struct error *error)
{
    struct text last = TEXT_INIT, temporary = TEXT_INIT;
    text_format(&last, "%s/last" ENDING, folder);
    text_format(&temporary, "%s/.last" ENDING ".tmp.%ld.link", folder, (long)getpid());
    unlink(text_string(&temporary));
    bool ok = link(path, text_string(&temporary)) == 0 && rename(text_string(&temporary), text_string(&last)) == 0 &&
              durable_directory_sync(folder, error);
    unlink(text_string(&temporary)); /* rename leaves both names when they already are one file */
    if (!ok && !error_is_set(error))
        ok = view->save(view, text_string(&last), checkpoint->params.save_weights_only, error);
    text_finish(&last);
    text_finish(&temporary);
    return ok;
}

static void keep(struct model_checkpoint *checkpoint, char *path, double score)
{
    checkpoint->kept = memory_resize(checkpoint->kept, checkpoint->count + 1, sizeof *checkpoint->kept);
    checkpoint->kept[checkpoint->count++] = (struct kept){.path = path, .score = score};
}

/* Takes the entry out of the list; the caller frees its path. */
static char *forget(struct model_checkpoint *checkpoint, size_t index)
{
    char *path = checkpoint->kept[index].path;
    checkpoint->count--;
    memmove(&checkpoint->kept[index], &checkpoint->kept[index + 1],
            (checkpoint->count - index) * sizeof *checkpoint->kept);
    return path;
}

/* Saves among the best. The list changes before the save, so that the file tells of itself, and nothing is removed
 * until the new file is durable. */
static bool save_kept(struct model_checkpoint *checkpoint, struct run_view *view, const char *folder, double score,
                      struct error *error)
{
    int limit = checkpoint->params.save_top_k;
    char *path = path_for(checkpoint, folder, view);
    memory_free(checkpoint->replaced);
    checkpoint->replaced = NULL;
    if (limit > 0 && checkpoint->count >= (size_t)limit)
        checkpoint->replaced = forget(checkpoint, worst_kept(checkpoint));
    keep(checkpoint, path, score);
    bool ok = view->save(view, path, checkpoint->params.save_weights_only, error);
    if (ok && checkpoint->params.save_last)
        ok = link_last(checkpoint, view, folder, path, error);
    if (ok && checkpoint->replaced != NULL)
        unlink(checkpoint->replaced);
    return ok;
}

static bool save_only_last(const struct model_checkpoint *checkpoint, struct run_view *view, const char *folder,
                           struct error *error)
{
    struct text last = TEXT_INIT;
    text_format(&last, "%s/last" ENDING, folder);
    bool ok = view->save(view, text_string(&last), checkpoint->params.save_weights_only, error);
    text_finish(&last);
    return ok;
}

static void say_saved(const struct model_checkpoint *checkpoint, struct run_view *view, double score, bool among_best)
{
    char line[256];
    const char *monitor = checkpoint->params.monitor;
    if (monitor == NULL)
        snprintf(line, sizeof line, "ModelCheckpoint: saved epoch %lld, step %lld", (long long)view->epoch,
                 (long long)view->global_step);
    else
        snprintf(line, sizeof line, "ModelCheckpoint: %s = %.6g is %samong the best %d", monitor, score,
                 among_best ? "" : "not ", checkpoint->params.save_top_k);
    view->note(view, line);
}

static bool save_now(struct model_checkpoint *checkpoint, struct run_view *view, double score, bool among_best,
                     struct error *error)
{
    struct text folder = TEXT_INIT;
    folder_of(checkpoint, view, &folder);
    checkpoint->last_saved_step = view->global_step;
    bool ok = directory_create(text_string(&folder), error) &&
              (among_best ? save_kept(checkpoint, view, text_string(&folder), score, error)
                          : save_only_last(checkpoint, view, text_string(&folder), error));
    text_finish(&folder);
    return ok;
}

static bool model_checkpoint_save(struct model_checkpoint *checkpoint, struct run_view *view, struct error *error)
{
    double score = NAN;
    if (checkpoint->params.monitor != NULL) {
        const double *found = monitor_find(view, "ModelCheckpoint", checkpoint->params.monitor, error);
        if (found == NULL)
            return false;
        score = *found;
    }
    bool among_best = deserves_keeping(checkpoint, score);
    if (!among_best && !checkpoint->params.save_last)
        return true;
    if (!save_now(checkpoint, view, score, among_best, error))
        return false;
    if (checkpoint->params.verbose)
        say_saved(checkpoint, view, score, among_best);
    return true;
}

/* True when nothing is to be saved now, whatever the callback was told. */
static bool model_checkpoint_rests(const struct model_checkpoint *checkpoint, const struct run_view *view)
{
    return view->sanity_checking || view->fast_dev_run || checkpoint->last_saved_step == view->global_step;
}

static bool model_checkpoint_step_end(struct callback *callback, struct run_view *view, struct error *error)
{
    struct model_checkpoint *checkpoint = model_checkpoint_of(callback);
    const int64_t *every = checkpoint->params.every_n_train_steps;
    if (every == NULL || view->global_step % *every != 0 || model_checkpoint_rests(checkpoint, view))
        return true;
    return view->refresh(view, error) && model_checkpoint_save(checkpoint, view, error);
}

static bool model_checkpoint_validation_end(struct callback *callback, struct run_view *view, struct error *error)
{
    struct model_checkpoint *checkpoint = model_checkpoint_of(callback);
    const struct model_checkpoint_params *params = &checkpoint->params;
    checkpoint->has_validated = true;
    if (params->every_n_train_steps != NULL || params->save_on_train_epoch_end ||
        (view->epoch + 1) % params->every_n_epochs != 0 || model_checkpoint_rests(checkpoint, view))
        return true;
    return model_checkpoint_save(checkpoint, view, error);
}

static bool monitor_is_logged(const char *monitor, const struct run_view *view)
{
    return monitor == NULL || scalars_find(view->metrics, monitor) != NULL;
}

static bool model_checkpoint_epoch_end(struct callback *callback, struct run_view *view, struct error *error)
{
    struct model_checkpoint *checkpoint = model_checkpoint_of(callback);
    const struct model_checkpoint_params *params = &checkpoint->params;
    /* A run that validates saves after validations; one that has not yet, at the end of its epochs, where it can. */
    if (!params->save_on_train_epoch_end && (checkpoint->has_validated || !monitor_is_logged(params->monitor, view)))
        return true;
    if (params->every_n_train_steps != NULL || (view->epoch + 1) % params->every_n_epochs != 0 ||
        model_checkpoint_rests(checkpoint, view))
        return true;
    return model_checkpoint_save(checkpoint, view, error);
}

/* What was trained after the last save is not lost when the run is over. */
static bool model_checkpoint_fit_end(struct callback *callback, struct run_view *view, struct error *error)
{
    struct model_checkpoint *checkpoint = model_checkpoint_of(callback);
    if (!checkpoint->params.save_last || view->global_step == 0 || model_checkpoint_rests(checkpoint, view))
        return true;
    return save_now(checkpoint, view, NAN, false, error);
}

/* The path of this name in `folder`; NULL when there is no such file. The caller frees it. */
static char *find_in(const char *folder, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct text found = TEXT_INIT;
    text_format(&found, "%s/%s", folder, slash != NULL ? slash + 1 : path);
    if (file_exists(text_string(&found)))
        return text_take(&found);
    text_finish(&found);
    return NULL;
}

/* A run that goes on keeps what is in its own folder, wherever that is now; the files of another run are not its own. */
static bool model_checkpoint_fit_start(struct callback *callback, struct run_view *view, struct error *error)
{
    (void)error;
    struct model_checkpoint *checkpoint = model_checkpoint_of(callback);
    if (view->run_directory == NULL)
        return true;
    struct text folder = TEXT_INIT;
    folder_of(checkpoint, view, &folder);
    for (size_t i = checkpoint->count; i-- > 0;) {
        char *own = find_in(text_string(&folder), checkpoint->kept[i].path);
        memory_free(own != NULL ? checkpoint->kept[i].path : forget(checkpoint, i));
        if (own != NULL)
            checkpoint->kept[i].path = own;
    }
    char *left = checkpoint->replaced != NULL ? find_in(text_string(&folder), checkpoint->replaced) : NULL;
    if (left != NULL && !path_is_kept(checkpoint, left))
        unlink(left);
    memory_free(left);
    text_finish(&folder);
    return true;
}

static json_t *model_checkpoint_save_state(const struct callback *callback)
{
    const struct model_checkpoint *checkpoint = (const struct model_checkpoint *)callback;
    json_t *kept = json_array();
    for (size_t i = 0; i < checkpoint->count; i++) {
        double score = checkpoint->kept[i].score;
        json_array_append_new(kept, json_pack("{s:s, s:o}", "path", checkpoint->kept[i].path, "score",
                                              isfinite(score) ? json_real(score) : json_null()));
    }
    json_t *state = json_pack("{s:o, s:I, s:b}", "best_k_models", kept, "last_saved_step",
                              (json_int_t)checkpoint->last_saved_step, "has_validated", checkpoint->has_validated);
    if (checkpoint->replaced != NULL)
        json_object_set_new(state, "replaced", json_string(checkpoint->replaced));
    if (checkpoint->count > 0)
        json_object_set_new(state, "best_model_path", json_string(checkpoint->kept[best_kept(checkpoint)].path));
    return state;
}

static void forget_all(struct model_checkpoint *checkpoint)
{
    while (checkpoint->count > 0)
        memory_free(forget(checkpoint, checkpoint->count - 1));
}

static bool model_checkpoint_load_state(struct callback *callback, const json_t *state, struct error *error)
{
    struct model_checkpoint *checkpoint = model_checkpoint_of(callback);
    const json_t *kept = json_object_get(state, "best_k_models"), *step = json_object_get(state, "last_saved_step");
    if (!json_is_array(kept) || !json_is_integer(step))
        return error_set(error, ERROR_STORAGE, "the checkpoint's state of ModelCheckpoint is not readable");
    forget_all(checkpoint);
    for (size_t i = 0; i < json_array_size(kept); i++) {
        const json_t *item = json_array_get(kept, i);
        const char *path = json_string_value(json_object_get(item, "path"));
        const json_t *score = json_object_get(item, "score");
        if (path != NULL)
            keep(checkpoint, memory_copy_string(path), json_is_number(score) ? json_number_value(score) : NAN);
    }
    const char *replaced = json_string_value(json_object_get(state, "replaced"));
    memory_free(checkpoint->replaced);
    checkpoint->replaced = replaced != NULL ? memory_copy_string(replaced) : NULL;
    checkpoint->last_saved_step = json_integer_value(step);
    checkpoint->has_validated = json_is_true(json_object_get(state, "has_validated"));
    return true;
}

static void model_checkpoint_destroy(struct callback *callback)
{
    struct model_checkpoint *checkpoint = model_checkpoint_of(callback);
    forget_all(checkpoint);
    memory_free(checkpoint->replaced);
    memory_free(checkpoint->kept);
    memory_free(checkpoint);
}

static const struct callback_interface model_checkpoint_interface = {
    .on_fit_start = model_checkpoint_fit_start,
    .on_train_step_end = model_checkpoint_step_end,
    .on_train_epoch_end = model_checkpoint_epoch_end,
    .on_validation_end = model_checkpoint_validation_end,
    .on_fit_end = model_checkpoint_fit_end,
    .save_state = model_checkpoint_save_state,
    .load_state = model_checkpoint_load_state,
    .destroy = model_checkpoint_destroy,
};

struct callback *model_checkpoint_create(const struct model_checkpoint_params *params, struct error *error)
{
    if (!file_name_check(params->filename, error))
        return NULL;
    struct model_checkpoint *checkpoint = memory_allocate(1, sizeof *checkpoint);
    checkpoint->callback.interface = &model_checkpoint_interface;
    checkpoint->callback.name = "ModelCheckpoint";
    checkpoint->params = *params;
    checkpoint->last_saved_step = -1;
    return &checkpoint->callback;
}
