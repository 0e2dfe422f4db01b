/* sample.c: one example on its way into a batch. */
#include "components/datasets/sample.h"

void sample_begin(struct sample *sample, struct arena *arena, int64_t index)
{
    arena_reset(arena);
    *sample = (struct sample){.arena = arena, .index = index, .name = "", .label = -1, .scale = {1, 1}};
}

void sample_set_image(struct sample *sample, const struct image *image)
{
    sample->image = *image;
    sample->original_width = image->width;
    sample->original_height = image->height;
    sample->scale[0] = sample->scale[1] = 1;
    sample->offset[0] = sample->offset[1] = 0;
}

bool sample_settle(struct sample *sample, struct error *error)
{
    const struct value_map map = sample->pending;
    sample->pending = (struct value_map){0};
    return value_map_apply(&map, &sample->image, sample->arena, error);
}

bool sample_load_image(struct sample *sample, const char *path, const struct decode_options *options,
                       struct error *error)
{
    struct image image;
    if (!image_cache_load(sample->cache, path, options, sample->arena, &image, error))
        return false;
    sample_set_image(sample, &image);
    return true;
}
