/* scenes.h: the verb `lrun scenes`: writes drawn pictures as a PASCAL VOC archive. */
#ifndef LRUN_RUNNER_CLI_SCENES_H
#define LRUN_RUNNER_CLI_SCENES_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/progress.h"

/** What to draw. */
struct scenes_options {
    const char *path;
    int images;
    int width;
    int height;
    uint64_t seed;
    /** Every so many images one goes to `val`, one to `test`, the others to `train`. */
    int split_every;
};

/** The options' defaults. */
extern const struct scenes_options scenes_defaults;

/** Draws and writes the archive durably. Fails with ERROR_STORAGE, ERROR_CONFIG. */
bool scenes_write(const struct scenes_options *options, struct progress *progress, struct error *error);

#endif
