/* checkpoint.c: the whole of a run in one file. */
#include "runner/train/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "runner/train/checkpoint_state.h"
#include "runner/train/console.h"
#include "runner/train/environment.h"
#include "runner/train/numeric.h"
#include "runner/train/replicas.h"
#include "runner/train/state_dict.h"
#include "runner/train/weights.h"

#define FORMAT "lrun.checkpoint/1"
#define METADATA_COUNT 10

/* What the digest is of, besides the arrays, in this order. */
static const char *const digested[] = {"format",  "epoch",    "global_step", "batches_done", "seed",
                                       "threads", "versions", "config",      "state"};
#define DIGESTED_COUNT (sizeof digested / sizeof *digested)

static void digest_string(struct digest *digest, const char *string)
{
    digest_add(digest, string, strlen(string) + 1);
}

/* The metadata's values, in the order of `digested`; they lie in the arena. */
static bool collect_metadata(const struct session *session, bool weights_only, struct arena *arena,
                             struct safetensors_metadata metadata[METADATA_COUNT], struct error *error)
{
    const struct position *position = &session->position;
    json_t *versions = environment_versions(session->replicas[0].device);
    char *versions_text = json_dumps(versions, JSON_COMPACT);
    char *state_text = weights_only ? strdup("") : checkpoint_state_save(session, error);
    json_decref(versions);
    const char *const values[DIGESTED_COUNT] = {
        FORMAT,
        arena_format(arena, "%lld", (long long)position->epoch),
        arena_format(arena, "%lld", (long long)position->global_step),
        arena_format(arena, "%lld", (long long)position->batches_done),
        arena_format(arena, "%llu", (unsigned long long)session->parts->seed),
        arena_format(arena, "%d", session->threads),
        versions_text,
        session->parts->config_text != NULL ? session->parts->config_text : "",
        state_text,
    };
    for (size_t i = 0; i < DIGESTED_COUNT && state_text != NULL; i++)
        metadata[i] = (struct safetensors_metadata){.key = digested[i], .value = arena_copy_string(arena, values[i])};
    free(versions_text);
    free(state_text);
    return state_text != NULL;
}

static bool flush_loggers(const struct session *session, struct error *error)
{
    const struct logger_list *loggers = &session->params->logger;
    for (size_t i = 0; i < loggers->count; i++)
        if (!loggers->items[i]->interface->flush(loggers->items[i], error))
            return false;
    return true;
}

/* What a run could only fail with is not worth keeping, and must not take the place of what is. */
static bool check_finite(const struct session *session, const struct state_dict *dict, struct error *error)
{
    for (int i = 0; i < dict->count; i++) {
        const struct tensor *tensor = &dict->items[i].tensor;
        if (!dtype_is_float(tensor->dtype) ||
            numbers_are_finite((struct numbers){tensor->data, tensor->dtype}, shape_count(&tensor->shape)))
            continue;
        error_set(error, ERROR_NUMERIC, "'%s' is not finite after step %lld (epoch %lld), so no checkpoint was saved",
                  dict->items[i].name, (long long)session->position.global_step - 1,
                  (long long)session->position.epoch);
        return error_hint(error, NUMERIC_HINT);
    }
    return true;
}

bool checkpoint_save(struct session *session, const char *path, bool weights_only, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct safetensors_metadata metadata[METADATA_COUNT];
    if (!flush_loggers(session, error) || !collect_metadata(session, weights_only, &arena, metadata, error)) {
        arena_finish(&arena);
        return false;
    }
    struct state_dict dict;
    state_dict_init(&dict, session->replicas[0].parameters, weights_only ? NULL : session->state_names,
                    session->replicas[0].states);
    struct digest digest;
    char hex[DIGEST_HEX_BYTES];
    bool ok = state_dict_fetch(&dict, error) && check_finite(session, &dict, error);
    digest_begin(&digest, DIGEST_SHA256);
    for (size_t i = 0; i < DIGESTED_COUNT; i++)
        digest_string(&digest, metadata[i].value);
    state_dict_digest(&dict, &digest);
    digest_end(&digest, hex);
    metadata[DIGESTED_COUNT] = (struct safetensors_metadata){.key = "sha256", .value = hex};
    struct safetensors_contents contents = {
        .items = dict.items, .item_count = dict.count, .metadata = metadata, .metadata_count = METADATA_COUNT};
    ok = ok && safetensors_save(path, &contents, error);
    state_dict_finish(&dict);
    arena_finish(&arena);
    return ok;
}

/* A file that says to be a checkpoint, with every string that one has. */
static struct safetensors *open_checkpoint(const char *path, struct error *error)
{
    struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, error);
    if (file == NULL)
        return NULL;
    const char *format = safetensors_find_metadata(file, "format");
    if (format == NULL || strcmp(format, FORMAT) != 0) {
        error_set(error, ERROR_STORAGE, "'%s' is no checkpoint of this program (format '%s')", path,
                  format != NULL ? format : "none");
        error_hint(error, "weights from elsewhere go into model.weights");
    }
    for (size_t i = 0; i < DIGESTED_COUNT && !error_is_set(error); i++)
        if (safetensors_find_metadata(file, digested[i]) == NULL)
            error_set(error, ERROR_STORAGE, "the checkpoint '%s' lacks '%s'", path, digested[i]);
    if (error_is_set(error))
        safetensors_close(&file);
    return file;
}

static void digest_metadata(const struct safetensors *file, struct digest *digest)
{
    digest_begin(digest, DIGEST_SHA256);
    for (size_t i = 0; i < DIGESTED_COUNT; i++)
        digest_string(digest, safetensors_find_metadata(file, digested[i]));
}

static bool digest_matches(const struct safetensors *file, struct digest *digest, const char *path, struct error *error)
{
    char hex[DIGEST_HEX_BYTES];
    digest_end(digest, hex);
    const char *wanted = safetensors_find_metadata(file, "sha256");
    if (wanted != NULL && strcmp(wanted, hex) == 0)
        return true;
    return error_set(error, ERROR_STORAGE,
                     "the checkpoint '%s' is damaged: its digest is not the one it was saved with", path);
}

static bool metadata_number(const struct safetensors *file, const char *key, int64_t *number, struct error *error)
{
    const char *text = safetensors_find_metadata(file, key);
    if (number_parse_int64(text, number) && *number >= 0)
        return true;
    return error_set(error, ERROR_STORAGE, "the checkpoint's '%s' is '%s', wanted a number", key, text);
}

static void note_other_versions(const struct session *session, const struct safetensors *file)
{
    struct text lines = TEXT_INIT;
    json_t *then = json_loads(safetensors_find_metadata(file, "versions"), JSON_REJECT_DUPLICATES, NULL);
    json_t *now = environment_versions(session->replicas[0].device);
    environment_format_differences(then, now, &lines);
    if (lines.length > 0) {
        lines.data[lines.length - 1] = '\0';
        console_note(session->parts->console, lines.data);
    }
    text_finish(&lines);
    json_decref(now);
    json_decref(then);
}

/* Notes what makes a resumed run differ from one never interrupted. */
static void note_differences(const struct session *session, const struct safetensors *file)
{
    char line[256], threads[32], seed[32];
    snprintf(threads, sizeof threads, "%d", session->threads);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)session->parts->seed);
    const char *old_threads = safetensors_find_metadata(file, "threads");
    const char *old_seed = safetensors_find_metadata(file, "seed");
    if (strcmp(threads, old_threads) != 0) {
        snprintf(line, sizeof line,
                 "the checkpoint was made with %s threads, this run has %s: results may differ in "
                 "the last bits",
                 old_threads, threads);
        console_note(session->parts->console, line);
    }
    if (strcmp(seed, old_seed) != 0) {
        snprintf(line, sizeof line, "the checkpoint was made with seed %s, this run has %s", old_seed, seed);
        console_note(session->parts->console, line);
    }
    note_other_versions(session, file);
}

static bool refuse_difference(const char *path, struct text *lines, struct error *error)
{
    lines->data[strcspn(lines->data, "\n")] = '\0';
    error_set(error, ERROR_CONFIG, "the checkpoint '%s' is of another model or optimizer: %.600s", path,
              text_string(lines));
    return error_hint(error, "model.weights starts a new run from a checkpoint's weights");
}

/* Reads and verifies everything, then changes the session. */
static bool load_checked(struct session *session, const char *path, const struct safetensors *file, json_t **loggers,
                         struct error *error)
{
    struct state_dict dict;
    struct text lines = TEXT_INIT;
    struct digest digest;
    struct position position = {0};
    void *stage = NULL;
    state_dict_init(&dict, session->replicas[0].parameters, session->state_names, session->replicas[0].states);
    digest_metadata(file, &digest);
    bool ok = metadata_number(file, "epoch", &position.epoch, error) &&
              metadata_number(file, "global_step", &position.global_step, error) &&
              metadata_number(file, "batches_done", &position.batches_done, error) &&
              (state_dict_compare(&dict, file, &lines) == 0 || refuse_difference(path, &lines, error)) &&
              (stage = state_dict_stage(&dict, error)) != NULL && state_dict_read(&dict, file, stage, &digest, error) &&
              digest_matches(file, &digest, path, error) &&
              checkpoint_state_load(session, safetensors_find_metadata(file, "state"), &position, loggers, error);
    if (ok) {
        state_dict_apply(&dict, file, stage);
        replicas_share(session);
        session->position = position;
        note_differences(session, file);
    }
    memory_free_large(stage);
    text_finish(&lines);
    state_dict_finish(&dict);
    return ok;
}

bool checkpoint_load(struct session *session, const char *path, json_t **loggers, struct error *error)
{
    struct safetensors *file = open_checkpoint(path, error);
    if (file == NULL)
        return false;
    bool ok = *safetensors_find_metadata(file, "state") != '\0';
    if (!ok) {
        error_set(error, ERROR_STORAGE, "the checkpoint '%s' holds weights only, so a run cannot go on from it", path);
        error_hint(error, "model.weights starts a new run from it");
    }
    ok = ok && load_checked(session, path, file, loggers, error);
    safetensors_close(&file);
    return ok;
}

bool checkpoint_load_model(struct session *session, struct error *error)
{
    const struct model *model = session->parts->model;
    const char *name = session->parts->checkpoint_path;
    if (name == NULL && model->weights == NULL)
        return true;
    bool strict = name != NULL || model->strict;
    char *path = name != NULL ? checkpoint_resolve(session, name, error) : memory_copy_string(model->weights);
    bool ok = path != NULL && weights_load(session->replicas[0].parameters, path, strict, &session->progress, error);
    if (ok)
        replicas_share(session);
    memory_free(path);
    return ok;
}

/* What tells which of two checkpoints is newer. */
struct candidate {
    char *path;
    int64_t version;
    int64_t step;
    int64_t batches;
    /* "best" needs the callback's word: the metadata's state. */
    bool resumable;
};

static int64_t path_version(const char *path)
{
    int64_t version = -1;
    char *directory = run_directory_of_checkpoint(path);
    if (directory != NULL)
        number_parse_int64(strrchr(directory, '_') + 1, &version);
    memory_free(directory);
    return version;
}

static int newer_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->version != y->version)
        return x->version > y->version ? -1 : 1;
    if (x->step != y->step)
        return x->step > y->step ? -1 : 1;
    if (x->batches != y->batches)
        return x->batches > y->batches ? -1 : 1;
    return strcmp(x->path, y->path);
}

static void note_damaged(const struct session *session, const struct error *error)
{
    char line[sizeof error->message + 64];
    snprintf(line, sizeof line, "passed over a checkpoint: %s", error->message);
    console_note(session->parts->console, line);
}

static bool read_candidate(const struct session *session, struct candidate *candidate)
{
    struct error error = ERROR_INIT;
    struct safetensors *file = open_checkpoint(candidate->path, &error);
    bool ok = file != NULL && metadata_number(file, "global_step", &candidate->step, &error) &&
              metadata_number(file, "batches_done", &candidate->batches, &error);
    candidate->version = path_version(candidate->path);
    candidate->resumable = ok && *safetensors_find_metadata(file, "state") != '\0';
    if (!ok)
        note_damaged(session, &error);
    safetensors_close(&file);
    return ok;
}

/* Reads all of it against its digest. */
static bool verify(const struct session *session, const char *path)
{
    struct error error = ERROR_INIT;
    struct digest digest;
    struct safetensors *file = open_checkpoint(path, &error);
    if (file == NULL)
        return false;
    struct state_dict dict;
    state_dict_init(&dict, session->replicas[0].parameters, session->state_names, session->replicas[0].states);
    void *stage = state_dict_stage(&dict, &error);
    digest_metadata(file, &digest);
    bool ok = stage != NULL && state_dict_read(&dict, file, stage, &digest, &error) &&
              digest_matches(file, &digest, path, &error);
    if (!ok)
        note_damaged(session, &error);
    memory_free_large(stage);
    state_dict_finish(&dict);
    safetensors_close(&file);
    return ok;
}

char *checkpoint_find_newest(const struct session *session)
{
    size_t count, good = 0;
    const char *own = session->parts->own_directory;
    char **paths = own != NULL ? run_directory_list_own(own, &count)
                               : run_directory_list_checkpoints(session->params->default_root_dir, &count);
    struct candidate *candidates = memory_allocate(count, sizeof *candidates);
    for (size_t i = 0; i < count; i++) {
        candidates[good].path = paths[i];
        if (read_candidate(session, &candidates[good]) && candidates[good].resumable)
            good++;
        else
            memory_free(paths[i]);
    }
    qsort(candidates, good, sizeof *candidates, newer_first);
    char *found = NULL;
    for (size_t i = 0; i < good; i++) {
        if (found == NULL && verify(session, candidates[i].path))
            found = candidates[i].path;
        else
            memory_free(candidates[i].path);
    }
    memory_free(candidates);
    memory_free(paths);
    return found;
}

/* The run directory in which "best" and "last" are looked for: the one given, else the newest that has checkpoints. */
static char *find_run_directory(const struct session *session)
{
    if (session->parts->run_directory != NULL)
        return memory_copy_string(session->parts->run_directory);
    size_t count;
    char **paths = run_directory_list_checkpoints(session->params->default_root_dir, &count);
    char *newest = NULL;
    for (size_t i = 0; i < count; i++)
        if (newest == NULL || path_version(paths[i]) > path_version(newest))
            newest = paths[i];
    char *directory = newest != NULL ? run_directory_of_checkpoint(newest) : NULL;
    for (size_t i = 0; i < count; i++)
        memory_free(paths[i]);
    memory_free(paths);
    return directory;
}

/* The best checkpoint's path, as the last one's ModelCheckpoint knows it; the caller frees it. */
static char *find_best(const char *last_path, struct error *error)
{
    struct safetensors *file = open_checkpoint(last_path, error);
    char *best = NULL;
    if (file != NULL) {
        best = checkpoint_state_find_best(safetensors_find_metadata(file, "state"));
        safetensors_close(&file);
        if (best == NULL)
            error_set(error, ERROR_CONFIG, "'%s' knows of no best checkpoint", last_path);
    }
    return best;
}

char *checkpoint_resolve(const struct session *session, const char *name, struct error *error)
{
    bool best = strcmp(name, "best") == 0;
    if (!best && strcmp(name, "last") != 0)
        return weights_fetch(name, console_progress(session->parts->console), error);
    char *directory = find_run_directory(session);
    if (directory == NULL) {
        error_set(error, ERROR_CONFIG, "there is no run with checkpoints from which to take '%s'", name);
        return NULL;
    }
    struct text path = TEXT_INIT;
    text_format(&path, "%s/checkpoints/last.safetensors", directory);
    char *resolved = best ? find_best(text_string(&path), error) : text_take(&path);
    if (resolved != NULL && best && strrchr(resolved, '/') != NULL) {
        /* The run may have been moved since: its own folder comes first. */
        text_clear(&path);
        text_format(&path, "%s/checkpoints%s", directory, strrchr(resolved, '/'));
        if (file_exists(text_string(&path))) {
            memory_free(resolved);
            resolved = text_take(&path);
        }
    }
    text_finish(&path);
    memory_free(directory);
    return resolved;
}
