/* value_map.c: what is done to every value of an image by itself. */
#include "engine/image/value_map.h"

#include <assert.h>
#include <string.h>

#include "engine/base/clones.h"
#include "engine/image/colour.h"

bool value_map_apply(const struct value_map *map, struct image *image, struct arena *arena, struct error *error)
{
    if (map->to_float && !colour_to_float(image, map->scales, arena, error))
        return false;
    if (map->normalizes)
        colour_normalize(image, map->mean, map->deviation);
    return true;
}

struct value_formula value_map_formula(const struct value_map *map)
{
    assert(map->to_float);
    /* Less nothing and by one: the value itself. The factor is colour_to_float's. */
    struct value_formula formula = {.factor = map->scales ? (float)(1.0 / 255.0) : 1.0f, .deviation = {1, 1, 1}};
    if (map->normalizes) {
        memcpy(formula.mean, map->mean, sizeof formula.mean);
        memcpy(formula.deviation, map->deviation, sizeof formula.deviation);
    }
    return formula;
}

HOT_LOOP static void map_channel(const uint8_t *restrict bytes, size_t count, struct value_formula formula,
                                 float *restrict plane)
{
    for (size_t i = 0; i < count; i++)
        plane[i] = value_formula_apply(bytes[i], &formula, 0);
}

HOT_LOOP static void map_channels(const uint8_t *restrict bytes, size_t count, struct value_formula formula,
                                  float *restrict red, float *restrict green, float *restrict blue)
{
    for (size_t i = 0; i < count; i++) {
        red[i] = value_formula_apply(bytes[3 * i], &formula, 0);
        green[i] = value_formula_apply(bytes[3 * i + 1], &formula, 1);
        blue[i] = value_formula_apply(bytes[3 * i + 2], &formula, 2);
    }
}

void value_map_to_planes(const struct value_map *map, const struct image *image, float *planes)
{
    assert(image->dtype == DTYPE_U8);
    size_t count = (size_t)image->width * (size_t)image->height;
    struct value_formula formula = value_map_formula(map);
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
