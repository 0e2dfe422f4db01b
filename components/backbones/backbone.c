/* backbone.c: the part of a model that turns images into feature maps. */
#include "components/backbones/backbone.h"

void backbone_destroy(struct backbone **backbone)
{
    if (*backbone != NULL)
        (*backbone)->interface->destroy(*backbone);
    *backbone = NULL;
}
