/*
 * json_schema.h: whether a JSON Schema accepts a config: draft-07, as far as our schemas use it, to hold the check against
 * the schema millions of times.
 *
 * It stops the program at a keyword that it does not know. tests/configs/compare_mutants.py holds it against
 * python3-jsonschema.
 */
#ifndef LRUN_TESTS_FUZZ_JSON_SCHEMA_H
#define LRUN_TESTS_FUZZ_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

#include "runner/config/config_node.h"

/** What a scalar is to the schema. */
enum typing {
    /** What YAML 1.2's core schema guesses: exactly what a standard validator gets to see. */
    TYPING_CORE,
    /**
     * Whatever the schema takes it for, as our check does, with the spellings that the check wants. The differences:
     * - a quoted number or truth value is one where one is wanted;
     * - a truth value may be written in any case;
     * - an integer has no point and no exponent (8.0 is no integer);
     * - a choice is what it is called, not its number (2007.0 is not 2007);
     * - a number too large for a double is none.
     */
    TYPING_BY_SCHEMA,
};

/** The schema as JSON; stops the program when it is none. The caller owns the reference. */
json_t *json_schema_load(const char *text);

/** Whether the schema accepts the tree, which yaml_parse has read (a null at the top stands for an empty mapping). */
bool json_schema_accepts(const json_t *schema, const struct config_node *node, enum typing typing);

#endif
