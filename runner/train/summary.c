/* summary.c: a model in words. */
#include "runner/train/summary.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/op.h"

#define GIB ((double)(1 << 30))

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

/* A part of the model has one row, though its nodes may be in several places. */
static struct row *row_for(struct rows *rows, const char *name)
{
    for (int i = rows->count - 1; i >= 0; i--)
        if (strcmp(rows->items[i].name, name) == 0)
            return &rows->items[i];
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

static void format_row(const struct row *row, const int columns[2], struct text *text)
{
    text_format(text, "%-*s  %-*s  %11lld  %8.3f\n", columns[0], row->name, columns[1], row->shape,
                (long long)row->parameters, row->flops * 1e-9);
}

/* The rows' columns are as wide as what is in them. With `parts`, rows without parameters are only in the total. */
static void format_rows(const struct rows *rows, bool parts, int batch_size, struct text *text)
{
    struct row total = {.name = "total"};
    int columns[2] = {(int)strlen("layer"), (int)strlen("output")};
    for (int i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        const int lengths[2] = {(int)strlen(row->name), (int)strlen(row->shape)};
        for (int j = 0; j < 2; j++)
            columns[j] = lengths[j] > columns[j] ? lengths[j] : columns[j];
        total.parameters += row->parameters;
        total.flops += row->flops;
    }
    text_format(text, "%-*s  %-*s  %11s  %8s\n", columns[0], "layer", columns[1], "output", "parameters", "GFLOPs");
    for (int i = 0; i < rows->count; i++)
        if (!parts || rows->items[i].parameters > 0)
            format_row(&rows->items[i], columns, text);
    format_row(&total, columns, text);
    text_format(text, "forward, for a batch of %d; an image takes %.3f GFLOPs\n", batch_size,
                total.flops * 1e-9 / batch_size);
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
        format_rows(&rows, depth > 0, batch_size, text);
        memory_free(rows.items);
    }
    graph_destroy(&graph);
    return ok;
}

static void format_bytes(const char *what, size_t bytes, struct text *text)
{
    text_format(text, "  %-28s %10.1f MiB\n", what, (double)bytes / (1 << 20));
}

static size_t format_device_memory(const struct footprint *footprint, struct text *text)
{
    const struct memory_report *report = &footprint->programs;
    format_bytes("parameters", report->parameters, text);
    format_bytes("gradients", report->gradients + footprint->accumulated, text);
    format_bytes("buffers", report->buffers, text);
    format_bytes("optimizer", footprint->optimizer, text);
    format_bytes("inputs", report->inputs + footprint->copies, text);
    format_bytes("activations", report->activations, text);
    format_bytes("  (without reuse of memory)", report->activations_unplanned, text);
    format_bytes("scratch", report->scratch, text);
    if (report->unknown > 0)
        format_bytes("libraries' scratch, at most", report->unknown, text);
    return report->parameters + report->gradients + footprint->accumulated + report->buffers + footprint->optimizer +
           report->inputs + footprint->copies + report->activations + report->scratch + report->unknown;
}

/* What CUDA, cuDNN and cuBLASLt take of a GPU for themselves: contexts and the kernels that they load. Of an H100, about. */
#define LIBRARY_BYTES ((size_t)600 << 20)

/* GPUs are sold with so many GiB, of which they have a little less. */
static int find_size(size_t bytes)
{
    static const int sizes[] = {4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 141, 192};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if ((double)bytes <= 0.93 * (double)sizes[i] * GIB)
            return sizes[i];
    return 0;
}

static void format_fit(size_t peak, const struct device_facts *facts, struct text *text)
{
    int size = find_size(peak);
    if (facts != NULL)
        text_format(text, "%s on %s, which has %.1f GiB free of %.1f GiB\n",
                    peak <= facts->free_memory ? "fits" : "does not fit", facts->name, (double)facts->free_memory / GIB,
                    (double)facts->memory / GIB);
    else if (size > 0)
        text_format(text, "fits on a GPU of %d GiB\n", size);
    else
        text_append(text, "fits on no GPU that is known here\n");
}

static void format_gpu(const struct footprint *footprint, struct text *text)
{
    if (footprint->devices > 1)
        text_format(text, "\nmemory on each of %d gpus\n", footprint->devices);
    else
        text_append(text, "\nmemory on the gpu\n");
    size_t peak = format_device_memory(footprint, text) + LIBRARY_BYTES;
    format_bytes("CUDA and libraries, about", LIBRARY_BYTES, text);
    format_bytes("peak", peak, text);
    format_fit(peak, footprint->device, text);
}

/* All replicas of the processor, and one of them in detail. */
static size_t format_replicas(const struct footprint *footprint, struct text *text)
{
    char name[64];
    size_t bytes = format_device_memory(footprint, text);
    if (footprint->devices <= 1)
        return bytes;
    bytes *= (size_t)footprint->devices;
    snprintf(name, sizeof name, "so far, of %d replicas", footprint->devices);
    format_bytes(name, bytes, text);
    return bytes;
}

void summary_format_memory(const struct footprint *footprint, enum backend backend, struct text *text)
{
    size_t total = 0;
    if (backend != BACKEND_CPU)
        format_gpu(footprint, text);
    text_append(text, "\nmemory on the cpu\n");
    if (backend == BACKEND_CPU)
        total = format_replicas(footprint, text);
    format_bytes("data made ahead", footprint->data, text);
    if (footprint->cache > 0)
        format_bytes("decoded images, at most", footprint->cache, text);
    format_bytes("program and libraries", footprint->process, text);
    format_bytes("peak", total + footprint->data + footprint->cache + footprint->process, text);
}
