/* test_checksum.c: XXH64, by the values of other implementations. */
#include "engine/base/checksum.h"

#include <string.h>

#include "tests/unit/unit.h"

START_TEST(test_checksums_are_those_of_xxh64)
{
    /* As github.com/cespare/xxhash and python-xxhash have them in their tests; all lengths of the rest of a stripe. */
    static const struct {
        const char *text;
        uint64_t sum;
    } known[] = {
        {"", UINT64_C(0xEF46DB3751D8E999)},
        {"a", UINT64_C(0xD24EC4F1A98C6E5B)},
        {"as", UINT64_C(0x1C330FB2D66BE179)},
        {"asd", UINT64_C(0x631C37CE72A97393)},
        {"asdf", UINT64_C(0x415872F599CEA71E)},
        {"Nobody inspects the spammish repetition", UINT64_C(0xFBCEA83C8A378BF1)},
        {"Call me Ishmael. Some years ago--never mind how long precisely-", UINT64_C(0x02A2E85470D6FD96)},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_uint_eq(checksum_bytes(known[i].text, strlen(known[i].text), 0), known[i].sum);
}
END_TEST

START_TEST(test_any_changed_bit_and_another_seed_change_the_sum)
{
    unsigned char bytes[77] = {1, 2, 3};
    uint64_t sum = checksum_bytes(bytes, sizeof bytes, 0);
    ck_assert_uint_ne(checksum_bytes(bytes, sizeof bytes, 1), sum);
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        ck_assert_uint_ne(checksum_bytes(bytes, sizeof bytes, 0), sum);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}
END_TEST

UNIT_MAIN("checksum", test_checksums_are_those_of_xxh64, test_any_changed_bit_and_another_seed_change_the_sum)
