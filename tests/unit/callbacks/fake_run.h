/* fake_run.h: a run that callbacks can see and ask, for their tests. */
#ifndef LRUN_TESTS_UNIT_CALLBACKS_FAKE_RUN_H
#define LRUN_TESTS_UNIT_CALLBACKS_FAKE_RUN_H

#include "components/callbacks/callback.h"

/** What the callback asked for. */
struct fake_run {
    struct run_view view;
    struct scalars metrics;
    /** What refreshing sets in the metrics. */
    struct scalars newer;
    struct scalars logged;
    char directory[64];
    char stop_reason[256];
    int saves;
    int refreshes;
};

/** Makes a run directory under /tmp. */
void fake_run_init(struct fake_run *run);

/** Removes the directory with everything that was saved. */
void fake_run_finish(struct fake_run *run);

/** Number of entries in the run's checkpoints folder. */
int fake_run_count_files(const struct fake_run *run);

/** True when checkpoints/<name> is there. */
bool fake_run_has_file(const struct fake_run *run, const char *name);

#endif
