/*
 * fuzz_config.c: any bytes as a config: read, checked and reported without a fault; what is good is printed and read back to
 * the same; and the check says what the JSON Schema says (config_verdict.h).
 */
#include <stdint.h>

#include "tests/fuzz/config_verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    config_verdict_find((const char *)bytes, size);
    return 0;
}
