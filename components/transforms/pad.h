/* pad.h: Pad. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_PAD_H
#define LRUN_COMPONENTS_TRANSFORMS_PAD_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"
#include "engine/image/geometry.h"

/** Adds pixels around the image. As torchvision.transforms.v2.Pad. Name: Pad. */
struct pad_params {
    /** Pixels to add: on all sides; left and right, top and bottom; or left, top, right, bottom. Range: [0, 16384]. */
    struct int_list padding;
    /** Value of the new pixels, of all channels or one per channel. Default: [0]. */
    struct double_list fill;
    /** What lies beyond the border. A sample with boxes takes constant only. Default: constant. */
    enum padding_mode padding_mode;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list has a wrong number of items. */
struct transform *pad_create(const struct pad_params *params, struct error *error);

#endif
