/* profiler_format.c: what a profiler has recorded, as tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/columns.h"
#include "engine/base/memory.h"
#include "engine/graph/op.h"
#include "runner/train/profiler_parts.h"

#define NAME_BYTES 128
#define LAYERS_SHOWN 20

const char *const phase_names[PHASE_COUNT] = {
    [PHASE_DATA] = "waiting for data", [PHASE_STEP] = "forward and backward",    [PHASE_OPTIMIZER] = "optimizer",
    [PHASE_VALIDATION] = "validation", [PHASE_CALLBACKS] = "callbacks, loggers",
};

/* The work of the nodes that share a name: an operation, or a layer. */
struct work {
    char name[NAME_BYTES];
    double seconds;
    double flops;
    double bytes;
    /* How long the machine's peaks would take. */
    double least_seconds;
};

struct works {
    struct work *items;
    size_t count;
};

static struct work *work_for(struct works *works, const char *name)
{
    for (size_t i = works->count; i-- > 0;)
        if (strcmp(works->items[i].name, name) == 0)
            return &works->items[i];
    works->items = memory_resize(works->items, works->count + 1, sizeof *works->items);
    struct work *work = &works->items[works->count++];
    *work = (struct work){.seconds = 0};
    snprintf(work->name, sizeof work->name, "%s", name);
    return work;
}

/* A layer's name: a node's without its operation, and a backward node's without that of the node it belongs to. */
static void cut_layer(const struct node *node, char layer[NAME_BYTES])
{
    snprintf(layer, NAME_BYTES, "%s", node->name);
    for (int i = 0; i < (node->is_backward ? 2 : 1); i++) {
        char *dot = strrchr(layer, '.');
        if (dot != NULL)
            *dot = '\0';
    }
}

static void work_add(struct work *work, const struct profiler *profiler, const struct profile *profile, int node)
{
    const struct op *op = graph_get_node(profile->graph, node)->op;
    struct op_cost cost = op->cost != NULL ? op->cost(graph_get_node(profile->graph, node)) : (struct op_cost){0};
    double runs = (double)profile->runs, by_flops = 0, by_bytes = 0;
    if (profiler->peak_gflops > 0)
        by_flops = cost.flops * 1e-9 / profiler->peak_gflops;
    if (profiler->peak_bandwidth > 0)
        by_bytes = cost.bytes * 1e-9 / profiler->peak_bandwidth;
    work->seconds += (double)profile->sums[node] * 1e-9;
    work->flops += cost.flops * runs;
    work->bytes += cost.bytes * runs;
    work->least_seconds += runs * (by_flops > by_bytes ? by_flops : by_bytes);
}

static int compare_works(const void *a, const void *b)
{
    double left = ((const struct work *)a)->seconds, right = ((const struct work *)b)->seconds;
    return (left < right) - (left > right);
}

/* The work of the main stage's nodes, the longest first. */
static struct works gather(const struct profiler *profiler, bool by_layer)
{
    struct works works = {NULL, 0};
    for (const struct profile *profile = profiler->first; profile != NULL; profile = profile->next) {
        if (profile->stage != profiler->first->stage)
            continue;
        for (int i = 0; i < graph_node_count(profile->graph); i++) {
            if (!program_runs_node(profile->program, i))
                continue;
            const struct node *node = graph_get_node(profile->graph, i);
            char layer[NAME_BYTES];
            cut_layer(node, layer);
            work_add(work_for(&works, by_layer ? layer : node->op->name), profiler, profile, i);
        }
    }
    if (works.count > 0)
        qsort(works.items, works.count, sizeof *works.items, compare_works);
    return works;
}

static void format_phases(const struct profiler *profiler, struct text *text)
{
    struct columns columns = COLUMNS_INIT;
    double whole = (double)(trace_now() - profiler->started) * 1e-9, rest = whole;
    columns_add(&columns, "what", COLUMN_TEXT);
    columns_add(&columns, "times", COLUMN_NUMBER);
    columns_add(&columns, "ms each", COLUMN_NUMBER);
    columns_add(&columns, "s", COLUMN_NUMBER);
    columns_add(&columns, "share", COLUMN_NUMBER);
    for (int i = 0; i <= PHASE_COUNT; i++) {
        bool is_rest = i == PHASE_COUNT;
        if (!is_rest && profiler->calls[i] == 0)
            continue;
        double seconds = is_rest ? (rest > 0 ? rest : 0) : profiler->seconds[i];
        columns_row(&columns);
        columns_set(&columns, 0, "%s", is_rest ? "the rest" : phase_names[i]);
        if (!is_rest) {
            columns_set(&columns, 1, "%lld", (long long)profiler->calls[i]);
            columns_set(&columns, 2, "%.2f", 1e3 * seconds / (double)profiler->calls[i]);
        }
        columns_set(&columns, 3, "%.2f", seconds);
        columns_set(&columns, 4, "%.1f %%", whole > 0 ? 100 * seconds / whole : 0);
        rest -= seconds;
    }
    columns_format(&columns, 0, text);
    columns_finish(&columns);
}

static void add_work_row(struct columns *columns, const struct work *work, double total, double runs)
{
    columns_row(columns);
    columns_set(columns, 0, "%s", work->name);
    columns_set(columns, 1, "%.3f", 1e3 * work->seconds / runs);
    columns_set(columns, 2, "%.1f %%", total > 0 ? 100 * work->seconds / total : 0);
    if (work->flops > 0 && work->seconds > 0)
        columns_set(columns, 3, "%.1f", work->flops * 1e-9 / work->seconds);
    if (work->bytes > 0 && work->seconds > 0)
        columns_set(columns, 4, "%.1f", work->bytes * 1e-9 / work->seconds);
    if (work->least_seconds > 0 && work->seconds > 0)
        columns_set(columns, 5, "%.0f %%", 100 * work->least_seconds / work->seconds);
}

static void format_works(const struct works *works, const char *title, double runs, struct text *text)
{
    struct columns columns = COLUMNS_INIT;
    struct work rest = {.name = "the rest"};
    double total = 0;
    columns_add(&columns, title, COLUMN_TEXT);
    columns_add(&columns, "ms/step", COLUMN_NUMBER);
    columns_add(&columns, "share", COLUMN_NUMBER);
    columns_add(&columns, "GFLOP/s", COLUMN_NUMBER);
    columns_add(&columns, "GB/s", COLUMN_NUMBER);
    columns_add(&columns, "of peak", COLUMN_NUMBER);
    for (size_t i = 0; i < works->count; i++)
        total += works->items[i].seconds;
    for (size_t i = 0; i < works->count; i++) {
        const struct work *work = &works->items[i];
        if (i < LAYERS_SHOWN) {
            add_work_row(&columns, work, total, runs);
            continue;
        }
        rest.seconds += work->seconds;
        rest.flops += work->flops;
        rest.bytes += work->bytes;
        rest.least_seconds += work->least_seconds;
    }
    if (works->count > LAYERS_SHOWN)
        add_work_row(&columns, &rest, total, runs);
    columns_format(&columns, 0, text);
    columns_finish(&columns);
}

void profiler_format(const struct profiler *profiler, struct text *text)
{
    format_phases(profiler, text);
    if (profiler->first == NULL)
        return;
    enum stage stage = profiler->first->stage;
    double runs = 0;
    for (const struct profile *profile = profiler->first; profile != NULL; profile = profile->next)
        runs += profile->stage == stage ? (double)profile->runs : 0;
    text_format(text, "\n%.0f steps (%s); the machine's measured peak is %.0f GFLOP/s and %.0f GB/s\n\n", runs,
                stage_name(stage), profiler->peak_gflops, profiler->peak_bandwidth);
    struct works operations = gather(profiler, false), layers = gather(profiler, true);
    format_works(&operations, "operation", runs, text);
    text_append_char(text, '\n');
    format_works(&layers, "layer", runs, text);
    memory_free(operations.items);
    memory_free(layers.items);
}
