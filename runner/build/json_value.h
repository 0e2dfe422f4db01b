/* json_value.h: values of a config as JSON, typed by the fields that they are for. */
#ifndef LRUN_RUNNER_BUILD_JSON_VALUE_H
#define LRUN_RUNNER_BUILD_JSON_VALUE_H

#include <jansson.h>

#include "runner/build/registry.h"
#include "runner/config/config_node.h"

/** A text; null for none or an empty one. JSON must be UTF-8, a user's bytes need not be: then only ASCII is left of them. */
json_t *json_value_create_text(const char *text);

/** Appends JSON for people and programs, indented, with a newline. */
void json_value_format(const json_t *json, struct text *text);

/** A number; a whole one without a point. */
json_t *json_value_create_number(double number);

/** A node as JSON; `field` is NULL for a component's type, which is a string. The caller owns the reference. */
json_t *json_value_create(const struct config_node *node, const struct field *field);

#endif
