/* adam_family.c: what Adam and AdamW share. */
#include "components/optimizers/adam_family.h"

#include <stddef.h>

#include "engine/base/memory.h"
#include "engine/ops/optimizers/optimizers.h"

struct adam {
    struct optimizer optimizer;
    struct adam_family family;
};

static const struct adam_family *family_of(const struct optimizer *optimizer)
{
    return &((const struct adam *)optimizer)->family;
}

static const char *const *adam_state_names(const struct optimizer *optimizer)
{
    static const char *const plain[] = {"exp_avg", "exp_avg_sq", NULL};
    static const char *const amsgrad[] = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq", NULL};
    return family_of(optimizer)->amsgrad ? amsgrad : plain;
}

static double adam_learning_rate(const struct optimizer *optimizer)
{
    return family_of(optimizer)->learning_rate;
}

static void adam_step(const struct optimizer *optimizer, const struct optimizer_step *step)
{
    const struct adam_family *family = family_of(optimizer);
    double beta1 = step->momentum >= 0 ? step->momentum : family->betas.items[0];
    double beta2 = family->betas.items[1];
    double decay = family->weight_decay;
    struct adam_formula formula = {
        .learning_rate = step->learning_rate,
        .beta1 = beta1,
        .beta2 = beta2,
        .rest1 = 1.0 - beta1,
        .rest2 = 1.0 - beta2,
        .epsilon = family->epsilon,
        .coupled_decay = family->decoupled ? 0 : decay,
        .decoupled_factor = family->decoupled ? 1.0 - step->learning_rate * decay : 1,
        .is_counted = step->step == OPTIMIZER_STEP_COUNTED,
    };
    if (!formula.is_counted)
        adam_correct(&formula, step->step);
    optimizers_adam(&formula, &step->arrays);
}

static void adam_destroy(struct optimizer *optimizer)
{
    memory_free(optimizer);
}

static const struct optimizer_interface adam_interface = {
    .state_names = adam_state_names,
    .learning_rate = adam_learning_rate,
    .step = adam_step,
    .destroy = adam_destroy,
};

struct optimizer *adam_family_create(const struct adam_family *family, struct error *error)
{
    if (family->betas.count != 2) {
        error_set(error, ERROR_CONFIG, "wanted two betas, found %zu", family->betas.count);
        return NULL;
    }
    struct adam *adam = memory_allocate(1, sizeof *adam);
    adam->optimizer.interface = &adam_interface;
    adam->family = *family;
    return &adam->optimizer;
}
