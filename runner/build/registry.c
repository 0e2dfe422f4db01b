/* registry.c: looking things up in the table of components. */
#include "runner/build/registry.h"

#include <string.h>

const struct component *registry_find(enum component_kind kind, const char *name)
{
    for (size_t i = 0; i < registry_component_count; i++)
        if (registry_components[i].kind == kind && strcmp(registry_components[i].name, name) == 0)
            return &registry_components[i];
    return NULL;
}

const struct component *registry_find_name(const char *name)
{
    for (size_t i = 0; i < registry_component_count; i++)
        if (strcmp(registry_components[i].name, name) == 0)
            return &registry_components[i];
    return NULL;
}

const struct component *registry_only(enum component_kind kind)
{
    const struct component *only = NULL;
    for (size_t i = 0; i < registry_component_count; i++) {
        if (registry_components[i].kind != kind)
            continue;
        if (only != NULL)
            return NULL;
        only = &registry_components[i];
    }
    return only;
}

const struct field *component_find_field(const struct component *component, const char *name)
{
    for (size_t i = 0; i < component->field_count; i++)
        if (strcmp(component->fields[i].name, name) == 0)
            return &component->fields[i];
    return NULL;
}
