/* generated_dataset.c: a dataset for tests. */
#include "tests/unit/data/generated_dataset.h"

#include <unistd.h>

static uint8_t generated_byte(int64_t index, int64_t i)
{
    return (uint8_t)((index * 37 + i * 11) % 256);
}

float generated_pixel(int64_t index, int64_t i)
{
    return (float)generated_byte(index, i) / 255.0f;
}

static bool generated_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    const struct generated_dataset *generated = (const struct generated_dataset *)dataset;
    sample->name = arena_format(sample->arena, "sample-%lld", (long long)index);
    if (generated->uneven)
        usleep((useconds_t)(index * 7919 % 13 * 100));
    if (generated->bad_every > 0 && index % generated->bad_every == 1)
        return error_set(error, generated->bad_code, "cannot read '%s': it is bad", sample->name);
    struct image image;
    if (!image_init(&image, generated->width, generated->height, generated->channels,
                    generated->has_bytes ? DTYPE_U8 : DTYPE_F32, sample->arena, error))
        return false;
    for (size_t i = 0; i < image_count(&image); i++)
        if (generated->has_bytes)
            image.bytes[i] = generated_byte(index, (int64_t)i);
        else
            image.floats[i] = generated_pixel(index, (int64_t)i);
    sample_set_image(sample, &image);
    sample->label = (int32_t)(index % 3);
    sample->boxes.count = (int)(index % 4);
    sample->boxes.items = arena_allocate(sample->arena, (size_t)sample->boxes.count + 1, sizeof *sample->boxes.items);
    for (int i = 0; i < sample->boxes.count; i++)
        sample->boxes.items[i] = (struct box){{0, 0, 1, (float)i + 1}, i + 1, i == 0, i == 2};
    return true;
}

static void generated_destroy(struct dataset *dataset)
{
    (void)dataset;
}

static const struct dataset_interface generated_interface = {.read = generated_read, .destroy = generated_destroy};

struct generated_dataset generated_dataset_make(int64_t length)
{
    static const char *const names[] = {"a", "b", "c"};
    return (struct generated_dataset){
        .base = {.interface = &generated_interface,
                 .info = {.length = length,
                          .class_names = names,
                          .num_classes = 3,
                          .max_boxes = 3,
                          .has_boxes = true,
                          .has_labels = true}},
        .width = 5,
        .height = 4,
        .channels = 3,
        .bad_code = ERROR_DATA,
    };
}

static bool noise_apply(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error)
{
    (void)transform;
    (void)error;
    float noise = rng_uniform(rng);
    for (size_t i = 0; i < image_count(&sample->image); i++)
        sample->image.floats[i] += noise;
    return true;
}

static void noise_destroy(struct transform *transform)
{
    (void)transform;
}

static const struct transform_interface noise_interface = {.apply = noise_apply, .destroy = noise_destroy};
struct transform generated_noise = {.interface = &noise_interface};
