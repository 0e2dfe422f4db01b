/* png.h: reading and writing PNG, on libpng. */
#ifndef LRUN_ENGINE_IMAGE_PNG_H
#define LRUN_ENGINE_IMAGE_PNG_H

#include "engine/base/text.h"
#include "engine/image/decode.h"

/** Decodes a PNG file of any colour type and depth; see image_decode. A wrong checksum anywhere makes it a bad file. */
bool png_decode(const void *bytes, size_t length, const struct decode_options *options, struct arena *arena,
                struct image *image, struct error *error);

/** Appends the image (bytes, 1 or 3 channels) as a PNG file. Fails with ERROR_RUN. */
bool png_encode(const struct image *image, struct text *file, struct error *error);

#endif
