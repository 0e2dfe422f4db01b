/* sanitize_bounding_boxes.c: drops boxes that are too small or reach out of the image. */
#include "components/transforms/sanitize_bounding_boxes.h"

#include "engine/base/memory.h"

struct sanitize_bounding_boxes {
    struct transform transform;
    struct sanitize_bounding_boxes_params params;
};

static bool is_valid(const struct sanitize_bounding_boxes_params *params, const struct box *box,
                     const struct image *image)
{
    const float *corners = box->corners;
    float width = corners[2] - corners[0], height = corners[3] - corners[1];
    return width >= (float)params->min_size && height >= (float)params->min_size &&
           width * height >= (float)params->min_area && corners[0] >= 0.0f && corners[1] >= 0.0f &&
           corners[2] <= (float)image->width && corners[3] <= (float)image->height;
}

static bool sanitize_bounding_boxes_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                          struct error *error)
{
    const struct sanitize_bounding_boxes_params *params = &((const struct sanitize_bounding_boxes *)transform)->params;
    struct boxes *boxes = &sample->boxes;
    int kept = 0;
    (void)rng;
    (void)error;
    for (int i = 0; i < boxes->count; i++)
        if (is_valid(params, &boxes->items[i], &sample->image))
            boxes->items[kept++] = boxes->items[i];
    boxes->count = kept;
    return true;
}

static const struct transform_interface sanitize_bounding_boxes_interface = {
    .apply = sanitize_bounding_boxes_apply,
    .destroy = transform_free,
};

struct transform *sanitize_bounding_boxes_create(const struct sanitize_bounding_boxes_params *params,
                                                 struct error *error)
{
    (void)error;
    struct sanitize_bounding_boxes *made = memory_allocate(1, sizeof *made);
    *made =
        (struct sanitize_bounding_boxes){.transform.interface = &sanitize_bounding_boxes_interface, .params = *params};
    return &made->transform;
}
