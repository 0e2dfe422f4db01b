/* image.c: pixels in host memory. */
#include "engine/image/image.h"

bool image_init(struct image *image, int width, int height, int channels, enum dtype dtype, struct arena *arena,
                struct error *error)
{
    if (width < 1 || height < 1 || width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE ||
        (int64_t)width * height > IMAGE_MAX_PIXELS)
        return error_set(error, ERROR_DATA,
                         "an image of %d x %d pixels is out of range: wanted 1 to %d a side and at most %lld pixels",
                         width, height, IMAGE_MAX_SIDE, (long long)IMAGE_MAX_PIXELS);
    *image = (struct image){.width = width, .height = height, .channels = channels, .dtype = dtype};
    image->pixels = arena_allocate_large(arena, image_count(image) * dtype_size(dtype), "an image", error);
    return image->pixels != NULL;
}

size_t image_count(const struct image *image)
{
    return (size_t)image->width * (size_t)image->height * (size_t)image->channels;
}
