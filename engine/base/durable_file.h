/*
 * durable_file.h: the one way to write a file that must survive a crash: whole and new, or as it was.
 *
 * The bytes go to a temporary file in the same directory, are synced, and take the final name by rename; the directory
 * is synced too. A power cut, a kill or a full disk at any moment leaves the old file, or none.
 *
 *     struct durable_file *file = durable_file_begin(path, size, error);
 *     bool ok = file != NULL && durable_file_write(file, bytes, size, error) && durable_file_commit(&file, error);
 *     durable_file_abandon(&file);
 *
 * Errors are ERROR_STORAGE. After a failed write or sync the file is only good for being abandoned: pages that failed to
 * sync count as clean afterwards ("Can applications recover from fsync failures?", USENIX ATC 2020).
 */
#ifndef LRUN_ENGINE_BASE_DURABLE_FILE_H
#define LRUN_ENGINE_BASE_DURABLE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct durable_file;

/**
 * Starts writing what shall become `path`. `expected_size` (0: unknown) is reserved at once, so that a full disk is
 * noticed before anything is written.
 */
struct durable_file *durable_file_begin(const char *path, uint64_t expected_size, struct error *error);

/** Appends bytes. */
bool durable_file_write(struct durable_file *file, const void *bytes, size_t size, struct error *error);

/** Makes it durable under its final name and frees it (sets *file to NULL), also when it fails. */
bool durable_file_commit(struct durable_file **file, struct error *error);

/**
 * As durable_file_commit without the syncs: other processes see the old file or the whole new one, but after a power cut
 * the new one may hold anything. For what can be made again and carries its own checksum.
 */
bool durable_file_publish(struct durable_file **file, struct error *error);

/** Throws away what was written. Accepts NULL. */
void durable_file_abandon(struct durable_file **file);

/** begin, write and commit in one: for small files. */
bool durable_file_save(const char *path, const void *bytes, size_t size, struct error *error);

/** Makes the names in a directory durable: to be called after mkdir, symlink, unlink. */
bool durable_directory_sync(const char *directory, struct error *error);

/** Removes temporary files that processes which no longer live have left in a directory. */
void durable_directory_clean(const char *directory);

#endif
