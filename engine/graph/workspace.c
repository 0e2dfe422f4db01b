/* workspace.c: memory that programs share. */
#include "engine/graph/workspace.h"

#include "engine/backends/device.h"
#include "engine/base/memory.h"

struct workspace {
    struct device *device;
    char *memory;
    size_t size;
};

struct workspace *workspace_create(struct device *device)
{
    struct workspace *workspace = memory_allocate(1, sizeof *workspace);
    workspace->device = device_or_cpu(device);
    return workspace;
}

void workspace_destroy(struct workspace **workspace)
{
    if (*workspace != NULL)
        device_release((*workspace)->device, (*workspace)->memory);
    memory_free(*workspace);
    *workspace = NULL;
}

bool workspace_reserve(struct workspace *workspace, size_t size, struct error *error)
{
    if (size <= workspace->size && workspace->memory != NULL)
        return true;
    device_release(workspace->device, workspace->memory);
    workspace->memory = NULL;
    workspace->size = 0;
    workspace->memory = device_allocate(workspace->device, size, "activations and workspace", error);
    if (workspace->memory == NULL)
        return false;
    workspace->size = size;
    return true;
}

char *workspace_memory(const struct workspace *workspace)
{
    return workspace->memory;
}
