/* extract.c: an archive from the network becomes a directory: complete, or not there at all. */
#include "components/datasets/extract.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build_config.h"
#include "components/datasets/member_reader.h"
#include "engine/base/digest.h"
#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define EXTRACT_BLOCK_BYTES ((size_t)256 << 10)

const struct extract_limits extract_default_limits = {
    .entries = 4000000,
    .file_bytes = (uint64_t)64 << 30,
    .bytes = (uint64_t)1 << 40,
    .expansion = 200,
    .bomb_bytes = (uint64_t)100 << 20,
};

/* One extraction. */
struct extraction {
    const char *archive;
    const struct extract_limits *limits;
    struct progress *progress;
    struct member_reader *reader;
    /** Open directory that becomes the final one. */
    int staging;
    struct text manifest;
    unsigned char *block;
    uint64_t entries;
    uint64_t files;
    uint64_t bytes;
};

static bool extract_refuse(const struct extraction *work, const char *what, struct error *error)
{
    error_set(error, ERROR_DATA, "the archive '%s' is refused: %s", work->archive, what);
    return error_hint(error, "it is not what a dataset looks like; if you trust it, unpack it by hand under 'root'");
}

/* A path component by component, as mkdir -p. `path` is changed on the way and given back as it was. */
static bool make_directories(int staging, char *path, struct error *error)
{
    for (char *at = path; at != NULL;) {
        at = strchr(at, '/');
        if (at != NULL)
            *at = '\0';
        bool ok = mkdirat(staging, path, 0755) == 0 || errno == EEXIST;
        int reason = errno;
        if (at != NULL)
            *at++ = '/';
        if (!ok)
            return error_set_errno(error, ERROR_STORAGE, reason, "cannot make the directory '%s'", path);
    }
    return true;
}

static int open_member(int staging, const char *path)
{
    return openat(staging, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
}

/* A name that is taken: by an earlier member, or by the marks that are made at the end. */
static bool extract_refuse_name(const struct extraction *work, const char *path, struct error *error)
{
    char what[1200];
    snprintf(what, sizeof what, "member '%s' is in it twice", path);
    return extract_refuse(work, what, error);
}

static int create_member(const struct extraction *work, char *path, struct error *error)
{
    int descriptor = open_member(work->staging, path);
    char *slash = strrchr(path, '/');
    if (descriptor < 0 && errno == ENOENT && slash != NULL) {
        *slash = '\0';
        bool ok = make_directories(work->staging, path, error);
        *slash = '/';
        if (!ok)
            return -1;
        descriptor = open_member(work->staging, path);
    }
    if (descriptor < 0 && (errno == EEXIST || errno == ENOTDIR || errno == EISDIR))
        extract_refuse_name(work, path, error);
    else if (descriptor < 0)
        error_set_errno(error, ERROR_STORAGE, errno, "cannot make the file '%s'", path);
    return descriptor;
}

static bool check_limits(const struct extraction *work, uint64_t file_bytes, struct error *error)
{
    const struct extract_limits *limits = work->limits;
    if (work->entries > limits->entries)
        return extract_refuse(work, "it has too many members", error);
    if (file_bytes > limits->file_bytes)
        return extract_refuse(work, "a file in it is too large", error);
    if (work->bytes > limits->bytes)
        return extract_refuse(work, "it becomes too large", error);
    if (work->bytes > limits->bomb_bytes && work->bytes / limits->expansion > member_reader_size(work->reader))
        return extract_refuse(work, "it becomes far larger than any dataset would", error);
    return true;
}

static bool extract_bytes(struct extraction *work, int descriptor, const char *path, struct error *error)
{
    struct digest digest;
    digest_begin(&digest, DIGEST_SHA256);
    uint64_t file_bytes = 0;
    size_t count = 0;
    do {
        if (work->progress->stopped(work->progress))
            return error_set(error, ERROR_INTERRUPTED, "stopped while extracting '%s'", work->archive);
        if (!member_reader_read(work->reader, work->block, EXTRACT_BLOCK_BYTES, &count, error))
            return false;
        file_bytes += count;
        work->bytes += count;
        if (!check_limits(work, file_bytes, error) || !file_write_all(descriptor, work->block, count, path, error))
            return false;
        digest_add(&digest, work->block, count);
    } while (count > 0);
    char hex[DIGEST_HEX_BYTES];
    digest_end(&digest, hex);
    text_format(&work->manifest, "%s  %s\n", hex, path);
    work->files++;
    return true;
}

static bool extract_file(struct extraction *work, const struct member *member, char *path, struct error *error)
{
    if (member->size > work->limits->file_bytes)
        return extract_refuse(work, "a file in it is too large", error);
    int descriptor = create_member(work, path, error);
    if (descriptor < 0)
        return false;
    bool ok = extract_bytes(work, descriptor, path, error);
    if (close(descriptor) != 0 && ok)
        ok = error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", path);
    return ok;
}

static bool extract_member(struct extraction *work, const struct member *member, struct error *error)
{
    char path[1025];
    work->entries++;
    if (!extract_check_path(member->path, path, error))
        return error_prefix(error, "the archive '%s' is refused: ", work->archive);
    if (member->kind == MEMBER_LINK || member->kind == MEMBER_OTHER) {
        char what[1200];
        snprintf(what, sizeof what, "member '%s' is %s", path,
                 member->kind == MEMBER_LINK ? "a link" : "neither a file nor a directory");
        return extract_refuse(work, what, error);
    }
    if (!check_limits(work, 0, error))
        return false;
    if (member->kind == MEMBER_FILE)
        return *path != '\0' ? extract_file(work, member, path, error)
                             : extract_refuse(work, "a file in it has no name", error);
    return *path == '\0' || make_directories(work->staging, path, error);
}

static bool extract_members(struct extraction *work, struct error *error)
{
    struct member member;
    bool found = true;
    while (found) {
        if (!member_reader_next(work->reader, &member, &found, error))
            return false;
        if (found && !extract_member(work, &member, error))
            return false;
        work->progress->update(work->progress, "extracting", member_reader_position(work->reader),
                               member_reader_size(work->reader), "B");
    }
    return work->files > 0 || error_set(error, ERROR_DATA, "the archive '%s' has no files", work->archive);
}

static bool write_mark(const struct extraction *work, const char *name, const char *text, struct error *error)
{
    int descriptor = open_member(work->staging, name);
    if (descriptor < 0 && errno == EEXIST)
        return extract_refuse_name(work, name, error);
    if (descriptor < 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot make the file '%s'", name);
    bool ok = file_write_all(descriptor, (const unsigned char *)text, strlen(text), name, error);
    if (close(descriptor) != 0 && ok)
        ok = error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", name);
    return ok;
}

static bool write_marks(struct extraction *work, struct error *error)
{
    char complete[256];
    snprintf(complete, sizeof complete,
             "{\"archive_bytes\": %" PRIu64 ", \"files\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"lrun\": \"%s\"}\n",
             member_reader_size(work->reader), work->files, work->bytes, LRUN_VERSION);
    return write_mark(work, ".manifest", text_string(&work->manifest), error) &&
           write_mark(work, ".complete", complete, error);
}

/* Everything in the staging directory, to the disk at once: a sync for each of 17,000 files would take minutes. */
static bool extract_to_staging(struct extraction *work, const char *staging, struct error *error)
{
    work->reader = member_reader_create(work->archive, error);
    if (work->reader == NULL)
        return false;
    if (!directory_create(staging, error))
        return false;
    work->staging = open(staging, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (work->staging < 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot open '%s'", staging);
    if (!extract_members(work, error) || !write_marks(work, error))
        return false;
    return syncfs(work->staging) == 0 || error_set_errno(error, ERROR_STORAGE, errno, "cannot write to '%s'", staging);
}

static bool extract_publish(const char *staging, const char *directory, struct error *error)
{
    if (rename(staging, directory) != 0) {
        error_set_errno(error, ERROR_STORAGE, errno, "cannot give '%s' its name", directory);
        return error_hint(error, "a directory of this name that was not made by lrun is in the way: move it elsewhere");
    }
    char *copy = memory_copy_string(directory);
    bool ok = durable_directory_sync(dirname(copy), error);
    memory_free(copy);
    return ok;
}

bool extract_archive(const char *archive, const char *directory, const struct extract_limits *limits,
                     struct progress *progress, struct error *error)
{
    struct extraction work = {.archive = archive, .limits = limits, .progress = progress, .staging = -1};
    struct text staging = TEXT_INIT;
    text_format(&staging, "%s.staging", directory);
    work.block = memory_allocate(EXTRACT_BLOCK_BYTES, 1);
    bool ok = directory_remove(text_string(&staging), error) &&
              extract_to_staging(&work, text_string(&staging), error) &&
              extract_publish(text_string(&staging), directory, error);
    if (work.staging >= 0)
        close(work.staging);
    if (!ok) {
        struct error ignored = ERROR_INIT;
        directory_remove(text_string(&staging), &ignored);
    }
    member_reader_destroy(&work.reader);
    memory_free(work.block);
    text_finish(&work.manifest);
    text_finish(&staging);
    return ok;
}

bool extract_is_complete(const char *directory)
{
    struct text path = TEXT_INIT;
    text_format(&path, "%s/.complete", directory);
    bool complete = file_exists(text_string(&path));
    text_finish(&path);
    return complete;
}
