/* example.h: constructors with a field of every type, for the tests of the generator and of what reads its table. */
#ifndef LRUN_TESTS_UNIT_BUILD_EXAMPLE_H
#define LRUN_TESTS_UNIT_BUILD_EXAMPLE_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

struct run;

/** Which way. */
enum direction {
    DIRECTION_LEFT,      /**< Against the reading. */
    DIRECTION_TOP_RIGHT, /**< "top-right": up and away. */
    DIRECTION_COUNT,
};

/** Holds a field of every type. Its second sentence. Name: Example. */
struct example_params {
    /** Whether. */
    bool flag;
    /** How many. Default: 3. Range: [0, 10]. */
    int number;
    /** How many at most. Default: 9007199254740993. */
    int64_t large;
    /** How much. Default: 1e-5. Range: (0, inf). */
    double amount_of_it;
    /** What it is called. Default: "a: b". */
    const char *title;
    /** What it may be called. Default: null. */
    const char *subtitle;
    /** Which way. Default: top-right. */
    enum direction direction;
    /** A count that may be missing. Default: null. Range: [1, 5]. */
    const int64_t *maybe_integer;
    /** A number that may be missing. Default: 0.5. */
    const double *maybe_number;
    /** A switch that may be missing. Default: null. */
    const bool *maybe_flag;
    /** Some integers. Default: [1, 2]. Range: [-5, 5]. */
    struct int_list integers;
    /** Some numbers. Default: []. */
    struct double_list numbers;
    /** Some strings. Default: [a, b]. */
    struct string_list strings;
    /** How many, or which part. Default: 1.0. Range: [0, inf). */
    struct amount share;
    /** One inside. Default: Empty. */
    struct transform *inner;
    /** One that may be missing. Default: null. */
    struct transform *maybe_inner;
    /** Those after it. Default: [Empty]. */
    struct transform_list others;
};

/** Makes the example. Fails with ERROR_CONFIG when `number` is 10. */
struct transform *example_create(const struct example_params *params, struct error *error);

/**
 * Has no field.
 *
 * And a second paragraph. Name: Empty.
 */
struct empty_params;

/** Makes it. */
struct transform *empty_create(const struct empty_params *params, struct error *error);

/** A whole config of examples. Name: ExampleConfig. */
struct example_run_params {
    /** What is tried. */
    struct transform *example;
    /** How often. Default: 1. Range: [1, inf). */
    int64_t times;
};

/** Makes it. */
struct run *example_run_create(const struct example_run_params *params, struct error *error);

#endif
