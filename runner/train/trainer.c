/* trainer.c: the trainer as an object: its parameters, checked together. */
#include "runner/train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "components/callbacks/model_checkpoint.h"
#include "engine/base/memory.h"
#include "runner/train/accelerator.h"
#include "runner/train/precision.h"
#include "runner/train/trainer_struct.h"

bool duration_parse(const char *string, double *seconds)
{
    unsigned days, hours, minutes, rest;
    int length = 0;
    if (strspn(string, "0123456789:") != strlen(string) ||
        sscanf(string, "%4u:%2u:%2u:%2u%n", &days, &hours, &minutes, &rest, &length) != 4 || string[length] != '\0' ||
        hours > 23 || minutes > 59 || rest > 59)
        return false;
    *seconds = ((days * 24.0 + hours) * 60 + minutes) * 60 + rest;
    return true;
}

static bool check_amount(const char *name, struct amount amount, struct error *error)
{
    if (amount.is_fraction && amount.number > 1)
        return error_set(error, ERROR_CONFIG, "wanted trainer.%s as a count (10) or a share of at most 1.0, found '%g'",
                         name, amount.number);
    return true;
}

static bool check_amounts(const struct trainer_params *params, struct error *error)
{
    return check_amount("limit_train_batches", params->limit_train_batches, error) &&
           check_amount("limit_val_batches", params->limit_val_batches, error) &&
           check_amount("limit_test_batches", params->limit_test_batches, error) &&
           check_amount("limit_predict_batches", params->limit_predict_batches, error) &&
           check_amount("overfit_batches", params->overfit_batches, error) &&
           check_amount("val_check_interval", params->val_check_interval, error);
}

static bool check_limits(const struct trainer_params *params, struct error *error)
{
    if (params->min_epochs != NULL && params->max_epochs != NULL && *params->max_epochs >= 0 &&
        *params->min_epochs > *params->max_epochs)
        return error_set(error, ERROR_CONFIG, "trainer.min_epochs (%lld) is above max_epochs (%lld)",
                         (long long)*params->min_epochs, (long long)*params->max_epochs);
    if (params->min_steps != NULL && params->max_steps >= 0 && *params->min_steps > params->max_steps)
        return error_set(error, ERROR_CONFIG, "trainer.min_steps (%lld) is above max_steps (%lld)",
                         (long long)*params->min_steps, (long long)params->max_steps);
    if (params->check_val_every_n_epoch == NULL && params->val_check_interval.is_fraction) {
        error_set(error, ERROR_CONFIG, "check_val_every_n_epoch is null, which needs val_check_interval as a count");
        return error_hint(error, "write val_check_interval as a number of batches, such as 100");
    }
    return true;
}

/* As Lightning: who does not say how to save gets the latest epoch saved. The list grows in an array of our own. */
static bool add_default_checkpoint(struct trainer *trainer, struct error *error)
{
    struct callback_list *callbacks = &trainer->params.callbacks;
    for (size_t i = 0; i < callbacks->count; i++)
        if (strcmp(callbacks->items[i]->name, "ModelCheckpoint") == 0)
            return trainer->params.enable_checkpointing ||
                   error_set(error, ERROR_CONFIG,
                             "trainer.enable_checkpointing is false, but there is a ModelCheckpoint");
    if (!trainer->params.enable_checkpointing)
        return true;
    struct model_checkpoint_params params = {.filename = "{epoch}-{step}",
                                             .save_last = true,
                                             .save_top_k = 1,
                                             .every_n_epochs = 1,
                                             .auto_insert_metric_name = true};
    struct callback *checkpoint = model_checkpoint_create(&params, error);
    if (checkpoint == NULL)
        return false;
    trainer->callbacks = memory_allocate(callbacks->count + 1, sizeof *trainer->callbacks);
    for (size_t i = 0; i < callbacks->count; i++)
        trainer->callbacks[i] = callbacks->items[i];
    trainer->callbacks[callbacks->count] = checkpoint;
    *callbacks = (struct callback_list){trainer->callbacks, callbacks->count + 1};
    return true;
}

struct trainer *trainer_create(const struct trainer_params *params, struct error *error)
{
    double max_seconds = INFINITY;
    if (params->max_time != NULL && !duration_parse(params->max_time, &max_seconds)) {
        error_set(error, ERROR_CONFIG, "wanted trainer.max_time as DD:HH:MM:SS, found '%s'", params->max_time);
        error_hint(error, "an hour and a half is \"00:01:30:00\"");
        return NULL;
    }
    if (!check_amounts(params, error) || !accelerator_check(params, error) ||
        !precision_check(params, device_planned(accelerator_backend(params)), error) || !check_limits(params, error))
        return NULL;
    struct trainer *trainer = memory_allocate(1, sizeof *trainer);
    trainer->params = *params;
    trainer->max_seconds = max_seconds;
    if (!add_default_checkpoint(trainer, error)) {
        memory_free(trainer);
        return NULL;
    }
    return trainer;
}

void trainer_destroy(struct trainer **trainer)
{
    if (*trainer == NULL)
        return;
    for (size_t i = 0; i < (*trainer)->params.callbacks.count; i++)
        callback_destroy(&(*trainer)->params.callbacks.items[i]);
    for (size_t i = 0; i < (*trainer)->params.logger.count; i++)
        logger_destroy(&(*trainer)->params.logger.items[i]);
    memory_free((*trainer)->callbacks);
    memory_free((*trainer)->run_directory);
    memory_free(*trainer);
    *trainer = NULL;
}

const char *trainer_run_directory(const struct trainer *trainer)
{
    return trainer->run_directory;
}
