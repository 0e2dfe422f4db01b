/*
 * decode.h: pictures in files become pixels.
 *
 * JPEG and PNG are told apart by their first bytes, never by a file's name. A picture that is damaged in any way (the
 * library only warned, a checksum is wrong, bytes are missing) is an error that says what is wrong: nothing is repaired.
 *
 *     struct decode_options options = {.channels = 3};
 *     struct image image;
 *     if (!image_decode(bytes, length, &options, arena, &image, error))
 *         return error_prefix(error, "cannot read '%s': ", path);
 */
#ifndef LRUN_ENGINE_IMAGE_DECODE_H
#define LRUN_ENGINE_IMAGE_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/image/image.h"

/** What kind of file the first bytes announce. */
enum image_format {
    IMAGE_FORMAT_UNKNOWN,
    IMAGE_FORMAT_JPEG,
    IMAGE_FORMAT_PNG,
};

/** How a picture is wanted. Zero: as stored. */
struct decode_options {
    /** 3: RGB; 1: grey (luma of ITU-R 601); 0: grey pictures as one channel, all others as RGB. */
    int channels;
    /** A palette PNG gives its indices (one channel) instead of colours: segmentation masks. */
    bool palette_indices;
    /** Turns the picture as its EXIF orientation says (JPEG). Otherwise pixels come as they are stored. */
    bool apply_orientation;
};

/** The format of a file that begins with these bytes. */
enum image_format image_format_find(const void *bytes, size_t length);

/**
 * Decodes a whole JPEG or PNG file into bytes [height, width, channels] in the arena. Alpha is dropped, 16 bits become 8
 * (the high ones), CMYK becomes RGB as in PIL. Fails with ERROR_DATA, saying what is wrong with the file, ERROR_MEMORY.
 */
bool image_decode(const void *bytes, size_t length, const struct decode_options *options, struct arena *arena,
                  struct image *image, struct error *error);

/** Reads and decodes a file. Fails as image_decode, naming the path. */
bool image_load(const char *path, const struct decode_options *options, struct arena *arena, struct image *image,
                struct error *error);

#endif
