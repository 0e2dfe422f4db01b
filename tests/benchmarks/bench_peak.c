/*
 * bench_peak.c: the machine's measured peak: the best of ten products of 2048 x 2048 matrices in float32.
 *
 * Prints "gflops 435.1": what steps are compared to. Threads are OMP_NUM_THREADS'.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/backends/cpu/gemm.h"
#include "engine/base/memory.h"

#define SIDE ((int64_t)2048)
#define REPEATS 10

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(void)
{
    struct error error = ERROR_INIT;
    size_t bytes = (size_t)(SIDE * SIDE) * sizeof(float);
    float *a = memory_allocate_large(bytes, "a matrix", &error), *b = memory_allocate_large(bytes, "a matrix", &error);
    float *c = memory_allocate_large(bytes, "a matrix", &error);
    if (a == NULL || b == NULL || c == NULL || !gemm_open_best(&error) || !gemm_is_available())
        return fprintf(stderr, "bench_peak: %s\n", error.message), 1;
    double best = 0;
    for (int64_t i = 0; i < SIDE * SIDE; i++)
        a[i] = b[i] = (float)(i % 7) / 8;
    for (int i = 0; i < REPEATS; i++) {
        double start = now();
        gemm_run(&(struct gemm){.a = a, .b = b, .c = c, .m = SIDE, .n = SIDE, .k = SIDE});
        double rate = 2e-9 * (double)(SIDE * SIDE * SIDE) / (now() - start);
        best = rate > best ? rate : best;
    }
    printf("gflops %.1f\n", best);
    memory_free_large(a);
    memory_free_large(b);
    memory_free_large(c);
    return 0;
}
