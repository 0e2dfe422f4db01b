/* fuzz_safetensors.c: any bytes are either refused or read whole. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/tensor/safetensors.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

/* What was accepted must be readable. */
static void read_all(const struct safetensors *file)
{
    for (int i = 0; i < safetensors_count(file); i++) {
        const struct safetensors_entry *entry = safetensors_get(file, i);
        struct tensor tensor = {.dtype = entry->dtype, .shape = entry->shape};
        struct error error = ERROR_INIT;
        tensor.data = malloc(tensor_bytes(&tensor) + 1);
        if (!safetensors_read(file, entry, &tensor, &error) || safetensors_find(file, entry->name) != entry)
            abort();
        free(tensor.data);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    char path[64];
    int descriptor = memfd_create("safetensors", MFD_CLOEXEC);
    if (descriptor < 0 || write(descriptor, bytes, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    struct error error = ERROR_INIT;
    struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, &error);
    if (file != NULL)
        read_all(file);
    safetensors_close(&file);
    close(descriptor);
    return 0;
}
