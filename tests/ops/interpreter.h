/*
 * interpreter.h: a graph run node by node by reference kernels, every value kept: no plan, no layouts, no fast kernels.
 *
 * The weights of the sum that makes a loss of a case's result are the input "seed".
 */
#ifndef LRUN_TESTS_OPS_INTERPRETER_H
#define LRUN_TESTS_OPS_INTERPRETER_H

#include "engine/graph/op.h"
#include "engine/tensor/numbers.h"
#include "tests/ops/cases.h"

struct interpreter {
    struct graph *graph;
    struct value *result;
    struct value *loss;
    /** By index of the value: its elements, plain. */
    void **data;
    int value_count;
};

/**
 * Builds a case, with its gradients if it has any, and fills what it starts from. Aborts the test when it is wrong. `types`:
 * of the graph; NULL: all float32. The result is in the type in which it is computed.
 */
void interpreter_init(struct interpreter *interpreter, const struct ops_case *ops_case,
                      const struct number_types *types);
void interpreter_finish(struct interpreter *interpreter);

/** A value's elements. */
struct numbers interpreter_numbers(const struct interpreter *interpreter, const struct value *value);

/** Runs all nodes. */
void interpreter_run(struct interpreter *interpreter);

/** Where kernels run; the processor unless a test says otherwise. Lent. */
extern struct device *interpreter_device;

/**
 * Runs one node by one kernel, on these arrays, which lie on the host: to another device, and from it, they are copied. False
 * when the kernel cannot be made.
 */
bool interpreter_run_node(const struct node *node, const struct kernel *kernel, void *const *inputs,
                          void *const *outputs);

/** The last kernel of an operation. */
const struct kernel *op_reference(const struct op *op);

#endif
