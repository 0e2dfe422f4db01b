/*
 * safetensors.h: named arrays in a file, as https://huggingface.co/docs/safetensors describes it.
 *
 * A file is 8 bytes of header length (little-endian), a JSON header, and the arrays one behind the other. The header is
 * data, never instructions. Reading checks everything before it says yes: no key twice, no hole, no overlap, nothing
 * behind the last array, every shape as large as its bytes. Arrays are read into the caller's memory, not mapped, so that
 * a file which somebody truncates meanwhile is an error and not a signal.
 *
 *     struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, error);
 *     const struct safetensors_entry *entry = safetensors_find(file, "layer1.0.conv1.weight");
 *     bool ok = entry != NULL && safetensors_read(file, entry, &tensor, error);
 *     safetensors_close(&file);
 *
 * Every failure is ERROR_STORAGE and names the file, and the array where it is about one.
 */
#ifndef LRUN_ENGINE_TENSOR_SAFETENSORS_H
#define LRUN_ENGINE_TENSOR_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

struct safetensors;

/** Longest header of a file that we wrote ourselves, and of one from elsewhere (the format's own limit). */
#define SAFETENSORS_HEADER_LIMIT ((size_t)16 << 20)
#define SAFETENSORS_FOREIGN_HEADER_LIMIT ((size_t)100000000)

/** One array of a file. Names have no control characters. */
struct safetensors_entry {
    const char *name;
    enum dtype dtype;
    struct shape shape;
    /** Where its bytes begin, counted from the start of the file. */
    uint64_t offset;
};

/** Opens a file and checks its header against `header_limit` and its size. NULL on failure. */
struct safetensors *safetensors_open(const char *path, size_t header_limit, struct error *error);

/** Closes and frees. Accepts NULL. */
void safetensors_close(struct safetensors **file);

/** The arrays, in the order of the header. */
int safetensors_count(const struct safetensors *file);
const struct safetensors_entry *safetensors_get(const struct safetensors *file, int index);

/** The array of this name; NULL when there is none. */
const struct safetensors_entry *safetensors_find(const struct safetensors *file, const char *name);

/** A string of the header's __metadata__; NULL when there is none. Lent: lives as long as the file is open. */
const char *safetensors_find_metadata(const struct safetensors *file, const char *key);

/** Reads an array into tensor->data. Fails unless the tensor has the same type and shape, and when reading fails. */
bool safetensors_read(const struct safetensors *file, const struct safetensors_entry *entry,
                      const struct tensor *tensor, struct error *error);

/** An array to be written. */
struct safetensors_item {
    const char *name;
    struct tensor tensor;
};

/** A string to be written into __metadata__. */
struct safetensors_metadata {
    const char *key;
    const char *value;
};

/** What goes into a file. Lent. Names and keys must be different and, as the values, UTF-8. */
struct safetensors_contents {
    const struct safetensors_item *items;
    int item_count;
    const struct safetensors_metadata *metadata;
    int metadata_count;
};

/** Writes a file durably (see durable_file.h). The same contents give the same bytes. */
bool safetensors_save(const char *path, const struct safetensors_contents *contents, struct error *error);

#endif
