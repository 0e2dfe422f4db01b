/*
 * digest.h: MD5 and SHA-256 of bytes and files, as lower-case hexadecimal.
 *
 * MD5 is here because the sets that the field uses publish nothing else; it finds damage, not malice.
 *
 *     struct digest digest;
 *     digest_begin(&digest, DIGEST_SHA256);
 *     digest_add(&digest, bytes, size);
 *     char hex[DIGEST_HEX_BYTES];
 *     digest_end(&digest, hex);
 */
#ifndef LRUN_ENGINE_BASE_DIGEST_H
#define LRUN_ENGINE_BASE_DIGEST_H

#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/progress.h"

enum digest_kind {
    DIGEST_MD5,
    DIGEST_SHA256,
};

/** Room for the longest digest in hexadecimal, with its zero. */
#define DIGEST_HEX_BYTES 65

/** A digest that is being computed. */
struct digest {
    enum digest_kind kind;
    union {
        struct md5_ctx md5;
        struct sha256_ctx sha256;
    };
};

void digest_begin(struct digest *digest, enum digest_kind kind);
void digest_add(struct digest *digest, const void *bytes, size_t size);

/** Writes the digest of everything added. The digest must be begun again before it is used again. */
void digest_end(struct digest *digest, char hex[DIGEST_HEX_BYTES]);

/** The digest of `size` bytes. */
void digest_bytes(enum digest_kind kind, const void *bytes, size_t size, char hex[DIGEST_HEX_BYTES]);

/** The digest of a file. Fails with ERROR_DATA when it cannot be read, ERROR_INTERRUPTED when the user stopped. */
bool digest_file(enum digest_kind kind, const char *path, struct progress *progress, char hex[DIGEST_HEX_BYTES],
                 struct error *error);

/**
 * Reads a digest as users write it: "md5:..." or "sha256:...", or the digits alone, whose number tells the kind; case
 * counts for nothing. False when it is neither.
 */
bool digest_parse(const char *string, enum digest_kind *kind, char hex[DIGEST_HEX_BYTES]);

/** "MD5", "SHA-256". */
const char *digest_kind_name(enum digest_kind kind);

#endif
