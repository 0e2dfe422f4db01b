/* cuda.cu: the optimizers' updates of all parameters in one launch, on a GPU. float64 is the processor's alone. */
#include "engine/backends/cuda/launch.h"
#include "engine/ops/optimizers/cuda.h"

/* One update's numbers and arrays; data is NULL in those that the optimizer has not. */
struct sgd_arguments {
    struct sgd_formula formula;
    const struct step_state *state;
    void *parameters;
    const void *gradients;
    void *buffers;
    enum dtype dtype;
    int64_t count;
};

BODY void sgd_body(struct place place, const struct sgd_arguments *a)
{
    struct sgd_formula formula = a->formula;
    if (step_is_skipped(a->state))
        return;
    formula.gradient_scale = step_scale(a->state);
    if (formula.is_counted)
        formula.first = a->state->updates == 0;
    for (int64_t i = place.index; i < a->count; i += place.count) {
        float parameter = float_get(a->parameters, a->dtype, i), gradient = float_get(a->gradients, a->dtype, i);
        float buffer = a->buffers != NULL ? float_get(a->buffers, a->dtype, i) : 0;
        sgd_update(&formula, &parameter, gradient, a->buffers != NULL ? &buffer : NULL);
        float_set(a->parameters, a->dtype, i, parameter);
        if (a->buffers != NULL)
            float_set(a->buffers, a->dtype, i, buffer);
    }
}
LAUNCHER(sgd, struct sgd_arguments)

struct adam_arguments {
    struct adam_formula formula;
    /** In the device's scratch, of a formula that is counted there. */
    struct adam_formula *corrected;
    const struct step_state *state;
    void *parameters;
    const void *gradients;
    void *averages;
    void *squares;
    void *largest;
    enum dtype dtype;
    int64_t count;
};

/* One thread's: powers are dear. */
BODY void correct_body(struct place place, const struct adam_arguments *a)
{
    struct adam_formula formula = a->formula;
    if (place.index > 0)
        return;
    adam_correct(&formula, a->state->updates);
    *a->corrected = formula;
}
LAUNCHER(correct, struct adam_arguments)

BODY void adam_body(struct place place, const struct adam_arguments *a)
{
    struct adam_formula formula = a->corrected != NULL ? *a->corrected : a->formula;
    if (step_is_skipped(a->state))
        return;
    formula.gradient_scale = step_scale(a->state);
    for (int64_t i = place.index; i < a->count; i += place.count) {
        float parameter = float_get(a->parameters, a->dtype, i), gradient = float_get(a->gradients, a->dtype, i);
        float average = float_get(a->averages, a->dtype, i), square = float_get(a->squares, a->dtype, i);
        float largest = a->largest != NULL ? float_get(a->largest, a->dtype, i) : 0;
        adam_update(&formula, &parameter, gradient, &average, &square, a->largest != NULL ? &largest : NULL);
        float_set(a->parameters, a->dtype, i, parameter);
        float_set(a->averages, a->dtype, i, average);
        float_set(a->squares, a->dtype, i, square);
        if (a->largest != NULL)
            float_set(a->largest, a->dtype, i, largest);
    }
}
LAUNCHER(adam, struct adam_arguments)

void optimizers_cuda_sgd(const struct sgd_formula *formula, const struct optimizer_arrays *arrays)
{
    struct sgd_arguments a = {
        *formula,     arrays->state, arrays->parameters.data, arrays->gradients.data, arrays->states[0].data, arrays->parameters.dtype,
        arrays->count};
    sgd_launch(arrays->device, a.count, &a);
}

void optimizers_cuda_adam(const struct adam_formula *formula, const struct optimizer_arrays *arrays)
{
    struct adam_formula *scratch = (struct adam_formula *)launch_scratch(arrays->device);
    struct adam_arguments a = {*formula,
                               formula->is_counted ? scratch : NULL,
                               arrays->state,
                               arrays->parameters.data,
                               arrays->gradients.data,
                               arrays->states[0].data,
                               arrays->states[1].data,
                               arrays->states[2].data,
                               arrays->parameters.dtype,
                               arrays->count};
    if (formula->is_counted)
        correct_launch(arrays->device, 1, &a);
    adam_launch(arrays->device, a.count, &a);
}
