/* fuzz_xml.c: any bytes as an annotation: boxes or an error, never more. */
#include <stddef.h>
#include <stdint.h>

#include "components/datasets/voc_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct voc_annotation annotation;
    struct error error = ERROR_INIT;
    voc_xml_parse((const char *)data, size, &annotation, &arena, &error);
    arena_finish(&arena);
    return 0;
}
