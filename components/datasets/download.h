/*
 * download.h: a file from the network: the right one under its name, or none.
 *
 * Bytes go to `<path>.part`; what they belong to is noted in `<path>.part.json`, so that the next attempt, or the next run,
 * fetches only what is missing. When size and digest are as they should be, the file is synced and takes its name by a
 * rename. curl's word that all went well is not enough: status, range, length, kind of content and size are checked here.
 *
 * Addresses are `https://`, `file://`, and `http://` where a checksum is given or the host is this machine; a redirect may
 * turn http into https and nothing else.
 */
#ifndef LRUN_COMPONENTS_DATASETS_DOWNLOAD_H
#define LRUN_COMPONENTS_DATASETS_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/params.h"
#include "engine/base/progress.h"

/** What is wanted, and where it is. */
struct download_source {
    const char *url;
    /** Other places of the same file, tried in order when the first fails. */
    struct string_list mirrors;
    /** "md5:...", "sha256:...", or the digits alone; NULL: not known. */
    const char *checksum;
    /** Bytes of the file; 0: not known. */
    uint64_t size;
};

/** How patient a download is. */
struct download_limits {
    /** Most bytes of a file whose size is not known. */
    uint64_t bytes;
    /** Attempts in a row that bring nothing new before an address is given up. */
    int attempts;
    /** Wait after the first failed attempt; doubled after each. A server's Retry-After is honoured up to a minute. */
    double backoff_seconds;
    double longest_wait_seconds;
    int connect_seconds;
    /** A transfer slower than `stall_bytes` per second for this long has stalled. */
    int stall_seconds;
    int stall_bytes;
};

extern const struct download_limits download_default_limits;

/**
 * Makes the file present as `path`: nothing when it is there and right, else a download from the first address that has
 * it. One caller at a time for one path. Fails with ERROR_CONFIG (an address or checksum that is none), ERROR_DATA,
 * ERROR_STORAGE, ERROR_INTERRUPTED.
 */
bool download_file(const struct download_source *source, const char *path, const struct download_limits *limits,
                   struct progress *progress, struct error *error);

/**
 * True when the file is there and has the source's size and checksum, as far as they are known. Fails (false with the
 * error set) with ERROR_DATA when it cannot be read or is another one.
 */
bool download_check(const struct download_source *source, const char *path, struct progress *progress,
                    struct error *error);

#endif
