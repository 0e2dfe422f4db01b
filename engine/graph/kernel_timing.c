/*
 * kernel_timing.c: the fastest kernel of a node, by the clock.
 *
 * Each candidate runs on memory of its own a few times and its best time counts, so that a moment in which the machine did
 * something else harms nobody. The kernel of the fixed rule comes first; another must be clearly faster, so that two which
 * are alike are not chosen by chance.
 */
#include <inttypes.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/trace.h"
#include "engine/graph/kernel_choices.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"

/* Nanoseconds after which a candidate has run enough, and runs at least and at most. */
#define ENOUGH_TIME 4000000
#define MIN_RUNS 3
#define MAX_RUNS 20
/* Another kernel than the rule's must take at most this share of the best time. */
#define CLEARLY 0.97
/* A candidate whose first run takes so much longer than the best one's is given up. */
#define HOPELESS 1.5

/* Memory for the values of a node, and for scratch of the candidate that runs. */
struct bench {
    char *memory;
    void *inputs[NODE_MAX_INPUTS];
    void *outputs[NODE_MAX_OUTPUTS];
};

static size_t value_bytes(const struct value *value)
{
    return value != NULL ? ((size_t)shape_count(&value->shape) * dtype_size(value->dtype) + 63) / 64 * 64 : 0;
}

static bool bench_init(struct bench *bench, const struct node *node)
{
    struct error ignored = ERROR_INIT;
    size_t bytes = 0;
    for (int i = 0; i < node->input_count; i++)
        bytes += value_bytes(node->inputs[i]);
    for (int i = 0; i < node->output_count; i++)
        bytes += value_bytes(node->outputs[i]);
    *bench = (struct bench){.memory = memory_allocate_large(bytes, "a measurement", &ignored)};
    if (bench->memory == NULL)
        return false;
    /* About 0.01 in float32 and bfloat16. Pages that were never written would all be one page. */
    memset(bench->memory, 0x3c, bytes);
    char *at = bench->memory;
    for (int i = 0; i < node->input_count; at += value_bytes(node->inputs[i++]))
        bench->inputs[i] = node->inputs[i] != NULL ? at : NULL;
    for (int i = 0; i < node->output_count; at += value_bytes(node->outputs[i++]))
        bench->outputs[i] = at;
    return true;
}

static int64_t time_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    int64_t start = trace_now();
    instance->kernel->run(instance, run);
    return trace_now() - start;
}

/* The best time of some runs, in nanoseconds. The first touches scratch and counts only when it tells enough. */
static int64_t time_instance(const struct kernel_instance *instance, const struct kernel_run *run, int64_t best_of_all)
{
    int64_t best = time_run(instance, run), total = 0;
    for (int i = 0; i < MAX_RUNS && (i < MIN_RUNS || total < ENOUGH_TIME); i++) {
        int64_t time = time_run(instance, run);
        total += time;
        best = time < best ? time : best;
        if ((double)best > HOPELESS * (double)best_of_all)
            break;
    }
    return best;
}

/* INT64_MAX when the kernel cannot be prepared. */
static int64_t time_kernel(const struct bench *bench, const struct node *node, const struct kernel *kernel,
                           int64_t best_of_all)
{
    struct error ignored = ERROR_INIT;
    struct kernel_instance instance = {.kernel = kernel, .node = node, .device = device_cpu()};
    int64_t time = INT64_MAX;
    if (kernel->create == NULL || kernel->create(&instance, &ignored)) {
        void *scratch = memory_allocate_large(instance.scratch_bytes, "a measurement", &ignored);
        const struct kernel_run run = {bench->inputs, bench->outputs, scratch};
        if (scratch != NULL)
            time = time_instance(&instance, &run, best_of_all);
        memory_free_large(scratch);
    }
    if (kernel->destroy != NULL)
        kernel->destroy(&instance);
    return time;
}

/* The processor's kernels alone: others cannot be run on its memory. */
static bool is_candidate(const struct kernel *kernel, const struct node *node)
{
    return kernel->backend == BACKEND_CPU && kernel_can_run(kernel, node);
}

/* The reference is no candidate. */
static const struct kernel *find_fastest(const struct node *node, const struct kernel *rule)
{
    const struct kernel *fastest = rule;
    struct bench bench;
    if (!bench_init(&bench, node))
        return rule;
    int64_t best = time_kernel(&bench, node, rule, INT64_MAX);
    for (const struct kernel *const *kernel = node->op->kernels; kernel[1] != NULL; kernel++) {
        if (*kernel == rule || !is_candidate(*kernel, node))
            continue;
        int64_t time = time_kernel(&bench, node, *kernel, best);
        if ((double)time < (fastest == rule ? CLEARLY : 1) * (double)best) {
            best = time;
            fastest = *kernel;
        }
    }
    memory_free_large(bench.memory);
    return fastest;
}

static bool has_choice(const struct node *node, const struct kernel *rule)
{
    for (const struct kernel *const *kernel = node->op->kernels; kernel[1] != NULL; kernel++)
        if (*kernel != rule && is_candidate(*kernel, node))
            return true;
    return false;
}

static void format_value(const struct value *value, struct text *text)
{
    if (value == NULL) {
        text_append(text, " -");
        return;
    }
    text_format(text, " %s", dtype_name(value->dtype));
    for (int i = 0; i < value->shape.rank; i++)
        text_format(text, "%c%" PRId64, i == 0 ? ' ' : 'x', value->shape.size[i]);
    if (value->shape.rank == 4)
        text_format(text, " %s", layout_name(value->layout));
}

/* The case that a node is: everything that its time depends on. */
static void format_case(const struct node *node, int threads, struct text *text)
{
    text_format(text, "%d thread%s: %s", threads, threads == 1 ? "" : "s", node->op->name);
    for (int i = 0; i < node->input_count; i++) {
        text_append(text, i > 0 ? "," : "");
        format_value(node->inputs[i], text);
    }
    text_append(text, " ->");
    for (int i = 0; i < node->output_count; i++) {
        text_append(text, i > 0 ? "," : "");
        format_value(node->outputs[i], text);
    }
    text_append(text, "; ");
    node->op->format_attributes(node, text);
}

/* The candidate of this name, if it can run here. */
static const struct kernel *find_named(const struct node *node, const char *name)
{
    for (const struct kernel *const *kernel = node->op->kernels; name != NULL && kernel[1] != NULL; kernel++)
        if (strcmp((*kernel)->name, name) == 0 && is_candidate(*kernel, node))
            return *kernel;
    return NULL;
}

const struct kernel *node_choose_kernel(const struct node *node, struct kernel_choices *choices, int threads)
{
    const struct kernel *rule = node_find_kernel(node, BACKEND_CPU, false);
    if (choices == NULL || node->op->format_attributes == NULL || rule == NULL || !has_choice(node, rule))
        return rule;
    struct text name = TEXT_INIT;
    format_case(node, threads, &name);
    const struct kernel *chosen = find_named(node, kernel_choices_find(choices, text_string(&name)));
    if (chosen == NULL && choices->measures) {
        chosen = find_fastest(node, rule);
        kernel_choices_set(choices, text_string(&name), chosen->name)->is_new = true;
    }
    text_finish(&name);
    return chosen != NULL ? chosen : rule;
}
