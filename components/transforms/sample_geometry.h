/*
 * sample_geometry.h: moves everything of a sample together: image, mask, boxes, and how the image lies in the original.
 */
#ifndef LRUN_COMPONENTS_TRANSFORMS_SAMPLE_GEOMETRY_H
#define LRUN_COMPONENTS_TRANSFORMS_SAMPLE_GEOMETRY_H

#include "components/datasets/sample.h"
#include "engine/image/geometry.h"
#include "engine/image/resample.h"

/** Mirrors left and right. */
void sample_flip_horizontal(struct sample *sample);

/** Mirrors top and bottom. */
void sample_flip_vertical(struct sample *sample);

/**
 * Cuts the window out: a crop, a pad, or both. Boxes are cut at the new borders. `mask_fill` is the mask's value beyond
 * its border when the window's mode is constant. Fails with ERROR_DATA on a size out of range, ERROR_MEMORY.
 */
bool sample_cut(struct sample *sample, const struct window *window, float mask_fill, struct error *error);

/** Resizes; the mask by its nearest pixels. Fails as image_resample. */
bool sample_resize(struct sample *sample, const struct resample_options *options, struct error *error);

/** Cuts boxes at the image's borders. */
void sample_clamp_boxes(struct sample *sample);

#endif
