/* metric.c: numbers over a whole epoch. */
#include "components/metrics/metric.h"

#include <string.h>

const struct tensor *step_outputs_find(const struct step_outputs *outputs, const char *name)
{
    for (int i = 0; i < outputs->count; i++)
        if (strcmp(outputs->items[i].name, name) == 0)
            return &outputs->items[i].tensor;
    return NULL;
}

void metric_destroy(struct metric **metric)
{
    if (*metric != NULL)
        (*metric)->interface->destroy(*metric);
    *metric = NULL;
}
