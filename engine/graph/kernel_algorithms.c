/*
 * kernel_algorithms.c: which of its library's algorithms computes a node on a device.
 *
 * A kernel of a library is one kernel, behind which there are many algorithms that differ in time and in bits. The library's rule
 * names one; where programs are given a table it is written down, so that a run that goes on has the same although the library has
 * become another, and where algorithms are measured the table says another one than the rule.
 */
#include <stdint.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/kernel_bench.h"
#include "engine/graph/kernel_choices.h"
#include "engine/graph/passes.h"

static bool create(struct kernel_instance *instance, struct error *error)
{
    return instance->kernel->create == NULL || instance->kernel->create(instance, error);
}

static void destroy(struct kernel_instance *instance)
{
    if (instance->kernel->destroy != NULL)
        instance->kernel->destroy(instance);
}

static bool records(const struct kernel_instance *instance, const struct kernel_choices *choices)
{
    return choices != NULL && instance->kernel->next != NULL && instance->node->op->format_attributes != NULL &&
           instance->device->interface != NULL;
}

/* The name of the fastest algorithm, to be freed; NULL: the rule's, or nothing could be measured. */
static char *find_fastest(const struct kernel_instance *wanted)
{
    struct error ignored = ERROR_INIT;
    struct kernel_instance trial = *wanted;
    struct kernel_bench bench;
    char *fastest = NULL;
    if (!kernel_bench_init(&bench, wanted->node, wanted->device))
        return NULL;
    if (create(&trial, &ignored)) {
        int64_t best = kernel_bench_time(&bench, &trial, INT64_MAX);
        while (trial.kernel->next(&trial)) {
            int64_t time = kernel_bench_time(&bench, &trial, best);
            if ((double)time >= (fastest == NULL ? BENCH_CLEARLY : 1) * (double)best)
                continue;
            best = time;
            memory_free(fastest);
            fastest = memory_copy_string(trial.implementation);
        }
    }
    destroy(&trial);
    kernel_bench_finish(&bench);
    return fastest;
}

/* Writes down what computes; where the table says another, that was not to be had. */
static void note(const struct kernel_instance *instance, struct kernel_choices *choices, const char *name)
{
    const char *before = kernel_choices_find(choices, name);
    if (before != NULL && strcmp(before, instance->implementation) == 0)
        return;
    choices->missed += before != NULL;
    kernel_choices_set(choices, name, instance->implementation)->is_new = true;
}

bool instance_create(struct kernel_instance *instance, struct kernel_choices *choices, struct error *error)
{
    if (!records(instance, choices))
        return create(instance, error);
    struct text name = TEXT_INIT;
    text_format(&name, "%s: ", instance->device->name);
    node_format_case(instance->node, &name);
    instance->algorithm = kernel_choices_find(choices, text_string(&name));
    char *fastest = NULL;
    if (instance->algorithm == NULL && choices->measures)
        instance->algorithm = fastest = find_fastest(instance);
    bool ok = create(instance, error);
    if (ok)
        note(instance, choices, text_string(&name));
    instance->algorithm = NULL;
    memory_free(fastest);
    text_finish(&name);
    return ok;
}
