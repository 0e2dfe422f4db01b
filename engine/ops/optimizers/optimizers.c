/* optimizers.c: the optimizers' updates over flat arrays, by the processor. */
#include "engine/ops/optimizers/optimizers.h"

#include "engine/ops/optimizers/loops.h"

static void sgd_chunk(const struct sgd_formula *formula, const struct optimizer_arrays *arrays, struct chunk chunk)
{
    if (arrays->parameters.dtype == DTYPE_F64)
        optimizers_sgd_f64(formula, arrays, chunk);
    else if (arrays->parameters.dtype == DTYPE_BF16)
        sgd_stretch(formula, arrays, DTYPE_BF16, chunk);
    else if (arrays->parameters.dtype == DTYPE_F16)
        sgd_stretch(formula, arrays, DTYPE_F16, chunk);
    else
        sgd_stretch(formula, arrays, DTYPE_F32, chunk);
}

static void adam_chunk(const struct adam_formula *formula, const struct optimizer_arrays *arrays, struct chunk chunk)
{
    if (arrays->parameters.dtype == DTYPE_F64)
        optimizers_adam_f64(formula, arrays, chunk);
    else if (arrays->parameters.dtype == DTYPE_BF16)
        adam_stretch(formula, arrays, DTYPE_BF16, chunk);
    else if (arrays->parameters.dtype == DTYPE_F16)
        adam_stretch(formula, arrays, DTYPE_F16, chunk);
    else
        adam_stretch(formula, arrays, DTYPE_F32, chunk);
}

void optimizers_cpu_sgd(const struct sgd_formula *formula, const struct optimizer_arrays *arrays)
{
    struct sgd_formula scaled = *formula;
    if (step_is_skipped(arrays->state))
        return;
    scaled.gradient_scale = step_scale(arrays->state);
    if (formula->is_counted)
        scaled.first = arrays->state->updates == 0;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(arrays->count); i++)
        sgd_chunk(&scaled, arrays, chunk_at(arrays->count, i));
}

void optimizers_cpu_adam(const struct adam_formula *formula, const struct optimizer_arrays *arrays)
{
    struct adam_formula scaled = *formula;
    if (step_is_skipped(arrays->state))
        return;
    scaled.gradient_scale = step_scale(arrays->state);
    if (formula->is_counted)
        adam_correct(&scaled, arrays->state->updates);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(arrays->count); i++)
        adam_chunk(&scaled, arrays, chunk_at(arrays->count, i));
}
