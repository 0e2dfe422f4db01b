/* cpu.c: activations and their gradients on any layout, by all threads. */
#include "engine/backends/cpu/chunks.h"
#include "engine/backends/cpu/vector.h"
#include "engine/ops/activation/activation.h"
#include "engine/ops/activation/formulas.h"
#include "engine/ops/value_view.h"

/* The loops of one activation over one chunk. */
#define CHUNKS(name)                                                                                                   \
    CPU_CLONES static void name##_chunk(const float *x, float *y, struct chunk chunk)                                  \
    {                                                                                                                  \
        _Pragma("omp simd") for (int64_t i = chunk.begin; i < chunk.end; i++) y[i] = name##_value(x[i]);               \
    }                                                                                                                  \
    CPU_CLONES static void name##_backward_chunk(const float *gradient, const float *x, float *result,                 \
                                                 struct chunk chunk)                                                   \
    {                                                                                                                  \
        _Pragma("omp simd") for (int64_t i = chunk.begin; i < chunk.end; i++) result[i] =                              \
            name##_gradient(gradient[i], x[i]);                                                                        \
    }

CHUNKS(relu6)
CHUNKS(hard_sigmoid)
CHUNKS(hard_swish)

static const struct {
    void (*forward)(const float *x, float *y, struct chunk chunk);
    void (*backward)(const float *gradient, const float *x, float *result, struct chunk chunk);
} loops[] = {
    [ACTIVATION_RELU6] = {relu6_chunk, relu6_backward_chunk},
    [ACTIVATION_HARD_SIGMOID] = {hard_sigmoid_chunk, hard_sigmoid_backward_chunk},
    [ACTIVATION_HARD_SWISH] = {hard_swish_chunk, hard_swish_backward_chunk},
};

static void activation_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = instance->node->attributes;
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        loops[attributes->kind].forward(run->inputs[0], run->outputs[0], chunk_at(count, i));
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = instance->node->attributes;
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        loops[attributes->kind].backward(run->inputs[0], run->inputs[1], run->outputs[0], chunk_at(count, i));
}

const struct kernel activation_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = activation_run};
const struct kernel activation_backward_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = backward_run};
