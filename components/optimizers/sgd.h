/* sgd.h: SGD. */
#ifndef LRUN_COMPONENTS_OPTIMIZERS_SGD_H
#define LRUN_COMPONENTS_OPTIMIZERS_SGD_H

#include <stdbool.h>

#include "components/optimizers/optimizer.h"
#include "engine/base/error.h"

/** Stochastic gradient descent, with momentum if wanted. As torch.optim.SGD. Name: SGD. */
struct sgd_params {
    /** Learning rate. Default: 0.001. Range: [0, inf). */
    double lr;
    /** How much of the last direction is kept. Default: 0. Range: [0, inf). */
    double momentum;
    /** How much the gradient is damped before it enters the momentum. Default: 0. */
    double dampening;
    /** L2 penalty: this times the parameter is added to its gradient. Default: 0. Range: [0, inf). */
    double weight_decay;
    /** Nesterov's momentum; needs a momentum above 0 and no dampening. Default: false. */
    bool nesterov;
};

/** Makes the optimizer. Fails with ERROR_CONFIG when nesterov does not fit momentum and dampening. */
struct optimizer *sgd_create(const struct sgd_params *params, struct error *error);

#endif
