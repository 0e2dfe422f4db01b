/* table.c: how a sweep's runs stand. */
#include "runner/sweep/table.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/columns.h"
#include "engine/base/memory.h"

/* A run and what came out of it, to be sorted. */
struct ranked {
    size_t run;
    enum monitor_mode mode;
    struct sweep_result result;
};

void result_load(struct sweep_result *result, const struct sweep *sweep, size_t run)
{
    struct metrics_table table = METRICS_TABLE_INIT;
    struct metric_moment last;
    struct error error = ERROR_INIT;
    char *path = sweep_metrics_path(sweep, run);
    *result = (struct sweep_result){.epoch = -1};
    if (metrics_table_load(&table, path, &error)) {
        int epoch = metrics_table_find(&table, "epoch"), column = metrics_table_find(&table, sweep->monitor);
        if (epoch >= 0 && metrics_table_last(&table, epoch, &last))
            result->epoch = last.number;
        result->has_best = column >= 0 && metrics_table_best(&table, column, sweep->mode, &result->best);
    }
    metrics_table_finish(&table);
    memory_free(path);
}

void table_format_values(const struct sweep *sweep, size_t run, struct text *text)
{
    for (size_t i = 0; i < sweep->key_count; i++)
        text_format(text, "%s%s=%s", i > 0 ? " " : "", sweep->keys[i], sweep->runs[run].values[i]);
}

void table_format_counts(const struct sweep *sweep, struct text *text)
{
    static const enum sweep_run_state order[] = {SWEEP_RUN_DONE, SWEEP_RUN_FAILED, SWEEP_RUN_STOPPED, SWEEP_RUN_RUNNING,
                                                 SWEEP_RUN_WAITING};
    const char *between = ": ";
    text_format(text, "%zu runs", sweep->run_count);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t count = sweep_count(sweep, order[i]);
        if (count == 0)
            continue;
        text_format(text, "%s%zu %s", between, count, sweep_run_state_name(order[i]));
        between = ", ";
    }
}

/* The columns of the runs and their values, behind one for a mark. */
static void add_value_columns(struct columns *columns, const struct sweep *sweep)
{
    columns_add(columns, "", COLUMN_FIXED);
    columns_add(columns, "run", COLUMN_NUMBER);
    for (size_t i = 0; i < sweep->key_count; i++)
        columns_add(columns, sweep->keys[i], COLUMN_TEXT);
}

/* All columns. Returns the one of the state. */
static size_t add_columns(struct columns *columns, const struct sweep *sweep)
{
    add_value_columns(columns, sweep);
    columns_add(columns, "state", COLUMN_FIXED);
    columns_add(columns, sweep->monitor, COLUMN_NUMBER);
    columns_add(columns, "epoch", COLUMN_NUMBER);
    columns_add(columns, "time", COLUMN_NUMBER);
    return sweep->key_count + 2;
}

static void set_run(struct columns *columns, const struct sweep *sweep, size_t run)
{
    columns_row(columns);
    columns_set(columns, 1, "%zu", run);
    for (size_t i = 0; i < sweep->key_count; i++)
        columns_set(columns, i + 2, "%s", sweep->runs[run].values[i]);
    columns_set(columns, sweep->key_count + 2, "%s", sweep_run_state_name(sweep->runs[run].state));
}

static void set_time(struct columns *columns, size_t column, double seconds)
{
    long long whole = (long long)seconds;
    if (whole >= 3600)
        columns_set(columns, column, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
    else if (seconds > 0)
        columns_set(columns, column, "%02lld:%02lld", whole / 60, whole % 60);
}

static void set_live(struct columns *columns, const struct sweep *sweep, size_t run, const struct sweep_result *result)
{
    size_t column = sweep->key_count + 3;
    set_run(columns, sweep, run);
    if (result->has_best)
        columns_set(columns, column, "%.6g", result->best.number);
    if (result->epoch >= 0 && sweep->runs[run].epochs > 0)
        columns_set(columns, column + 1, "%.0f/%lld", result->epoch, (long long)sweep->runs[run].epochs - 1);
    else if (result->epoch >= 0)
        columns_set(columns, column + 1, "%.0f", result->epoch);
    set_time(columns, column + 2, sweep->runs[run].seconds);
}

void table_format_live(const struct sweep *sweep, const struct sweep_result *results, int width, int lines,
                       struct text *text)
{
    struct columns columns = COLUMNS_INIT;
    bool all = sweep->run_count + 3 <= (size_t)lines;
    int left = lines - 3;
    add_columns(&columns, sweep);
    for (size_t i = 0; i < sweep->run_count; i++)
        if (all || (sweep->runs[i].state == SWEEP_RUN_RUNNING && left-- > 0))
            set_live(&columns, sweep, i, &results[i]);
    columns_format(&columns, width, text);
    columns_finish(&columns);
    table_format_counts(sweep, text);
    text_append_char(text, '\n');
}

void table_format_plan(const struct sweep *sweep, int width, struct text *text)
{
    struct columns columns = COLUMNS_INIT;
    add_value_columns(&columns, sweep);
    for (size_t i = 0; i < sweep->run_count; i++)
        set_run(&columns, sweep, i);
    columns_format(&columns, width, text);
    columns_finish(&columns);
}

/* The best first; what has no number comes last, in the order of the runs. */
static int better_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->result.has_best != y->result.has_best)
        return x->result.has_best ? -1 : 1;
    if (x->result.has_best && x->result.best.number != y->result.best.number)
        return monitor_is_better(x->mode, x->result.best.number, y->result.best.number, 0) ? -1 : 1;
    return x->run < y->run ? -1 : 1;
}

static struct ranked *rank_runs(const struct sweep *sweep)
{
    struct ranked *ranked = memory_allocate(sweep->run_count, sizeof *ranked);
    for (size_t i = 0; i < sweep->run_count; i++) {
        ranked[i] = (struct ranked){.run = i, .mode = sweep->mode};
        result_load(&ranked[i].result, sweep, i);
    }
    qsort(ranked, sweep->run_count, sizeof *ranked, better_first);
    return ranked;
}

/* Where nobody logged what is monitored: what was logged instead. */
static void append_logged(const struct sweep *sweep, struct text *text)
{
    struct metrics_table table = METRICS_TABLE_INIT;
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < sweep->run_count && table.column_count == 0; i++) {
        char *path = sweep_metrics_path(sweep, i);
        if (!metrics_table_load(&table, path, &error))
            error_clear(&error);
        memory_free(path);
    }
    if (table.column_count > 0)
        text_format(text, "no run logged '%s'; --monitor takes one of:", sweep->monitor);
    for (size_t i = 0; i < table.column_count; i++)
        if (strcmp(table.columns[i], "epoch") != 0 && strcmp(table.columns[i], "step") != 0)
            text_format(text, " %s", table.columns[i]);
    text_append(text, table.column_count > 0 ? "\n" : "");
    metrics_table_finish(&table);
}

static void append_failures(const struct sweep *sweep, struct text *text)
{
    for (size_t i = 0; i < sweep->run_count; i++) {
        const struct sweep_run *run = &sweep->runs[i];
        if (run->state != SWEEP_RUN_FAILED)
            continue;
        char *log = sweep_log_path(sweep, i);
        text_format(text, "run %zu failed (%d): %s\n  %s\n", i, run->status,
                    *run->message != '\0' ? run->message : "it said nothing", log);
        memory_free(log);
    }
}

void table_format_results(const struct sweep *sweep, int width, struct text *text)
{
    struct columns columns = COLUMNS_INIT;
    struct ranked *ranked = rank_runs(sweep);
    size_t column = add_columns(&columns, sweep) + 1;
    for (size_t i = 0; i < sweep->run_count; i++) {
        const struct sweep_result *result = &ranked[i].result;
        set_run(&columns, sweep, ranked[i].run);
        if (i == 0 && result->has_best)
            columns_set(&columns, 0, "*");
        if (result->has_best) {
            columns_set(&columns, column, "%.6g", result->best.number);
            columns_set(&columns, column + 1, "%.0f", result->best.epoch);
        }
        set_time(&columns, column + 2, sweep->runs[ranked[i].run].seconds);
    }
    columns_format(&columns, width, text);
    columns_finish(&columns);
    append_failures(sweep, text);
    if (ranked[0].result.has_best) {
        char *path = sweep_run_path(sweep, ranked[0].run);
        text_format(text, "best: %s\n", path);
        memory_free(path);
    } else {
        append_logged(sweep, text);
    }
    memory_free(ranked);
}

static json_t *run_describe(const struct sweep *sweep, const struct ranked *ranked)
{
    const struct sweep_run *run = &sweep->runs[ranked->run];
    json_t *json = json_object(), *values = json_object();
    char *directory = sweep_run_path(sweep, ranked->run), *log = sweep_log_path(sweep, ranked->run);
    for (size_t i = 0; i < sweep->key_count; i++)
        json_object_set_new(values, sweep->keys[i], json_string(run->values[i]));
    json_object_set_new(json, "run", json_integer((json_int_t)ranked->run));
    json_object_set_new(json, "values", values);
    json_object_set_new(json, "state", json_string(sweep_run_state_name(run->state)));
    json_object_set_new(json, "status", json_integer(run->status));
    json_object_set_new(json, "message", json_string(run->message));
    json_object_set_new(json, "best", ranked->result.has_best ? json_real(ranked->result.best.number) : json_null());
    json_object_set_new(json, "epoch",
                        ranked->result.has_best ? json_integer((json_int_t)ranked->result.best.epoch) : json_null());
    json_object_set_new(json, "seconds", json_real(run->seconds));
    json_object_set_new(json, "directory", json_string(directory));
    json_object_set_new(json, "log", json_string(log));
    memory_free(directory);
    memory_free(log);
    return json;
}

void table_format_json(const struct sweep *sweep, struct text *text)
{
    struct ranked *ranked = rank_runs(sweep);
    json_t *json = json_object(), *runs = json_array();
    json_object_set_new(json, "sweep", json_string(sweep->directory));
    json_object_set_new(json, "monitor", json_string(sweep->monitor));
    json_object_set_new(json, "mode", json_string(sweep->mode == MONITOR_MODE_MIN ? "min" : "max"));
    for (size_t i = 0; i < sweep->run_count; i++)
        json_array_append_new(runs, run_describe(sweep, &ranked[i]));
    json_object_set_new(json, "runs", runs);
    char *string = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    text_format(text, "%s\n", string);
    free(string);
    json_decref(json);
    memory_free(ranked);
}
