/* callback.c: what happens at the trainer's moments. */
#include "components/callbacks/callback.h"

void callback_destroy(struct callback **callback)
{
    if (*callback != NULL)
        (*callback)->interface->destroy(*callback);
    *callback = NULL;
}
