/* run_table_format.c: runs side by side, as text and as JSON. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/base/columns.h"
#include "runner/build/json_value.h"
#include "runner/runs/run_table.h"

#define GAP 2
#define WIDEST_KEY 24
#define DAMAGES_SHOWN 5

/* "11-26 22:25" by the clock of this place, "2025-11-26" of another year; "" when nobody knows. */
static void format_start(const struct run_record *run, char text[32])
{
    const char *started = run_record_environment(run, "started");
    struct tm utc = {0}, local, today;
    time_t now = time(NULL);
    text[0] = '\0';
    if (started == NULL || strptime(started, "%Y-%m-%dT%H:%M:%SZ", &utc) == NULL)
        return;
    time_t start = timegm(&utc);
    localtime_r(&start, &local);
    localtime_r(&now, &today);
    strftime(text, 32, local.tm_year == today.tm_year ? "%m-%d %H:%M" : "%Y-%m-%d", &local);
}

static void format_epochs(const struct run_record *run, char text[64])
{
    const struct config_node *most = run_record_find(run, "trainer.max_epochs");
    bool has_most = most != NULL && most->kind == NODE_SCALAR && strcmp(most->text, "-1") != 0;
    text[0] = '\0';
    if (run->state.epochs >= 0)
        snprintf(text, 64, "%lld%s%.20s", (long long)run->state.epochs, has_most ? "/" : "",
                 has_most ? most->text : "");
}

/* A component's name is enough: its fields have columns of their own, where they differ among runs that have it. */
static void format_value(const struct config_node *node, struct text *text)
{
    text_clear(text);
    if (node != NULL && node->component != NULL)
        text_append(text, node->component->name);
    else if (node != NULL)
        config_node_format_line(node, text);
}

/* As wide as its widest value, within bounds. */
static int key_width(const struct run_table *table, const struct run_key *key)
{
    struct text value = TEXT_INIT;
    size_t width = strlen(key->header);
    for (size_t i = 0; i < table->count; i++) {
        format_value(key->values[i], &value);
        width = value.length > width ? value.length : width;
    }
    text_finish(&value);
    return width < WIDEST_KEY ? (int)width : WIDEST_KEY;
}

static void set_run(struct columns *columns, const struct run_record *run)
{
    char start[32], epochs[64];
    bool is_lost = run->damage != NULL && run->state.phase == RUN_UNKNOWN;
    format_start(run, start);
    format_epochs(run, epochs);
    if (run->number >= 0)
        columns_set(columns, 0, "%lld", (long long)run->number);
    else
        columns_set(columns, 0, "%s", run_record_name(run));
    columns_set(columns, 1, "%s", start);
    columns_set(columns, 2, "%s", is_lost ? "damaged" : run_phase_name(run->state.phase));
    columns_set(columns, 3, "%s", epochs);
    if (run->state.steps >= 0)
        columns_set(columns, 4, "%lld", (long long)run->state.steps);
}

/* The table with this many keys. */
static void fill_columns(const struct run_table *table, size_t key_count, struct columns *columns)
{
    struct text value = TEXT_INIT;
    struct metric_moment best;
    columns_add(columns, "run", COLUMN_NUMBER);
    columns_add(columns, "started", COLUMN_FIXED);
    columns_add(columns, "state", COLUMN_FIXED);
    columns_add(columns, "epochs", COLUMN_NUMBER);
    columns_add(columns, "steps", COLUMN_NUMBER);
    size_t first_metric = 5, first_key = first_metric + table->metric_count;
    for (size_t i = 0; i < table->metric_count; i++)
        columns_add(columns, table->metrics[i], COLUMN_NUMBER);
    for (size_t i = 0; i < key_count; i++)
        columns_add(columns, table->keys[i].header, COLUMN_TEXT);
    for (size_t run = 0; run < table->count; run++) {
        columns_row(columns);
        set_run(columns, table->runs[run]);
        for (size_t i = 0; i < table->metric_count; i++)
            if (run_record_best(table->runs[run], table->metrics[i], &best))
                columns_set(columns, first_metric + i, "%.4g", best.number);
        for (size_t i = 0; i < key_count; i++) {
            format_value(table->keys[i].values[run], &value);
            columns_set(columns, first_key + i, "%s", text_string(&value));
        }
    }
    text_finish(&value);
}

static int line_width(const struct text *text)
{
    int widest = 0;
    for (const char *at = text_string(text); *at != '\0'; at += strcspn(at, "\n") + 1)
        widest = (int)strcspn(at, "\n") > widest ? (int)strcspn(at, "\n") : widest;
    return widest;
}

/* The epochs' own column says what trainer.max_epochs is. */
static size_t count_worth_showing(const struct run_table *table)
{
    bool is_last = table->key_count > 0 && strcmp(table->keys[table->key_count - 1].name, "trainer.max_epochs") == 0;
    return table->key_count - is_last;
}

/* How many keys fit beside the rest. */
static size_t count_fitting(const struct run_table *table, int width)
{
    size_t most = 5 + table->metric_count < COLUMNS_MAX ? COLUMNS_MAX - 5 - table->metric_count : 0;
    size_t keys = count_worth_showing(table), limit = keys < most ? keys : most, count = 0;
    if (width == 0)
        return limit;
    struct columns columns = COLUMNS_INIT;
    struct text text = TEXT_INIT;
    fill_columns(table, 0, &columns);
    columns_format(&columns, 0, &text);
    int used = line_width(&text);
    while (count < limit && (used += GAP + key_width(table, &table->keys[count])) <= width)
        count++;
    columns_finish(&columns);
    text_finish(&text);
    return count;
}

/* A line, cut where it is too wide. */
static void append_cut(struct text *text, const struct text *line, int width)
{
    size_t length = line->length;
    bool is_cut = width > 4 && length > (size_t)width;
    text_append_bytes(text, text_string(line), is_cut ? (size_t)width - 3 : length);
    text_append(text, is_cut ? "...\n" : "\n");
}

static void append_hidden_keys(const struct run_table *table, size_t shown, int width, struct text *text)
{
    struct text line = TEXT_INIT;
    size_t keys = count_worth_showing(table), hidden = keys - shown;
    text_format(&line, "%zu more key%s (--json shows all):", hidden, hidden == 1 ? " differs" : "s differ");
    for (size_t i = shown; i < keys; i++)
        text_format(&line, "%s %s", i > shown ? "," : "", table->keys[i].name);
    append_cut(text, &line, width);
    text_finish(&line);
}

static void append_damages(const struct run_table *table, int width, struct text *text)
{
    struct text line = TEXT_INIT;
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (table->runs[i]->damage == NULL || count++ >= DAMAGES_SHOWN)
            continue;
        text_clear(&line);
        text_format(&line, "%s: %s", run_record_name(table->runs[i]), table->runs[i]->damage);
        append_cut(text, &line, width);
    }
    if (count > DAMAGES_SHOWN)
        text_format(text, "%zu more are damaged\n", count - DAMAGES_SHOWN);
    text_finish(&line);
}

void run_table_format(const struct run_table *table, int width, struct text *text)
{
    size_t shown = count_fitting(table, width);
    struct columns columns = COLUMNS_INIT;
    fill_columns(table, shown, &columns);
    columns_format(&columns, width, text);
    columns_finish(&columns);
    if (shown < count_worth_showing(table))
        append_hidden_keys(table, shown, width, text);
    append_damages(table, width, text);
}

static json_t *make_count(int64_t count)
{
    return count >= 0 ? json_integer((json_int_t)count) : json_null();
}

static json_t *make_run(const struct run_table *table, size_t place)
{
    const struct run_record *run = table->runs[place];
    json_t *json = json_object(), *keys = json_object(), *metrics = json_object();
    json_object_set_new(json, "run", make_count(run->number));
    json_object_set_new(json, "path", json_value_create_text(run->path));
    json_object_set_new(json, "started", json_value_create_text(run_record_environment(run, "started")));
    json_object_set_new(json, "state", json_string(run_phase_name(run->state.phase)));
    json_object_set_new(json, "status", json_integer((json_int_t)run->state.status));
    json_object_set_new(json, "message", json_value_create_text(run->state.message));
    json_object_set_new(json, "ended", json_value_create_text(run->state.ended));
    json_object_set_new(json, "epochs", make_count(run->state.epochs));
    json_object_set_new(json, "steps", make_count(run->state.steps));
    json_object_set_new(json, "damage", json_value_create_text(run->damage));
    json_object_set_new(json, "keys", keys);
    json_object_set_new(json, "metrics", metrics);
    for (size_t i = 0; i < table->key_count; i++) {
        const struct run_key *key = &table->keys[i];
        if (key->values[place] != NULL)
            json_object_set_new(keys, key->name, json_value_create(key->values[place], key->field));
    }
    for (size_t i = 0; i < table->metric_count; i++)
        json_object_set_new(metrics, table->metrics[i], run_record_describe_metric(run, table->metrics[i]));
    return json;
}

void run_table_format_json(const struct run_table *table, struct text *json)
{
    json_t *list = json_array();
    for (size_t i = 0; i < table->count; i++)
        json_array_append_new(list, make_run(table, i));
    json_value_format(list, json);
    json_decref(list);
}
