/*
 * archive_store.h: the archives of datasets under a root directory: fetched, checked, extracted, found again.
 *
 * An archive becomes the directory `root/<its name>-<12 digits>/`. The digits are its checksum's, or, when none is given,
 * stand for its address (for a local file also its size and time), so that another archive never passes for it. Inside is
 * what the archive holds: for VOC `VOCdevkit/VOC2012/...`, which torchvision reads when that directory is its root. The
 * downloaded archive stays beside it under its own name, as torchvision leaves it; put there by hand, it is used instead
 * of a download.
 *
 * An archive's address may also be a path: a file on this machine is read where it is.
 *
 * One process at a time works under a root (`root/.lock`). A directory is complete or not there (extract.h).
 */
#ifndef LRUN_COMPONENTS_DATASETS_ARCHIVE_STORE_H
#define LRUN_COMPONENTS_DATASETS_ARCHIVE_STORE_H

#include <stdbool.h>

#include "components/datasets/download.h"
#include "engine/base/error.h"
#include "engine/base/progress.h"
#include "engine/base/text.h"

/** Where the archive's content is, when it is complete; false (and the directory where it would be) when it is not. */
bool archive_store_find(const char *root, const struct download_source *source, struct text *directory);

/**
 * Makes the archive's content present: nothing when it is, else download, check, extraction. Fails with ERROR_DATA,
 * ERROR_STORAGE, ERROR_INTERRUPTED, ERROR_CONFIG (a checksum or address that is none).
 */
bool archive_store_prepare(const char *root, const struct download_source *source, struct progress *progress,
                           struct error *error);

#endif
