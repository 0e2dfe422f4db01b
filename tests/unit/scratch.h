/* scratch.h: a directory for one test's files. */
#ifndef LRUN_TESTS_UNIT_SCRATCH_H
#define LRUN_TESTS_UNIT_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "tests/unit/unit.h"

struct scratch {
    char path[64];
};

static inline void scratch_init(struct scratch *scratch)
{
    snprintf(scratch->path, sizeof scratch->path, "/tmp/lrun-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch->path));
}

static inline void scratch_finish(struct scratch *scratch)
{
    struct error error = ERROR_INIT;
    ck_ok(directory_remove(scratch->path, &error), error);
}

#endif
