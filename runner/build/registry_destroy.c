/* registry_destroy.c: the one place that knows every kind's destructor. */
#include <assert.h>

#include "components/backbones/backbone.h"
#include "components/callbacks/callback.h"
#include "components/datamodules/data_module.h"
#include "components/datasets/dataset.h"
#include "components/loggers/logger.h"
#include "components/lr_schedulers/lr_scheduler.h"
#include "components/models/model.h"
#include "components/optimizers/optimizer.h"
#include "components/transforms/transform.h"
#include "runner/build/registry.h"
#include "runner/build/run.h"
#include "runner/train/trainer.h"

void registry_destroy(enum component_kind kind, void *object)
{
    switch (kind) {
    case KIND_RUN:
        run_destroy(&(struct run *){object});
        return;
    case KIND_TRAINER:
        trainer_destroy(&(struct trainer *){object});
        return;
    case KIND_MODEL:
        model_destroy(&(struct model *){object});
        return;
    case KIND_BACKBONE:
        backbone_destroy(&(struct backbone *){object});
        return;
    case KIND_DATA_MODULE:
        data_module_destroy(&(struct data_module *){object});
        return;
    case KIND_DATASET:
        dataset_destroy(&(struct dataset *){object});
        return;
    case KIND_TRANSFORM:
        transform_destroy(&(struct transform *){object});
        return;
    case KIND_OPTIMIZER:
        optimizer_destroy(&(struct optimizer *){object});
        return;
    case KIND_LR_SCHEDULER:
        lr_scheduler_destroy(&(struct lr_scheduler *){object});
        return;
    case KIND_CALLBACK:
        callback_destroy(&(struct callback *){object});
        return;
    case KIND_LOGGER:
        logger_destroy(&(struct logger *){object});
        return;
    case KIND_COUNT:
        break;
    }
    assert(!"a kind");
}
