/* components.c: the constructors of components.h, which a test of configs never calls. */
#include "tests/unit/config/components.h"

#include <stdlib.h>

/* Weak: a test that has the verbs in it has the real constructors too. */
#define NEVER_CREATED(kind, name)                                                                                      \
    __attribute__((weak)) struct kind *name##_create(const struct name##_params *params, struct error *error)          \
    {                                                                                                                  \
        (void)params;                                                                                                  \
        (void)error;                                                                                                   \
        abort();                                                                                                       \
    }

NEVER_CREATED(run, run)
NEVER_CREATED(trainer, trainer)
NEVER_CREATED(model, ssd)
NEVER_CREATED(model, image_classifier)
NEVER_CREATED(backbone, resnet18)
NEVER_CREATED(backbone, resnet50)
NEVER_CREATED(data_module, voc_data_module)
NEVER_CREATED(transform, resize)
NEVER_CREATED(transform, to_dtype)
NEVER_CREATED(transform, normalize)
NEVER_CREATED(transform, compose)
NEVER_CREATED(optimizer, sgd)
NEVER_CREATED(optimizer, adam_w)
NEVER_CREATED(lr_scheduler, multi_step_lr)
NEVER_CREATED(callback, model_checkpoint)
NEVER_CREATED(callback, early_stopping)
