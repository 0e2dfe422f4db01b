/* run_state.c: how far a run came, and how it ended. */
#include "runner/train/run_state.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/lock.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "runner/build/json_value.h"

#define STATE_BYTES_MAX ((size_t)64 << 10)

static const char *const phase_names[] = {
    [RUN_UNKNOWN] = "unknown", [RUN_RUNNING] = "running", [RUN_FINISHED] = "finished",
    [RUN_STOPPED] = "stopped", [RUN_FAILED] = "failed",   [RUN_KILLED] = "killed",
};

const char *run_phase_name(enum run_phase phase)
{
    return phase_names[phase];
}

static enum run_phase phase_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof phase_names / sizeof *phase_names; i++)
        if (strcmp(phase_names[i], name) == 0)
            return (enum run_phase)i;
    return RUN_UNKNOWN;
}

void run_state_format_now(char text[32])
{
    time_t now = time(NULL);
    struct tm utc;
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
}

static char *path_in(const char *directory, const char *name)
{
    struct text text = TEXT_INIT;
    text_format(&text, "%s/%s", directory, name);
    return text_take(&text);
}

bool run_state_save(const char *directory, const struct run_state *state, struct error *error)
{
    json_t *json =
        json_pack("{s:s, s:i, s:o, s:I, s:I, s:o}", "state", run_phase_name(state->phase), "status", (int)state->status,
                  "message", json_value_create_text(state->message), "epochs", (json_int_t)state->epochs, "steps",
                  (json_int_t)state->steps, "ended", json_value_create_text(state->ended));
    char *text = json_dumps(json, JSON_INDENT(2)), *path = path_in(directory, "state.json");
    bool ok = durable_file_save(path, text, strlen(text), error);
    memory_free(path);
    free(text);
    json_decref(json);
    return ok;
}

static void copy_text(const json_t *json, const char *key, char *text, size_t size)
{
    const char *string = json_string_value(json_object_get(json, key));
    snprintf(text, size, "%s", string != NULL ? string : "");
}

static int64_t read_count(const json_t *json, const char *key)
{
    const json_t *count = json_object_get(json, key);
    return json_is_integer(count) && json_integer_value(count) >= 0 ? json_integer_value(count) : -1;
}

/* Fills in what the file says; nothing when it cannot be read. */
static void load_file(const char *directory, struct run_state *state)
{
    struct text bytes = TEXT_INIT;
    struct error ignored = ERROR_INIT;
    char *path = path_in(directory, "state.json");
    json_t *json = NULL;
    if (file_read(path, STATE_BYTES_MAX, &bytes, ERROR_STORAGE, &ignored))
        json = json_loadb(text_string(&bytes), bytes.length, 0, NULL);
    state->phase = phase_find(json_string_value(json_object_get(json, "state")));
    int64_t status = read_count(json, "status");
    state->status = status > 0 && status < 256 ? (enum error_code)status : ERROR_NONE;
    copy_text(json, "message", state->message, sizeof state->message);
    copy_text(json, "ended", state->ended, sizeof state->ended);
    state->epochs = read_count(json, "epochs");
    state->steps = read_count(json, "steps");
    json_decref(json);
    memory_free(path);
    text_finish(&bytes);
}

void run_state_load(const char *directory, struct run_state *state)
{
    char *lock = path_in(directory, ".lock");
    bool held = lock_is_held(lock);
    *state = (struct run_state){.phase = RUN_UNKNOWN};
    load_file(directory, state);
    if (held)
        state->phase = RUN_RUNNING;
    else if (state->phase == RUN_RUNNING)
        state->phase = RUN_KILLED;
    memory_free(lock);
}
