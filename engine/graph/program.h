/*
 * program.h: a graph made runnable: layouts chosen, memory planned, kernels prepared. Compile once, run many.
 *
 *     struct program *program = program_create(graph, parameters, &options, error);
 *     program_write(program, graph_find_input(graph, "images"), batch);
 *     program_run(program);
 *     float loss = *(const float *)program_read(program, loss_value);
 *
 * A run allocates nothing and cannot fail; on a device that is not the processor it is handed over, and what fails there is
 * told by device_check (engine/backends/device.h).
 */
#ifndef LRUN_ENGINE_GRAPH_PROGRAM_H
#define LRUN_ENGINE_GRAPH_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/text.h"
#include "engine/graph/graph.h"
#include "engine/graph/kernel_choices.h"
#include "engine/graph/op.h"
#include "engine/graph/parameters.h"

struct program;

/** Memory that programs which never run at the same time share. Grows to the largest. */
struct workspace;
/** `device`: whose memory it is; NULL: the processor's. */
struct workspace *workspace_create(struct device *device);
void workspace_destroy(struct workspace **workspace);

struct program_options {
    /** What computes; NULL: the processor. One that is not there (device_planned) allows planning only. */
    struct device *device;
    /** Threads of a kernel; 0: as many as the machine has cores. */
    int threads;
    /** Only reference kernels, all layouts plain: the oracle. */
    bool reference;
    /** A library's algorithms that give other bits in every run are allowed. */
    bool may_vary;
    /**
     * A GPU may round float32 to TF32 (11 binary digits) on its way into convolutions and linear layers, where it has fast units for
     * that; sums stay float32. The processor does not.
     */
    bool tf32;
    /**
     * Which of the processor's kernels compute, or of a device's libraries' algorithms, and whether what it does not hold is timed;
     * NULL: the fixed rule. Must outlive the call.
     */
    struct kernel_choices *choices;
    /** Shared memory, of the same device; NULL: the program has its own. Must outlive the program. */
    struct workspace *workspace;
};

/** What a program needs, known before it runs. All in bytes. */
struct memory_report {
    size_t parameters;
    size_t gradients;
    size_t buffers;
    /** Inputs and kept results. */
    size_t inputs;
    /** Activations and their gradients, after planning. */
    size_t activations;
    /** The same without reuse of dead memory. */
    size_t activations_unplanned;
    /** What kernels' scratch adds to that. */
    size_t scratch;
    /** And what it may add besides, at most, where only a library on the device knows (device_planned). */
    size_t unknown;
};

/**
 * Compiles the graph (which it changes: layouts are chosen, reorders inserted; it must outlive the program). Gradients of
 * parameters are written into the store's gradients. With `parameters` NULL only plans: the program reports memory
 * (program_memory) and cannot run; nothing large is allocated. Fails with ERROR_CONFIG when the device's backend has no kernel
 * for a node, ERROR_MEMORY. Parameters and workspace are of the same device.
 */
struct program *program_create(struct graph *graph, struct parameters *parameters,
                               const struct program_options *options, struct error *error);
void program_destroy(struct program **program);

/** Computes every node once, in order. A device that records is told them one by one at first, then all at once. */
void program_run(struct program *program);

/**
 * As program_run, and says when: `times` has one more element than the graph has nodes; node I ran from times[I] to
 * times[I + 1], nanoseconds by the monotonic clock. A device is waited for after every node.
 */
void program_run_timed(struct program *program, int64_t *times);

/** How many nodes it has, views among them. */
int program_node_count(const struct program *program);

/** What a node runs by. Lent. */
const struct kernel_instance *program_instance(const struct program *program, int node);

/** False for a node that is not run, because its output is its input where it lies. */
bool program_runs_node(const struct program *program, int node);

/**
 * As program_run, but stops after the first node that wrote a value that is not finite, and returns it; else NULL. Where the loss is
 * scaled, gradients may be infinite and are not looked at.
 */
const struct node *program_run_checked(struct program *program);

/** Gives an input its elements, in the plain layout: all of them. They may be changed as soon as it returns. */
void program_write(struct program *program, const struct value *input, const void *elements);

/** As program_write, of elements that lie in the device's memory. They may be changed by what is handed over later. */
void program_copy(struct program *program, const struct value *input, const void *elements);

/**
 * A kept result of the last run, in the plain layout, where the host can read it; waits for the device. Valid until the program
 * runs again. On the processor nothing is copied.
 */
const void *program_read(struct program *program, const struct value *result);

/**
 * Where an input or a kept result lies in the memory of the program's device: for what is done there besides the program. Valid as
 * long.
 */
void *program_locate(const struct program *program, const struct value *value);

/** On the processor: memory of an input, or of a kept result: the program's own. Valid as long as the program. */
void *program_data(const struct program *program, const struct value *value);

struct memory_report program_memory(const struct program *program);

/** Cost of all nodes; and of the forward part alone: what graph_differentiate did not add. */
struct op_cost graph_cost(const struct graph *graph);
struct op_cost graph_forward_cost(const struct graph *graph);

/** How often a run reorders an array of rank 4, as a node or inside of a kernel; parameters and their gradients left out. */
int program_count_reorders(const struct program *program);

/**
 * The first node, from the node `from` on, that no fast kernel computes although a library for such is here; NULL: none. See
 * inspect.c.
 */
const struct node *program_find_slow_node(const struct program *program, int from);

/** Kernel and implementation of each node, one per line, with reorders: for tests, profiles and `lrun check --verbose`. */
void program_describe(const struct program *program, struct text *text);

#endif
