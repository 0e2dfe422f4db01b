/*
 * cases.h: the one table that drives the tests of operations: fast kernels against the reference, the reference against
 * finite differences, and both against PyTorch (tests/fixtures/make_ops.py has the same names).
 *
 * A case builds a small graph out of parameters, so that a gradient flows to each. What it returns is summed with fixed
 * weights (case_loss) to give a loss.
 */
#ifndef LRUN_TESTS_OPS_CASES_H
#define LRUN_TESTS_OPS_CASES_H

#include "engine/graph/graph.h"

struct ops_case {
    const char *name;
    struct value *(*build)(struct graph *graph);
    /** Not compared with coarse differences: it has kinks where it is evaluated, or is large. */
    bool no_differences;
    /** Has no gradient. */
    bool forward_only;
    /** Too large for differences at all. */
    bool is_large;
};

extern const struct ops_case ops_cases[];
extern const int ops_case_count;

/**
 * The i-th number of the array called `name`, in [-1, 1): an exact multiple of 2^-23, the same in make_ops.py.
 */
float case_number(const char *name, int64_t i);

/** The array of an input, parameter or buffer: case_number, or what the name asks for (labels, boxes, variances). */
void case_fill(const struct value *value, void *data);

#endif
