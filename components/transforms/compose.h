/* compose.h: Compose. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_COMPOSE_H
#define LRUN_COMPONENTS_TRANSFORMS_COMPOSE_H

#include "components/transforms/transform.h"

/** Applies transforms one after the other. As torchvision.transforms.v2.Compose. Name: Compose. */
struct compose_params {
    /** What is applied, in order. */
    struct transform_list transforms;
};

/** Makes the transform. Never fails. */
struct transform *compose_create(const struct compose_params *params, struct error *error);

#endif
