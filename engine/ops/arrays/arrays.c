/* arrays.c: what is done to whole flat arrays, by the backend whose they are. */
#include "engine/ops/arrays/arrays.h"

void optimizers_sgd(const struct sgd_formula *formula, const struct optimizer_arrays *arrays)
{
    device_or_cpu(arrays->device)->interface->arrays->sgd(formula, arrays);
}

void optimizers_adam(const struct adam_formula *formula, const struct optimizer_arrays *arrays)
{
    device_or_cpu(arrays->device)->interface->arrays->adam(formula, arrays);
}

void arrays_note(struct device *device, struct step_state *state, const struct batch_scalars *scalars)
{
    device->interface->arrays->note(device, state, scalars);
}

void arrays_judge(struct device *device, struct step_state *state, const struct step_report *report)
{
    device->interface->arrays->judge(device, state, report);
}

void arrays_rescale(struct device *device, struct step_state *state, int interval)
{
    device->interface->arrays->rescale(device, state, interval);
}

void arrays_clip(struct device *device, const struct step_state *state, struct numbers values, int64_t count,
                 double limit)
{
    device->interface->arrays->clip(device, state, values, count, limit);
}

void arrays_spoil(struct device *device, const struct step_state *state, struct numbers values)
{
    device->interface->arrays->spoil(device, state, values);
}

void arrays_add(struct device *device, struct numbers to, struct numbers from, int64_t count)
{
    device->interface->arrays->add(device, to, from, count);
}

bool arrays_are_finite(struct device *device, struct numbers values, int64_t count)
{
    return device->interface->arrays->are_finite(device, values, count);
}

void arrays_map_pixels(struct device *device, const struct pixel_arrays *arrays)
{
    device->interface->arrays->map_pixels(device, arrays);
}
