/* kernel_timing.c: the fastest of the processor's kernels for a node, by the clock. */
#include <string.h>

#include "engine/graph/kernel_bench.h"
#include "engine/graph/kernel_choices.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"

/* INT64_MAX when the kernel cannot be prepared. */
static int64_t time_kernel(const struct kernel_bench *bench, const struct node *node, const struct kernel *kernel,
                           int64_t best_of_all)
{
    struct error ignored = ERROR_INIT;
    struct kernel_instance instance = {.kernel = kernel, .node = node, .device = device_cpu()};
    int64_t time = INT64_MAX;
    if (kernel->create == NULL || kernel->create(&instance, &ignored))
        time = kernel_bench_time(bench, &instance, best_of_all);
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
    struct kernel_bench bench;
    if (!kernel_bench_init(&bench, node, device_cpu()))
        return rule;
    int64_t best = time_kernel(&bench, node, rule, INT64_MAX);
    for (const struct kernel *const *kernel = node->op->kernels; kernel[1] != NULL; kernel++) {
        if (*kernel == rule || !is_candidate(*kernel, node))
            continue;
        int64_t time = time_kernel(&bench, node, *kernel, best);
        if ((double)time < (fastest == rule ? BENCH_CLEARLY : 1) * (double)best) {
            best = time;
            fastest = *kernel;
        }
    }
    kernel_bench_finish(&bench);
    return fastest;
}

static bool has_choice(const struct node *node, const struct kernel *rule)
{
    for (const struct kernel *const *kernel = node->op->kernels; kernel[1] != NULL; kernel++)
        if (*kernel != rule && is_candidate(*kernel, node))
            return true;
    return false;
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
    text_format(&name, "%d thread%s: ", threads, threads == 1 ? "" : "s");
    node_format_case(node, &name);
    const struct kernel *chosen = find_named(node, kernel_choices_find(choices, text_string(&name)));
    if (chosen == NULL && choices->measures) {
        chosen = find_fastest(node, rule);
        kernel_choices_set(choices, text_string(&name), chosen->name)->is_new = true;
    }
    text_finish(&name);
    return chosen != NULL ? chosen : rule;
}
