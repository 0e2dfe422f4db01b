/* optimizers.h: the optimizers' updates over flat arrays. Elementwise, so any number of threads gives the same bits. */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_OPTIMIZERS_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_OPTIMIZERS_H

#include <stdint.h>

#include "engine/ops/optimizers/formulas.h"

/** One SGD step; `buffer` is NULL without momentum. */
void optimizers_sgd(const struct sgd_formula *formula, float *parameters, const float *gradients, float *buffer,
                    int64_t count);

/** One Adam or AdamW step; `largest` is NULL unless amsgrad. */
void optimizers_adam(const struct adam_formula *formula, float *parameters, const float *gradients, float *average,
                     float *square, float *largest, int64_t count);

#endif
