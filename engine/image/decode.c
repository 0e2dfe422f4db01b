/* decode.c: pictures in files become pixels. */
#include "engine/image/decode.h"

#include <string.h>

#include "engine/base/file.h"
#include "engine/image/jpeg.h"
#include "engine/image/png.h"

/* Largest file that is read: more than any picture within image.h's limits needs. */
#define FILE_BYTES_LIMIT ((size_t)256 << 20)

enum image_format image_format_find(const void *bytes, size_t length)
{
    static const unsigned char jpeg[] = {0xFF, 0xD8, 0xFF};
    static const unsigned char png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    if (length >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        return IMAGE_FORMAT_JPEG;
    if (length >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
        return IMAGE_FORMAT_PNG;
    return IMAGE_FORMAT_UNKNOWN;
}

/* "47 49 46 38": how a file that is no picture begins. */
static void format_first_bytes(const unsigned char *bytes, size_t length, char text[16])
{
    static const char digits[] = "0123456789abcdef";
    size_t used = 0;
    for (size_t i = 0; i < length && i < 4; i++) {
        if (i > 0)
            text[used++] = ' ';
        text[used++] = digits[bytes[i] >> 4];
        text[used++] = digits[bytes[i] & 15];
    }
    text[used] = '\0';
}

bool image_decode(const void *bytes, size_t length, const struct decode_options *options, struct arena *arena,
                  struct image *image, struct error *error)
{
    switch (image_format_find(bytes, length)) {
    case IMAGE_FORMAT_JPEG:
        return jpeg_decode(bytes, length, options, arena, image, error);
    case IMAGE_FORMAT_PNG:
        return png_decode(bytes, length, options, arena, image, error);
    case IMAGE_FORMAT_UNKNOWN:
        break;
    }
    if (length == 0)
        return error_set(error, ERROR_DATA, "wanted a JPEG or PNG image, found an empty file");
    char first[16];
    format_first_bytes(bytes, length, first);
    return error_set(error, ERROR_DATA, "wanted a JPEG or PNG image, found a file that begins with bytes %s", first);
}

bool image_load(const char *path, const struct decode_options *options, struct arena *arena, struct image *image,
                struct error *error)
{
    struct text bytes = TEXT_INIT;
    bool done = file_read(path, FILE_BYTES_LIMIT, &bytes, ERROR_DATA, error);
    if (done) {
        done = image_decode(bytes.data, bytes.length, options, arena, image, error);
        if (!done)
            error_prefix(error, "cannot read '%s': ", path);
    }
    text_finish(&bytes);
    return done;
}
