/* adamw.c: AdamW: the weight decay shrinks the parameter itself. */
#include "components/optimizers/adamw.h"

#include "components/optimizers/adam_family.h"

struct optimizer *adamw_create(const struct adamw_params *params, struct error *error)
{
    const struct adam_family family = {
        .learning_rate = params->lr,
        .betas = params->betas,
        .epsilon = params->eps,
        .weight_decay = params->weight_decay,
        .amsgrad = params->amsgrad,
        .decoupled = true,
    };
    return adam_family_create(&family, error);
}
