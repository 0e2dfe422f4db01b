/* run.c: the objects of one run, owned together. */
#include "runner/build/run.h"

#include "components/datamodules/data_module.h"
#include "components/lr_schedulers/lr_scheduler.h"
#include "components/models/model.h"
#include "components/optimizers/optimizer.h"
#include "engine/base/memory.h"
#include "runner/train/trainer.h"

struct run *run_create(const struct run_params *params, struct error *error)
{
    (void)error;
    struct run *run = memory_allocate(1, sizeof *run);
    run->params = *params;
    return run;
}

void run_destroy(struct run **run)
{
    if (*run == NULL)
        return;
    struct run_params *parts = &(*run)->params;
    lr_scheduler_destroy(&parts->lr_scheduler);
    optimizer_destroy(&parts->optimizer);
    data_module_destroy(&parts->data);
    model_destroy(&parts->model);
    trainer_destroy(&parts->trainer);
    memory_free(*run);
    *run = NULL;
}
