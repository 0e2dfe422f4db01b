/*
 * jpeg.h: reading and writing JPEG, on libjpeg-turbo.
 *
 * The library's low bits are fixed as far as it can be: accurate integer DCT, smooth ("fancy") upsampling, as PIL,
 * torchvision and djpeg decode by default.
 */
#ifndef LRUN_ENGINE_IMAGE_JPEG_H
#define LRUN_ENGINE_IMAGE_JPEG_H

#include "engine/base/text.h"
#include "engine/image/decode.h"

/**
 * Decodes a JPEG file; see image_decode. Anything that the library warns about makes it a bad file. Refused before any
 * pixel is decoded: sizes beyond image.h's limits; more than 100 scans; more than 256 MiB of working memory.
 */
bool jpeg_decode(const void *bytes, size_t length, const struct decode_options *options, struct arena *arena,
                 struct image *image, struct error *error);

/** EXIF orientation, 1 to 8, that the bytes of an APP1 segment ("Exif\0\0", TIFF) hold; 1 when none or out of range. */
int exif_orientation_find(const unsigned char *segment, size_t length);

/** Appends the image (bytes, 1 or 3 channels) as a JPEG file, 4:2:0. `quality`: 1 to 100. Fails with ERROR_RUN. */
bool jpeg_encode(const struct image *image, int quality, struct text *file, struct error *error);

#endif
