/* sample_geometry.c: moves everything of a sample together. Boxes are computed in float32, as torchvision's are. */
#include "components/transforms/sample_geometry.h"

static bool has_mask(const struct sample *sample)
{
    return sample->mask.width > 0;
}

/* Mirrors one axis (0: x, 1: y) of boxes and geometry about the middle of `size` pixels. */
static void mirror_axis(struct sample *sample, int axis, int size)
{
    for (int i = 0; i < sample->boxes.count; i++) {
        float *corners = sample->boxes.items[i].corners;
        float low = -(corners[axis + 2] - (float)size);
        corners[axis + 2] = -(corners[axis] - (float)size);
        corners[axis] = low;
    }
    sample->offset[axis] += sample->scale[axis] * size;
    sample->scale[axis] = -sample->scale[axis];
}

void sample_flip_horizontal(struct sample *sample)
{
    image_flip_horizontal(&sample->image);
    if (has_mask(sample))
        image_flip_horizontal(&sample->mask);
    mirror_axis(sample, 0, sample->image.width);
}

void sample_flip_vertical(struct sample *sample)
{
    image_flip_vertical(&sample->image);
    if (has_mask(sample))
        image_flip_vertical(&sample->mask);
    mirror_axis(sample, 1, sample->image.height);
}

static float clamp(float value, int size)
{
    return value < 0.0f ? 0.0f : value > (float)size ? (float)size : value;
}

void sample_clamp_boxes(struct sample *sample)
{
    for (int i = 0; i < sample->boxes.count; i++) {
        float *corners = sample->boxes.items[i].corners;
        for (int corner = 0; corner < 4; corner++)
            corners[corner] = clamp(corners[corner], corner % 2 == 0 ? sample->image.width : sample->image.height);
    }
}

bool sample_cut(struct sample *sample, const struct window *window, float mask_fill, struct error *error)
{
    struct window mask_window = *window;
    mask_window.fill[0] = mask_fill;
    if (!image_cut(&sample->image, window, sample->arena, &sample->image, error))
        return false;
    if (has_mask(sample) && !image_cut(&sample->mask, &mask_window, sample->arena, &sample->mask, error))
        return false;
    for (int i = 0; i < sample->boxes.count; i++) {
        float *corners = sample->boxes.items[i].corners;
        for (int corner = 0; corner < 4; corner++)
            corners[corner] -= (float)(corner % 2 == 0 ? window->left : window->top);
    }
    sample_clamp_boxes(sample);
    sample->offset[0] += sample->scale[0] * window->left;
    sample->offset[1] += sample->scale[1] * window->top;
    return true;
}

static bool resize_mask(struct sample *sample, const struct resample_options *options, struct error *error)
{
    struct resample_options nearest = *options;
    if (nearest.interpolation != INTERPOLATION_NEAREST_EXACT)
        nearest.interpolation = INTERPOLATION_NEAREST;
    return image_resample(&sample->mask, &nearest, sample->arena, &sample->mask, error);
}

bool sample_resize(struct sample *sample, const struct resample_options *options, struct error *error)
{
    double ratios[2] = {(double)options->width / sample->image.width, (double)options->height / sample->image.height};
    if (!image_resample(&sample->image, options, sample->arena, &sample->image, error))
        return false;
    if (has_mask(sample) && !resize_mask(sample, options, error))
        return false;
    for (int i = 0; i < sample->boxes.count; i++)
        for (int corner = 0; corner < 4; corner++)
            sample->boxes.items[i].corners[corner] *= (float)ratios[corner % 2];
    for (int axis = 0; axis < 2; axis++)
        sample->scale[axis] /= ratios[axis];
    return true;
}
