/*
 * tensors.c: prints one line of what is in safetensors files: a digest of all arrays (names, types, shapes, bytes; not the
 * metadata), and "finite" or the name of an array with a number that is not.
 *
 *     tensors FILE...
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/digest.h"
#include "engine/base/memory.h"
#include "engine/tensor/safetensors.h"

static bool is_finite(const struct tensor *tensor)
{
    const float *numbers = tensor->data;
    int64_t count = tensor->dtype == DTYPE_F32 ? shape_count(&tensor->shape) : 0;
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(numbers[i]))
            return false;
    return true;
}

static bool add_entry(const struct safetensors *file, const struct safetensors_entry *entry, struct digest *digest,
                      const char **bad, struct error *error)
{
    struct tensor tensor = {.dtype = entry->dtype, .shape = entry->shape};
    size_t bytes = tensor_bytes(&tensor);
    tensor.data = memory_allocate(bytes + 1, 1);
    bool ok = safetensors_read(file, entry, &tensor, error);
    if (ok) {
        digest_add(digest, entry->name, strlen(entry->name) + 1);
        digest_add(digest, &entry->dtype, sizeof entry->dtype);
        for (int i = 0; i < entry->shape.rank; i++)
            digest_add(digest, &entry->shape.size[i], sizeof entry->shape.size[i]);
        digest_add(digest, tensor.data, bytes);
        if (*bad == NULL && !is_finite(&tensor))
            *bad = entry->name;
    }
    memory_free(tensor.data);
    return ok;
}

static bool print_file(const char *path, struct error *error)
{
    struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, error);
    struct digest digest;
    char hex[DIGEST_HEX_BYTES];
    const char *bad = NULL;
    bool ok = file != NULL;
    digest_begin(&digest, DIGEST_SHA256);
    for (int i = 0; ok && i < safetensors_count(file); i++)
        ok = add_entry(file, safetensors_get(file, i), &digest, &bad, error);
    digest_end(&digest, hex);
    if (ok)
        printf("%s %s\n", hex, bad != NULL ? bad : "finite");
    safetensors_close(&file);
    return ok;
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    for (int i = 1; i < argc; i++)
        if (!print_file(argv[i], &error)) {
            fprintf(stderr, "%s\n", error.message);
            return EXIT_FAILURE;
        }
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
