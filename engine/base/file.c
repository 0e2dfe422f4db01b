/* file.c: reading whole files with a limit; writing all of some bytes. */
#include "engine/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/memory.h"

static bool file_read_open(int descriptor, const char *path, size_t limit, struct text *bytes, enum error_code code,
                           struct error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return error_set_errno(error, code, errno, "cannot read '%s'", path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, code, "'%s' is not a regular file", path);
    if ((size_t)status.st_size > limit)
        return error_set(error, code, "'%s' is too large: wanted at most %zu bytes, found %lld", path, limit,
                         (long long)status.st_size);
    text_clear(bytes);
    text_reserve(bytes, (size_t)status.st_size);
    while (bytes->length < (size_t)status.st_size) {
        ssize_t count = read(descriptor, bytes->data + bytes->length, (size_t)status.st_size - bytes->length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set_errno(error, code, errno, "cannot read '%s'", path);
        if (count == 0)
            break;
        bytes->length += (size_t)count;
    }
    bytes->data[bytes->length] = '\0';
    return true;
}

bool file_read(const char *path, size_t limit, struct text *bytes, enum error_code code, struct error *error)
{
    /* O_NONBLOCK: opening a FIFO must not hang; it has no effect on a regular file. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return error_set_errno(error, code, errno, "cannot open '%s'", path);
    bool ok = file_read_open(descriptor, path, limit, bytes, code, error);
    close(descriptor);
    return ok;
}

bool file_write_all(int descriptor, const void *bytes, size_t size, const char *path, struct error *error)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t count = write(descriptor, at, size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            bool full = errno == ENOSPC || errno == EDQUOT;
            error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", path);
            return full ? error_hint(error, "free some space on its file system") : false;
        }
        at += count;
        size -= (size_t)count;
    }
    return true;
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

bool directory_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

size_t path_length(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return length;
}

bool directory_create(const char *path, struct error *error)
{
    char *partial = memory_copy_string(path);
    bool ok = true;
    for (char *at = partial + (*partial == '/'); ok; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char end = *at;
        *at = '\0';
        if (*partial != '\0' && mkdir(partial, 0777) != 0 && !(errno == EEXIST && directory_exists(partial)))
            ok = error_set_errno(error, ERROR_STORAGE, errno, "cannot make the directory '%s'", partial);
        *at = end;
        if (end == '\0')
            break;
    }
    memory_free(partial);
    return ok;
}

static int directory_remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

bool directory_remove(const char *path, struct error *error)
{
    if (nftw(path, directory_remove_entry, 32, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot remove '%s'", path);
    return true;
}
