/* optimizer.c: how parameters follow their gradients. */
#include "components/optimizers/optimizer.h"

#include <stddef.h>

void optimizer_destroy(struct optimizer **optimizer)
{
    if (*optimizer != NULL)
        (*optimizer)->interface->destroy(*optimizer);
    *optimizer = NULL;
}
