/*
 * arrays.h: what is done to whole flat arrays besides a graph: updates of parameters, their gradients' norm, limits and sums,
 * the search for what is not finite, and what makes bytes of images a model's input. Each backend has its own.
 *
 * Gradients are one flat array (engine/graph/parameters.h), so the norm of all is one sum. Sums are in double and in an order
 * that depends on the length alone, so that they are the same for any number of threads. Limits are as
 * torch.nn.utils.clip_grad_norm_ and clip_grad_value_. What a step finds out stays in the device's memory
 * (engine/ops/optimizers/step_state.h): nothing here waits, but for the search.
 */
#ifndef LRUN_ENGINE_OPS_ARRAYS_ARRAYS_H
#define LRUN_ENGINE_OPS_ARRAYS_ARRAYS_H

#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/image/value_formula.h"
#include "engine/ops/optimizers/optimizers.h"
#include "engine/tensor/numbers.h"

/** Images as bytes, and the floats that become of them. */
struct pixel_arrays {
    /** [images, pixels, channels]: as images lie, of height * width pixels. */
    const uint8_t *bytes;
    /** [images]: what is done to each one's bytes. */
    const struct value_formula *formulas;
    /** [images, channels, pixels]. */
    float *planes;
    int64_t images, pixels;
    /** 1 or 3. */
    int channels;
};

/** One backend's; the arrays lie in its device's memory. See below and engine/ops/optimizers/optimizers.h for what they do. */
struct array_functions {
    void (*sgd)(const struct sgd_formula *formula, const struct optimizer_arrays *arrays);
    void (*adam)(const struct adam_formula *formula, const struct optimizer_arrays *arrays);
    void (*note)(struct device *device, struct step_state *state, const struct batch_scalars *scalars);
    void (*judge)(struct device *device, struct step_state *state, const struct step_report *report);
    void (*rescale)(struct device *device, struct step_state *state, int interval);
    void (*clip)(struct device *device, const struct step_state *state, struct numbers values, int64_t count,
                 double limit);
    void (*spoil)(struct device *device, const struct step_state *state, struct numbers values);
    void (*add)(struct device *device, struct numbers to, struct numbers from, int64_t count);
    bool (*are_finite)(struct device *device, struct numbers values, int64_t count);
    void (*map_pixels)(struct device *device, const struct pixel_arrays *arrays);
};

extern const struct array_functions array_functions_cpu;
extern const struct array_functions array_functions_cuda;

/** Keeps the numbers of a batch in the state, and adds them to its sums. */
void arrays_note(struct device *device, struct step_state *state, const struct batch_scalars *scalars);

/** Finds the norm of the gradients, whether it and the batch's loss are finite, and the step's scale. */
void arrays_judge(struct device *device, struct step_state *state, const struct step_report *report);

/** Behind the update of a step whose loss is scaled: the next step's scale (step_rescale). Else nothing. */
void arrays_rescale(struct device *device, struct step_state *state, int interval);

/** Multiplies by the state's share, then cuts each element to [-limit, limit]. */
void arrays_clip(struct device *device, const struct step_state *state, struct numbers values, int64_t count,
                 double limit);

/** Where the step is to be skipped, the first element is no number any more: whoever adds it to others' learns of it. */
void arrays_spoil(struct device *device, const struct step_state *state, struct numbers values);

/** to += from. */
void arrays_add(struct device *device, struct numbers to, struct numbers from, int64_t count);

/** False when an element is infinite or NaN. Waits for the device. */
bool arrays_are_finite(struct device *device, struct numbers values, int64_t count);

/** Bytes become planes, the same on every device, to the bit. */
void arrays_map_pixels(struct device *device, const struct pixel_arrays *arrays);

#endif
