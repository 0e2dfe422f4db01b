/* member_reader.c: the members of a tar or zip, by libarchive. */
#include "components/datasets/member_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/memory.h"

#define READER_BLOCK_BYTES ((size_t)256 << 10)
#define TAR_BLOCK_BYTES 512

/*
 * Two readers for a tar: `packed` undoes the compression, `members` reads the tar from what it gives. So everything that
 * the tar is made of passes by here, and it can be told whether the tar has its end: libarchive takes a tar that stops
 * between two members for whole. A zip has its directory at the end and needs none of this.
 */
struct member_reader {
    char *path;
    uint64_t size;
    struct archive *packed;
    struct archive *members;
    bool is_tar;
    /** Where the last member ended in the tar. */
    int64_t member_end;
    /** Bytes of the tar that came out of the compression, and how many of them up to the last that is not zero. */
    int64_t unpacked;
    int64_t unpacked_to_nonzero;
    /** What libarchive made of paths is in the "C.UTF-8" locale while this reader lives. */
    locale_t utf8;
    locale_t before;
};

static bool reader_fail(const struct member_reader *reader, struct archive *archive, struct error *error)
{
    const char *reason = archive_error_string(archive);
    if (archive_errno(archive) == ENOMEM)
        return error_set(error, ERROR_MEMORY, "not enough memory to read '%s'", reader->path);
    return error_set(error, ERROR_DATA, "the archive '%s' is damaged: %s", reader->path,
                     reason != NULL ? reason : "it cannot be read");
}

static la_ssize_t reader_give_unpacked(struct archive *archive, void *context, const void **bytes)
{
    struct member_reader *reader = context;
    size_t size = 0;
    la_int64_t offset = 0;
    int status = archive_read_data_block(reader->packed, bytes, &size, &offset);
    if (status == ARCHIVE_OK) {
        size_t used = size;
        while (used > 0 && ((const char *)*bytes)[used - 1] == 0)
            used--;
        if (used > 0)
            reader->unpacked_to_nonzero = reader->unpacked + (int64_t)used;
        reader->unpacked += (int64_t)size;
    }
    if (status == ARCHIVE_EOF)
        return 0;
    if (status != ARCHIVE_OK) {
        archive_set_error(archive, archive_errno(reader->packed), "%s", archive_error_string(reader->packed));
        return ARCHIVE_FATAL;
    }
    return (la_ssize_t)size;
}

static bool reader_open_packed(struct member_reader *reader, struct error *error)
{
    struct archive_entry *entry = NULL;
    reader->packed = archive_read_new();
    archive_read_support_format_raw(reader->packed);
    archive_read_support_filter_gzip(reader->packed);
    archive_read_support_filter_bzip2(reader->packed);
    archive_read_support_filter_xz(reader->packed);
    archive_read_support_filter_zstd(reader->packed);
    if (archive_read_open_filename(reader->packed, reader->path, READER_BLOCK_BYTES) != ARCHIVE_OK ||
        archive_read_next_header(reader->packed, &entry) != ARCHIVE_OK)
        return reader_fail(reader, reader->packed, error);
    return true;
}

static bool reader_open_tar(struct member_reader *reader, struct error *error)
{
    if (!reader_open_packed(reader, error))
        return false;
    archive_read_support_format_tar(reader->members);
    if (archive_read_open(reader->members, reader, NULL, reader_give_unpacked, NULL) != ARCHIVE_OK)
        return reader_fail(reader, reader->members, error);
    return true;
}

/* Only with its directory: read as a stream, a zip that was cut would pass for a shorter one. */
static bool reader_open_zip(struct member_reader *reader, struct error *error)
{
    archive_read_support_format_zip_seekable(reader->members);
    if (archive_read_open_filename(reader->members, reader->path, READER_BLOCK_BYTES) != ARCHIVE_OK)
        return reader_fail(reader, reader->members, error);
    return true;
}

static bool file_begins_with(const char *path, const char *bytes, size_t size)
{
    char begin[8] = "";
    FILE *file = fopen(path, "rbe");
    bool same = file != NULL && fread(begin, 1, size, file) == size && memcmp(begin, bytes, size) == 0;
    if (file != NULL)
        fclose(file);
    return same;
}

struct member_reader *member_reader_create(const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        error_set_errno(error, ERROR_DATA, errno, "cannot open the archive '%s'", path);
        return NULL;
    }
    struct member_reader *reader = memory_allocate(1, sizeof *reader);
    reader->path = memory_copy_string(path);
    reader->size = (uint64_t)status.st_size;
    reader->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (reader->utf8 != (locale_t)0)
        reader->before = uselocale(reader->utf8);
    reader->members = archive_read_new();
    reader->is_tar = !file_begins_with(path, "PK\003\004", 4);
    bool ok = true;
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        ok = error_set(error, ERROR_DATA, "the archive '%s' is %s", path,
                       S_ISREG(status.st_mode) ? "empty" : "not a regular file");
    else
        ok = reader->is_tar ? reader_open_tar(reader, error) : reader_open_zip(reader, error);
    if (!ok)
        member_reader_destroy(&reader);
    return reader;
}

static enum member_kind entry_kind(struct archive_entry *entry)
{
    if (archive_entry_hardlink(entry) != NULL || archive_entry_symlink(entry) != NULL)
        return MEMBER_LINK;
    mode_t type = archive_entry_filetype(entry);
    if (type == AE_IFLNK)
        return MEMBER_LINK;
    return type == AE_IFREG ? MEMBER_FILE : type == AE_IFDIR ? MEMBER_DIRECTORY : MEMBER_OTHER;
}

/* After the last member: the tar's end mark must have been read, and nothing but zeros may follow. */
static bool reader_check_end(struct member_reader *reader, struct error *error)
{
    if (!reader->is_tar)
        return true;
    if (archive_filter_bytes(reader->members, 0) < reader->member_end + TAR_BLOCK_BYTES) {
        error_set(error, ERROR_DATA, "the archive '%s' ends without its end mark: a part of it is missing",
                  reader->path);
        return error_hint(error, "fetch it again; 'checksum' tells a whole archive from a cut one at once");
    }
    const void *bytes = NULL;
    la_ssize_t count = 0;
    do
        count = reader_give_unpacked(reader->members, reader, &bytes);
    while (count > 0);
    if (count < 0)
        return reader_fail(reader, reader->packed, error);
    return reader->unpacked_to_nonzero <= reader->member_end ||
           error_set(error, ERROR_DATA, "the archive '%s' goes on after its end mark", reader->path);
}

/* Passes over what is left of the member, so that its end is known. */
static bool reader_leave_member(struct member_reader *reader, struct error *error)
{
    if (archive_read_data_skip(reader->members) < ARCHIVE_OK)
        return reader_fail(reader, reader->members, error);
    reader->member_end = archive_filter_bytes(reader->members, 0);
    return true;
}

bool member_reader_next(struct member_reader *reader, struct member *member, bool *found, struct error *error)
{
    struct archive_entry *entry = NULL;
    *found = false;
    if (archive_file_count(reader->members) > 0 && !reader_leave_member(reader, error))
        return false;
    int status = archive_read_next_header(reader->members, &entry);
    if (status == ARCHIVE_EOF)
        return reader_check_end(reader, error);
    if (status != ARCHIVE_OK)
        return reader_fail(reader, reader->members, error);
    const char *path = archive_entry_pathname(entry);
    if (path == NULL)
        path = archive_entry_pathname_utf8(entry);
    if (path == NULL)
        return error_set(error, ERROR_DATA, "the archive '%s' has a member whose path cannot be read", reader->path);
    int64_t size = archive_entry_size(entry);
    *member = (struct member){.path = path, .kind = entry_kind(entry), .size = size > 0 ? (uint64_t)size : 0};
    *found = true;
    return true;
}

bool member_reader_read(struct member_reader *reader, void *bytes, size_t size, size_t *count, struct error *error)
{
    la_ssize_t got = archive_read_data(reader->members, bytes, size);
    *count = got > 0 ? (size_t)got : 0;
    return got >= 0 || reader_fail(reader, reader->members, error);
}

uint64_t member_reader_position(const struct member_reader *reader)
{
    int64_t position = archive_filter_bytes(reader->is_tar ? reader->packed : reader->members, -1);
    return position > 0 ? (uint64_t)position : 0;
}

uint64_t member_reader_size(const struct member_reader *reader)
{
    return reader->size;
}

void member_reader_destroy(struct member_reader **reader)
{
    struct member_reader *old = *reader;
    *reader = NULL;
    if (old == NULL)
        return;
    archive_read_free(old->members);
    archive_read_free(old->packed);
    if (old->utf8 != (locale_t)0) {
        uselocale(old->before);
        freelocale(old->utf8);
    }
    memory_free(old->path);
    memory_free(old);
}
