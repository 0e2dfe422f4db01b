/*
 * params.h: the field types of parameter structs that C has no name for.
 *
 * A component's parameter struct is its documented signature: schemas/generator reads it (docs/adding_a_component.md).
 * A field is one of
 *
 *     bool  int  int64_t  double            a scalar
 *     const char *                          a string; with "Default: null." it may be NULL, and with "List: as text." a
 *                                           list may stand for it, which is taken as "[a, b]"
 *     enum x                                a choice: enumerators X_ONE, X_TWO are written one, two, unless the enumerator's
 *                                           comment gives the spelling in double quotes
 *     const int64_t *, const double *, const bool *      a scalar that may be null (NULL)
 *     struct int_list, double_list, string_list          a list; where a list has one item, the item alone is accepted
 *     struct amount                         a count (10) or a fraction (0.1, 1.0)
 *     struct transform *, struct transform_list, ...     a component, or a list of them
 *
 * Whatever a field points to lives as long as the run, so that a constructor copies its parameters with one assignment.
 * A child component (and the items of a list of them) is taken over by the constructor when it succeeds.
 */
#ifndef LRUN_ENGINE_BASE_PARAMS_H
#define LRUN_ENGINE_BASE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct int_list {
    const int64_t *items;
    size_t count;
};

struct double_list {
    const double *items;
    size_t count;
};

struct string_list {
    const char *const *items;
    size_t count;
};

/** A number of things, or a share of them: Lightning's `int | float` arguments. Written 10 (a count) or 0.1 (a share). */
struct amount {
    double number;
    bool is_fraction;
};

#endif
