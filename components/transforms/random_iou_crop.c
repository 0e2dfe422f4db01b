/* random_iou_crop.c: a random part of the image that overlaps an object enough. */
#include "components/transforms/random_iou_crop.h"

#include <string.h>

#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct random_iou_crop {
    struct transform transform;
    struct random_iou_crop_params params;
};

/* torchvision tries for ever; without boxes and without an option of 1 that would never end. */
#define OPTION_LIMIT 1000

static float area_of(const float corners[4])
{
    return (corners[2] - corners[0]) * (corners[3] - corners[1]);
}

static float minimum(float a, float b)
{
    return a < b ? a : b;
}

static float maximum(float a, float b)
{
    return a > b ? a : b;
}

static float overlap(const float a[4], const float b[4])
{
    float width = maximum(minimum(a[2], b[2]) - maximum(a[0], b[0]), 0.0f);
    float height = maximum(minimum(a[3], b[3]) - maximum(a[1], b[1]), 0.0f);
    float shared = width * height;
    return shared / (area_of(a) + area_of(b) - shared);
}

/* Draws a rectangle; false when its shape is not allowed. The arithmetic is float32, as torchvision's. */
static bool draw_rectangle(const struct random_iou_crop_params *params, const struct image *image, struct rng *rng,
                           struct random_iou_crop_draw *draw)
{
    float low = (float)params->min_scale, range = (float)(params->max_scale - params->min_scale);
    float width_share = low + range * rng_uniform(rng), height_share = low + range * rng_uniform(rng);
    draw->width = (int)((float)image->width * width_share);
    draw->height = (int)((float)image->height * height_share);
    if (draw->width == 0 || draw->height == 0)
        return false;
    double shape = (double)draw->width / draw->height;
    if (shape < params->min_aspect_ratio || shape > params->max_aspect_ratio)
        return false;
    float left = rng_uniform(rng), top = rng_uniform(rng);
    draw->left = (int)((float)(image->width - draw->width) * left);
    draw->top = (int)((float)(image->height - draw->height) * top);
    return true;
}

/* Marks the boxes whose middle is inside; returns the largest overlap of one, -1 when there is none. */
static float find_inside(const struct boxes *boxes, const struct random_iou_crop_draw *draw, bool *within)
{
    float crop[4] = {(float)draw->left, (float)draw->top, (float)(draw->left + draw->width),
                     (float)(draw->top + draw->height)};
    float best = -1.0f;
    for (int i = 0; i < boxes->count; i++) {
        const float *corners = boxes->items[i].corners;
        float x = 0.5f * (corners[0] + corners[2]), y = 0.5f * (corners[1] + corners[3]);
        within[i] = crop[0] < x && x < crop[2] && crop[1] < y && y < crop[3];
        if (within[i])
            best = maximum(best, overlap(corners, crop));
    }
    return best;
}

void random_iou_crop_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                          struct random_iou_crop_draw *draw)
{
    const struct random_iou_crop_params *params = &((const struct random_iou_crop *)transform)->params;
    bool *within = arena_allocate(sample->arena, (size_t)sample->boxes.count, sizeof *within);
    for (int option = 0; option < OPTION_LIMIT; option++) {
        double wanted = params->sampler_options.items[rng_below(rng, (uint32_t)params->sampler_options.count)];
        if (wanted >= 1.0)
            break;
        for (int trial = 0; trial < params->trials; trial++) {
            if (!draw_rectangle(params, &sample->image, rng, draw))
                continue;
            float best = find_inside(&sample->boxes, draw, within);
            if (best < 0.0f || best < (float)wanted)
                continue;
            draw->crops = true;
            draw->within = within;
            return;
        }
    }
    *draw = (struct random_iou_crop_draw){.crops = false};
}

bool random_iou_crop_apply_draw(const struct random_iou_crop_draw *draw, struct sample *sample, struct error *error)
{
    if (!draw->crops)
        return true;
    struct window window = {.left = draw->left, .top = draw->top, .width = draw->width, .height = draw->height};
    if (!sample_cut(sample, &window, 0.0f, error))
        return false;
    for (int i = 0; i < sample->boxes.count; i++)
        if (!draw->within[i])
            memset(sample->boxes.items[i].corners, 0, sizeof sample->boxes.items[i].corners);
    return true;
}

static bool random_iou_crop_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                  struct error *error)
{
    struct random_iou_crop_draw draw;
    random_iou_crop_draw(transform, sample, rng, &draw);
    return random_iou_crop_apply_draw(&draw, sample, error);
}

static const struct transform_interface random_iou_crop_interface = {
    .apply = random_iou_crop_apply,
    .destroy = transform_free,
};

struct transform *random_iou_crop_create(const struct random_iou_crop_params *params, struct error *error)
{
    if (params->min_scale > params->max_scale || params->min_aspect_ratio > params->max_aspect_ratio) {
        error_set(error, ERROR_CONFIG, "min_%s is above max_%s",
                  params->min_scale > params->max_scale ? "scale" : "aspect_ratio",
                  params->min_scale > params->max_scale ? "scale" : "aspect_ratio");
        return NULL;
    }
    if (params->sampler_options.count == 0) {
        error_set(error, ERROR_CONFIG, "wanted at least one number in 'sampler_options', found none");
        return NULL;
    }
    struct random_iou_crop *made = memory_allocate(1, sizeof *made);
    *made = (struct random_iou_crop){.transform.interface = &random_iou_crop_interface, .params = *params};
    return &made->transform;
}
