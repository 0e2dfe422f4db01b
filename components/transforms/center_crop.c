/* center_crop.c: the middle of the image. */
#include "components/transforms/center_crop.h"

#include <math.h>

#include "components/transforms/arguments.h"
#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct center_crop {
    struct transform transform;
    struct center_crop_params params;
};

/* Where the crop begins; torchvision rounds half to even, and pads with the smaller half first. */
static int crop_start(int image, int crop)
{
    return crop > image ? -((crop - image) / 2) : (int)nearbyint((image - crop) / 2.0);
}

static bool center_crop_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                              struct error *error)
{
    const struct center_crop_params *params = &((const struct center_crop *)transform)->params;
    int width = arguments_width(&params->size), height = arguments_height(&params->size);
    struct window window = {.left = crop_start(sample->image.width, width),
                            .top = crop_start(sample->image.height, height),
                            .width = width,
                            .height = height};
    (void)rng;
    return sample_cut(sample, &window, 0.0f, error);
}

static const struct transform_interface center_crop_interface = {
    .apply = center_crop_apply,
    .destroy = transform_free,
};

struct transform *center_crop_create(const struct center_crop_params *params, struct error *error)
{
    if (!arguments_check_size(&params->size, error))
        return NULL;
    struct center_crop *made = memory_allocate(1, sizeof *made);
    *made = (struct center_crop){.transform.interface = &center_crop_interface, .params = *params};
    return &made->transform;
}
