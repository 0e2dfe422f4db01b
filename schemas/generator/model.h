/*
 * model.h: what the generator knows after reading the headers: components and enums, with their places.
 *
 * It stands on runner/build/registry.h: a component's facts are a `struct component`, a field's a `struct field`, and what
 * only the generator needs (places, C names) is added around them. Everything lives in one arena until the program ends.
 */
#ifndef LRUN_SCHEMAS_GENERATOR_MODEL_H
#define LRUN_SCHEMAS_GENERATOR_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/text.h"
#include "runner/build/registry.h"

/** Where something is declared. */
struct place {
    const char *header; /* relative to the source root */
    int line;
};

/** An enum that a field uses. */
struct enumeration {
    const char *name; /* "interpolation" */
    struct choice *choices;
    const char **enumerators; /* C names of the choices */
    size_t count;
};

/** A field of a parameter struct. */
struct parameter {
    struct field field;
    struct place place;
    /** FIELD_CHOICE. */
    const struct enumeration *enumeration;
    /** The C type is a pointer to a scalar. */
    bool is_pointer;
};

/** A parameter struct and its constructor; either may be missing until everything is read. */
struct constructor {
    const char *prefix; /* "resize" of resize_params and resize_create */
    struct component component;
    struct parameter *parameters;
    size_t parameter_count;
    struct place params_place;
    struct place create_place;
    bool has_params;
    bool has_create;
    /** The struct has fields; without them it is only declared, and has no size. */
    bool is_defined;
};

struct model {
    struct arena arena;
    struct constructor *constructors;
    size_t constructor_count;
    struct enumeration **enumerations;
    size_t enumeration_count;
    /** Every file that was read, as a make rule needs them. */
    struct text dependencies;
    size_t problem_count;
};

/** Says what is wrong and where, on standard error: "header:line: error: ...". The build fails once all are said. */
void model_problem(struct model *model, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The component of this name; NULL when there is none. */
const struct constructor *model_find(const struct model *model, const char *name);

/** Reads the headers (paths below `root`) with libclang. False when they cannot be parsed at all. */
bool model_read(struct model *model, const char *root, char *const *headers, size_t count);

/** Checks what no single declaration shows: pairs, names, defaults. Sorts the constructors by kind, then name. */
void model_check(struct model *model);

/** Checks a default against the field's type, range and choices. */
void model_check_default(struct model *model, const struct parameter *parameter);

/** Writes registry_generated.c. */
void model_emit_registry(const struct model *model, struct text *out);

#endif
