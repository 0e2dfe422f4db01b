/* environment.h: where and with what a run was made, for environment.json. */
#ifndef LRUN_RUNNER_TRAIN_ENVIRONMENT_H
#define LRUN_RUNNER_TRAIN_ENVIRONMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "engine/base/text.h"

/**
 * Program and library versions, host, processor, time, and the git commit of the working directory with whether tracked
 * files were changed; null where git knows nothing. A new reference.
 */
json_t *environment_describe(void);

/** Versions of the program and of the libraries that compute, for checkpoints. A new reference. */
json_t *environment_versions(void);

/** What `lrun --version` says: the program's version, what the build has, and the libraries' versions, each on its line. */
void environment_format_version(struct text *text);

#endif
