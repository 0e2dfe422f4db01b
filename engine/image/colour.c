/* colour.c: changes of colour, equal to torchvision's. */
#include "engine/image/colour.h"

#include <assert.h>
#include <math.h>

#include "engine/base/clones.h"

/* Pixels that go through float buffers on the stack at a time. */
#define BLOCK 256

static size_t pixel_count(const struct image *image)
{
    return (size_t)image->width * (size_t)image->height;
}

HOT_INLINE float clamp(float value, float high)
{
    return value < 0.0f ? 0.0f : value > high ? high : value;
}

/* torchvision's weights; PyTorch adds a scaled tensor with a fused multiply-add. */
HOT_INLINE float grey_value(float red, float green, float blue)
{
    return fmaf(blue, 0.114f, fmaf(green, 0.587f, red * 0.2989f));
}

static void apply_table(struct image *image, const uint8_t table[256])
{
    size_t count = image_count(image);
    for (size_t i = 0; i < count; i++)
        image->bytes[i] = table[image->bytes[i]];
}

HOT_LOOP static void scale_floats(float *values, size_t count, float factor)
{
    for (size_t i = 0; i < count; i++)
        values[i] = clamp(values[i] * factor, 1.0f);
}

void colour_adjust_brightness(struct image *image, double factor)
{
    if (image->dtype == DTYPE_F32) {
        scale_floats(image->floats, image_count(image), (float)factor);
        return;
    }
    uint8_t table[256];
    for (int i = 0; i < 256; i++)
        table[i] = (uint8_t)clamp((float)i * (float)factor, 255.0f);
    apply_table(image, table);
}

HOT_LOOP static int64_t sum_grey_bytes(const uint8_t *pixels, size_t count)
{
    int64_t total = 0;
    while (count > 0) {
        size_t block = count < BLOCK ? count : BLOCK;
        int sum = 0;
        for (size_t i = 0; i < block; i++)
            sum += (int)grey_value(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
        total += sum;
        pixels += 3 * block;
        count -= block;
    }
    return total;
}

/* Mean of the grey image; for bytes each grey value is rounded down first. */
static float mean_grey(const struct image *image)
{
    size_t count = pixel_count(image);
    double sum = 0;
    if (image->dtype == DTYPE_U8 && image->channels == 3)
        sum = (double)sum_grey_bytes(image->bytes, count);
    else if (image->dtype == DTYPE_U8)
        for (size_t i = 0; i < count; i++)
            sum += image->bytes[i];
    else if (image->channels == 3)
        for (size_t i = 0; i < count; i++)
            sum += (double)grey_value(image->floats[3 * i], image->floats[3 * i + 1], image->floats[3 * i + 2]);
    else
        for (size_t i = 0; i < count; i++)
            sum += (double)image->floats[i];
    return (float)(sum / (double)count);
}

HOT_LOOP static void blend_floats_with(float *values, size_t count, float other, double ratio)
{
    float part = (float)ratio, rest = (float)(1.0 - ratio);
    for (size_t i = 0; i < count; i++)
        values[i] = clamp(fmaf(other, rest, values[i] * part), 1.0f);
}

void colour_adjust_contrast(struct image *image, double factor)
{
    float mean = mean_grey(image);
    if (image->dtype == DTYPE_F32) {
        blend_floats_with(image->floats, image_count(image), mean, factor);
        return;
    }
    uint8_t table[256];
    for (int i = 0; i < 256; i++)
        table[i] = (uint8_t)clamp(fmaf(mean, (float)(1.0 - factor), (float)i * (float)factor), 255.0f);
    apply_table(image, table);
}

HOT_LOOP static void saturate_bytes(uint8_t *pixels, size_t count, double ratio)
{
    float part = (float)ratio, rest = (float)(1.0 - ratio);
    for (size_t i = 0; i < count; i++) {
        float red = pixels[3 * i], green = pixels[3 * i + 1], blue = pixels[3 * i + 2];
        float grey = (float)(int)grey_value(red, green, blue);
        pixels[3 * i] = (uint8_t)(int)clamp(fmaf(grey, rest, red * part), 255.0f);
        pixels[3 * i + 1] = (uint8_t)(int)clamp(fmaf(grey, rest, green * part), 255.0f);
        pixels[3 * i + 2] = (uint8_t)(int)clamp(fmaf(grey, rest, blue * part), 255.0f);
    }
}

HOT_LOOP static void saturate_floats(float *pixels, size_t count, double ratio)
{
    float part = (float)ratio, rest = (float)(1.0 - ratio);
    for (size_t i = 0; i < count; i++) {
        float grey = grey_value(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
        for (int channel = 0; channel < 3; channel++)
            pixels[3 * i + channel] = clamp(fmaf(grey, rest, pixels[3 * i + channel] * part), 1.0f);
    }
}

void colour_adjust_saturation(struct image *image, double factor)
{
    if (image->channels == 1)
        return;
    if (image->dtype == DTYPE_F32)
        saturate_floats(image->floats, pixel_count(image), factor);
    else
        saturate_bytes(image->bytes, pixel_count(image), factor);
}

/* One pixel through hue, saturation and value and back, with torchvision's order of operations. Values 0 to 1. */
HOT_INLINE void turn_hue(float *red, float *green, float *blue, float turn)
{
    float r = *red, g = *green, b = *blue;
    float high = r > g ? r : g, low = r > g ? g : r;
    high = b > high ? b : high;
    low = b < low ? b : low;
    bool grey = high == low;
    float range = high - low;
    float saturation = range / (grey ? 1.0f : high);
    float divisor = grey ? 1.0f : range;
    float rc = (high - r) / divisor, gc = (high - g) / divisor, bc = (high - b) / divisor;
    float side = high == r ? bc - gc : high == g ? (rc + 2.0f) - bc : (gc + 4.0f) - rc;
    float hue = side * (float)(1.0 / 6.0) + 1.0f;
    hue = (hue >= 1.0f ? hue - 1.0f : hue) + turn;
    hue = hue >= 1.0f ? hue - 1.0f : hue < 0.0f ? hue + 1.0f : hue;
    float sixths = hue * 6.0f;
    int sector = (int)sixths;
    float part = sixths - (float)sector;
    float scaled = saturation * part, rest = 1.0f - saturation;
    float q = clamp((1.0f - scaled) * high, 1.0f);
    float t = clamp((scaled + rest) * high, 1.0f);
    float p = clamp(rest * high, 1.0f);
    sector = sector >= 6 ? sector - 6 : sector;
    *red = sector == 0 || sector == 5 ? high : sector == 1 ? q : sector == 4 ? t : p;
    *green = sector == 1 || sector == 2 ? high : sector == 0 ? t : sector == 3 ? q : p;
    *blue = sector == 3 || sector == 4 ? high : sector == 2 ? t : sector == 5 ? q : p;
}

HOT_LOOP static void turn_hue_floats(float *pixels, size_t count, float turn)
{
    for (size_t i = 0; i < count; i++)
        turn_hue(&pixels[3 * i], &pixels[3 * i + 1], &pixels[3 * i + 2], turn);
}

HOT_LOOP static void turn_hue_planes(float planes[3][BLOCK], float turn)
{
    for (size_t i = 0; i < BLOCK; i++)
        turn_hue(&planes[0][i], &planes[1][i], &planes[2][i], turn);
}

static void turn_hue_bytes(uint8_t *pixels, size_t count, float turn)
{
    float planes[3][BLOCK] = {{0}};
    while (count > 0) {
        size_t block = count < BLOCK ? count : BLOCK;
        for (size_t i = 0; i < block; i++)
            for (int channel = 0; channel < 3; channel++)
                planes[channel][i] = (float)pixels[3 * i + channel] * (float)(1.0 / 255.0);
        turn_hue_planes(planes, turn);
        for (size_t i = 0; i < block; i++)
            for (int channel = 0; channel < 3; channel++)
                pixels[3 * i + channel] = (uint8_t)(int)(planes[channel][i] * 255.999f);
        pixels += 3 * block;
        count -= block;
    }
}

void colour_adjust_hue(struct image *image, double factor)
{
    if (image->channels == 1)
        return;
    if (image->dtype == DTYPE_F32)
        turn_hue_floats(image->floats, pixel_count(image), (float)factor);
    else
        turn_hue_bytes(image->bytes, pixel_count(image), (float)factor);
}

void colour_permute_channels(struct image *image, const int permutation[3])
{
    size_t count = pixel_count(image);
    if (image->channels == 1)
        return;
    if (image->dtype == DTYPE_U8) {
        for (uint8_t *pixel = image->bytes, *end = pixel + 3 * count; pixel < end; pixel += 3) {
            uint8_t kept[3] = {pixel[0], pixel[1], pixel[2]};
            for (int channel = 0; channel < 3; channel++)
                pixel[channel] = kept[permutation[channel]];
        }
        return;
    }
    for (float *pixel = image->floats, *end = pixel + 3 * count; pixel < end; pixel += 3) {
        float kept[3] = {pixel[0], pixel[1], pixel[2]};
        for (int channel = 0; channel < 3; channel++)
            pixel[channel] = kept[permutation[channel]];
    }
}

void colour_to_grey(struct image *image)
{
    if (image->channels == 1)
        return;
    size_t count = pixel_count(image);
    for (size_t i = 0; i < count; i++) {
        if (image->dtype == DTYPE_U8) {
            uint8_t *pixel = image->bytes + 3 * i;
            pixel[0] = pixel[1] = pixel[2] = (uint8_t)grey_value(pixel[0], pixel[1], pixel[2]);
        } else {
            float *pixel = image->floats + 3 * i;
            pixel[0] = pixel[1] = pixel[2] = grey_value(pixel[0], pixel[1], pixel[2]);
        }
    }
}

bool colour_to_grey_channel(const struct image *image, struct arena *arena, struct image *grey, struct error *error)
{
    if (image->channels == 1) {
        *grey = *image;
        return true;
    }
    struct image result;
    if (!image_init(&result, image->width, image->height, 1, image->dtype, arena, error))
        return false;
    size_t count = pixel_count(image);
    for (size_t i = 0; i < count; i++) {
        if (image->dtype == DTYPE_U8)
            result.bytes[i] =
                (uint8_t)grey_value(image->bytes[3 * i], image->bytes[3 * i + 1], image->bytes[3 * i + 2]);
        else
            result.floats[i] = grey_value(image->floats[3 * i], image->floats[3 * i + 1], image->floats[3 * i + 2]);
    }
    *grey = result;
    return true;
}

bool colour_repeat_channel(struct image *image, struct arena *arena, struct error *error)
{
    struct image result;
    if (!image_init(&result, image->width, image->height, 3, image->dtype, arena, error))
        return false;
    size_t count = image_count(&result);
    for (size_t i = 0; i < count; i++) {
        if (image->dtype == DTYPE_U8)
            result.bytes[i] = image->bytes[i / 3];
        else
            result.floats[i] = image->floats[i / 3];
    }
    *image = result;
    return true;
}

HOT_LOOP static void bytes_to_floats(const uint8_t *restrict bytes, float *restrict floats, size_t count, float factor)
{
    for (size_t i = 0; i < count; i++)
        floats[i] = (float)bytes[i] * factor;
}

bool colour_to_float(struct image *image, bool scale, struct arena *arena, struct error *error)
{
    if (image->dtype == DTYPE_F32)
        return true;
    struct image result;
    if (!image_init(&result, image->width, image->height, image->channels, DTYPE_F32, arena, error))
        return false;
    bytes_to_floats(image->bytes, result.floats, image_count(image), scale ? (float)(1.0 / 255.0) : 1.0f);
    *image = result;
    return true;
}

bool colour_to_bytes(struct image *image, bool scale, struct arena *arena, struct error *error)
{
    if (image->dtype == DTYPE_U8)
        return true;
    struct image result;
    if (!image_init(&result, image->width, image->height, image->channels, DTYPE_U8, arena, error))
        return false;
    size_t count = image_count(image);
    for (size_t i = 0; i < count; i++)
        result.bytes[i] = (uint8_t)(int)clamp(image->floats[i] * (scale ? 255.999f : 1.0f), 255.999f);
    *image = result;
    return true;
}

/* Sixteen pixels at a time, so that the channels' pattern fits whole vectors. */
#define PATTERN 48

HOT_LOOP static void normalize_pattern(float *values, size_t count, const float mean[PATTERN],
                                       const float deviation[PATTERN])
{
    size_t i = 0;
    for (; i + PATTERN <= count; i += PATTERN)
        for (size_t j = 0; j < PATTERN; j++)
            values[i + j] = (values[i + j] - mean[j]) / deviation[j];
    for (size_t j = 0; i + j < count; j++)
        values[i + j] = (values[i + j] - mean[j]) / deviation[j];
}

void colour_normalize(struct image *image, const float mean[3], const float deviation[3])
{
    assert(image->dtype == DTYPE_F32);
    float means[PATTERN], deviations[PATTERN];
    for (int i = 0; i < PATTERN; i++) {
        means[i] = mean[i % image->channels];
        deviations[i] = deviation[i % image->channels];
    }
    normalize_pattern(image->floats, image_count(image), means, deviations);
}

static uint8_t luma(unsigned red, unsigned green, unsigned blue)
{
    return (uint8_t)((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

bool colour_to_luma(const struct image *image, struct arena *arena, struct image *grey, struct error *error)
{
    assert(image->channels == 3 && image->dtype == DTYPE_U8);
    struct image result;
    if (!image_init(&result, image->width, image->height, 1, DTYPE_U8, arena, error))
        return false;
    size_t count = pixel_count(image);
    for (size_t i = 0; i < count; i++)
        result.bytes[i] = luma(image->bytes[3 * i], image->bytes[3 * i + 1], image->bytes[3 * i + 2]);
    *grey = result;
    return true;
}

void colour_cmyk_row(const uint8_t *cmyk, int width, int channels, uint8_t *row)
{
    for (int x = 0; x < width; x++, cmyk += 4, row += channels) {
        unsigned black = cmyk[3];
        uint8_t rgb[3];
        for (int channel = 0; channel < 3; channel++)
            rgb[channel] = (uint8_t)((cmyk[channel] * black + 127) / 255);
        if (channels == 1)
            row[0] = luma(rgb[0], rgb[1], rgb[2]);
        else
            row[0] = rgb[0], row[1] = rgb[1], row[2] = rgb[2];
    }
}
