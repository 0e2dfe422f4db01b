/* dataset.c: where samples come from. */
#include "components/datasets/dataset.h"

bool dataset_prepare(struct dataset *dataset, struct progress *progress, struct error *error)
{
    return dataset->interface->prepare == NULL || dataset->interface->prepare(dataset, progress, error);
}

bool dataset_open(struct dataset *dataset, struct progress *progress, struct error *error)
{
    return dataset->interface->open(dataset, progress, error);
}

bool dataset_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    return dataset->interface->read(dataset, index, sample, error);
}

void dataset_destroy(struct dataset **dataset)
{
    if (*dataset != NULL)
        (*dataset)->interface->destroy(*dataset);
    *dataset = NULL;
}
