/* adam.h: Adam. */
#ifndef LRUN_COMPONENTS_OPTIMIZERS_ADAM_H
#define LRUN_COMPONENTS_OPTIMIZERS_ADAM_H

#include <stdbool.h>

#include "components/optimizers/optimizer.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Adam (Kingma and Ba, 2015), with an L2 penalty in the gradient. As torch.optim.Adam. Name: Adam. */
struct adam_params {
    /** Learning rate. Default: 0.001. Range: [0, inf). */
    double lr;
    /** How slowly the averages of the gradient and of its square change: two numbers. Default: [0.9, 0.999]. Range: [0, 1). */
    struct double_list betas;
    /** Added to the denominator, against division by zero. Default: 1e-8. Range: [0, inf). */
    double eps;
    /** L2 penalty: this times the parameter is added to its gradient. Default: 0. Range: [0, inf). */
    double weight_decay;
    /** Uses the largest average of squares so far (Reddi et al., 2018). Default: false. */
    bool amsgrad;
};

/** Makes the optimizer. Fails with ERROR_CONFIG when betas has not two items. */
struct optimizer *adam_create(const struct adam_params *params, struct error *error);

#endif
