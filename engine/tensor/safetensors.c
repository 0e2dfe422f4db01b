/* safetensors.c: reading named arrays; nothing in the file is believed before it is checked. */
#include "engine/tensor/safetensors.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/arena.h"
#include "engine/base/memory.h"

#define LENGTH_BYTES 8

struct safetensors {
    struct arena arena;
    const char *path;
    int descriptor;
    uint64_t data_start;
    uint64_t data_size;
    struct safetensors_entry *entries;
    int count;
    /* The entries by name, and the whole header, for its metadata. */
    const struct safetensors_entry **sorted;
    json_t *header;
};

/* Reads exactly `size` bytes at `offset`. */
static bool read_at(const struct safetensors *file, void *bytes, size_t size, uint64_t offset, struct error *error)
{
    char *target = bytes;
    while (size > 0) {
        ssize_t count = pread(file->descriptor, target, size, (off_t)offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set_errno(error, ERROR_STORAGE, errno, "cannot read it");
        if (count == 0)
            return error_set(error, ERROR_STORAGE, "it ends at byte %" PRIu64 ", in the middle of something", offset);
        target += count;
        offset += (uint64_t)count;
        size -= (size_t)count;
    }
    return true;
}

/* An integer of at least 0. */
static bool read_number(const json_t *json, int64_t *number)
{
    if (!json_is_integer(json) || json_integer_value(json) < 0)
        return false;
    *number = json_integer_value(json);
    return true;
}

static bool read_shape(const json_t *json, struct shape *shape, struct error *error)
{
    size_t rank = json_array_size(json); /* 0 for what is no array */
    if (!json_is_array(json))
        return error_set(error, ERROR_STORAGE, "wanted its shape as a list of numbers");
    if (rank > SHAPE_MAX_RANK)
        return error_set(error, ERROR_STORAGE, "wanted at most %d dimensions, found %zu", SHAPE_MAX_RANK, rank);
    *shape = (struct shape){.rank = (int)rank};
    for (size_t i = 0; i < rank; i++)
        if (!read_number(json_array_get(json, i), &shape->size[i]))
            return error_set(error, ERROR_STORAGE, "wanted its shape as a list of numbers of at least 0");
    return shape_is_valid(shape) || error_set(error, ERROR_STORAGE, "its shape is too large");
}

static bool read_dtype(const json_t *json, enum dtype *dtype, struct error *error)
{
    const char *name = json_string_value(json);
    if (name == NULL)
        return error_set(error, ERROR_STORAGE, "wanted its dtype as a string");
    return dtype_find(name, dtype) || error_set(error, ERROR_STORAGE, "its dtype '%.32s' is not one we read", name);
}

/* Sets the entry's offset within the data; checks that it ends within, and is as long as the shape says. */
static bool read_offsets(const struct safetensors *file, const json_t *json, struct safetensors_entry *entry,
                         struct error *error)
{
    int64_t begin = 0, end = 0;
    if (json_array_size(json) != 2 || !read_number(json_array_get(json, 0), &begin) ||
        !read_number(json_array_get(json, 1), &end))
        return error_set(error, ERROR_STORAGE, "wanted its data_offsets as two numbers of at least 0");
    if (begin > end || (uint64_t)end > file->data_size)
        return error_set(error, ERROR_STORAGE,
                         "wanted its data_offsets in order and within %" PRIu64 " bytes, found [%" PRId64 ", %" PRId64
                         "]",
                         file->data_size, begin, end);
    int64_t size = shape_count(&entry->shape) * (int64_t)dtype_size(entry->dtype);
    if (size != end - begin)
        return error_set(error, ERROR_STORAGE, "its shape and dtype take %" PRId64 " bytes, but it has %" PRId64, size,
                         end - begin);
    entry->offset = file->data_start + (uint64_t)begin;
    return true;
}

static bool name_is_printable(const char *name)
{
    for (; *name != '\0'; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7f)
            return false;
    return true;
}

static bool read_entry(struct safetensors *file, const char *name, json_t *json, struct error *error)
{
    struct safetensors_entry *entry = &file->entries[file->count];
    entry->name = name;
    if (!name_is_printable(name))
        return error_set(error, ERROR_STORAGE, "an array's name has control characters");
    if (!json_is_object(json) || json_object_size(json) != 3)
        return error_set(error, ERROR_STORAGE, "'%s': wanted dtype, shape and data_offsets, and nothing else", name);
    if (!read_dtype(json_object_get(json, "dtype"), &entry->dtype, error) ||
        !read_shape(json_object_get(json, "shape"), &entry->shape, error) ||
        !read_offsets(file, json_object_get(json, "data_offsets"), entry, error))
        return error_prefix(error, "'%s': ", name);
    file->count++;
    return true;
}

static bool check_metadata(json_t *metadata, struct error *error)
{
    const char *key;
    json_t *value;
    if (!json_is_object(metadata))
        return error_set(error, ERROR_STORAGE, "wanted __metadata__ as an object");
    json_object_foreach (metadata, key, value) {
        if (!json_is_string(value))
            return error_set(error, ERROR_STORAGE, "wanted only strings in __metadata__, found another under '%s'",
                             key);
    }
    return true;
}

static size_t entry_size(const struct safetensors_entry *entry)
{
    return (size_t)shape_count(&entry->shape) * dtype_size(entry->dtype);
}

static int compare_offsets(const void *left, const void *right)
{
    const struct safetensors_entry *a = *(const struct safetensors_entry *const *)left;
    const struct safetensors_entry *b = *(const struct safetensors_entry *const *)right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return (entry_size(a) > entry_size(b)) - (entry_size(a) < entry_size(b));
}

static int compare_names(const void *left, const void *right)
{
    return strcmp((*(const struct safetensors_entry *const *)left)->name,
                  (*(const struct safetensors_entry *const *)right)->name);
}

/* The arrays must fill the data exactly: no hole, no overlap, nothing behind. Leaves the entries sorted by name. */
static bool check_coverage(struct safetensors *file, struct error *error)
{
    file->sorted = arena_allocate(&file->arena, (size_t)file->count, sizeof *file->sorted);
    for (int i = 0; i < file->count; i++)
        file->sorted[i] = &file->entries[i];
    qsort(file->sorted, (size_t)file->count, sizeof *file->sorted, compare_offsets);
    uint64_t end = file->data_start;
    for (int i = 0; i < file->count; i++) {
        const struct safetensors_entry *entry = file->sorted[i];
        if (entry->offset != end)
            return error_set(error, ERROR_STORAGE, "'%s': %s", entry->name,
                             entry->offset > end ? "there is a hole in front of it" : "it overlaps another array");
        end += entry_size(entry);
    }
    if (end != file->data_start + file->data_size)
        return error_set(error, ERROR_STORAGE, "found %" PRIu64 " bytes behind the last array",
                         file->data_start + file->data_size - end);
    qsort(file->sorted, (size_t)file->count, sizeof *file->sorted, compare_names);
    return true;
}

static bool read_entries(struct safetensors *file, struct error *error)
{
    file->entries = arena_allocate(&file->arena, json_object_size(file->header), sizeof *file->entries);
    const char *name;
    json_t *value;
    json_object_foreach (file->header, name, value) {
        bool is_metadata = strcmp(name, "__metadata__") == 0;
        if (is_metadata ? !check_metadata(value, error) : !read_entry(file, name, value, error))
            return false;
    }
    return check_coverage(file, error);
}

static bool parse_header(struct safetensors *file, const char *bytes, size_t length, struct error *error)
{
    json_error_t reason;
    if (bytes[0] != '{')
        return error_set(error, ERROR_STORAGE, "wanted a header that begins with '{'");
    file->header = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &reason);
    if (file->header == NULL)
        return error_set(error, ERROR_STORAGE, "its header is not valid JSON: %s", reason.text);
    return read_entries(file, error);
}

/* The header's length, checked against the limit and the size of the file. */
static bool read_length(struct safetensors *file, size_t header_limit, size_t *length, struct error *error)
{
    struct stat status;
    if (fstat(file->descriptor, &status) != 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot read it");
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_STORAGE, "it is not a regular file");
    uint64_t size = (uint64_t)status.st_size, header = 0;
    unsigned char bytes[LENGTH_BYTES];
    if (size < LENGTH_BYTES)
        return error_set(error, ERROR_STORAGE, "wanted at least %d bytes, found %" PRIu64, LENGTH_BYTES, size);
    if (!read_at(file, bytes, LENGTH_BYTES, 0, error))
        return false;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        header = header << 8 | bytes[i];
    if (header > header_limit)
        return error_set(error, ERROR_STORAGE, "wanted a header of at most %zu bytes, found %" PRIu64, header_limit,
                         header);
    if (header < 2 || header > size - LENGTH_BYTES)
        return error_set(error, ERROR_STORAGE, "its header of %" PRIu64 " bytes does not fit into %" PRIu64 " bytes",
                         header, size);
    *length = (size_t)header;
    file->data_start = LENGTH_BYTES + header;
    file->data_size = size - file->data_start;
    return true;
}

static bool read_header(struct safetensors *file, size_t header_limit, struct error *error)
{
    size_t length = 0;
    if (!read_length(file, header_limit, &length, error))
        return false;
    char *bytes = memory_allocate_large(length, "the header", error);
    if (bytes == NULL)
        return false;
    bool ok = read_at(file, bytes, length, LENGTH_BYTES, error) && parse_header(file, bytes, length, error);
    memory_free_large(bytes);
    return ok;
}

struct safetensors *safetensors_open(const char *path, size_t header_limit, struct error *error)
{
    struct safetensors *file = memory_allocate(1, sizeof *file);
    file->path = arena_copy_string(&file->arena, path);
    file->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->descriptor < 0)
        error_set_errno(error, ERROR_STORAGE, errno, "cannot open it");
    else if (read_header(file, header_limit, error))
        return file;
    error_prefix(error, "'%s': ", path);
    safetensors_close(&file);
    return NULL;
}

void safetensors_close(struct safetensors **file)
{
    if (*file == NULL)
        return;
    if ((*file)->descriptor >= 0)
        close((*file)->descriptor);
    json_decref((*file)->header);
    arena_finish(&(*file)->arena);
    memory_free(*file);
    *file = NULL;
}

int safetensors_count(const struct safetensors *file)
{
    return file->count;
}

const struct safetensors_entry *safetensors_get(const struct safetensors *file, int index)
{
    assert(index >= 0 && index < file->count);
    return &file->entries[index];
}

const struct safetensors_entry *safetensors_find(const struct safetensors *file, const char *name)
{
    struct safetensors_entry wanted = {.name = name};
    const struct safetensors_entry *key = &wanted, **found = NULL;
    if (file->count > 0)
        found = bsearch(&key, file->sorted, (size_t)file->count, sizeof *file->sorted, compare_names);
    return found != NULL ? *found : NULL;
}

const char *safetensors_find_metadata(const struct safetensors *file, const char *key)
{
    return json_string_value(json_object_get(json_object_get(file->header, "__metadata__"), key));
}

bool safetensors_read(const struct safetensors *file, const struct safetensors_entry *entry,
                      const struct tensor *tensor, struct error *error)
{
    char wanted[SHAPE_FORMAT_BYTES], found[SHAPE_FORMAT_BYTES];
    if (entry->dtype != tensor->dtype || !shape_equal(&entry->shape, &tensor->shape))
        return error_set(error, ERROR_STORAGE, "'%s': wanted '%s' as %s %s, found %s %s", file->path, entry->name,
                         dtype_name(tensor->dtype), shape_format(&tensor->shape, wanted), dtype_name(entry->dtype),
                         shape_format(&entry->shape, found));
    return read_at(file, tensor->data, tensor_bytes(tensor), entry->offset, error) ||
           error_prefix(error, "'%s': '%s': ", file->path, entry->name);
}
