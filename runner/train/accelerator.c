/* accelerator.c: which devices a run is on. */
#include "runner/train/accelerator.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    [ACCELERATOR_AUTO] = "auto", [ACCELERATOR_CPU] = "cpu", [ACCELERATOR_GPU] = "gpu", [ACCELERATOR_CUDA] = "cuda"};

static bool wants_gpu(const struct trainer_params *params)
{
    return params->accelerator == ACCELERATOR_GPU || params->accelerator == ACCELERATOR_CUDA;
}

/* What trainer.devices says. */
struct wanted {
    /* "auto" and "-1": all there are, of GPUs. */
    bool is_auto, is_all;
    /* By their numbers; else it is said only how many. */
    bool are_named;
    int count;
    int numbers[DEVICES_MAX];
};

static void want_first(struct wanted *wanted, int count)
{
    wanted->count = count;
    for (int i = 0; i < count && i < DEVICES_MAX; i++)
        wanted->numbers[i] = i;
}

/* "[2]", "2," and "[0, 1]". */
static bool read_numbers(const char *text, struct wanted *wanted)
{
    int length = 0, number = 0;
    const char *at = text + (text[0] == '[');
    wanted->are_named = true;
    for (wanted->count = 0; sscanf(at, "%4d%n", &number, &length) == 1; wanted->count++) {
        if (number < 0)
            return false;
        if (wanted->count < DEVICES_MAX)
            wanted->numbers[wanted->count] = number;
        at += length;
        at += strspn(at, ", ");
    }
    return wanted->count > 0 && strcmp(at, text[0] == '[' ? "]" : "") == 0;
}

/* "auto" (NULL too), "-1" (all), "2" (how many), or which. */
static bool read_devices(const char *devices, struct wanted *wanted)
{
    int count = 0, length = 0;
    const char *text = devices != NULL ? devices : "auto";
    *wanted = (struct wanted){.is_auto = strcmp(text, "auto") == 0};
    wanted->is_all = wanted->is_auto || strcmp(text, "-1") == 0;
    want_first(wanted, 1);
    if (wanted->is_all)
        return true;
    if (sscanf(text, "%4d%n", &count, &length) != 1 || text[length] != '\0')
        return read_numbers(text, wanted);
    want_first(wanted, count);
    return count >= 1;
}

static bool check_devices(const char *text, struct error *error)
{
    struct wanted wanted;
    if (!read_devices(text, &wanted)) {
        error_set(error, ERROR_CONFIG,
                  "wanted trainer.devices to be 'auto', how many as '2' or which GPUs as '[0, 1]', found '%s'", text);
        return error_hint(error, "GPUs are counted from 0; 'lrun doctor' lists them");
    }
    if (wanted.count > DEVICES_MAX)
        return error_set(error, ERROR_CONFIG, "wanted at most %d devices, found trainer.devices '%s'", DEVICES_MAX,
                         text);
    for (int i = 0; i < wanted.count; i++)
        for (int j = 0; j < i; j++)
            if (wanted.numbers[i] == wanted.numbers[j])
                return error_set(error, ERROR_CONFIG, "wanted each GPU once, found trainer.devices '%s'", text);
    return true;
}

/* Which of one processor's replicas is not to be said. */
static bool is_of_gpus(const struct wanted *wanted)
{
    return wanted->are_named && (wanted->count > 1 || wanted->numbers[0] > 0);
}

bool accelerator_check(const struct trainer_params *params, struct error *error)
{
    struct wanted wanted;
    if (wants_gpu(params) && !backend_is_built(BACKEND_CUDA)) {
        error_set(error, ERROR_CONFIG, "this build has no CUDA backend, so trainer.accelerator cannot be '%s'",
                  names[params->accelerator]);
        return error_hint(error, "use accelerator: auto or accelerator: cpu");
    }
    if (!check_devices(params->devices, error))
        return false;
    read_devices(params->devices, &wanted);
    if (params->accelerator != ACCELERATOR_CPU || !is_of_gpus(&wanted))
        return true;
    error_set(error, ERROR_CONFIG, "trainer.devices '%s' names GPUs, but trainer.accelerator is 'cpu'",
              params->devices);
    return error_hint(error, "devices: %d trains that many replicas on the processor", wanted.count);
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
static void fail_demand(const struct trainer_params *params, const struct error *why, struct error *error)
{
    *error = *why;
    if (error->code != ERROR_MEMORY)
        error->code = ERROR_CONFIG;
    error_prefix(error, "trainer.accelerator is '%s': ", names[params->accelerator]);
}

/* As many replicas as were asked for; one where all GPUs were. */
static int use_processor(const struct wanted *wanted, struct device *devices[DEVICES_MAX])
{
    for (int i = 0; i < wanted->count; i++)
        devices[i] = device_cpu();
    return wanted->count;
}

int accelerator_use_processor(const struct trainer_params *params, struct device *devices[DEVICES_MAX])
{
    struct wanted wanted;
    read_devices(params->devices, &wanted);
    return use_processor(&wanted, devices);
}

/* False when not as many are there. */
static bool find_gpus(struct wanted *wanted, int there, struct error *why)
{
    if (wanted->is_all)
        want_first(wanted, there < DEVICES_MAX ? there : DEVICES_MAX);
    if (!wanted->are_named && wanted->count > there)
        return error_set(why, ERROR_CONFIG, "wanted %d GPUs, found %d", wanted->count, there);
    for (int i = 0; i < wanted->count; i++)
        if (wanted->numbers[i] >= there)
            return error_set(why, ERROR_CONFIG, "wanted GPU %d, found %d of them, counted from 0", wanted->numbers[i],
                             there);
    return true;
}

/* The first `most` of them; when one does not work, none stays open. */
static bool open_gpus(const struct wanted *wanted, int most, struct device *devices[DEVICES_MAX], struct error *why)
{
    for (int i = 0; i < wanted->count && i < most; i++) {
        devices[i] = device_open(BACKEND_CUDA, wanted->numbers[i], why);
        if (devices[i] != NULL)
            continue;
        while (--i >= 0)
            device_close(&devices[i]);
        return false;
    }
    return true;
}

/* Opens the first `most` devices of the run, which has as many as are returned; 0 on failure. */
static int open_first(const struct trainer_params *params, int most, struct device *devices[DEVICES_MAX],
                      struct text *note, struct error *error)
{
    struct error why = ERROR_INIT;
    struct wanted wanted;
    read_devices(params->devices, &wanted);
    if (params->accelerator == ACCELERATOR_CPU)
        return use_processor(&wanted, devices);
    int there = accelerator_count_gpus(&why);
    bool are_found = there > 0 && find_gpus(&wanted, there, &why);
    if (are_found && open_gpus(&wanted, most, devices, &why))
        return wanted.count;
    /* GPUs that were named, or counted where there are some, are demanded as well. */
    if (wants_gpu(params) || (there > 0 && !are_found) || (there == 0 && is_of_gpus(&wanted))) {
        fail_demand(params, &why, error);
        return 0;
    }
    /* A machine without a driver is one that never had a GPU: nothing to say. */
    if (backend_has_driver(BACKEND_CUDA))
        text_format(note, "training on the processor: %s", why.message);
    return accelerator_use_processor(params, devices);
}

struct device *accelerator_open(const struct trainer_params *params, struct text *note, struct error *error)
{
    struct device *devices[DEVICES_MAX];
    return open_first(params, 1, devices, note, error) > 0 ? devices[0] : NULL;
}

int accelerator_open_all(const struct trainer_params *params, struct device *devices[DEVICES_MAX], struct text *note,
                         struct error *error)
{
    return open_first(params, DEVICES_MAX, devices, note, error);
}

int accelerator_count(const struct trainer_params *params)
{
    struct error ignored = ERROR_INIT;
    struct wanted wanted;
    read_devices(params->devices, &wanted);
    int there = accelerator_backend(params) == BACKEND_CUDA ? accelerator_count_gpus(&ignored) : 0;
    if (wanted.is_all && there > 0)
        want_first(&wanted, there < DEVICES_MAX ? there : DEVICES_MAX);
    return wanted.count;
}

bool accelerator_takes_all(const struct trainer_params *params)
{
    struct wanted wanted;
    read_devices(params->devices, &wanted);
    return wanted.is_auto;
}
