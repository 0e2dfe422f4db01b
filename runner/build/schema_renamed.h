/* schema_renamed.h: names that others use (runner/config/renamed.h) in a JSON Schema: what the check takes, a schema takes. */
#ifndef LRUN_RUNNER_BUILD_SCHEMA_RENAMED_H
#define LRUN_RUNNER_BUILD_SCHEMA_RENAMED_H

#include <jansson.h>

#include "runner/build/registry.h"

/**
 * Adds to the schema of a component's mapping the names that it takes besides its own, marked as deprecated, with the
 * values that are taken; its `properties` are those of its fields.
 */
void schema_add_renamed(json_t *schema, const struct component *component);

#endif
