/* names.c: a table from names to numbers. */
#include "engine/graph/names.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/base/memory.h"

void names_finish(struct names *names)
{
    memory_free(names->keys);
    memory_free(names->numbers);
    *names = (struct names){0};
}

/* FNV-1a. */
static uint32_t names_hash(const char *name)
{
    uint32_t hash = 2166136261u;
    for (const char *c = name; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    return hash;
}

/* The slot of a name, or the empty one where it belongs. The capacity is a power of two, never full. */
static int names_slot(const struct names *names, const char *name)
{
    uint32_t mask = (uint32_t)names->capacity - 1;
    uint32_t slot = names_hash(name) & mask;
    while (names->keys[slot] != NULL && strcmp(names->keys[slot], name) != 0)
        slot = (slot + 1) & mask;
    return (int)slot;
}

static void names_grow(struct names *names)
{
    struct names grown = {.capacity = names->capacity > 0 ? names->capacity * 2 : 64};
    grown.keys = memory_allocate((size_t)grown.capacity, sizeof *grown.keys);
    grown.numbers = memory_allocate((size_t)grown.capacity, sizeof *grown.numbers);
    for (int i = 0; i < names->capacity; i++)
        if (names->keys[i] != NULL)
            names_set(&grown, names->keys[i], names->numbers[i]);
    names_finish(names);
    *names = grown;
}

void names_set(struct names *names, const char *name, int number)
{
    if (names->count * 2 >= names->capacity)
        names_grow(names);
    int slot = names_slot(names, name);
    if (names->keys[slot] == NULL) {
        names->keys[slot] = name;
        names->count++;
    }
    names->numbers[slot] = number;
}

int names_find(const struct names *names, const char *name)
{
    if (names->capacity == 0)
        return -1;
    int slot = names_slot(names, name);
    return names->keys[slot] != NULL ? names->numbers[slot] : -1;
}
