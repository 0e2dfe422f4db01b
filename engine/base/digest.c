/* digest.c: MD5 and SHA-256, by nettle. */
#include "engine/base/digest.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/memory.h"

#define DIGEST_BLOCK_BYTES ((size_t)1 << 20)

void digest_begin(struct digest *digest, enum digest_kind kind)
{
    digest->kind = kind;
    if (kind == DIGEST_MD5)
        md5_init(&digest->md5);
    else
        sha256_init(&digest->sha256);
}

void digest_add(struct digest *digest, const void *bytes, size_t size)
{
    if (digest->kind == DIGEST_MD5)
        md5_update(&digest->md5, size, bytes);
    else
        sha256_update(&digest->sha256, size, bytes);
}

void digest_end(struct digest *digest, char hex[DIGEST_HEX_BYTES])
{
    uint8_t raw[SHA256_DIGEST_SIZE];
    size_t size = digest->kind == DIGEST_MD5 ? MD5_DIGEST_SIZE : SHA256_DIGEST_SIZE;
    if (digest->kind == DIGEST_MD5)
        md5_digest(&digest->md5, size, raw);
    else
        sha256_digest(&digest->sha256, size, raw);
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = "0123456789abcdef"[raw[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[raw[i] & 15];
    }
    hex[2 * size] = '\0';
}

void digest_bytes(enum digest_kind kind, const void *bytes, size_t size, char hex[DIGEST_HEX_BYTES])
{
    struct digest digest;
    digest_begin(&digest, kind);
    digest_add(&digest, bytes, size);
    digest_end(&digest, hex);
}

static bool digest_read(struct digest *digest, int descriptor, const char *path, struct progress *progress,
                        struct error *error)
{
    struct stat status = {0};
    fstat(descriptor, &status);
    uint8_t *block = memory_allocate(DIGEST_BLOCK_BYTES, 1);
    uint64_t done = 0;
    bool ok = true;
    while (ok) {
        ssize_t count = read(descriptor, block, DIGEST_BLOCK_BYTES);
        if (count == 0)
            break;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            ok = error_set_errno(error, ERROR_DATA, errno, "cannot read '%s'", path);
        } else if (progress->stopped(progress)) {
            ok = error_set(error, ERROR_INTERRUPTED, "stopped while checking '%s'", path);
        } else {
            digest_add(digest, block, (size_t)count);
            done += (size_t)count;
            progress->update(progress, "checking", done, (uint64_t)status.st_size, "B");
        }
    }
    memory_free(block);
    return ok;
}

bool digest_file(enum digest_kind kind, const char *path, struct progress *progress, char hex[DIGEST_HEX_BYTES],
                 struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return error_set_errno(error, ERROR_DATA, errno, "cannot open '%s'", path);
    struct digest digest;
    digest_begin(&digest, kind);
    bool ok = digest_read(&digest, descriptor, path, progress, error);
    close(descriptor);
    digest_end(&digest, hex);
    return ok;
}

bool digest_parse(const char *string, enum digest_kind *kind, char hex[DIGEST_HEX_BYTES])
{
    const char *digits = strchr(string, ':');
    digits = digits != NULL ? digits + 1 : string;
    size_t length = strspn(digits, "0123456789abcdefABCDEF");
    if (digits[length] != '\0' || (length != 2 * MD5_DIGEST_SIZE && length != 2 * SHA256_DIGEST_SIZE))
        return false;
    *kind = length == 2 * MD5_DIGEST_SIZE ? DIGEST_MD5 : DIGEST_SHA256;
    const char *prefix = *kind == DIGEST_MD5 ? "md5:" : "sha256:";
    size_t prefix_length = (size_t)(digits - string);
    if (prefix_length != 0 && (prefix_length != strlen(prefix) || strncasecmp(string, prefix, prefix_length) != 0))
        return false;
    for (size_t i = 0; i <= length; i++)
        hex[i] = (char)tolower((unsigned char)digits[i]);
    return true;
}

const char *digest_kind_name(enum digest_kind kind)
{
    return kind == DIGEST_MD5 ? "MD5" : "SHA-256";
}
