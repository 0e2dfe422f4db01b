/* top_k.h: which are the largest: a cut through many floats without sorting them, and a total order for those that are left. */
#ifndef LRUN_ENGINE_OPS_TOP_K_H
#define LRUN_ENGINE_OPS_TOP_K_H

#include <stdbool.h>
#include <stdint.h>

/** Where to cut: everything above `value` is in, and the first `ties` of those equal to it. */
struct top_k {
    float value;
    int64_t ties;
};

/**
 * The cut that leaves the `k` largest of `values`, ties to the lower index: the set that a stable descending sort puts
 * first. Values are at least 0; `k` is between 1 and `count`.
 */
struct top_k top_k_cut(const float *values, int64_t count, int64_t k);

/** True when `value` is among the largest; call once for each value, in order: it uses up the ties. */
bool top_k_take(struct top_k *cut, float value);

#endif
