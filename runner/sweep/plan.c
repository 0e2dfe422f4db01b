/* plan.c: every combination of the command line's values, checked completely before any begins. */
#include "runner/sweep/plan.h"

#include <string.h>
#include <unistd.h>

#include "engine/backends/device.h"
#include "engine/base/digest.h"
#include "runner/cli/assembly.h"
#include "runner/runs/watched.h"
#include "runner/sweep/findings.h"
#include "runner/sweep/gpus.h"
#include "runner/sweep/values.h"
#include "runner/train/signals.h"

#define DRAW_ATTEMPTS 1000
#define DEFAULT_EPOCHS 1000
#define DEFAULT_MONITOR "val_loss"

/* A plan that is being made. */
struct planning {
    struct sweep_plan *plan;
    const struct sweep_request *request;
    struct sweep *sweep;
    struct verb_call *call;
    struct console *console;
    struct sweep_values values;
    struct findings findings;
    struct digest digest;
    /* Of each run's config: [run_count][DIGEST_HEX_BYTES] */
    char (*run_digests)[DIGEST_HEX_BYTES];
    int64_t most_threads;
};

static bool fail_with_problems(struct planning *planning, enum error_code code, struct error *error)
{
    struct findings *findings = &planning->findings;
    struct text *report = &planning->call->report;
    size_t count = findings->problems.count + findings->problems.left_out;
    problems_sort(&findings->problems, &findings->sources);
    report_notes(&findings->sources, &findings->problems, &planning->call->style, report);
    report_problems(&findings->sources, &findings->problems, &planning->call->style, report);
    return error_set(error, code, "%zu problem%s in the config", count, count == 1 ? "" : "s");
}

/* The text of a scalar in a checked tree; NULL when it is null. */
static const char *find_text(const struct config_node *map, const char *key)
{
    const struct config_node *node = config_node_find(map, key);
    return node != NULL && node->kind == NODE_SCALAR ? node->text : NULL;
}

/* One run for each GPU, where the config lets runs use them. */
static int64_t choose_jobs(const struct config_node *trainer)
{
    const char *accelerator = find_text(trainer, "accelerator");
    struct gpus gpus;
    if (accelerator == NULL || strcmp(accelerator, "cpu") == 0 || !backend_is_built(BACKEND_CUDA))
        return 1;
    gpus_init(&gpus);
    int64_t jobs = gpus.count > 0 ? (int64_t)gpus.count : 1;
    gpus_finish(&gpus);
    return jobs;
}

/* How many run at once, what they are compared by, and where they go: as the first one says. */
static void read_settings(struct planning *planning, const struct config_node *root)
{
    const struct sweep_request *request = planning->request;
    struct sweep *sweep = planning->sweep;
    const struct config_node *trainer = config_node_find(root, "trainer");
    const char *folder = find_text(trainer, "default_root_dir");
    const char *monitor = request->monitor != NULL ? request->monitor : watched_metric(root);
    if (monitor == NULL)
        monitor = DEFAULT_MONITOR;
    sweep->jobs = request->jobs > 0 ? request->jobs : choose_jobs(trainer);
    planning->plan->root = folder != NULL ? arena_copy_string(&planning->plan->arena, folder) : NULL;
    sweep->monitor = arena_copy_string(&sweep->arena, monitor);
    sweep->mode = request->mode != NULL ? *request->mode : watched_mode(root, monitor);
}

static int64_t count_epochs(const struct config_node *trainer)
{
    int64_t epochs = DEFAULT_EPOCHS, steps = -1;
    const char *max_epochs = find_text(trainer, "max_epochs"), *max_steps = find_text(trainer, "max_steps");
    if (max_epochs != NULL)
        number_parse_int64(max_epochs, &epochs);
    else if (max_steps != NULL && number_parse_int64(max_steps, &steps) && steps >= 0)
        epochs = -1;
    return epochs;
}

/* Runs at once share the cores, unless their config says how many threads they have. */
static void share_cores(struct planning *planning, const struct config_node *root)
{
    struct config_node *node = config_node_find(config_node_find(root, "trainer"), "num_threads");
    int64_t cores = sysconf(_SC_NPROCESSORS_ONLN), jobs = planning->sweep->jobs, threads = 0;
    if (jobs > (int64_t)planning->sweep->run_count)
        jobs = (int64_t)planning->sweep->run_count;
    number_parse_int64(node->text, &threads);
    if (threads == 0 && jobs > 1)
        node->text = arena_format(&planning->plan->arena, "%lld", (long long)(cores > jobs ? cores / jobs : 1));
    if (jobs > 1 && threads > planning->most_threads)
        planning->most_threads = threads;
}

/* Keeps the config of a run as it will be. */
static void keep_config(struct planning *planning, size_t run, const struct config *config)
{
    struct sweep_plan *plan = planning->plan;
    struct text yaml = TEXT_INIT;
    config_format(config, &yaml);
    digest_add(&planning->digest, text_string(&yaml), yaml.length + 1);
    digest_bytes(DIGEST_SHA256, text_string(&yaml), yaml.length, planning->run_digests[run]);
    text_clear(&yaml);
    share_cores(planning, config->root);
    config_format(config, &yaml);
    plan->configs[run] = arena_copy_string(&plan->arena, text_string(&yaml));
    planning->sweep->runs[run].epochs = count_epochs(config_node_find(config->root, "trainer"));
    text_finish(&yaml);
}

/* Runs that save in one folder would write over each other's files. */
static bool refuse_shared_folder(struct planning *planning, size_t run, struct config *config, struct error *error)
{
    const struct config_node *callbacks = config_node_find(config_node_find(config->root, "trainer"), "callbacks");
    for (size_t i = 0; i < callbacks->count; i++) {
        const struct config_node *folder = config_node_find(callbacks->items[i], "dirpath");
        size_t key = 0;
        if (folder == NULL || folder->kind == NODE_NULL)
            continue;
        values_map_span(&planning->values, planning->sweep->runs[run].values, folder->span, &key);
        if (key < planning->values.count)
            continue;
        problem_add(&config->problems, folder->span, "trainer.callbacks.%zu.dirpath: all runs would save in one folder",
                    i);
        problem_hint(&config->problems, "leave it out: each run has a folder of its own");
    }
    return config->problems.count == 0 || error_set(error, ERROR_CONFIG, "all runs would save in one folder");
}

/* Checks one run as `lrun check` does. */
static void check_run_config(struct planning *planning, size_t run)
{
    struct assembly assembly = ASSEMBLY_INIT;
    struct verb_call silent = {.style = planning->call->style};
    struct text summary = TEXT_INIT;
    struct error error = ERROR_INIT;
    struct arguments arguments = *planning->request->arguments;
    arguments.others = values_place(&planning->values, planning->sweep->runs[run].values, &planning->plan->arena);
    bool ok = assembly_load(&assembly, &arguments, &error);
    if (ok && run == 0)
        read_settings(planning, assembly.config.root);
    if (ok)
        keep_config(planning, run, &assembly.config);
    if (ok && refuse_shared_folder(planning, run, &assembly.config, &error) &&
        assembly_build(&assembly, &silent, &error))
        trainer_check(assembly.trainer, &assembly.parts, &summary, &error);
    findings_add(&planning->findings, run, &assembly.config, &error);
    assembly_close(&assembly, &silent, &error);
    text_finish(&silent.report);
    text_finish(&summary);
}

/* Two runs that are the same are a slip: a key that another override sets again. */
static bool refuse_twins(const struct planning *planning, struct error *error)
{
    const struct sweep *sweep = planning->sweep;
    for (size_t i = 0; i < sweep->run_count; i++)
        for (size_t j = i + 1; j < sweep->run_count; j++) {
            if (strcmp(planning->run_digests[i], planning->run_digests[j]) != 0)
                continue;
            struct text one = TEXT_INIT, two = TEXT_INIT;
            findings_format_values(sweep, i, &one);
            findings_format_values(sweep, j, &two);
            error_set(error, ERROR_CONFIG, "two runs are the same: %s; %s", text_string(&one), text_string(&two));
            text_finish(&one);
            text_finish(&two);
            return error_hint(error, "leave out the option that sets a key of the sweep once more");
        }
    return true;
}

static bool check_runs(struct planning *planning, struct error *error)
{
    struct sweep *sweep = planning->sweep;
    struct progress *progress = console_progress(planning->console);
    char hex[DIGEST_HEX_BYTES];
    digest_begin(&planning->digest, DIGEST_SHA256);
    for (size_t i = 0; i < sweep->run_count; i++) {
        if (progress->stopped(progress))
            return error_set(error, signals_error_code(), "stopped while the runs were checked; none has begun");
        check_run_config(planning, i);
        progress->update(progress, "checking the runs", i + 1, sweep->run_count, "runs");
    }
    if (planning->findings.problems.count > 0) {
        findings_name_runs(&planning->findings);
        return fail_with_problems(planning, planning->findings.code, error);
    }
    digest_end(&planning->digest, hex);
    sweep->digest = arena_copy_string(&sweep->arena, hex);
    return refuse_twins(planning, error);
}

static bool is_drawn_already(const struct sweep *sweep, const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (same < sweep->key_count && strcmp(sweep->runs[i].values[same], values[same]) == 0)
            same++;
        if (same == sweep->key_count)
            return true;
    }
    return false;
}

/* Values that no run before has; NULL when there seem to be none. */
static const char **draw_values(struct planning *planning, uint64_t seed, size_t run)
{
    for (size_t attempt = 0; attempt < DRAW_ATTEMPTS; attempt++) {
        const char **values = values_draw(&planning->values, seed, run, attempt, &planning->sweep->arena);
        if (!is_drawn_already(planning->sweep, values, run))
            return values;
    }
    return NULL;
}

static bool draw_runs(struct planning *planning, const struct config_node *root, struct error *error)
{
    struct sweep *sweep = planning->sweep;
    const char *text = find_text(root, "seed_everything");
    int64_t seed = 0;
    if (planning->request->seed != NULL)
        seed = *planning->request->seed;
    else if (text == NULL || !number_parse_int64(text, &seed))
        seed = 0;
    for (size_t i = 0; i < sweep->run_count; i++) {
        sweep->runs[i].values = draw_values(planning, (uint64_t)seed, i);
        if (sweep->runs[i].values == NULL) {
            error_set(error, ERROR_CONFIG, "--random %zu: there are only %zu different runs to draw", sweep->run_count,
                      i);
            return error_hint(error, "without --random every combination is run");
        }
    }
    return true;
}

static bool choose_runs(struct planning *planning)
{
    struct sweep *sweep = planning->sweep;
    for (size_t i = 0; i < sweep->run_count; i++)
        sweep->runs[i].values = values_choose(&planning->values, i, &sweep->arena);
    return true;
}

static bool count_runs(struct planning *planning, struct error *error)
{
    struct sweep *sweep = planning->sweep;
    size_t count = values_count(&planning->values);
    if (count <= 1) {
        error_set(error, ERROR_CONFIG, "wanted a key with several values");
        return error_hint(error, "lrun sweep CONFIG --optimizer.lr=1e-2,1e-3");
    }
    sweep->run_count = planning->request->draws > 0 ? planning->request->draws : count;
    if (sweep->run_count <= SWEEP_RUNS_MAX)
        return true;
    error_set(error, ERROR_CONFIG, "wanted at most %zu runs, found more combinations", SWEEP_RUNS_MAX);
    return error_hint(error, "leave out values, or draw some of them: --random 100");
}

static void make_runs(struct planning *planning)
{
    struct sweep *sweep = planning->sweep;
    sweep->key_count = planning->values.count;
    sweep->keys = arena_allocate(&sweep->arena, sweep->key_count + 1, sizeof *sweep->keys);
    for (size_t i = 0; i < sweep->key_count; i++)
        sweep->keys[i] = arena_copy_string(&sweep->arena, planning->values.keys[i].path);
    sweep->runs = arena_allocate(&sweep->arena, sweep->run_count, sizeof *sweep->runs);
    for (size_t i = 0; i < sweep->run_count; i++)
        sweep->runs[i].message = "";
    planning->plan->configs = arena_allocate(&planning->plan->arena, sweep->run_count, sizeof *planning->plan->configs);
    planning->run_digests = arena_allocate(&planning->plan->arena, sweep->run_count, DIGEST_HEX_BYTES);
}

/* Takes the values apart and makes the runs of them. `root`: the config, as far as it can be read without them. */
static bool multiply(struct planning *planning, const struct config_node *root, struct error *error)
{
    struct problems *problems = &planning->findings.problems;
    const struct arguments *arguments = planning->request->arguments;
    values_parse(&planning->values, root, arguments->others, arguments->other_count, problems);
    if (planning->request->draws == 0)
        values_refuse_ranges(&planning->values, problems);
    if (problems->count > 0)
        return fail_with_problems(planning, ERROR_CONFIG, error);
    if (!count_runs(planning, error))
        return false;
    make_runs(planning);
    return planning->request->draws > 0 ? draw_runs(planning, root, error) : choose_runs(planning);
}

/* Reads the config as it stands, for the types of its keys: what is wrong in it, each run will say. */
static bool plan_load(struct planning *planning, struct error *error)
{
    struct assembly assembly = ASSEMBLY_INIT;
    struct verb_call silent = {.style = planning->call->style};
    struct error load_error = ERROR_INIT;
    bool ok = assembly_load(&assembly, planning->request->arguments, &load_error) || assembly.config.root != NULL;
    if (ok) {
        ok = multiply(planning, assembly.config.root, error);
        error_clear(&load_error);
    } else {
        *error = load_error;
    }
    assembly_close(&assembly, error_is_set(&load_error) ? planning->call : &silent, &load_error);
    text_finish(&silent.report);
    return ok;
}

/* What the configs say by the way, before runs of hours begin. */
static void show_notes(const struct planning *planning)
{
    struct text notes = TEXT_INIT;
    report_notes(&planning->findings.sources, &planning->findings.problems, &planning->call->style, &notes);
    console_notes(planning->console, text_string(&notes));
    text_finish(&notes);
}

static void note_threads(const struct planning *planning)
{
    int64_t cores = sysconf(_SC_NPROCESSORS_ONLN), jobs = planning->sweep->jobs;
    struct text line = TEXT_INIT;
    if (planning->most_threads * jobs <= cores)
        return;
    text_format(&line, "note: %lld jobs of %lld threads each, on %lld cores: fewer of either would be faster",
                (long long)jobs, (long long)planning->most_threads, (long long)cores);
    console_note(planning->console, text_string(&line));
    text_finish(&line);
}

bool sweep_plan_make(struct sweep_plan *plan, const struct sweep_request *request, struct sweep *sweep,
                     struct verb_call *call, struct console *console, struct error *error)
{
    struct planning planning = {.plan = plan, .request = request, .sweep = sweep, .call = call, .console = console};
    struct findings *findings = &planning.findings;
    findings->arena = findings->problems.arena = &plan->arena;
    findings->sweep = sweep;
    findings->values = &planning.values;
    findings->sources.arguments = request->arguments->others;
    findings->sources.argument_count = request->arguments->other_count;
    sweep->command_line = arena_copy_string(&sweep->arena, call->command_line);
    if (!plan_load(&planning, error) || !check_runs(&planning, error))
        return false;
    show_notes(&planning);
    note_threads(&planning);
    return true;
}

void sweep_plan_finish(struct sweep_plan *plan)
{
    arena_finish(&plan->arena);
    *plan = (struct sweep_plan)SWEEP_PLAN_INIT;
}
