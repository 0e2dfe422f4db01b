/* cuda.cu: dropout on a GPU: a thread takes the four elements of a block of draws. */
#include "engine/backends/cuda/launch.h"
#include "engine/base/philox.h"
#include "engine/base/rng.h"
#include "engine/ops/dropout/dropout.h"

struct dropout_arguments {
    const void *x;
    void *y;
    const int64_t *key;
    enum dtype dtype;
    int64_t count;
    uint64_t stream;
    double p;
    float factor;
};

BODY void dropout_body(struct place place, const struct dropout_arguments *a)
{
    uint32_t key[2], counter[4], draws[PHILOX_DRAWS];
    philox_stream((uint64_t)a->key[0], RNG_DROPOUT, (uint64_t)a->key[1], a->stream, key, counter);
    for (int64_t block = place.index; block * PHILOX_DRAWS < a->count; block += place.count) {
        counter[0] = (uint32_t)block;
        philox_block(counter, key, draws);
        for (int i = 0; i < PHILOX_DRAWS && block * PHILOX_DRAWS + i < a->count; i++) {
            float x = float_get(a->x, a->dtype, block * PHILOX_DRAWS + i);
            bool drops = (double)philox_uniform(draws[i]) < a->p;
            float_set(a->y, a->dtype, block * PHILOX_DRAWS + i, drops ? 0 : x * a->factor);
        }
    }
}
LAUNCHER(dropout, struct dropout_arguments)

static void dropout_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct dropout_attributes *attributes = (const struct dropout_attributes *)instance->node->attributes;
    struct dropout_arguments a;
    a.x = run->inputs[0];
    a.y = run->outputs[0];
    a.key = (const int64_t *)run->inputs[1];
    a.dtype = instance->node->outputs[0]->dtype;
    a.count = shape_count(&instance->node->outputs[0]->shape);
    a.stream = attributes->stream;
    a.p = attributes->p;
    a.factor = (float)(1 / (1 - attributes->p));
    dropout_launch(instance->device, (a.count + PHILOX_DRAWS - 1) / PHILOX_DRAWS, &a);
}

const struct kernel dropout_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_is_plain,
    .run = dropout_run,
};
