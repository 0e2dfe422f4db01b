/* profiler.c: where the time of a run goes: what is recorded. */
#include "runner/train/profiler.h"

#include "engine/backends/cpu/peak.h"
#include "engine/base/memory.h"
#include "engine/graph/op.h"
#include "runner/train/profiler_parts.h"

/* About 8 MiB; a step of ResNet18 has 150 nodes. */
#define TRACE_SPANS ((size_t)100000)

struct profiler *profiler_create(enum profiler_kind kind)
{
    if (kind == PROFILER_KIND_NONE)
        return NULL;
    struct profiler *profiler = memory_allocate(1, sizeof *profiler);
    *profiler = (struct profiler){.peak_gflops = peak_measure_gflops(), .peak_bandwidth = peak_measure_bandwidth()};
    profiler->trace = kind == PROFILER_KIND_ADVANCED ? trace_create(TRACE_SPANS) : NULL;
    profiler->started = trace_now();
    return profiler;
}

void profiler_remove_program(struct profiler *profiler, struct profile *profile)
{
    if (profile == NULL)
        return;
    struct profile **place = &profiler->first;
    while (*place != profile)
        place = &(*place)->next;
    *place = profile->next;
    memory_free(profile->times);
    memory_free(profile->sums);
    memory_free(profile);
}

void profiler_destroy(struct profiler **profiler)
{
    struct profiler *old = *profiler;
    if (old == NULL)
        return;
    while (old->first != NULL)
        profiler_remove_program(old, old->first);
    trace_destroy(&old->trace);
    memory_free(old);
    *profiler = NULL;
}

struct trace *profiler_trace(const struct profiler *profiler)
{
    return profiler != NULL ? profiler->trace : NULL;
}

int64_t profiler_begin(const struct profiler *profiler)
{
    return profiler != NULL ? trace_now() : 0;
}

void profiler_end(struct profiler *profiler, enum phase phase, int64_t start)
{
    if (profiler == NULL)
        return;
    int64_t end = trace_now();
    profiler->seconds[phase] += (double)(end - start) * 1e-9;
    profiler->calls[phase]++;
    trace_add_span(profiler->trace, "loop", phase_names[phase], start, end);
}

struct profile *profiler_add_program(struct profiler *profiler, enum stage stage, const struct graph *graph,
                                     struct program *program)
{
    if (profiler == NULL)
        return NULL;
    size_t nodes = (size_t)graph_node_count(graph);
    struct profile *profile = memory_allocate(1, sizeof *profile);
    *profile = (struct profile){
        .profiler = profiler,
        .stage = stage,
        .graph = graph,
        .program = program,
        .times = memory_allocate(nodes + 1, sizeof *profile->times),
        .sums = memory_allocate(nodes, sizeof *profile->sums),
    };
    struct profile **last = &profiler->first;
    while (*last != NULL)
        last = &(*last)->next;
    *last = profile;
    return profile;
}

void profile_run(struct profile *profile)
{
    program_run_timed(profile->program, profile->times);
    profile->runs++;
    for (int i = 0; i < graph_node_count(profile->graph); i++) {
        int64_t start = profile->times[i], end = profile->times[i + 1];
        profile->sums[i] += end - start;
        if (profile->profiler->trace != NULL)
            trace_add_span(profile->profiler->trace, stage_name(profile->stage),
                           graph_get_node(profile->graph, i)->name, start, end);
    }
}
