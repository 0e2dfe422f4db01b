/*
 * extract.h: an archive from the network becomes a directory: complete, or not there at all.
 *
 * Read are tar (plain, or by gzip, bzip2, xz, zstd) and zip. Only regular files and directories are made, with paths that
 * stay inside; anything else (links, devices, pipes, `..`, a name twice) makes the whole archive an error. Members are
 * written to `<directory>.staging` beside the directory, synced, and take the directory's name by one rename. A tar that
 * was cut, also between two members, is an error.
 *
 * Two files are added: `.manifest` (for `sha256sum -c .manifest`) and `.complete`, without which the directory counts as
 * absent.
 */
#ifndef LRUN_COMPONENTS_DATASETS_EXTRACT_H
#define LRUN_COMPONENTS_DATASETS_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/progress.h"

/** How much an archive may become. */
struct extract_limits {
    /** Files and directories. */
    uint64_t entries;
    /** Bytes of one file, and of all together. */
    uint64_t file_bytes;
    uint64_t bytes;
    /** Bytes of all together for each byte of the archive, counted from `bomb_bytes` on. */
    uint64_t expansion;
    uint64_t bomb_bytes;
};

/** Enough for every set that the field uses, and too little to fill a disk by a trick. */
extern const struct extract_limits extract_default_limits;

/**
 * Extracts `archive` into `directory`, which is made and must not be there. One caller at a time for one directory (hold a
 * lock: archive_store.h does). Fails with ERROR_DATA (the archive), ERROR_STORAGE (the disk), ERROR_INTERRUPTED.
 */
bool extract_archive(const char *archive, const char *directory, const struct extract_limits *limits,
                     struct progress *progress, struct error *error);

/** True when `directory` was extracted to the end. */
bool extract_is_complete(const char *directory);

/**
 * Brings a member's path into the form in which it is made: without `./` and a final `/`. Fails with ERROR_DATA, saying
 * why, when it is absolute, has an empty or `..` component, a control character or a backslash, is no UTF-8, is longer
 * than 1024 bytes, or deeper than 16 directories. An empty result is the directory itself.
 */
bool extract_check_path(const char *path, char clean[1025], struct error *error);

#endif
