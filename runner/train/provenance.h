/*
 * provenance.h: what a run's config was made from, for its directory.
 *
 *     sources/0_voc_detect.yaml   a copy of each file that was read
 *     origin.json                 what each was called, the overrides, where it was typed, which run is repeated
 */
#ifndef LRUN_RUNNER_TRAIN_PROVENANCE_H
#define LRUN_RUNNER_TRAIN_PROVENANCE_H

#include <stddef.h>

#include "engine/base/error.h"

/** A file that the config was read from. */
struct provenance_source {
    /** Its path as the user or another file gave it. */
    const char *path;
    const char *text;
    size_t length;
};

/** Everything is lent. */
struct provenance {
    /** In the order of reading. */
    const struct provenance_source *sources;
    size_t source_count;
    /** As they were typed. */
    const char *const *overrides;
    size_t override_count;
    /** Variables of the environment that the config used: "LRUN_TRAINER__MAX_EPOCHS=5". */
    const char *const *variables;
    size_t variable_count;
    /** The run directory whose config it was; NULL: none. */
    const char *repeats;
};

/** Writes it into a run directory, durably. The copies' names are made here: no path leads out. Fails with ERROR_STORAGE. */
bool provenance_save(const struct provenance *provenance, const char *directory, struct error *error);

#endif
