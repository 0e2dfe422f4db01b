/* accelerator.c: which device a run is on. */
#include "runner/train/accelerator.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    [ACCELERATOR_AUTO] = "auto", [ACCELERATOR_CPU] = "cpu", [ACCELERATOR_GPU] = "gpu", [ACCELERATOR_CUDA] = "cuda"};

static bool wants_gpu(const struct trainer_params *params)
{
    return params->accelerator == ACCELERATOR_GPU || params->accelerator == ACCELERATOR_CUDA;
}

/* Reads "auto", "-1" (all), "1" (how many), "[2]", "2," and "[0, 1]" (which): the first one's number and how many there are. */
static bool read_devices(const char *devices, int *first, int *count)
{
    int length = 0;
    *first = 0;
    *count = 1;
    if (devices == NULL || strcmp(devices, "auto") == 0 || strcmp(devices, "-1") == 0)
        return true;
    if (sscanf(devices, "%4d%n", count, &length) == 1 && devices[length] == '\0')
        return *count >= 1;
    const char *at = devices + (devices[0] == '[');
    for (*count = 0; sscanf(at, "%4d%n", *count == 0 ? first : &(int){0}, &length) == 1; ++*count) {
        at += length;
        at += strspn(at, ", ");
    }
    return *count > 0 && *first >= 0 && strcmp(at, devices[0] == '[' ? "]" : "") == 0;
}

bool accelerator_check(const struct trainer_params *params, struct error *error)
{
    int first, count;
    if (wants_gpu(params) && !backend_is_built(BACKEND_CUDA)) {
        error_set(error, ERROR_CONFIG, "this build has no CUDA backend, so trainer.accelerator cannot be '%s'",
                  names[params->accelerator]);
        return error_hint(error, "use accelerator: auto or accelerator: cpu");
    }
    if (!read_devices(params->devices, &first, &count)) {
        error_set(error, ERROR_CONFIG,
                  "wanted trainer.devices to be 'auto', '1' or a GPU's number as '[0]', found '%s'", params->devices);
        return error_hint(error, "GPUs are counted from 0; 'lrun doctor' lists them");
    }
    if (count > 1 || (first > 0 && params->accelerator == ACCELERATOR_CPU)) {
        error_set(error, ERROR_CONFIG, "wanted one device, found trainer.devices '%s'", params->devices);
        return error_hint(error, "this version trains on one; of a processor, num_threads sets how many cores it uses");
    }
    return true;
}

enum backend accelerator_backend(const struct trainer_params *params)
{
    struct error ignored = ERROR_INIT;
    if (params->accelerator == ACCELERATOR_AUTO)
        return device_count(BACKEND_CUDA, &ignored) > 0 ? BACKEND_CUDA : BACKEND_CPU;
    return wants_gpu(params) ? BACKEND_CUDA : BACKEND_CPU;
}

struct device *accelerator_open(const struct trainer_params *params, struct text *note, struct error *error)
{
    struct error why = ERROR_INIT;
    int first, count;
    read_devices(params->devices, &first, &count);
    if (params->accelerator == ACCELERATOR_CPU)
        return device_cpu();
    if (device_count(BACKEND_CUDA, &why) > 0)
        return device_open(BACKEND_CUDA, first, error);
    if (!wants_gpu(params)) {
        /* A machine without a driver is one that never had a GPU: nothing to say. */
        if (backend_has_driver(BACKEND_CUDA))
            text_format(note, "training on the processor: %s", why.message);
        return device_cpu();
    }
    *error = why;
    error_prefix(error, "trainer.accelerator is '%s': ", names[params->accelerator]);
    return NULL;
}
