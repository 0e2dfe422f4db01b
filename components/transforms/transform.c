/* transform.c: changes a sample. */
#include "components/transforms/transform.h"

#include "engine/base/memory.h"

bool transform_apply(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error)
{
    const struct transform_interface *interface = transform->interface;
    if (interface->defer != NULL && interface->defer(transform, sample))
        return true;
    return sample_settle(sample, error) && interface->apply(transform, sample, rng, error);
}

void transform_destroy(struct transform **transform)
{
    if (*transform != NULL)
        (*transform)->interface->destroy(*transform);
    *transform = NULL;
}

void transform_free(struct transform *transform)
{
    memory_free(transform);
}

void transform_list_finish(struct transform_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        transform_destroy(&list->items[i]);
    list->count = 0;
}
