/* adam_family.h: what Adam and AdamW share: everything but where the weight decay goes. */
#ifndef LRUN_COMPONENTS_OPTIMIZERS_ADAM_FAMILY_H
#define LRUN_COMPONENTS_OPTIMIZERS_ADAM_FAMILY_H

#include <stdbool.h>

#include "components/optimizers/optimizer.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** The family's numbers. */
struct adam_family {
    double learning_rate;
    struct double_list betas;
    double epsilon;
    double weight_decay;
    bool amsgrad;
    /** AdamW: the decay shrinks the parameter itself instead of entering the gradient. */
    bool decoupled;
};

/** Makes the optimizer. Fails with ERROR_CONFIG when betas has not two items. */
struct optimizer *adam_family_create(const struct adam_family *family, struct error *error);

#endif
