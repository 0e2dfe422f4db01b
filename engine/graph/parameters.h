/*
 * parameters.h: the trained arrays of a model, and the buffers kept with them.
 *
 * All trained arrays lie in one flat array (each aligned to 64 bytes, the gaps zero), and their gradients in another of the
 * same form: an optimizer is one loop, a norm is one sum, a checkpoint is one list. Names are torchvision's.
 * Several programs (training, validation, a last smaller batch) share one store.
 */
#ifndef LRUN_ENGINE_GRAPH_PARAMETERS_H
#define LRUN_ENGINE_GRAPH_PARAMETERS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/graph/graph.h"
#include "engine/tensor/numbers.h"

struct parameters;

/** One named array of the store. */
struct parameter {
    const char *name;
    /** View into the store, in its device's memory; data is valid as long as the store. */
    struct tensor tensor;
    /** Its gradient, of the same shape; data is NULL for a buffer. */
    struct tensor gradient;
    bool trained;
};

/**
 * Makes the store for a graph's parameters and buffers and fills it: entry i from rng_make(seed, RNG_INIT, 0, i) by its
 * init. Fails with ERROR_MEMORY. `device`: whose memory they lie in; NULL: the processor's.
 */
struct parameters *parameters_create(const struct graph *graph, struct device *device, uint64_t seed,
                                     struct error *error);
void parameters_destroy(struct parameters **parameters);

/** Whose memory they lie in. */
struct device *parameters_device(const struct parameters *parameters);

int parameters_count(const struct parameters *parameters);
const struct parameter *parameters_get(const struct parameters *parameters, int index);
const struct parameter *parameters_find(const struct parameters *parameters, const char *name);

/** The flat arrays, of the graph's type for parameters, with their length in elements (gaps included). */
struct numbers parameters_values(const struct parameters *parameters);
struct numbers parameters_gradients(const struct parameters *parameters);
int64_t parameters_flat_count(const struct parameters *parameters);

/** Makes values and buffers those of another store of the same form, whose device is of the same backend; device_copy_from. */
void parameters_copy(struct parameters *to, const struct parameters *from);

/** Only the buffers. */
void parameters_copy_buffers(struct parameters *to, const struct parameters *from);

/** Number of trained elements, gaps not counted. */
int64_t parameters_trained_count(const struct parameters *parameters);

#endif
