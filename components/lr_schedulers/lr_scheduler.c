/* lr_scheduler.c: the learning rate as a pure function of how far the run is. */
#include "components/lr_schedulers/lr_scheduler.h"

#include <stddef.h>

void lr_scheduler_destroy(struct lr_scheduler **scheduler)
{
    if (*scheduler != NULL)
        (*scheduler)->interface->destroy(*scheduler);
    *scheduler = NULL;
}
