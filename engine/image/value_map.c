/* value_map.c: what is done to every value of an image by itself. */
#include "engine/image/value_map.h"

#include <assert.h>
#include <string.h>

#include "engine/base/clones.h"
#include "engine/image/colour.h"

/* (value * factor - mean) / deviation, per channel. */
struct formula {
    float factor;
    float mean[3];
    float deviation[3];
};

bool value_map_apply(const struct value_map *map, struct image *image, struct arena *arena, struct error *error)
{
    if (map->to_float && !colour_to_float(image, map->scales, arena, error))
        return false;
    if (map->normalizes)
        colour_normalize(image, map->mean, map->deviation);
    return true;
}

HOT_LOOP static void map_channel(const uint8_t *restrict bytes, size_t count, struct formula formula,
                                 float *restrict plane)
{
    for (size_t i = 0; i < count; i++)
        plane[i] = ((float)bytes[i] * formula.factor - formula.mean[0]) / formula.deviation[0];
}

HOT_LOOP static void map_channels(const uint8_t *restrict bytes, size_t count, struct formula formula,
                                  float *restrict red, float *restrict green, float *restrict blue)
{
    for (size_t i = 0; i < count; i++) {
        red[i] = ((float)bytes[3 * i] * formula.factor - formula.mean[0]) / formula.deviation[0];
        green[i] = ((float)bytes[3 * i + 1] * formula.factor - formula.mean[1]) / formula.deviation[1];
        blue[i] = ((float)bytes[3 * i + 2] * formula.factor - formula.mean[2]) / formula.deviation[2];
    }
}

void value_map_to_planes(const struct value_map *map, const struct image *image, float *planes)
{
    assert(image->dtype == DTYPE_U8 && map->to_float);
    size_t count = (size_t)image->width * (size_t)image->height;
    /* Less nothing and by one: the value itself. The factor is colour_to_float's. */
    struct formula formula = {.factor = map->scales ? (float)(1.0 / 255.0) : 1.0f, .deviation = {1, 1, 1}};
    if (map->normalizes) {
        memcpy(formula.mean, map->mean, sizeof formula.mean);
        memcpy(formula.deviation, map->deviation, sizeof formula.deviation);
    }
    if (image->channels == 1)
        map_channel(image->bytes, count, formula, planes);
    else
        map_channels(image->bytes, count, formula, planes, planes + count, planes + 2 * count);
}

HOT_LOOP static void part_channels(const float *restrict floats, size_t count, float *restrict red,
                                   float *restrict green, float *restrict blue)
{
    for (size_t i = 0; i < count; i++) {
        red[i] = floats[3 * i];
        green[i] = floats[3 * i + 1];
        blue[i] = floats[3 * i + 2];
    }
}

void image_to_planes(const struct image *image, float *planes)
{
    assert(image->dtype == DTYPE_F32);
    size_t count = (size_t)image->width * (size_t)image->height;
    if (image->channels == 1)
        memcpy(planes, image->floats, count * sizeof *planes);
    else
        part_channels(image->floats, count, planes, planes + count, planes + 2 * count);
}
