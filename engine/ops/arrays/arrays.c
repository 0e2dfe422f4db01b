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

double arrays_norm(struct device *device, struct numbers values, int64_t count, int threads)
{
    return device->interface->arrays->norm(device, values, count, threads);
}

void arrays_clip(struct device *device, struct numbers values, int64_t count, double scale, double limit)
{
    device->interface->arrays->clip(device, values, count, scale, limit);
}

void arrays_add(struct device *device, struct numbers to, struct numbers from, int64_t count)
{
    device->interface->arrays->add(device, to, from, count);
}

bool arrays_are_finite(struct device *device, struct numbers values, int64_t count)
{
    return device->interface->arrays->are_finite(device, values, count);
}
