/* optimizers.c: the optimizers' updates over flat arrays. */
#include "engine/ops/optimizers/optimizers.h"

#include <stddef.h>

void optimizers_sgd(const struct sgd_formula *formula, float *parameters, const float *gradients, float *buffer,
                    int64_t count)
{
    const struct sgd_formula f = *formula;
    if (buffer == NULL) {
#pragma omp parallel for simd schedule(static)
        for (int64_t i = 0; i < count; i++)
            sgd_update(&f, &parameters[i], gradients[i], NULL);
        return;
    }
#pragma omp parallel for simd schedule(static)
    for (int64_t i = 0; i < count; i++)
        sgd_update(&f, &parameters[i], gradients[i], &buffer[i]);
}

void optimizers_adam(const struct adam_formula *formula, float *parameters, const float *gradients, float *average,
                     float *square, float *largest, int64_t count)
{
    const struct adam_formula f = *formula;
    if (largest == NULL) {
#pragma omp parallel for simd schedule(static)
        for (int64_t i = 0; i < count; i++)
            adam_update(&f, &parameters[i], gradients[i], &average[i], &square[i], NULL);
        return;
    }
#pragma omp parallel for simd schedule(static)
    for (int64_t i = 0; i < count; i++)
        adam_update(&f, &parameters[i], gradients[i], &average[i], &square[i], &largest[i]);
}
