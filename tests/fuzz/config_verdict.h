/*
 * config_verdict.h: what the check and the JSON Schema say of a config, and what must hold of both: it stops the program
 * where something does not.
 */
#ifndef LRUN_TESTS_FUZZ_CONFIG_VERDICT_H
#define LRUN_TESTS_FUZZ_CONFIG_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

/** Verdicts on one config. The schema's are of no meaning unless `is_yaml`. */
struct config_verdict {
    /** It was read without a problem: only then a schema has something to judge. */
    bool is_yaml;
    /** The check finds no problem. */
    bool is_good;
    /** The schema, for scalars that are typed as the check types them. */
    bool schema_accepts;
    /** The schema, for scalars that are typed by YAML's core schema, as every other validator does. */
    bool core_schema_accepts;
    /** Components lie in components deeper than the check allows: the one thing that a schema cannot say. */
    bool is_too_deep;
    /** It has bases, files in the places of components, keys that change others, references: a schema cannot follow them. */
    bool is_composed;
};

/**
 * Reads and checks the bytes, reports the problems in every style, prints what is good and reads it back, and asks the schema.
 * Stops the program where the check and the schema differ, where what is printed is not read back to the same or is refused by
 * the core schema, where problems are out of order, or a report is no JSON.
 */
struct config_verdict config_verdict_find(const char *bytes, size_t size);

#endif
