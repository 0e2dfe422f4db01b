/* peak.c: what this machine can do at most. */
#include "engine/backends/cpu/peak.h"

#include <string.h>

#include "engine/backends/cpu/gemm.h"
#include "engine/base/memory.h"
#include "engine/base/trace.h"

#define SIDE ((int64_t)1024)
#define PRODUCTS 12
#define COPY_BYTES ((int64_t)128 << 20)
#define CHUNK_BYTES ((int64_t)1 << 20)
#define COPIES 4

static double best_product(float *matrices)
{
    float *a = matrices, *b = a + SIDE * SIDE, *c = b + SIDE * SIDE;
    double best = 0;
    for (int64_t i = 0; i < 2 * SIDE * SIDE; i++)
        a[i] = (float)(i % 7) / 8;
    for (int i = 0; i < PRODUCTS; i++) {
        int64_t start = trace_now();
        gemm_run(&(struct gemm){.a = a, .b = b, .c = c, .m = SIDE, .n = SIDE, .k = SIDE});
        double rate = 2.0 * (double)(SIDE * SIDE * SIDE) / (double)(trace_now() - start);
        best = rate > best ? rate : best;
    }
    return best;
}

double peak_measure_gflops(void)
{
    struct error ignored = ERROR_INIT;
    if (!gemm_open_best(&ignored) || !gemm_is_available())
        return 0;
    float *matrices = memory_allocate_large((size_t)(3 * SIDE * SIDE) * sizeof *matrices, "a measurement", &ignored);
    double best = matrices != NULL ? best_product(matrices) : 0;
    memory_free_large(matrices);
    return best;
}

static double best_copy(char *memory)
{
    double best = 0;
    memset(memory, 1, (size_t)(2 * COPY_BYTES));
    for (int i = 0; i < COPIES; i++) {
        int64_t start = trace_now();
#pragma omp parallel for schedule(static)
        for (int64_t at = 0; at < COPY_BYTES; at += CHUNK_BYTES)
            memcpy(memory + COPY_BYTES + at, memory + at, (size_t)CHUNK_BYTES);
        double rate = 2.0 * (double)COPY_BYTES / (double)(trace_now() - start);
        best = rate > best ? rate : best;
    }
    return best;
}

double peak_measure_bandwidth(void)
{
    struct error ignored = ERROR_INIT;
    char *memory = memory_allocate_large((size_t)(2 * COPY_BYTES), "a measurement", &ignored);
    double best = memory != NULL ? best_copy(memory) : 0;
    memory_free_large(memory);
    return best;
}
