/* adamw.h: AdamW. */
#ifndef LRUN_COMPONENTS_OPTIMIZERS_ADAMW_H
#define LRUN_COMPONENTS_OPTIMIZERS_ADAMW_H

#include <stdbool.h>

#include "components/optimizers/optimizer.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019). As torch.optim.AdamW. Name: AdamW. */
struct adamw_params {
    /** Learning rate. Default: 0.001. Range: [0, inf). */
    double lr;
    /** How slowly the averages of the gradient and of its square change: two numbers. Default: [0.9, 0.999]. Range: [0, 1). */
    struct double_list betas;
    /** Added to the denominator, against division by zero. Default: 1e-8. Range: [0, inf). */
    double eps;
    /** Share of the parameter, times the learning rate, that a step takes away. Default: 0.01. Range: [0, inf). */
    double weight_decay;
    /** Uses the largest average of squares so far (Reddi et al., 2018). Default: false. */
    bool amsgrad;
};

/** Makes the optimizer. Fails with ERROR_CONFIG when betas has not two items. */
struct optimizer *adamw_create(const struct adamw_params *params, struct error *error);

#endif
