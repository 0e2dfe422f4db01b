/* mutate_config.c: libFuzzer's mutations of a config: mostly of its tree, sometimes of its bytes. */
#include <stdint.h>
#include <string.h>

#include "tests/fuzz/config_mutator.h"

#define BYTES_ONE_IN 8

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t size_max);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t size_max, unsigned int seed);

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t size_max, unsigned int seed)
{
    struct rng rng = rng_make(seed, RNG_TEST, 0, 0);
    if (rng_below(&rng, BYTES_ONE_IN) == 0)
        return LLVMFuzzerMutate(bytes, size, size_max);
    struct text yaml = TEXT_INIT;
    config_mutate_text((const char *)bytes, size, &rng, &yaml);
    if (yaml.length <= size_max && yaml.length > 0) {
        size = yaml.length;
        memcpy(bytes, yaml.data, size);
    } else {
        size = LLVMFuzzerMutate(bytes, size, size_max);
    }
    text_finish(&yaml);
    return size;
}
