/* reference.c: permute as one plain loop over the output. */
#include <assert.h>
#include <string.h>

#include "engine/ops/permute/permute.h"
#include "engine/ops/value_view.h"

/* Sizes that are known make an assignment of a copy. */
static inline void copy_element(char *to, const char *from, size_t bytes)
{
    if (bytes == sizeof(float))
        memcpy(to, from, sizeof(float));
    else
        memcpy(to, from, bytes);
}

static void permute_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct permute_attributes *attributes = instance->node->attributes;
    const struct shape *in = &instance->node->inputs[0]->shape, *out = &instance->node->outputs[0]->shape;
    const char *x = run->inputs[0];
    char *y = run->outputs[0];
    size_t bytes = dtype_size(instance->node->inputs[0]->dtype);
    assert(out->rank == in->rank);
    int64_t strides[SHAPE_MAX_RANK], steps[SHAPE_MAX_RANK], stride = 1;
    for (int i = in->rank - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= in->size[i];
    }
    for (int i = 0; i < out->rank; i++)
        steps[i] = strides[attributes->order[i]];
#pragma omp parallel for schedule(static)
    for (int64_t at = 0; at < shape_count(out); at++) {
        int64_t rest = at, from = 0;
        for (int i = out->rank - 1; i >= 0; i--) {
            from += rest % out->size[i] * steps[i];
            rest /= out->size[i];
        }
        copy_element(y + (size_t)at * bytes, x + (size_t)from * bytes, bytes);
    }
}

const struct kernel permute_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = permute_run};
