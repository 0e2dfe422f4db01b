/* scalars.h: named numbers: the metrics of a step or an epoch, in the order in which they were set. */
#ifndef LRUN_COMPONENTS_SCALARS_H
#define LRUN_COMPONENTS_SCALARS_H

#include <stdbool.h>
#include <stddef.h>

#define SCALAR_NAME_BYTES 64

struct scalar {
    char name[SCALAR_NAME_BYTES];
    double number;
};

/** A growing list. Zero is empty. Reuse it (scalars_clear) in loops: it allocates only while it grows. */
struct scalars {
    struct scalar *items;
    size_t count;
    size_t capacity;
};

/** Sets a number, replacing one of the same name. The name is formatted. */
void scalars_set(struct scalars *scalars, double number, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** The number of this name; NULL when there is none. */
const double *scalars_find(const struct scalars *scalars, const char *name);

/** Sets every number of `from` in `to`. */
void scalars_merge(struct scalars *to, const struct scalars *from);

void scalars_clear(struct scalars *scalars);
void scalars_finish(struct scalars *scalars);

#endif
