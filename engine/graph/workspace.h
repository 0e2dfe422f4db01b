/* workspace.h: memory that programs share. Internal to engine/graph/; programs are given one through program.h. */
#ifndef LRUN_ENGINE_GRAPH_WORKSPACE_H
#define LRUN_ENGINE_GRAPH_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/graph/program.h"

/** Makes it at least `size` bytes. What was in it is lost, and it may move. */
bool workspace_reserve(struct workspace *workspace, size_t size, struct error *error);

/** Where it lies now. */
char *workspace_memory(const struct workspace *workspace);

#endif
