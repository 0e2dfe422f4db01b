/* verbs.c: `lrun sweep`. */
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "runner/cli/verb.h"
#include "runner/runs/watched.h"
#include "runner/sweep/plan.h"
#include "runner/sweep/state.h"
#include "runner/sweep/table.h"
#include "runner/sweep/values.h"
#include "runner/sweep/work.h"
#include "runner/train/signals.h"

#define JOBS_MAX 256

/* One call of the verb. */
struct sweep_call {
    struct verb_call *call;
    struct arena arena;
    struct option *options;
    struct arguments arguments;
    struct sweep sweep;
    struct sweep_plan plan;
    struct console *console;
};

static bool read_request(struct sweep_call *self, struct sweep_request *request, int64_t *seed, struct error *error)
{
    const struct option *options = self->options;
    static const enum monitor_mode modes[] = {MONITOR_MODE_MIN, MONITOR_MODE_MAX};
    int64_t draws = 0;
    *request = (struct sweep_request){.arguments = &self->arguments};
    request->monitor = option_value(options, "monitor");
    const char *mode = option_value(options, "mode");
    if (mode != NULL && strcmp(mode, "min") != 0 && strcmp(mode, "max") != 0)
        return error_set(error, ERROR_CONFIG, "--mode: wanted min or max, found '%s'", mode);
    request->mode = mode == NULL ? NULL : &modes[strcmp(mode, "max") == 0];
    if (!option_integer(options, "jobs", 1, JOBS_MAX, &request->jobs, error) ||
        !option_integer(options, "random", 1, (int64_t)SWEEP_RUNS_MAX, &draws, error) ||
        !option_integer(options, "seed", 0, INT64_MAX, seed, error))
        return false;
    request->draws = (size_t)draws;
    request->seed = option_value(options, "seed") != NULL ? seed : NULL;
    return true;
}

/* What a sweep that is there may be asked again: how many at once, and what its runs are compared by. */
static bool open_sweep(struct sweep_call *self, const struct sweep_request *request, const char *directory,
                       struct error *error)
{
    struct sweep *sweep = &self->sweep;
    if (!sweep_open(sweep, directory, console_progress(self->console), error))
        return false;
    if (option_value(self->options, "jobs") != NULL)
        sweep->jobs = request->jobs;
    if (request->monitor != NULL) {
        sweep->monitor = arena_copy_string(&sweep->arena, request->monitor);
        sweep->mode = watched_mode(NULL, request->monitor);
    }
    if (request->mode != NULL)
        sweep->mode = *request->mode;
    return true;
}

static bool open_named(struct sweep_call *self, const struct sweep_request *request, struct error *error)
{
    const char *directory = self->arguments.positional[0];
    const char *refused = option_value(self->options, "random") != NULL    ? "--random"
                          : option_value(self->options, "dry_run") != NULL ? "--dry_run"
                          : option_value(self->options, "seed") != NULL    ? "--seed"
                          : self->arguments.other_count > 0                ? self->arguments.others[0]
                          : self->arguments.positional_count > 1           ? self->arguments.positional[1]
                                                                           : NULL;
    if (refused == NULL)
        return open_sweep(self, request, arena_copy_bytes(&self->arena, directory, path_length(directory)), error);
    error_set(error, ERROR_CONFIG, "'%s' is a sweep, whose runs are what they are; found '%s'", directory, refused);
    return error_hint(error, "--jobs, --monitor, --mode and --json may be given with it");
}

static bool is_dry(const struct sweep_call *self)
{
    return option_value(self->options, "dry_run") != NULL;
}

/* Plans the runs; goes on with a sweep of the same ones where that is asked for, and there is one. */
static bool open_planned(struct sweep_call *self, const struct sweep_request *request, struct error *error)
{
    if (!sweep_plan_make(&self->plan, request, &self->sweep, self->call, self->console, error))
        return false;
    if (is_dry(self))
        return true;
    bool resumes = option_value(self->options, "resume") != NULL;
    char *directory = resumes ? sweep_find(self->plan.root, self->sweep.digest) : NULL;
    if (resumes && directory == NULL)
        console_note(self->console, "there is no sweep of these runs yet: it begins now");
    if (directory == NULL)
        return sweep_create(&self->sweep, self->plan.root, self->plan.configs, console_progress(self->console), error);
    sweep_finish(&self->sweep);
    bool ok = open_sweep(self, request, directory, error);
    memory_free(directory);
    return ok;
}

static void note_opened(const struct sweep_call *self)
{
    struct text line = TEXT_INIT;
    text_format(&line, "%s: ", self->sweep.directory);
    table_format_counts(&self->sweep, &line);
    console_note(self->console, text_string(&line));
    text_finish(&line);
}

/* What is read by programs is not cut. */
static int output_width(const struct sweep_call *self)
{
    return isatty(STDOUT_FILENO) == 1 ? self->call->style.width : 0;
}

static void show_results(const struct sweep_call *self)
{
    struct verb_call *call = self->call;
    if (option_value(self->options, "json") != NULL)
        table_format_json(&self->sweep, &call->output);
    else
        table_format_results(&self->sweep, output_width(self), &call->output);
}

static bool sweep_run(struct sweep_call *self, struct error *error)
{
    struct sweep_request request;
    int64_t seed = 0;
    if (!arguments_split(self->call->arguments, self->call->count, self->options, &self->arena, &self->arguments,
                         error) ||
        !read_request(self, &request, &seed, error))
        return false;
    signals_install();
    bool is_named = self->arguments.positional_count > 0 && sweep_is_there(self->arguments.positional[0]);
    if (!(is_named ? open_named(self, &request, error) : open_planned(self, &request, error)))
        return false;
    if (is_dry(self)) {
        table_format_plan(&self->sweep, output_width(self), &self->call->output);
        return true;
    }
    note_opened(self);
    bool ok = sweep_work(&self->sweep, self->console, error);
    show_results(self);
    size_t failed = self->sweep.run_count - sweep_count(&self->sweep, SWEEP_RUN_DONE);
    if (!ok || failed == 0)
        return ok;
    error_set(error, ERROR_RUN, "%zu of %zu runs failed", failed, self->sweep.run_count);
    return error_hint(error, "'lrun sweep %s' tries them again", self->sweep.directory);
}

bool verb_sweep(struct verb_call *call, struct error *error)
{
    struct sweep_call self = {.call = call, .sweep = SWEEP_INIT, .plan = SWEEP_PLAN_INIT};
    self.options = verb_options(call->verb, &self.arena);
    self.console = console_create(true);
    bool ok = sweep_run(&self, error);
    console_destroy(&self.console);
    sweep_plan_finish(&self.plan);
    sweep_finish(&self.sweep);
    arena_finish(&self.arena);
    return ok;
}
