/* init.h: the first value of a parameter or buffer, as torch.nn.init names it. */
#ifndef LRUN_ENGINE_GRAPH_INIT_H
#define LRUN_ENGINE_GRAPH_INIT_H

#include "engine/base/rng.h"
#include "engine/tensor/tensor.h"

enum init_kind {
    INIT_CONSTANT,       /* `a` everywhere */
    INIT_UNIFORM,        /* uniform in [a, b) */
    INIT_NORMAL,         /* normal with mean a and deviation b */
    INIT_KAIMING_NORMAL, /* normal, deviation a * sqrt(1 / fan): fan is fan_out when b != 0, else fan_in; a is the gain */
    INIT_XAVIER_UNIFORM, /* uniform in +-a * sqrt(6 / (fan_in + fan_out)); a is the gain */
};

/** How to fill it. A value; zero is "all zeros". */
struct init {
    enum init_kind kind;
    double a;
    double b;
};

/**
 * Fills a floating tensor (for constants also int64 or int32; numbers are drawn as float32) with draws from the start of `stream`, which is as rng_make
 * returns it: element i is what the i-th call of rng_normal, or rng_range, gives. Fans are those of torch.nn.init: weights
 * are [out, in / groups, kh, kw] or [out, in]. The threads of a parallel region that call it together share the work; it is
 * done when the region ends.
 */
void init_fill(const struct init *init, const struct tensor *tensor, const struct rng *stream);

#endif
