/* model.c: what is computed in each stage. */
#include "components/models/model.h"

void model_destroy(struct model **model)
{
    if (*model != NULL)
        (*model)->interface->destroy(*model);
    *model = NULL;
}
