/* sgd.c: stochastic gradient descent. */
#include "components/optimizers/sgd.h"

#include <stddef.h>

#include "engine/base/memory.h"
#include "engine/ops/optimizers/optimizers.h"

struct sgd {
    struct optimizer optimizer;
    struct sgd_params params;
};

static const struct sgd *sgd_of(const struct optimizer *optimizer)
{
    return (const struct sgd *)optimizer;
}

static const char *const *sgd_state_names(const struct optimizer *optimizer)
{
    static const char *const none[] = {NULL};
    static const char *const momentum[] = {"momentum_buffer", NULL};
    return sgd_of(optimizer)->params.momentum > 0 ? momentum : none;
}

static double sgd_learning_rate(const struct optimizer *optimizer)
{
    return sgd_of(optimizer)->params.lr;
}

static void sgd_step(const struct optimizer *optimizer, const struct optimizer_step *step)
{
    const struct sgd_params *params = &sgd_of(optimizer)->params;
    const struct sgd_formula formula = {
        .learning_rate = step->learning_rate,
        .momentum = step->momentum >= 0 ? step->momentum : params->momentum,
        .rest = 1.0 - params->dampening,
        .weight_decay = params->weight_decay,
        .nesterov = params->nesterov,
        .first = step->step == 0,
        .is_counted = step->step == OPTIMIZER_STEP_COUNTED,
    };
    optimizers_sgd(&formula, &step->arrays);
}

static void sgd_destroy(struct optimizer *optimizer)
{
    memory_free(optimizer);
}

static const struct optimizer_interface sgd_interface = {
    .state_names = sgd_state_names,
    .learning_rate = sgd_learning_rate,
    .step = sgd_step,
    .destroy = sgd_destroy,
};

struct optimizer *sgd_create(const struct sgd_params *params, struct error *error)
{
    if (params->nesterov && (params->momentum <= 0 || params->dampening != 0)) {
        error_set(error, ERROR_CONFIG, "nesterov needs a momentum above 0 and a dampening of 0, found %g and %g",
                  params->momentum, params->dampening);
        error_hint(error, "set momentum: 0.9, or nesterov: false");
        return NULL;
    }
    struct sgd *sgd = memory_allocate(1, sizeof *sgd);
    sgd->optimizer.interface = &sgd_interface;
    sgd->params = *params;
    return &sgd->optimizer;
}
