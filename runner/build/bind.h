/*
 * bind.h: a checked node becomes an object: its fields are bound into the constructor's parameter struct, its children
 * are made first, then the constructor is called.
 *
 *     struct run *run = bind_create(node->component, node, &arena, &error);
 *
 * Flat fields go through libcyaml and the generated binding table; components are this file's own.
 */
#ifndef LRUN_RUNNER_BUILD_BIND_H
#define LRUN_RUNNER_BUILD_BIND_H

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "runner/build/registry.h"
#include "runner/config/config_node.h"

/**
 * Makes the object of a node that the check has completed (config_node.h says how). What the parameters point to lives in
 * `run_arena`; the caller destroys the object with registry_destroy (or its kind's destructor) before the arena. Fails as
 * the constructors fail, with the place of the component that could not be made; whatever was made is destroyed then.
 */
void *bind_create(const struct component *component, const struct config_node *node, struct arena *run_arena,
                  struct error *error);

#endif
