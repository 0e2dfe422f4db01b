/* test_memory.c: large memory is zero, aligned and given back; what cannot be had is an error. */
#include "engine/base/memory.h"

#include <stdint.h>
#include <string.h>

#include "tests/unit/unit.h"

START_TEST(test_large_memory_is_zero_aligned_and_usable_to_its_end)
{
    static const size_t sizes[] = {
        0, 1, 63, 64, 65, 4096, ((size_t)4 << 20) - 1, (size_t)4 << 20, ((size_t)9 << 20) + 5};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error error = ERROR_INIT;
        unsigned char *memory = memory_allocate_large(sizes[i], "a test", &error);
        ck_assert_ptr_nonnull(memory);
        ck_assert_uint_eq((uintptr_t)memory % 64, 0);
        if (sizes[i] > 0) {
            ck_assert_uint_eq(memory[0] | memory[sizes[i] / 2] | memory[sizes[i] - 1], 0);
            memset(memory, 0xff, sizes[i]);
        }
        memory_free_large(memory);
    }
    memory_free_large(NULL);
}
END_TEST

START_TEST(test_more_memory_than_there_can_be_is_an_error)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 64, (size_t)1 << 60};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error error = ERROR_INIT;
        ck_assert_ptr_null(memory_allocate_large(sizes[i], "a test", &error));
        ck_assert_int_eq(error.code, ERROR_MEMORY);
    }
}
END_TEST

UNIT_MAIN("memory", test_large_memory_is_zero_aligned_and_usable_to_its_end,
          test_more_memory_than_there_can_be_is_an_error)
