/*
 * kernel_choices.h: which kernel computes what, where that was measured instead of ruled.
 *
 * A table from cases to kernels, or to a library's algorithms. A case is an operation on types, shapes and layouts by a number of threads, in words:
 * "2 threads: conv2d f32 16x64x56x56 blocked_16, f32 64x64x3x3, - -> f32 16x64x56x56 blocked_16; stride 1 1 ...". On a GPU its name
 * stands in the place of the threads. Two programs with the same table compute the same bits; so a run keeps its table, and a run that goes on or is repeated is given it.
 *
 *     struct kernel_choices *choices = kernel_choices_create();
 *     kernel_choices_set(choices, name, "onednn_winograd");        // as it was written down
 *     choices->measures = true;                                    // what it does not hold is timed, and added
 *     program_create(graph, parameters, &(struct program_options){.choices = choices}, error);
 */
#ifndef LRUN_ENGINE_GRAPH_KERNEL_CHOICES_H
#define LRUN_ENGINE_GRAPH_KERNEL_CHOICES_H

#include <stdbool.h>

struct kernel_choice {
    const char *name;
    const char *kernel;
    /** It was measured by this process. */
    bool is_new;
};

struct kernel_choices {
    /** In the order in which they came. Owned. */
    struct kernel_choice *items;
    int count;
    /** True: what is not in the table is timed when a program is made. False: the fixed rule. */
    bool measures;
    /** How many cases the table named an algorithm for that the library does not have; it names what computes them now. */
    int missed;
    /** Internal. */
    struct kernel_choices_index *index;
};

struct kernel_choices *kernel_choices_create(void);
void kernel_choices_destroy(struct kernel_choices **choices);

/** The kernel of a case; NULL: not in the table. Lent. */
const char *kernel_choices_find(const struct kernel_choices *choices, const char *name);

/** Adds a case, or changes it. Returns it: valid until the next one is added. */
struct kernel_choice *kernel_choices_set(struct kernel_choices *choices, const char *name, const char *kernel);

#endif
