/* summary.c: a model in words. */
#include "runner/train/summary.h"

#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/op.h"

#define NAME_COLUMNS 40

/* One line of the table: the nodes whose names begin alike. */
struct row {
    char name[128];
    char shape[SHAPE_FORMAT_BYTES];
    int64_t parameters;
    double flops;
};

struct rows {
    struct row *items;
    int count;
};

/* The first `depth` parts of a name. */
static void cut_name(const char *name, int depth, char cut[128])
{
    size_t length = 0;
    for (int parts = 0; name[length] != '\0' && length < 127; length++) {
        if (name[length] == '.' && ++parts == depth)
            break;
        cut[length] = name[length];
    }
    cut[length] = '\0';
}

static struct row *row_for(struct rows *rows, const char *name)
{
    if (rows->count > 0 && strcmp(rows->items[rows->count - 1].name, name) == 0)
        return &rows->items[rows->count - 1];
    rows->items = memory_resize(rows->items, (size_t)rows->count + 1, sizeof *rows->items);
    struct row *row = &rows->items[rows->count++];
    *row = (struct row){0};
    memcpy(row->name, name, strlen(name) + 1);
    return row;
}

static void row_add(struct row *row, const struct node *node, bool *counted)
{
    for (int i = 0; i < node->input_count; i++) {
        const struct value *input = node->inputs[i];
        if (input == NULL || input->kind != VALUE_PARAMETER || counted[input->index])
            continue;
        counted[input->index] = true;
        row->parameters += shape_count(&input->shape);
    }
    if (node->op->cost != NULL)
        row->flops += node->op->cost(node).flops;
    if (node->output_count > 0)
        shape_format(&node->outputs[0]->shape, row->shape);
}

static void rows_fill(struct rows *rows, const struct graph *graph, int depth)
{
    bool *counted = memory_allocate((size_t)graph_value_count(graph), sizeof *counted);
    for (int i = 0; i < graph_node_count(graph); i++) {
        const struct node *node = graph_get_node(graph, i);
        char name[128];
        cut_name(node->name, depth > 0 ? depth : 127, name);
        row_add(row_for(rows, name), node, counted);
    }
    memory_free(counted);
}

static void format_rows(const struct rows *rows, int batch_size, struct text *text)
{
    int64_t parameters = 0;
    double flops = 0;
    text_format(text, "%-*s %-22s %12s %10s\n", NAME_COLUMNS, "layer", "output", "parameters", "GFLOPs");
    for (int i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        text_format(text, "%-*s %-22s %12lld %10.3f\n", NAME_COLUMNS, row->name, row->shape, (long long)row->parameters,
                    row->flops * 1e-9);
        parameters += row->parameters;
        flops += row->flops;
    }
    text_format(text, "%-*s %-22s %12lld %10.3f\n", NAME_COLUMNS, "total", "", (long long)parameters, flops * 1e-9);
    text_format(text, "for a batch of %d, forward: %.3f GFLOPs an image\n", batch_size, flops * 1e-9 / batch_size);
}

bool summary_format_layers(struct model *model, enum stage stage, int batch_size, int depth, struct text *text,
                           struct error *error)
{
    struct model_outputs outputs = {0};
    struct graph *graph = graph_create();
    model->interface->build(model, graph, stage, batch_size, &outputs);
    bool ok = graph_check(graph, error);
    if (ok) {
        struct rows rows = {0};
        rows_fill(&rows, graph, depth);
        format_rows(&rows, batch_size, text);
        memory_free(rows.items);
    }
    graph_destroy(&graph);
    return ok;
}

static void format_bytes(const char *what, size_t bytes, struct text *text)
{
    text_format(text, "  %-32s %10.1f MiB\n", what, (double)bytes / (1 << 20));
}

void summary_format_memory(const struct memory_report *report, size_t optimizer_bytes, struct text *text)
{
    size_t total = report->parameters + report->gradients + report->buffers + optimizer_bytes + report->inputs +
                   report->activations + report->scratch;
    text_append(text, "memory on the cpu\n");
    format_bytes("parameters", report->parameters, text);
    format_bytes("gradients", report->gradients, text);
    format_bytes("buffers", report->buffers, text);
    format_bytes("optimizer", optimizer_bytes, text);
    format_bytes("inputs", report->inputs, text);
    format_bytes("activations", report->activations, text);
    format_bytes("  (without reuse of memory)", report->activations_unplanned, text);
    format_bytes("scratch", report->scratch, text);
    format_bytes("peak", total, text);
}
