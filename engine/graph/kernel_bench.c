/* kernel_bench.c: how long a kernel takes, by the clock. */
#include "engine/graph/kernel_bench.h"

#include <string.h>

/* Nanoseconds after which a candidate has run enough, and runs at least and at most. */
#define ENOUGH_TIME 4000000
#define MIN_RUNS 3
#define MAX_RUNS 20
/* A candidate whose first run takes so much longer than the best one's is given up. */
#define HOPELESS 1.5

static size_t value_bytes(const struct value *value)
{
    return value != NULL ? ((size_t)shape_count(&value->shape) * dtype_size(value->dtype) + 63) / 64 * 64 : 0;
}

bool kernel_bench_init(struct kernel_bench *bench, const struct node *node, struct device *device)
{
    struct error ignored = ERROR_INIT;
    size_t bytes = 0;
    for (int i = 0; i < node->input_count; i++)
        bytes += value_bytes(node->inputs[i]);
    for (int i = 0; i < node->output_count; i++)
        bytes += value_bytes(node->outputs[i]);
    *bench =
        (struct kernel_bench){.device = device, .memory = device_allocate(device, bytes, "a measurement", &ignored)};
    if (bench->memory == NULL)
        return false;
    /* About 0.01 in float32 and bfloat16. Pages that were never written would all be one page. */
    if (device_is_host(device))
        memset(bench->memory, 0x3c, bytes);
    char *at = bench->memory;
    for (int i = 0; i < node->input_count; at += value_bytes(node->inputs[i++]))
        bench->inputs[i] = node->inputs[i] != NULL ? at : NULL;
    for (int i = 0; i < node->output_count; at += value_bytes(node->outputs[i++]))
        bench->outputs[i] = at;
    return true;
}

void kernel_bench_finish(struct kernel_bench *bench)
{
    device_release(bench->device, bench->memory);
}

static int64_t time_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    int64_t start = device_time_begin(instance->device);
    instance->kernel->run(instance, run);
    return device_time_end(instance->device, start);
}

/* The first run touches scratch and counts only when it tells enough. */
static int64_t time_runs(const struct kernel_instance *instance, const struct kernel_run *run, int64_t best_of_all)
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

int64_t kernel_bench_time(const struct kernel_bench *bench, const struct kernel_instance *instance, int64_t best_of_all)
{
    struct error ignored = ERROR_INIT;
    void *scratch = device_allocate(bench->device, instance->scratch_bytes, "a measurement", &ignored);
    const struct kernel_run run = {bench->inputs, bench->outputs, scratch};
    int64_t time = scratch != NULL ? time_runs(instance, &run, best_of_all) : INT64_MAX;
    device_release(bench->device, scratch);
    return time;
}
