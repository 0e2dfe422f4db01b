/* environment.h: where and with what a run was made, for environment.json. */
#ifndef LRUN_RUNNER_TRAIN_ENVIRONMENT_H
#define LRUN_RUNNER_TRAIN_ENVIRONMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "engine/backends/device.h"
#include "engine/base/text.h"

/** Larger changes are not kept. */
#define ENVIRONMENT_PATCH_BYTES_MAX ((size_t)4 << 20)

/**
 * Program and library versions, `device` (NULL: the processor) with its own, host, processor, time, and what git says of the working directory's repository: the
 * commit, whether tracked files were changed, the digest of these changes, and the names of files that git does not know.
 * Null where git knows nothing. The changes themselves are appended to `patch`, as `git apply` takes them (NULL: they are
 * not wanted). A new reference.
 */
json_t *environment_describe(const struct device *device, struct text *patch);

/** Versions of the program and of the libraries that compute on the device, for checkpoints. A new reference. */
json_t *environment_versions(const struct device *device);

/**
 * Lines, each ended by a newline, that say what computed then (environment_versions) and computes otherwise now: the device, and
 * on one that is not the processor its driver and libraries. Nothing when both are alike.
 */
void environment_format_differences(const json_t *then, const json_t *now, struct text *lines);

/** What `lrun --version` says: the program's version, what the build has, and the libraries' versions, each on its line. */
void environment_format_version(struct text *text);

#endif
