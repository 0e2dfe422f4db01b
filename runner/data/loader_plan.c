/* loader_plan.c: what follows from a loader's plan before there is a loader: its batches, their layout, its memory. */
#include "runner/data/loader_plan.h"

#include "runner/data/uploads.h"

int64_t plan_replaced_limit(int64_t length)
{
    return length >= 20 ? length / 10 : 1;
}

bool plan_make_sample(const struct loader_plan *plan, uint64_t seed, int64_t epoch, struct sample *sample,
                      struct error *error)
{
    sample->cache = plan->cache;
    if (!dataset_read(plan->dataset, sample->index, sample, error))
        return false;
    struct rng rng = rng_make(seed, RNG_AUGMENT, (uint64_t)epoch, (uint64_t)sample->index);
    if (plan->transform == NULL || transform_apply(plan->transform, sample, &rng, error))
        return true;
    return error_prefix(error, "sample '%s': ", sample->name);
}

int plan_kept_count(const struct device *device)
{
    return device_is_host(device) ? 0 : 1;
}

int plan_slot_count(const struct loader_plan *plan, const struct device *device)
{
    int ahead = plan->prefetch_factor > 1 ? plan->prefetch_factor : 1;
    return (plan->num_workers > 0 ? ahead + 1 : 1) + plan_kept_count(device);
}

struct batch_layout plan_layout(const struct batch_layout *layout, const struct device *device)
{
    struct batch_layout own = *layout;
    own.has_bytes = layout->has_bytes && !device_is_host(device);
    return own;
}

bool loader_probe(const struct loader_plan *plan, uint64_t seed, struct batch_layout *layout, struct error *error)
{
    const struct dataset_info *info = &plan->dataset->info;
    if (info->length == 0)
        return error_set(error, ERROR_DATA, "the dataset has no samples");
    struct arena arena = ARENA_INIT;
    struct sample sample;
    bool ok = false;
    int64_t tries = plan->on_bad_sample == ON_BAD_SAMPLE_SKIP ? plan_replaced_limit(info->length) + 1 : 1;
    for (int64_t i = 0; i < tries && i < info->length && !ok; i++) {
        error_clear(error);
        sample_begin(&sample, &arena, i);
        ok = plan_make_sample(plan, seed, 0, &sample, error);
    }
    if (ok)
        *layout = (struct batch_layout){
            .channels = sample.image.channels,
            .height = sample.image.height,
            .width = sample.image.width,
            .max_boxes = info->max_boxes > 1 ? info->max_boxes : 1,
            .has_boxes = info->has_boxes,
            .has_labels = info->has_labels,
            .has_bytes = sample.image.dtype == DTYPE_U8 && sample.pending.to_float,
        };
    arena_finish(&arena);
    return ok;
}

/* What making a sample takes; its arena is new each time, so that nothing is left of others. */
static size_t sample_memory(const struct loader_plan *plan, uint64_t seed, int64_t epoch)
{
    struct arena arena = ARENA_INIT;
    struct sample sample;
    struct error error = ERROR_INIT;
    sample_begin(&sample, &arena, 0);
    size_t bytes = plan_make_sample(plan, seed, epoch, &sample, &error) ? arena_bytes(&arena) : 0;
    arena_finish(&arena);
    return bytes;
}

size_t loader_sample_bytes(const struct loader_plan *plan, uint64_t seed, int draws)
{
    size_t greediest = 0;
    for (int epoch = 0; epoch < draws; epoch++) {
        size_t bytes = sample_memory(plan, seed, epoch);
        greediest = bytes > greediest ? bytes : greediest;
    }
    return greediest * (size_t)(plan->num_workers > 0 ? plan->num_workers : 1);
}

size_t loader_batch_bytes(const struct loader_plan *plan, const struct batch_layout *layout,
                          const struct device *device)
{
    struct batch_layout own = plan_layout(layout, device);
    return (size_t)plan_slot_count(plan, device) * collator_bytes(&own, plan->batch_size);
}

size_t loader_copy_bytes(const struct loader_plan *plan, const struct batch_layout *layout, const struct device *device)
{
    struct batch_layout own = plan_layout(layout, device);
    return device_is_host(device) ? 0 : UPLOAD_PLACES * collator_bytes(&own, plan->batch_size);
}
