/* adam.c: Adam: the weight decay enters the gradient. */
#include "components/optimizers/adam.h"

#include "components/optimizers/adam_family.h"

struct optimizer *adam_create(const struct adam_params *params, struct error *error)
{
    const struct adam_family family = {
        .learning_rate = params->lr,
        .betas = params->betas,
        .epsilon = params->eps,
        .weight_decay = params->weight_decay,
        .amsgrad = params->amsgrad,
        .decoupled = false,
    };
    return adam_family_create(&family, error);
}
