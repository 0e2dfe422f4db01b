/* checkpoint_state.c: what a checkpoint holds besides arrays, as JSON. */
#include "runner/train/checkpoint_state.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "runner/train/console.h"

/* JSON has no NaN and no infinity: they are written as strings. */
static json_t *number_save(double number)
{
    if (isfinite(number))
        return json_real(number);
    return json_string(isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
}

static double number_load(const json_t *value)
{
    if (json_is_number(value))
        return json_number_value(value);
    const char *text = json_string_value(value);
    if (text == NULL || strcmp(text, "nan") == 0)
        return NAN;
    return strcmp(text, "inf") == 0 ? INFINITY : -INFINITY;
}

static json_t *scalars_save(const struct scalars *scalars)
{
    json_t *object = json_object();
    for (size_t i = 0; i < scalars->count; i++)
        json_object_set_new(object, scalars->items[i].name, number_save(scalars->items[i].number));
    return object;
}

static void scalars_load(struct scalars *scalars, json_t *object)
{
    const char *name;
    json_t *value;
    scalars_clear(scalars);
    json_object_foreach (object, name, value)
        scalars_set(scalars, number_load(value), "%s", name);
}

static json_t *callbacks_save(const struct session *session)
{
    const struct callback_list *callbacks = &session->params->callbacks;
    json_t *list = json_array();
    for (size_t i = 0; i < callbacks->count; i++) {
        const struct callback *callback = callbacks->items[i];
        json_t *state =
            callback->interface->save_state != NULL ? callback->interface->save_state(callback) : json_null();
        json_array_append_new(list, json_pack("{s:s, s:o}", "name", callback->name, "state", state));
    }
    return list;
}

static json_t *loggers_save(const struct session *session)
{
    const struct logger_list *loggers = &session->params->logger;
    json_t *list = json_array();
    for (size_t i = 0; i < loggers->count; i++) {
        const struct logger *logger = loggers->items[i];
        json_array_append_new(
            list, json_pack("{s:s, s:o}", "name", logger->name, "position", logger->interface->position(logger)));
    }
    return list;
}

/* As torch.amp.GradScaler's state, and how many updates the optimizer has done. */
static json_t *loss_scale_save(const struct step_state *known)
{
    return json_pack("{s:f, s:i, s:I}", "scale", (double)known->loss_scale, "growth_tracker", known->growth, "updates",
                     (json_int_t)known->updates);
}

/* A checkpoint of a run whose loss was not scaled has none: then every step was an update. */
static void loss_scale_load(struct step_state *known, const json_t *object, int64_t steps)
{
    known->updates = steps;
    if (object == NULL)
        return;
    known->loss_scale = (float)json_number_value(json_object_get(object, "scale"));
    known->growth = (int)json_integer_value(json_object_get(object, "growth_tracker"));
    known->updates = json_integer_value(json_object_get(object, "updates"));
}

/* What there is besides the first device: how many they are, and what each has summed up. Of one, nothing. */
static void devices_save(const struct session *session, json_t *state)
{
    if (session->replica_count == 1)
        return;
    json_t *others = json_array();
    for (int i = 1; i < session->replica_count; i++) {
        const struct means *means = &session->replicas[i].epoch_means;
        json_array_append_new(others,
                              json_pack("{s:o, s:f}", "sums", scalars_save(&means->sums), "weight", means->weight));
    }
    json_object_set_new(state, "devices", json_integer(session->replica_count));
    json_object_set_new(state, "other_epoch_sums", others);
}

char *checkpoint_state_save(const struct session *session, struct error *error)
{
    const struct position *position = &session->position;
    json_t *state = json_object();
    json_object_set_new(state, "moment", json_integer(position->moment));
    json_object_set_new(state, "callbacks_done", json_integer(position->callbacks_done));
    json_object_set_new(state, "batches_total", json_integer(position->batches_total));
    json_object_set_new(state, "stopping", json_boolean(position->stopping));
    json_object_set_new(state, "metrics", scalars_save(&session->latest));
    json_object_set_new(state, "epoch_sums", scalars_save(&session->replicas[0].epoch_means.sums));
    json_object_set_new(state, "epoch_weight", json_real(session->replicas[0].epoch_means.weight));
    devices_save(session, state);
    json_object_set_new(state, "learning_rate", json_real(session->rate.learning_rate));
    json_object_set_new(state, "momentum", json_real(session->rate.momentum));
    if (session->replicas[0].known.loss_scale > 0)
        json_object_set_new(state, "loss_scale", loss_scale_save(&session->replicas[0].known));
    if (session->params->max_time != NULL)
        json_object_set_new(state, "seconds", json_real(session->seconds_before + session_now() - session->started));
    json_object_set_new(state, "callbacks", callbacks_save(session));
    json_object_set_new(state, "loggers", loggers_save(session));
    json_t *kernels = kernel_record_save(session->kernels);
    if (kernels != NULL)
        json_object_set_new(state, "kernels", kernels);
    char *text = json_dumps(state, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(state);
    if (text == NULL)
        error_set(error, ERROR_RUN, "the state of the run cannot be written as JSON");
    return text;
}

/* Callbacks are matched by name, in order: those of a name that the checkpoint has not start anew. */
static bool callbacks_load(struct session *session, json_t *list, struct error *error)
{
    const struct callback_list *callbacks = &session->params->callbacks;
    size_t next = 0;
    for (size_t i = 0; i < callbacks->count; i++) {
        struct callback *callback = callbacks->items[i];
        for (size_t j = next; j < json_array_size(list); j++) {
            const json_t *entry = json_array_get(list, j), *state = json_object_get(entry, "state");
            const char *name = json_string_value(json_object_get(entry, "name"));
            if (name == NULL || strcmp(name, callback->name) != 0)
                continue;
            next = j + 1;
            if (callback->interface->load_state != NULL && !json_is_null(state) &&
                !callback->interface->load_state(callback, state, error))
                return false;
            break;
        }
    }
    return true;
}

static json_t *logger_positions(const struct session *session, const json_t *list)
{
    const struct logger_list *loggers = &session->params->logger;
    json_t *positions = json_array();
    for (size_t i = 0; i < loggers->count; i++) {
        const json_t *entry = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(entry, "name"));
        bool same = name != NULL && strcmp(name, loggers->items[i]->name) == 0;
        json_t *position = same ? json_object_get(entry, "position") : NULL;
        if (position != NULL)
            json_array_append(positions, position);
        else
            json_array_append_new(positions, json_null());
    }
    return positions;
}

static bool position_load(json_t *state, struct position *position)
{
    json_t *moment = json_object_get(state, "moment"), *done = json_object_get(state, "callbacks_done"),
           *total = json_object_get(state, "batches_total");
    if (!json_is_integer(moment) || !json_is_integer(done) || !json_is_integer(total) ||
        json_integer_value(moment) < MOMENT_START || json_integer_value(moment) > MOMENT_EPOCH_END ||
        json_integer_value(done) < 0 || json_integer_value(total) < 0)
        return false;
    position->moment = (enum moment)json_integer_value(moment);
    position->callbacks_done = json_integer_value(done);
    position->batches_total = json_integer_value(total);
    position->stopping = json_is_true(json_object_get(state, "stopping"));
    return true;
}

static int devices_of(const json_t *state)
{
    json_t *devices = json_object_get(state, "devices");
    return json_is_integer(devices) ? (int)json_integer_value(devices) : 1;
}

/* An epoch is shared out among as many devices as it began with; behind its last batch it does not matter any more. */
static bool position_fit(const struct session *session, int devices, struct position *position, struct error *error)
{
    int64_t batches = devices >= 1 ? session_epoch_batches(session, devices) : 0;
    if (devices == session->replica_count || position->moment == MOMENT_START)
        return true;
    if (position->moment == MOMENT_EPOCH_END || position->batches_done == batches) {
        position->batches_done = session->stages[STAGE_TRAIN].batches;
        return true;
    }
    error_set(error, ERROR_CONFIG, "the checkpoint was made with %d device%s at batch %lld of %lld, this run has %d",
              devices, devices == 1 ? "" : "s", (long long)position->batches_done, (long long)batches,
              session->replica_count);
    return error_hint(error, "trainer.devices: %d goes on from there; from the end of an epoch any number does",
                      devices);
}

static void note_devices(const struct session *session, int devices)
{
    char line[128];
    if (devices == session->replica_count)
        return;
    snprintf(line, sizeof line, "the checkpoint was made with %d device%s, this run has %d: steps are of other sizes",
             devices, devices == 1 ? "" : "s", session->replica_count);
    console_note(session->parts->console, line);
}

/* To whom they belong; where the devices are not as many as they were, the first one has all. */
static void other_sums_load(struct session *session, const json_t *others)
{
    int count = (int)json_array_size(others);
    for (int i = 0; i < count; i++) {
        const json_t *own = json_array_get(others, (size_t)i);
        int owner = count + 1 == session->replica_count ? i + 1 : 0;
        struct means means = {.weight = json_number_value(json_object_get(own, "weight"))};
        scalars_load(&means.sums, json_object_get(own, "sums"));
        means_merge(&session->replicas[owner].epoch_means, &means);
        means_finish(&means);
    }
}

/* With the kernels of the checkpoint. */
static bool compile_again(struct session *session, struct error *error)
{
    for (int i = 0; i < session->replica_count; i++)
        if (!steps_compile_again(session->replicas[i].steps, error))
            return false;
    session->threads = steps_threads(session->replicas[0].steps);
    return true;
}

bool checkpoint_state_load(struct session *session, const char *text, struct position *position, json_t **loggers,
                           struct error *error)
{
    json_error_t problem;
    json_t *state = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    json_t *metrics = json_object_get(state, "metrics"), *sums = json_object_get(state, "epoch_sums");
    bool ok = json_is_object(metrics) && json_is_object(sums) && position_load(state, position);
    if (!ok)
        error_set(error, ERROR_STORAGE, "the state in the checkpoint is not readable");
    ok = ok && position_fit(session, devices_of(state), position, error);
    ok = ok && callbacks_load(session, json_object_get(state, "callbacks"), error);
    if (ok && kernel_record_load(session->kernels, json_object_get(state, "kernels")))
        ok = compile_again(session, error);
    if (ok) {
        scalars_load(&session->latest, metrics);
        scalars_load(&session->replicas[0].epoch_means.sums, sums);
        session->replicas[0].epoch_means.weight = json_number_value(json_object_get(state, "epoch_weight"));
        other_sums_load(session, json_object_get(state, "other_epoch_sums"));
        note_devices(session, devices_of(state));
        session->rate.learning_rate = json_number_value(json_object_get(state, "learning_rate"));
        session->rate.momentum = json_number_value(json_object_get(state, "momentum"));
        session->seconds_before = json_number_value(json_object_get(state, "seconds"));
        if (session->replicas[0].known.loss_scale > 0)
            loss_scale_load(&session->replicas[0].known, json_object_get(state, "loss_scale"), position->global_step);
        *loggers = logger_positions(session, json_object_get(state, "loggers"));
    }
    json_decref(state);
    return ok;
}

char *checkpoint_state_find_best(const char *text)
{
    json_t *state = json_loads(text, 0, NULL);
    json_t *callbacks = json_object_get(state, "callbacks");
    char *best = NULL;
    for (size_t i = 0; i < json_array_size(callbacks) && best == NULL; i++) {
        const json_t *own = json_object_get(json_array_get(callbacks, i), "state");
        const char *path = json_string_value(json_object_get(own, "best_model_path"));
        if (path != NULL)
            best = memory_copy_string(path);
    }
    json_decref(state);
    return best;
}
