/* cuda.h: the optimizers' updates on a GPU, for engine/ops/arrays/cuda.cu. As optimizers.h. */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_CUDA_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_CUDA_H

#include "engine/ops/optimizers/optimizers.h"

void optimizers_cuda_sgd(const struct sgd_formula *formula, const struct optimizer_arrays *arrays);
void optimizers_cuda_adam(const struct adam_formula *formula, const struct optimizer_arrays *arrays);

#endif
