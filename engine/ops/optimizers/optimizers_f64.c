/* optimizers_f64.c: the optimizers' updates in float64. */
#define REAL double

#include "engine/ops/optimizers/loops.h"

void optimizers_sgd_f64(const struct sgd_formula *formula, const struct optimizer_arrays *arrays, struct chunk chunk)
{
    sgd_stretch(formula, arrays, DTYPE_F64, chunk);
}

void optimizers_adam_f64(const struct adam_formula *formula, const struct optimizer_arrays *arrays, struct chunk chunk)
{
    adam_stretch(formula, arrays, DTYPE_F64, chunk);
}
