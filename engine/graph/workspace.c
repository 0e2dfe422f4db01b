/* workspace.c: memory that programs share. */
#include "engine/graph/workspace.h"

#include "engine/base/memory.h"

struct workspace {
    char *memory;
    size_t size;
};

struct workspace *workspace_create(void)
{
    return memory_allocate(1, sizeof(struct workspace));
}

void workspace_destroy(struct workspace **workspace)
{
    if (*workspace != NULL)
        memory_free_large((*workspace)->memory);
    memory_free(*workspace);
    *workspace = NULL;
}

bool workspace_reserve(struct workspace *workspace, size_t size, struct error *error)
{
    if (size <= workspace->size && workspace->memory != NULL)
        return true;
    memory_free_large(workspace->memory);
    workspace->size = 0;
    workspace->memory = memory_allocate_large(size, "activations", error);
    if (workspace->memory == NULL)
        return false;
    workspace->size = size;
    return true;
}

char *workspace_memory(const struct workspace *workspace)
{
    return workspace->memory;
}
