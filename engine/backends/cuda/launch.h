/*
 * launch.h: kernels of our own for a GPU, which are loops of the processor as well.
 *
 * A file engine/ops/NAME/cuda.cu is written in what C11 and C++20 have in common: nvcc makes kernels of it, and for the tests
 * the C compiler makes loops over the same body, which are compared with the reference on machines without a GPU.
 *
 *     struct halve { const float *x; float *y; int64_t count; };
 *
 *     BODY void halve_body(struct place place, const struct halve *a)
 *     {
 *         for (int64_t i = place.index; i < a->count; i += place.count)
 *             a->y[i] = a->x[i] / 2;
 *     }
 *     LAUNCHER(halve, struct halve)
 *
 *     static void halve_run(const struct kernel_instance *instance, const struct kernel_run *run)
 *     {
 *         struct halve a = {(const float *)run->inputs[0], (float *)run->outputs[0], count};
 *         halve_launch(instance->device, a.count, &a);
 *     }
 *
 * A body gives the same for any number of threads: no thread reads what another writes in the same launch, and nothing is added
 * up in the order of arrival. Sums go over several launches, or over phases (LAUNCHER_OF_BLOCKS): the threads of a block
 * meet between two phases and share memory.
 *
 *     struct total { const float *x; float *sums; };         // one sum per block
 *     struct total_shared { float sums[BLOCK_THREADS]; };
 *
 *     BODY void total_body(struct block_place place, int phase, struct total_shared *shared, const struct total *a);
 *     LAUNCHER_OF_BLOCKS(total, struct total, 2)             // total_launch(device, blocks, &a): phases 0 and 1
 *
 * This header (or elementwise.h) is included first: it says that the house's functions are C's. What the two languages share: no compound literals of arrays, casts from void *, designated initializers in order, <math.h>.
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_LAUNCH_H
#define LRUN_ENGINE_BACKENDS_CUDA_LAUNCH_H

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/formula.h"

#ifdef __cplusplus
extern "C" {
#endif
#include "engine/backends/cuda/cuda_device.h"
#include "engine/graph/op.h"
#include "engine/ops/value_view.h"
#include "engine/tensor/floats.h"
#ifdef __cplusplus
}
#endif

/** Threads of a block. */
#define BLOCK_THREADS 256

/** What a thread is of those of a launch. */
struct place {
    int64_t index, count;
};

/** What a thread is of its block, and the block of those of a launch. */
struct block_place {
    int thread;
    int64_t block, blocks;
};

/** More would only wait: what is beyond is done by the same threads again. */
#define BLOCKS_MAX 2048

static inline int64_t launch_blocks(int64_t threads)
{
    int64_t blocks = (threads + BLOCK_THREADS - 1) / BLOCK_THREADS;
    return blocks < BLOCKS_MAX ? blocks : BLOCKS_MAX;
}

#define BODY FORMULA

/** The sum of what the threads of a block, or some of them, have each found, in their order. */
BODY double parts_sum(const double *parts, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += parts[i];
    return sum;
}

#ifdef __CUDACC__

/** CUDA_SCRATCH_BYTES for functions that are no nodes. */
#define launch_scratch(device) cuda_device_scratch(device)

#define LAUNCH_STREAM(device) ((cudaStream_t)cuda_device_stream(device))

/** name_launch(device, threads, &a) for name_body(place, &a), where a is of the type `arguments`. */
#define LAUNCHER(name, arguments)                                                                                      \
    static __global__ void __launch_bounds__(BLOCK_THREADS) name##_kernel(const arguments a)                           \
    {                                                                                                                  \
        struct place place;                                                                                            \
        place.index = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;                                                  \
        place.count = (int64_t)gridDim.x * blockDim.x;                                                                 \
        name##_body(place, &a);                                                                                        \
    }                                                                                                                  \
    static inline void name##_launch(struct device *device, int64_t threads, const arguments *a)                       \
    {                                                                                                                  \
        if (threads > 0)                                                                                               \
            name##_kernel<<<(unsigned)launch_blocks(threads), BLOCK_THREADS, 0, LAUNCH_STREAM(device)>>>(*a);          \
        cuda_device_launched(device);                                                                                  \
    }

/** name_launch(device, blocks, &a) for name_body(place, phase, &shared, &a), where shared is a struct name_shared. */
#define LAUNCHER_OF_BLOCKS(name, arguments, phases)                                                                    \
    static __global__ void __launch_bounds__(BLOCK_THREADS) name##_kernel(const arguments a, int64_t blocks)           \
    {                                                                                                                  \
        __shared__ struct name##_shared shared;                                                                        \
        for (int64_t block = blockIdx.x; block < blocks; block += gridDim.x)                                           \
            for (int phase = 0; phase < (phases); phase++) {                                                           \
                struct block_place place = {(int)threadIdx.x, block, blocks};                                          \
                __syncthreads();                                                                                       \
                name##_body(place, phase, &shared, &a);                                                                \
            }                                                                                                          \
    }                                                                                                                  \
    static inline void name##_launch(struct device *device, int64_t blocks, const arguments *a)                        \
    {                                                                                                                  \
        unsigned grid = (unsigned)(blocks < BLOCKS_MAX ? blocks : BLOCKS_MAX);                                         \
        if (blocks > 0)                                                                                                \
            name##_kernel<<<grid, BLOCK_THREADS, 0, LAUNCH_STREAM(device)>>>(*a, blocks);                              \
        cuda_device_launched(device);                                                                                  \
    }

#else

static inline void *launch_scratch(struct device *device)
{
    static double scratch[CUDA_SCRATCH_BYTES / sizeof(double)];
    (void)device;
    return scratch;
}

/* A number that divides little, so that what depends on it shows. */
#define LAUNCH_LOOP_THREADS 7

#define LAUNCHER(name, arguments)                                                                                      \
    static inline void name##_launch(struct device *device, int64_t threads, const arguments *a)                       \
    {                                                                                                                  \
        int64_t count = threads < LAUNCH_LOOP_THREADS ? threads : LAUNCH_LOOP_THREADS;                                 \
        (void)device;                                                                                                  \
        for (int64_t i = count - 1; i >= 0; i--) {                                                                     \
            struct place place = {i, count};                                                                           \
            name##_body(place, a);                                                                                     \
        }                                                                                                              \
    }

#define LAUNCHER_OF_BLOCKS(name, arguments, phases)                                                                    \
    static inline void name##_launch(struct device *device, int64_t blocks, const arguments *a)                        \
    {                                                                                                                  \
        (void)device;                                                                                                  \
        for (int64_t block = blocks - 1; block >= 0; block--) {                                                        \
            struct name##_shared shared;                                                                               \
            memset(&shared, 0x7f, sizeof shared);                                                                      \
            for (int phase = 0; phase < (phases); phase++)                                                             \
                for (int thread = BLOCK_THREADS - 1; thread >= 0; thread--) {                                          \
                    struct block_place place = {thread, block, blocks};                                                \
                    name##_body(place, phase, &shared, a);                                                             \
                }                                                                                                      \
        }                                                                                                              \
    }

#endif

#endif
