/* gpu.h: the GPU that the tests of suite `gpu` run on. */
#ifndef LRUN_TESTS_UNIT_GPU_H
#define LRUN_TESTS_UNIT_GPU_H

#include <stdio.h>
#include <stdlib.h>

#include "engine/backends/device.h"

/* The first GPU. Ends the program where there is none: with 77, a skip that says why; or with 1, when it does not work. */
static inline struct device *gpu_open(void)
{
    struct error why = ERROR_INIT;
    if (device_count(BACKEND_CUDA, &why) == 0) {
        printf("skipped: %s\n", why.message);
        exit(77);
    }
    struct device *device = device_open(BACKEND_CUDA, 0, &why);
    if (device == NULL) {
        printf("%s\n", why.message);
        exit(EXIT_FAILURE);
    }
    return device;
}

#endif
