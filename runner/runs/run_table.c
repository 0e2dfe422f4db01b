/* run_table.c: runs side by side: which ones, in which order, and in what they differ. */
#include "runner/runs/run_table.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/nearest.h"
#include "runner/config/diff.h"

#define KEY_RANKS 4

/* What a run is sorted by. */
struct sort_entry {
    const struct run_record *run;
    bool has_number;
    double number;
    /** NULL for a metric. */
    const char *text;
    /** Breaks ties: the order of the list. */
    size_t place;
};

/* Runs without the number come last. */
static int compare_entries(const void *a, const void *b)
{
    const struct sort_entry *first = a, *second = b;
    int order = (int)second->has_number - (int)first->has_number;
    if (order == 0 && first->has_number)
        order = (first->number > second->number) - (first->number < second->number);
    else if (order == 0 && first->text != NULL && second->text != NULL)
        order = strcmp(first->text, second->text);
    else if (order == 0)
        order = (first->text == NULL) - (second->text == NULL);
    return order != 0 ? order : (first->place > second->place) - (first->place < second->place);
}

/* False when the run has neither a metric nor a key of this name. */
static bool entry_fill(struct sort_entry *entry, const char *sort, struct arena *arena)
{
    struct metric_moment best;
    const struct config_node *node = run_record_find(entry->run, sort);
    if (run_record_best(entry->run, sort, &best)) {
        entry->has_number = true;
        entry->number = run_record_mode(entry->run, sort) == MONITOR_MODE_MAX ? -best.number : best.number;
        return true;
    }
    if (node == NULL || metrics_table_find(&entry->run->metrics, sort) >= 0)
        return metrics_table_find(&entry->run->metrics, sort) >= 0;
    struct text line = TEXT_INIT;
    config_node_format_line(node, &line);
    entry->text = arena_copy_string(arena, text_string(&line));
    entry->has_number = number_parse_double(entry->text, &entry->number);
    text_finish(&line);
    return true;
}

static bool fail_unsortable(const struct run_list *list, const char *sort, struct error *error)
{
    error_set(error, ERROR_CONFIG, "--sort: wanted a metric or a key that a run has, found '%s'", sort);
    for (size_t i = 0; i < list->count; i++) {
        const struct metrics_table *metrics = &list->items[i].metrics;
        const char *near = nearest_find(sort, metrics->columns, metrics->column_count);
        if (near != NULL)
            return error_hint(error, "did you mean '%s'?", near);
    }
    return error_hint(error, "metrics are columns of metrics.csv: val_loss; keys are as in overrides: optimizer.lr");
}

static bool sort_runs(struct run_table *table, const struct run_list *list, const char *sort, struct error *error)
{
    bool found = list->count == 0;
    struct sort_entry *entries = arena_allocate(&table->arena, list->count + 1, sizeof *entries);
    for (size_t i = 0; i < list->count; i++) {
        entries[i] = (struct sort_entry){.run = &list->items[i], .place = i};
        found = (sort == NULL || entry_fill(&entries[i], sort, &table->arena)) || found;
    }
    if (!found)
        return fail_unsortable(list, sort, error);
    if (list->count > 0)
        qsort(entries, list->count, sizeof *entries, compare_entries);
    table->runs = arena_allocate(&table->arena, list->count + 1, sizeof *table->runs);
    for (size_t i = 0; i < list->count; i++)
        table->runs[i] = entries[i].run;
    return true;
}

static bool is_metric(const struct run_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (metrics_table_find(&table->runs[i]->metrics, name) >= 0)
            return true;
    return false;
}

static void add_metric(struct run_table *table, const char *name)
{
    for (size_t i = 0; i < table->metric_count; i++)
        if (strcmp(table->metrics[i], name) == 0)
            return;
    table->metrics[table->metric_count++] = name;
}

/* Each run's own; where no run has one, the loss of the validation. What they are sorted by is there too. */
static void choose_metrics(struct run_table *table, const struct run_table_request *request)
{
    table->metrics = arena_allocate(&table->arena, table->count + request->metric_count + 2, sizeof *table->metrics);
    for (size_t i = 0; i < request->metric_count; i++)
        add_metric(table, request->metrics[i]);
    for (size_t i = 0; i < table->count && request->metric_count == 0; i++)
        if (run_record_monitor(table->runs[i]) != NULL)
            add_metric(table, run_record_monitor(table->runs[i]));
    if (table->metric_count == 0 && is_metric(table, "val_loss"))
        add_metric(table, "val_loss");
    if (request->sort != NULL && is_metric(table, request->sort))
        add_metric(table, request->sort);
}

/* Every run's config against the first good one's; a run without a config has no changes. */
static struct config_changes *diff_runs(struct run_table *table, const struct run_record **reference)
{
    struct config_changes *changes = arena_allocate(&table->arena, table->count + 1, sizeof *changes);
    for (size_t i = 0; i < table->count; i++) {
        const struct config_node *root = table->runs[i]->config.root;
        changes[i].arena = &table->arena;
        if (root != NULL && *reference == NULL)
            *reference = table->runs[i];
        else if (root != NULL)
            config_diff((*reference)->config.root, root, &changes[i]);
    }
    return changes;
}

static struct run_key *find_key(const struct run_table *table, const char *name)
{
    for (size_t i = 0; i < table->key_count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}

/* The key of every change, once; the reference's values become those of all runs. */
static void collect_keys(struct run_table *table, const struct config_changes *changes)
{
    size_t capacity = 0;
    for (size_t i = 0; i < table->count; i++)
        capacity += changes[i].count;
    table->keys = arena_allocate(&table->arena, capacity + 1, sizeof *table->keys);
    for (size_t i = 0; i < table->count; i++)
        for (size_t j = 0; j < changes[i].count; j++) {
            const struct config_change *change = &changes[i].items[j];
            if (find_key(table, change->key) != NULL)
                continue;
            struct run_key *key = &table->keys[table->key_count++];
            *key = (struct run_key){.name = change->key, .header = change->key, .field = change->field};
            key->values = arena_allocate(&table->arena, table->count, sizeof *key->values);
            for (size_t k = 0; k < table->count; k++)
                key->values[k] = table->runs[k]->config.root != NULL ? change->before : NULL;
        }
}

/* What of a change is at a key: all of it, or what lies below; sets whether the change says anything about the key. */
static const struct config_node *value_within(const struct config_change *change, const char *key, bool *says)
{
    size_t length = strlen(change->key);
    *says = strncmp(change->key, key, length) == 0 && (key[length] == '\0' || key[length] == '.');
    const struct config_node *node = *says ? change->after : NULL;
    return node != NULL && key[length] == '.' ? config_node_find_path(node, key + length + 1) : node;
}

static void fill_values(struct run_table *table, const struct config_changes *changes)
{
    for (size_t i = 0; i < table->key_count; i++)
        for (size_t run = 0; run < table->count; run++)
            for (size_t j = 0; j < changes[run].count; j++) {
                bool says;
                const struct config_node *value = value_within(&changes[run].items[j], table->keys[i].name, &says);
                if (says)
                    table->keys[i].values[run] = value;
            }
}

static bool is_everywhere(const struct run_table *table, const struct run_key *key)
{
    for (size_t i = 0; i < table->count; i++)
        if (key->values[i] == NULL && table->runs[i]->config.root != NULL)
            return false;
    return true;
}

/* The place that a key deserves: what was asked for, what all runs have, the rest, and what another column shows. */
static int rank_key(const struct run_table *table, const struct run_key *key, const char *sort)
{
    if (sort != NULL && strcmp(key->name, sort) == 0)
        return 0;
    if (strcmp(key->name, "trainer.max_epochs") == 0)
        return KEY_RANKS - 1;
    return is_everywhere(table, key) ? 1 : 2;
}

static void order_keys(struct run_table *table, const char *sort)
{
    struct run_key *ordered = arena_allocate(&table->arena, table->key_count + 1, sizeof *ordered);
    size_t count = 0;
    for (int rank = 0; rank < KEY_RANKS; rank++)
        for (size_t i = 0; i < table->key_count; i++)
            if (rank_key(table, &table->keys[i], sort) == rank)
                ordered[count++] = table->keys[i];
    table->keys = ordered;
}

/* The name without what stands before its last `parts` points. */
static const char *name_end(const char *name, size_t parts)
{
    const char *at = name + strlen(name);
    while (at > name && (at[-1] != '.' || --parts > 0))
        at--;
    return at;
}

static bool is_ambiguous(const struct run_table *table, const struct run_key *key)
{
    size_t length = strlen(key->header);
    for (size_t i = 0; i < table->key_count; i++) {
        const char *name = table->keys[i].name;
        size_t whole = strlen(name);
        if (&table->keys[i] != key && whole >= length && strcmp(name + whole - length, key->header) == 0 &&
            (whole == length || name[whole - length - 1] == '.'))
            return true;
    }
    return false;
}

static void shorten_headers(struct run_table *table)
{
    for (size_t i = 0; i < table->key_count; i++) {
        struct run_key *key = &table->keys[i];
        size_t parts = 1;
        do
            key->header = name_end(key->name, parts++);
        while (key->header > key->name && (is_ambiguous(table, key) || strcmp(key->header, "type") == 0));
    }
}

bool run_table_make(struct run_table *table, const struct run_list *list, const struct run_table_request *request,
                    struct error *error)
{
    const struct run_record *reference = NULL;
    if (!sort_runs(table, list, request->sort, error))
        return false;
    table->count = request->limit > 0 && request->limit < list->count ? request->limit : list->count;
    choose_metrics(table, request);
    const struct config_changes *changes = diff_runs(table, &reference);
    collect_keys(table, changes);
    fill_values(table, changes);
    order_keys(table, request->sort);
    shorten_headers(table);
    return true;
}

void run_table_finish(struct run_table *table)
{
    arena_finish(&table->arena);
    *table = (struct run_table)RUN_TABLE_INIT;
}
