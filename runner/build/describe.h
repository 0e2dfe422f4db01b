/* describe.h: components and fields in words, for help, the reference pages and the schemas. */
#ifndef LRUN_RUNNER_BUILD_DESCRIBE_H
#define LRUN_RUNNER_BUILD_DESCRIBE_H

#include "engine/base/text.h"
#include "runner/build/registry.h"

/** Whether a config may give the component as its bare name: nothing is required. */
bool component_is_complete(const struct component *component);

/** Whether a list: of scalars or components. */
bool field_is_list(enum field_type type);

/** Appends what a field holds: "integer or null", "list of numbers, each in (0, 1]", "bilinear or bicubic", "list of transforms". */
void field_format_type(const struct field *field, struct text *text);

/** Appends "[0, 1)", "(0, inf)"; nothing when there is no limit. */
void range_format(const struct range *range, struct text *text);

/**
 * Appends the shortest config of the component, one `key: value` per line, each after `indent`: its type (not for the run)
 * and what is required, with values that pass the check.
 */
void component_format_example(const struct component *component, const char *indent, struct text *text);

#endif
