/* fuzz_image.c: any bytes are an image within the limits, or an error; nothing else. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/image/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct decode_options ways[] = {
        {.channels = 0}, {.channels = 1, .palette_indices = true}, {.channels = 3, .apply_orientation = true}};
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct error error = ERROR_INIT;
        struct image image;
        if (image_decode(data, size, &ways[i], &arena, &image, &error)) {
            assert(image.width <= IMAGE_MAX_SIDE && image.height <= IMAGE_MAX_SIDE);
            assert(image.channels == 1 || image.channels == 3);
        } else {
            assert(error_is_set(&error));
        }
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return 0;
}
