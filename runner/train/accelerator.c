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

/* A GPU needs all that its backend is made of. */
static bool has_parts(struct error *why)
{
    struct backend_part parts[BACKEND_PARTS_MAX];
    int count = backend_find_parts(BACKEND_CUDA, parts);
    for (int i = 0; i < count; i++) {
        const struct error *missing = &parts[i].missing;
        if (!error_is_set(missing))
            continue;
        error_set(why, ERROR_CONFIG, "there is a GPU, but %s", missing->message);
        return error_hint(why, "%s", missing->hint);
    }
    return true;
}

int accelerator_count_gpus(struct error *why)
{
    int count = device_count(BACKEND_CUDA, why);
    return count > 0 && has_parts(why) ? count : 0;
}

enum backend accelerator_backend(const struct trainer_params *params)
{
    struct error ignored = ERROR_INIT;
    if (params->accelerator == ACCELERATOR_AUTO)
        return accelerator_count_gpus(&ignored) > 0 ? BACKEND_CUDA : BACKEND_CPU;
    return wants_gpu(params) ? BACKEND_CUDA : BACKEND_CPU;
}

/* Without one that was demanded the run ends, and what was demanded is at fault unless memory is. */
static struct device *fail_demand(const struct trainer_params *params, const struct error *why, struct error *error)
{
    *error = *why;
    if (error->code != ERROR_MEMORY)
        error->code = ERROR_CONFIG;
    error_prefix(error, "trainer.accelerator is '%s': ", names[params->accelerator]);
    return NULL;
}

struct device *accelerator_open(const struct trainer_params *params, struct text *note, struct error *error)
{
    struct error why = ERROR_INIT;
    int first, count;
    read_devices(params->devices, &first, &count);
    if (params->accelerator == ACCELERATOR_CPU)
        return device_cpu();
    int there = accelerator_count_gpus(&why);
    struct device *device = there > 0 ? device_open(BACKEND_CUDA, first, &why) : NULL;
    if (device != NULL)
        return device;
    /* A number that was named is a demand as well. */
    if (wants_gpu(params) || (there > 0 && first >= there))
        return fail_demand(params, &why, error);
    /* A machine without a driver is one that never had a GPU: nothing to say. */
    if (backend_has_driver(BACKEND_CUDA))
        text_format(note, "training on the processor: %s", why.message);
    return device_cpu();
}
