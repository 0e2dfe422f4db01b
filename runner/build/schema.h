/*
 * schema.h: JSON Schemas (draft-07) of what a config may say, from the registry, for editors and other tools.
 *
 * They say what the check says, as far as JSON Schema can. It cannot see how a scalar was written: a quoted "0.1" is a
 * string to it, though the check takes it for a number where a number is wanted.
 */
#ifndef LRUN_RUNNER_BUILD_SCHEMA_H
#define LRUN_RUNNER_BUILD_SCHEMA_H

#include "engine/base/text.h"
#include "runner/build/registry.h"

/** File name of the schema of a whole config, beside which the components' schemas lie. */
#define SCHEMA_CONFIG_NAME "lrun.schema.json"

/** Appends the schema of a whole config, with one definition per component and kind. */
void schema_format_config(struct text *json);

/** Appends the schema of one component's mapping; its children refer to lrun.schema.json in the same folder. */
void schema_format_component(const struct component *component, struct text *json);

#endif
