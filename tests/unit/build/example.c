/* example.c: constructors for tests that only read the table: they make nothing. */
#include "tests/unit/build/example.h"

struct transform *example_create(const struct example_params *params, struct error *error)
{
    (void)params;
    error_set(error, ERROR_CONFIG, "an example is only described");
    return NULL;
}

struct transform *empty_create(const struct empty_params *params, struct error *error)
{
    (void)params;
    error_set(error, ERROR_CONFIG, "an example is only described");
    return NULL;
}

struct run *example_run_create(const struct example_run_params *params, struct error *error)
{
    (void)params;
    error_set(error, ERROR_CONFIG, "an example is only described");
    return NULL;
}
