/* test_arena.c: memory that is taken back as a whole, and how much of it stays. */
#include "engine/base/arena.h"

#include <stdint.h>
#include <string.h>

#include "tests/unit/unit.h"

#define MIB ((size_t)1 << 20)

static char *take(struct arena *arena, size_t size)
{
    struct error error = ERROR_INIT;
    char *memory = arena_allocate_large(arena, size, "a test", &error);
    ck_ok(memory != NULL, error);
    ck_assert_uint_eq((uintptr_t)memory % 64, 0);
    memset(memory, 1, size);
    return memory;
}

START_TEST(test_arena_hands_out_zeroed_memory_that_does_not_overlap)
{
    struct arena arena = ARENA_INIT;
    memset(take(&arena, 1000), 1, 1000);
    arena_reset(&arena);
    char *first = arena_allocate(&arena, 100, 1), *second = arena_allocate(&arena, 100000, 1);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(first[i], 0);
    memset(second, 7, 100000);
    ck_assert_int_eq(first[99], 0);
    ck_assert_str_eq(arena_format(&arena, "%s-%d", arena_copy_bytes(&arena, "image", 3), 7), "ima-7");
    arena_finish(&arena);
    ck_assert_uint_eq(arena_bytes(&arena), 0);
}
END_TEST

START_TEST(test_arena_holds_what_its_greediest_round_used)
{
    struct arena arena = ARENA_INIT;
    for (size_t round = 1; round <= 20; round++) {
        take(&arena, round * MIB);
        take(&arena, 100);
        take(&arena, round * MIB / 2);
        arena_reset(&arena);
    }
    ck_assert_uint_le(arena_bytes(&arena), 30 * MIB + 128);
    size_t warm = arena_bytes(&arena);
    take(&arena, 20 * MIB);
    take(&arena, 100);
    take(&arena, 10 * MIB);
    ck_assert_uint_eq(arena_bytes(&arena), warm);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("arena", test_arena_hands_out_zeroed_memory_that_does_not_overlap,
          test_arena_holds_what_its_greediest_round_used)
