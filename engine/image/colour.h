/*
 * colour.h: changes of colour, equal to torchvision.transforms.v2.functional on tensors, bytes and floats alike.
 *
 * Bytes are computed as torchvision does: in float32, cut to the range, and truncated. All work in place but luma.
 */
#ifndef LRUN_ENGINE_IMAGE_COLOUR_H
#define LRUN_ENGINE_IMAGE_COLOUR_H

#include "engine/image/image.h"

/** Multiplies every value by `factor` (0 and up) and cuts to the range. As adjust_brightness. */
void colour_adjust_brightness(struct image *image, double factor);

/** Blends with the mean of the grey image; factor 0: all grey, 1: no change. As adjust_contrast. */
void colour_adjust_contrast(struct image *image, double factor);

/** Blends with the grey image; factor 0: grey, 1: no change. Leaves one-channel images alone. As adjust_saturation. */
void colour_adjust_saturation(struct image *image, double factor);

/** Turns the colour circle by `factor` (-0.5 to 0.5) of a round. Leaves one-channel images alone. As adjust_hue. */
void colour_adjust_hue(struct image *image, double factor);

/** Output channel c takes input channel permutation[c]. As permute_channels. */
void colour_permute_channels(struct image *image, const int permutation[3]);

/** Makes the three channels the grey value of each pixel; the number of channels stays. As rgb_to_grayscale(3). */
void colour_to_grey(struct image *image);

/** A one-channel image of the grey values, by torchvision's weights. As rgb_to_grayscale(1). Fails with ERROR_MEMORY. */
bool colour_to_grey_channel(const struct image *image, struct arena *arena, struct image *grey, struct error *error);

/** A three-channel image of a one-channel one. As rgb_to_grayscale(3) of grey images. Fails with ERROR_MEMORY. */
bool colour_repeat_channel(struct image *image, struct arena *arena, struct error *error);

/** Bytes to floats; `scale`: 0 to 255 becomes 0 to 1. As to_dtype(float32). Fails with ERROR_MEMORY. */
bool colour_to_float(struct image *image, bool scale, struct arena *arena, struct error *error);

/** Floats to bytes; `scale`: 0 to 1 becomes 0 to 255. As to_dtype(uint8). Fails with ERROR_MEMORY. */
bool colour_to_bytes(struct image *image, bool scale, struct arena *arena, struct error *error);

/** (value - mean) / deviation per channel; the image holds floats. As normalize. */
void colour_normalize(struct image *image, const float mean[3], const float deviation[3]);

/** A one-channel byte image of an RGB one, by the integer luma of ITU-R 601 that PIL's convert("L") uses. */
bool colour_to_luma(const struct image *image, struct arena *arena, struct image *grey, struct error *error);

/** One row of inverted CMYK (Adobe's, four bytes a pixel) as RGB or grey (luma) bytes; values as PIL's. */
void colour_cmyk_row(const uint8_t *cmyk, int width, int channels, uint8_t *row);

#endif
