/*
 * registry.h: every component that a config can name, as data: the compiled-in table that everything else reads.
 *
 * The table (registry_generated.c) is written at build time by schemas/generator from the documented constructors. The
 * checker, the binder, help, the schemas and completion read it; nothing about a component is written anywhere else.
 * A config can name what is in this table and nothing more: no file is executed and no library loaded because of a config.
 */
#ifndef LRUN_RUNNER_BUILD_REGISTRY_H
#define LRUN_RUNNER_BUILD_REGISTRY_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

/** What a component is for; one folder and one interface each. The generator tells it from the constructor's type. */
enum component_kind {
    KIND_RUN, /* the whole config: struct run_params */
    KIND_TRAINER,
    KIND_MODEL,
    KIND_BACKBONE,
    KIND_DATA_MODULE,
    KIND_DATASET,
    KIND_TRANSFORM,
    KIND_OPTIMIZER,
    KIND_LR_SCHEDULER,
    KIND_CALLBACK,
    KIND_LOGGER,
    KIND_COUNT,
};

/** What a field holds. See engine/base/params.h. */
enum field_type {
    FIELD_BOOL,
    FIELD_INT,    /* int */
    FIELD_INT64,  /* int64_t */
    FIELD_DOUBLE, /* double */
    FIELD_STRING,
    FIELD_CHOICE, /* an enum */
    FIELD_AMOUNT, /* a count or a fraction */
    FIELD_INT_LIST,
    FIELD_DOUBLE_LIST,
    FIELD_STRING_LIST,
    FIELD_COMPONENT,
    FIELD_COMPONENT_LIST,
};

/** One spelling of an enum. */
struct choice {
    const char *name;
    int value;
    /** Its comment; "" when it has none. */
    const char *documentation;
};

/** A range of numbers; for a list it holds for each item. */
struct range {
    bool has_minimum;
    bool has_maximum;
    bool excludes_minimum;
    bool excludes_maximum;
    double minimum;
    double maximum;
};

/** One argument of a constructor. */
struct field {
    const char *name;
    enum field_type type;
    /** What it means, without the Default and Range sentences. Never empty. */
    const char *documentation;
    /** As a user would write it in YAML ("0.9", "[0, 0, 0]", "null"); NULL: the field must be given. */
    const char *default_text;
    /** May be null. */
    bool nullable;
    /** FIELD_STRING: a list of scalars is taken as the text "[a, b]". */
    bool takes_list;
    struct range range;
    /** FIELD_CHOICE. */
    const struct choice *choices;
    size_t choice_count;
    /** FIELD_COMPONENT and FIELD_COMPONENT_LIST: what kind of component. */
    enum component_kind kind;
    /** Where it is in the parameter struct. */
    size_t offset;
};

/** One component. */
struct component {
    /** "RandomIoUCrop". */
    const char *name;
    enum component_kind kind;
    /** First sentence of the documentation, and all of it. */
    const char *summary;
    const char *documentation;
    /** Header that declares it, relative to the source root. */
    const char *header;
    const struct field *fields;
    size_t field_count;
    size_t params_size;
    /** libcyaml's table for the fields that are no components; ended by CYAML_FIELD_END. */
    const cyaml_schema_field_t *binding;
    /** Makes the object from its parameter struct; what it returns is the kind's struct ("struct transform *"). */
    void *(*create)(const void *params, struct error *error);
};

/** The table, sorted by kind, then name. */
extern const struct component registry_components[];
extern const size_t registry_component_count;

/** The component of this kind and name; NULL when there is none. */
const struct component *registry_find(enum component_kind kind, const char *name);

/** The component of this name in any kind; NULL when there is none. Names are unique over all kinds. */
const struct component *registry_find_name(const char *name);

/** The kind's only component, whose `type` a config may leave out; NULL when the kind has several. */
const struct component *registry_only(enum component_kind kind);

/** A component's field of this name; NULL when it has none. */
const struct field *component_find_field(const struct component *component, const char *name);

/** Destroys an object that `create` made, by its kind. Accepts NULL. */
void registry_destroy(enum component_kind kind, void *object);

/** "transform"; and for lists of components "transforms". */
const char *component_kind_name(enum component_kind kind);
const char *component_kind_plural(enum component_kind kind);

/** "a number", "one of ...": the type in words that a user understands: "integer", "list of numbers", "transform". */
const char *field_type_name(enum field_type type);

#endif
