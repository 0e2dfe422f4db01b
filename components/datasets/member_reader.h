/*
 * member_reader.h: the members of a tar or zip, one after another, by libarchive.
 *
 * Knows the formats and whether the archive is whole; what may be made of a member is extract.c's matter.
 */
#ifndef LRUN_COMPONENTS_DATASETS_MEMBER_READER_H
#define LRUN_COMPONENTS_DATASETS_MEMBER_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct member_reader;

/** What a member is. The path is lent until the next call. */
struct member {
    const char *path;
    /** What it would be on disk: "a file", "a directory", "a link", "a pipe", ... */
    enum member_kind {
        MEMBER_FILE,
        MEMBER_DIRECTORY,
        MEMBER_LINK,
        MEMBER_OTHER,
    } kind;
    /** Bytes of a file, as its header says. */
    uint64_t size;
};

/** Opens an archive. Fails with ERROR_DATA when it cannot be read or is neither tar nor zip. */
struct member_reader *member_reader_create(const char *path, struct error *error);

/**
 * The next member; at the end *found is false. Fails with ERROR_DATA when the archive is damaged or ends without its end
 * mark.
 */
bool member_reader_next(struct member_reader *reader, struct member *member, bool *found, struct error *error);

/** Reads bytes of the member: *count is 0 at its end. Fails with ERROR_DATA when the archive is damaged. */
bool member_reader_read(struct member_reader *reader, void *bytes, size_t size, size_t *count, struct error *error);

/** Bytes of the archive's file that are used up, and all of them. */
uint64_t member_reader_position(const struct member_reader *reader);
uint64_t member_reader_size(const struct member_reader *reader);

/** Closes the archive. Accepts NULL. */
void member_reader_destroy(struct member_reader **reader);

#endif
