/* parameters.c: the trained arrays of a model, and the buffers kept with them. */
#include "engine/graph/parameters.h"

#include <assert.h>
#include <string.h>

#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/graph/names.h"

#define ALIGNMENT ((size_t)64)

struct parameters {
    struct device *device;
    struct arena arena;
    struct parameter *entries;
    int count;
    struct names names;
    /* One array each, entries aligned to 64 bytes: trained values, their gradients, buffers. */
    char *values;
    char *gradients;
    char *buffers;
    enum dtype dtype;
    size_t trained_bytes;
    size_t buffer_bytes;
    int64_t trained_count;
};

static bool value_is_stored(const struct value *value)
{
    return value->kind == VALUE_PARAMETER || value->kind == VALUE_BUFFER;
}

static size_t entry_bytes(const struct parameter *entry)
{
    return (tensor_bytes(&entry->tensor) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Names and shapes, and how long the arrays must be. */
static void parameters_list(struct parameters *parameters, const struct graph *graph)
{
    int count = 0;
    for (int i = 0; i < graph_value_count(graph); i++)
        count += value_is_stored(graph_get_value(graph, i));
    parameters->entries = arena_allocate(&parameters->arena, (size_t)count, sizeof *parameters->entries);
    for (int i = 0; i < graph_value_count(graph); i++) {
        const struct value *value = graph_get_value(graph, i);
        if (!value_is_stored(value))
            continue;
        struct parameter *entry = &parameters->entries[parameters->count];
        *entry = (struct parameter){
            .name = arena_copy_string(&parameters->arena, value->name),
            .tensor = {.dtype = value->dtype, .shape = value->shape},
            .trained = value->kind == VALUE_PARAMETER,
        };
        entry->gradient = entry->tensor;
        names_set(&parameters->names, entry->name, parameters->count++);
        if (entry->trained) {
            parameters->dtype = entry->tensor.dtype;
            parameters->trained_bytes += entry_bytes(entry);
            parameters->trained_count += shape_count(&entry->tensor.shape);
        } else {
            parameters->buffer_bytes += entry_bytes(entry);
        }
    }
}

/* Of this device; false when there is not enough. */
static bool parameters_allocate(struct parameters *parameters, struct device *device, struct error *error)
{
    parameters->values = device_allocate(device, parameters->trained_bytes, "parameters", error);
    if (parameters->values == NULL)
        return false;
    parameters->buffers = device_allocate(device, parameters->buffer_bytes, "buffers", error);
    return parameters->buffers != NULL;
}

/* Gives every entry its place. */
static void parameters_bind(struct parameters *parameters)
{
    size_t trained = 0, buffers = 0;
    for (int i = 0; i < parameters->count; i++) {
        struct parameter *entry = &parameters->entries[i];
        if (entry->trained) {
            entry->tensor.data = parameters->values + trained;
            entry->gradient.data = parameters->gradients + trained;
            trained += entry_bytes(entry);
        } else {
            entry->tensor.data = parameters->buffers + buffers;
            buffers += entry_bytes(entry);
        }
    }
}

/* Every thread goes through all entries, and takes a part of each. */
static void parameters_fill(struct parameters *parameters, const struct graph *graph, uint64_t seed)
{
#pragma omp parallel
    for (int i = 0, index = 0; i < graph_value_count(graph); i++) {
        const struct value *value = graph_get_value(graph, i);
        if (!value_is_stored(value))
            continue;
        struct rng rng = rng_make(seed, RNG_INIT, 0, (uint64_t)index);
        init_fill(&value->init, &parameters->entries[index++].tensor, &rng);
    }
}

/* From the processor's memory, where they were filled, to the device. */
static bool parameters_move(struct parameters *parameters, struct error *error)
{
    char *values = parameters->values, *buffers = parameters->buffers;
    parameters->values = parameters->buffers = NULL;
    bool ok = parameters_allocate(parameters, parameters->device, error);
    if (ok) {
        device_write(parameters->device, parameters->values, values, parameters->trained_bytes);
        device_write(parameters->device, parameters->buffers, buffers, parameters->buffer_bytes);
    }
    memory_free_large(values);
    memory_free_large(buffers);
    return ok;
}

static bool parameters_make(struct parameters *parameters, const struct graph *graph, uint64_t seed,
                            struct error *error)
{
    struct device *device = parameters->device;
    parameters->device = device_cpu();
    if (!parameters_allocate(parameters, parameters->device, error))
        return false;
    parameters_bind(parameters);
    parameters_fill(parameters, graph, seed);
    if (!device_is_host(device)) {
        parameters->device = device;
        if (!parameters_move(parameters, error))
            return false;
    }
    parameters->gradients = device_allocate(device, parameters->trained_bytes, "gradients", error);
    parameters_bind(parameters);
    return parameters->gradients != NULL;
}

struct parameters *parameters_create(const struct graph *graph, struct device *device, uint64_t seed,
                                     struct error *error)
{
    struct parameters *parameters = memory_allocate(1, sizeof *parameters);
    parameters->device = device_or_cpu(device);
    parameters_list(parameters, graph);
    if (!parameters_make(parameters, graph, seed, error))
        parameters_destroy(&parameters);
    return parameters;
}

void parameters_destroy(struct parameters **parameters)
{
    if (*parameters == NULL)
        return;
    device_release((*parameters)->device, (*parameters)->values);
    device_release((*parameters)->device, (*parameters)->gradients);
    device_release((*parameters)->device, (*parameters)->buffers);
    names_finish(&(*parameters)->names);
    arena_finish(&(*parameters)->arena);
    memory_free(*parameters);
    *parameters = NULL;
}

struct device *parameters_device(const struct parameters *parameters)
{
    return parameters->device;
}

int parameters_count(const struct parameters *parameters)
{
    return parameters->count;
}

const struct parameter *parameters_get(const struct parameters *parameters, int index)
{
    assert(index >= 0 && index < parameters->count);
    return &parameters->entries[index];
}

const struct parameter *parameters_find(const struct parameters *parameters, const char *name)
{
    int index = names_find(&parameters->names, name);
    return index >= 0 ? &parameters->entries[index] : NULL;
}

struct numbers parameters_values(const struct parameters *parameters)
{
    return (struct numbers){parameters->values, parameters->dtype};
}

struct numbers parameters_gradients(const struct parameters *parameters)
{
    return (struct numbers){parameters->gradients, parameters->dtype};
}

int64_t parameters_flat_count(const struct parameters *parameters)
{
    return (int64_t)(parameters->trained_bytes / dtype_size(parameters->dtype));
}

int64_t parameters_trained_count(const struct parameters *parameters)
{
    return parameters->trained_count;
}

void parameters_copy_buffers(struct parameters *to, const struct parameters *from)
{
    assert(to->buffer_bytes == from->buffer_bytes);
    device_copy_from(to->device, to->buffers, from->device, from->buffers, from->buffer_bytes);
}

void parameters_copy(struct parameters *to, const struct parameters *from)
{
    assert(to->trained_bytes == from->trained_bytes);
    device_copy_from(to->device, to->values, from->device, from->values, from->trained_bytes);
    parameters_copy_buffers(to, from);
}
