/*
 * kernel_bench.h: how long a kernel takes, by the clock. Internal to engine/graph/.
 *
 * A kernel runs on memory of its own a few times and its best time counts, so that a moment in which the machine did something else
 * harms nobody. The kernel of the fixed rule comes first; another must be clearly faster, so that two which are alike are not
 * chosen by chance.
 *
 *     struct kernel_bench bench;
 *     if (kernel_bench_init(&bench, node, device)) {
 *         int64_t best = kernel_bench_time(&bench, &instance, INT64_MAX);
 *         kernel_bench_finish(&bench);
 *     }
 */
#ifndef LRUN_ENGINE_GRAPH_KERNEL_BENCH_H
#define LRUN_ENGINE_GRAPH_KERNEL_BENCH_H

#include <stdint.h>

#include "engine/graph/op.h"

/** Another kernel than the rule's must take at most this share of the best time. */
#define BENCH_CLEARLY 0.97

/** Memory for the values of a node, and for scratch of the candidate that runs. */
struct kernel_bench {
    struct device *device;
    char *memory;
    void *inputs[NODE_MAX_INPUTS];
    void *outputs[NODE_MAX_OUTPUTS];
};

/** False where there is not enough memory. */
bool kernel_bench_init(struct kernel_bench *bench, const struct node *node, struct device *device);
void kernel_bench_finish(struct kernel_bench *bench);

/**
 * The best time of some runs of a kernel that was created, in nanoseconds; INT64_MAX when there is no memory for its scratch. Few
 * runs where it is hopeless to beat `best_of_all`.
 */
int64_t kernel_bench_time(const struct kernel_bench *bench, const struct kernel_instance *instance,
                          int64_t best_of_all);

#endif
