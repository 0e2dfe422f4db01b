/*
 * file.h: reading whole files with a limit; writing all of some bytes.
 *
 * Writing that must survive a crash is in durable_file.h.
 */
#ifndef LRUN_ENGINE_BASE_FILE_H
#define LRUN_ENGINE_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

/**
 * Reads a regular file into `bytes` (replacing what it held, keeping its memory). Fails with `code` when the file
 * cannot be read, is no regular file, or is larger than `limit` bytes.
 */
bool file_read(const char *path, size_t limit, struct text *bytes, enum error_code code, struct error *error);

/** Writes all bytes, going on where the system wrote fewer. Fails with ERROR_STORAGE, naming `path`. */
bool file_write_all(int descriptor, const void *bytes, size_t size, const char *path, struct error *error);

/** True when `path` is a regular file (links followed). */
bool file_exists(const char *path);

/** True when `path` is a directory (links followed). */
bool directory_exists(const char *path);

/** The length of a path without slashes at its end: of "a/b/" that of "a/b", of "/" 1. */
size_t path_length(const char *path);

/** Makes a directory and those above it, as mkdir -p. Fails with ERROR_STORAGE. */
bool directory_create(const char *path, struct error *error);

/** Removes a directory and everything in it, without following links. No error when it is not there. Fails with ERROR_STORAGE. */
bool directory_remove(const char *path, struct error *error);

#endif
