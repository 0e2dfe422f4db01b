/* kernel_choices.c: which kernel computes what, where that was measured instead of ruled. */
#include "engine/graph/kernel_choices.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/graph/names.h"

struct kernel_choices_index {
    struct arena arena;
    struct names names;
    int capacity;
};

struct kernel_choices *kernel_choices_create(void)
{
    struct kernel_choices *choices = memory_allocate(1, sizeof *choices);
    choices->index = memory_allocate(1, sizeof *choices->index);
    return choices;
}

void kernel_choices_destroy(struct kernel_choices **choices)
{
    if (*choices == NULL)
        return;
    names_finish(&(*choices)->index->names);
    arena_finish(&(*choices)->index->arena);
    memory_free((*choices)->index);
    memory_free((*choices)->items);
    memory_free(*choices);
    *choices = NULL;
}

const char *kernel_choices_find(const struct kernel_choices *choices, const char *name)
{
    int number = names_find(&choices->index->names, name);
    return number >= 0 ? choices->items[number].kernel : NULL;
}

static struct kernel_choice *add(struct kernel_choices *choices, const char *name)
{
    struct kernel_choices_index *index = choices->index;
    if (choices->count == index->capacity) {
        index->capacity = index->capacity > 0 ? index->capacity * 2 : 64;
        choices->items = memory_resize(choices->items, (size_t)index->capacity, sizeof *choices->items);
    }
    struct kernel_choice *item = &choices->items[choices->count];
    *item = (struct kernel_choice){.name = arena_copy_string(&index->arena, name)};
    names_set(&index->names, item->name, choices->count++);
    return item;
}

struct kernel_choice *kernel_choices_set(struct kernel_choices *choices, const char *name, const char *kernel)
{
    int number = names_find(&choices->index->names, name);
    struct kernel_choice *item = number >= 0 ? &choices->items[number] : add(choices, name);
    item->kernel = arena_copy_string(&choices->index->arena, kernel);
    item->is_new = false;
    return item;
}
