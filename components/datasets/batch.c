/* batch.c: samples side by side. */
#include "components/datasets/batch.h"

#include <string.h>

const struct tensor *batch_find(const struct batch *batch, const char *input_name)
{
    const struct {
        const char *name;
        const struct tensor *tensor;
    } fields[] = {
        {"images", &batch->images},         {"labels", &batch->labels},         {"boxes", &batch->boxes},
        {"box_labels", &batch->box_labels}, {"box_counts", &batch->box_counts},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].name, input_name) == 0)
            return fields[i].tensor->data != NULL ? fields[i].tensor : NULL;
    return NULL;
}
