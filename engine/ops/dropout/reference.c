/* reference.c: dropout as a plain loop over one stream of draws. */
#include "engine/base/rng.h"
#include "engine/ops/dropout/dropout.h"
#include "engine/ops/value_view.h"

static void dropout_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct dropout_attributes *attributes = instance->node->attributes;
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    const int64_t *key = run->inputs[1];
    double factor = 1 / (1 - attributes->p);
    struct rng rng = rng_make((uint64_t)key[0], RNG_DROPOUT, (uint64_t)key[1], attributes->stream);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        numbers_set(y, i, (double)rng_uniform(&rng) < attributes->p ? 0 : numbers_get(x, i) * factor);
}

const struct kernel dropout_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = dropout_run};
