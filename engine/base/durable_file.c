/* durable_file.c: whole and new, or as it was. */
#include "engine/base/durable_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

/* A temporary file is named ".<name>.tmp.<pid>.<number>", so that its owner can be told. */
#define TEMPORARY_MARK ".tmp."

struct durable_file {
    char *path;
    char *temporary;
    char *directory;
    int descriptor;
};

static void durable_file_name(struct durable_file *file, const char *path)
{
    static atomic_uint number;
    const char *slash = strrchr(path, '/');
    struct text directory = TEXT_INIT, temporary = TEXT_INIT;
    if (slash == NULL)
        text_append(&directory, ".");
    else
        text_append_bytes(&directory, path, slash == path ? 1 : (size_t)(slash - path));
    text_format(&temporary, "%s/.%s" TEMPORARY_MARK "%ld.%u", text_string(&directory), slash != NULL ? slash + 1 : path,
                (long)getpid(), atomic_fetch_add(&number, 1));
    file->path = memory_copy_string(path);
    file->directory = text_take(&directory);
    file->temporary = text_take(&temporary);
}

struct durable_file *durable_file_begin(const char *path, uint64_t expected_size, struct error *error)
{
    struct durable_file *file = memory_allocate(1, sizeof *file);
    durable_file_name(file, path);
    file->descriptor = open(file->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file->descriptor < 0) {
        error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", path);
        durable_file_abandon(&file);
        return NULL;
    }
    /* Reserving only changes when a full disk is noticed; a file system that cannot reserve says so later. */
    if (expected_size > 0 && fallocate(file->descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)expected_size) != 0 &&
        (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
        error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s' (%llu bytes)", path,
                        (unsigned long long)expected_size);
        error_hint(error, "free some space on its file system");
        durable_file_abandon(&file);
        return NULL;
    }
    return file;
}

bool durable_file_write(struct durable_file *file, const void *bytes, size_t size, struct error *error)
{
    return file_write_all(file->descriptor, bytes, size, file->path, error);
}

bool durable_directory_sync(const char *directory, struct error *error)
{
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot open the directory '%s'", directory);
    /* Some network file systems cannot sync a directory and say EINVAL: there is nothing more to do on them. */
    bool ok = fsync(descriptor) == 0 || errno == EINVAL;
    if (!ok)
        error_set_errno(error, ERROR_STORAGE, errno, "cannot sync the directory '%s'", directory);
    close(descriptor);
    return ok;
}

/* Closes the file and gives it its name. */
static bool durable_file_rename(struct durable_file *file, struct error *error)
{
    int closed = close(file->descriptor);
    file->descriptor = -1;
    if (closed != 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot close '%s'", file->path);
    if (rename(file->temporary, file->path) != 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot rename '%s' to '%s'", file->temporary, file->path);
    memory_free(file->temporary);
    file->temporary = NULL;
    return true;
}

bool durable_file_commit(struct durable_file **file, struct error *error)
{
    struct durable_file *self = *file;
    bool ok =
        fsync(self->descriptor) == 0 || error_set_errno(error, ERROR_STORAGE, errno, "cannot sync '%s'", self->path);
    ok = ok && durable_file_rename(self, error) && durable_directory_sync(self->directory, error);
    durable_file_abandon(file);
    return ok;
}

bool durable_file_publish(struct durable_file **file, struct error *error)
{
    bool ok = durable_file_rename(*file, error);
    durable_file_abandon(file);
    return ok;
}

void durable_file_abandon(struct durable_file **file)
{
    struct durable_file *self = *file;
    if (self == NULL)
        return;
    if (self->descriptor >= 0) {
        close(self->descriptor);
        unlink(self->temporary);
    } else if (self->temporary != NULL) {
        unlink(self->temporary);
    }
    memory_free(self->path);
    memory_free(self->temporary);
    memory_free(self->directory);
    memory_free(self);
    *file = NULL;
}

bool durable_file_save(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct durable_file *file = durable_file_begin(path, size, error);
    bool ok = file != NULL && durable_file_write(file, bytes, size, error) && durable_file_commit(&file, error);
    durable_file_abandon(&file);
    return ok;
}

/* True when the name is a temporary file's and the process that made it is gone. */
static bool durable_name_is_stale(const char *name)
{
    const char *mark = strstr(name, TEMPORARY_MARK);
    if (name[0] != '.' || mark == NULL)
        return false;
    char *end = NULL;
    long owner = strtol(mark + strlen(TEMPORARY_MARK), &end, 10);
    return owner > 0 && *end == '.' && owner != (long)getpid() && kill((pid_t)owner, 0) != 0 && errno == ESRCH;
}

void durable_directory_clean(const char *directory)
{
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return;
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
        if (durable_name_is_stale(entry->d_name))
            unlinkat(dirfd(stream), entry->d_name, 0);
    closedir(stream);
}
