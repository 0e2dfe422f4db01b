/* cpu.c: dropout by all threads: each chunk starts its own place in the stream of draws, of which a block holds four. */
#include "engine/backends/cpu/chunks.h"
#include "engine/base/rng.h"
#include "engine/ops/dropout/dropout.h"
#include "engine/ops/value_view.h"

#define DRAWS_PER_BLOCK 4

static void dropout_chunk(const struct dropout_attributes *attributes, const int64_t *key, struct numbers x,
                          struct numbers y, struct chunk chunk)
{
    struct rng rng = rng_make((uint64_t)key[0], RNG_DROPOUT, (uint64_t)key[1], attributes->stream);
    float factor = (float)(1 / (1 - attributes->p));
    rng.counter[0] = (uint32_t)(chunk.begin / DRAWS_PER_BLOCK);
    for (int64_t i = chunk.begin; i < chunk.end; i++)
        numbers_set(y, i, (double)rng_uniform(&rng) < attributes->p ? 0 : (float)numbers_get(x, i) * factor);
}

static void dropout_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
    _Static_assert(CHUNK_ELEMENTS % DRAWS_PER_BLOCK == 0, "a chunk starts with a block of draws");
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        dropout_chunk(instance->node->attributes, run->inputs[1], input_numbers(instance, run, 0),
                      output_numbers(instance, run, 0), chunk_at(count, i));
}

const struct kernel dropout_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_is_plain, .run = dropout_run};
