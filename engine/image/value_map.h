/*
 * value_map.h: what is done to every value of an image by itself, put off until all of it is known, then done in one pass.
 *
 * Bytes become floats, perhaps from 0 to 1, perhaps normalised: steps of which each would write a whole image. The steps one
 * after the other are the reference; the one pass, which also parts the channels, equals them to the bit.
 */
#ifndef LRUN_ENGINE_IMAGE_VALUE_MAP_H
#define LRUN_ENGINE_IMAGE_VALUE_MAP_H

#include "engine/image/image.h"
#include "engine/image/value_formula.h"

/** What is to be done to an image of bytes, in this order. Zero: nothing. */
struct value_map {
    /** Bytes become floats. */
    bool to_float;
    /** 0 to 255 becomes 0 to 1. */
    bool scales;
    /** (value - mean) / deviation, per channel. */
    bool normalizes;
    float mean[3];
    float deviation[3];
};

/** Does it, step by step. As colour_to_float and colour_normalize. Fails with ERROR_MEMORY. */
bool value_map_apply(const struct value_map *map, struct image *image, struct arena *arena, struct error *error);

/** It as a formula of bytes. The map turns bytes to floats. */
struct value_formula value_map_formula(const struct value_map *map);

/** Does it in one pass, from an image of bytes to a plane of floats for each channel. The map turns bytes to floats. */
void value_map_to_planes(const struct value_map *map, const struct image *image, float *planes);

/** An image of floats as planes, one for each channel. */
void image_to_planes(const struct image *image, float *planes);

#endif
