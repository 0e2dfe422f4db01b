/*
 * references.h: ${data.batch_size} and ${env:NAME,default} become what they stand for, when everything is merged.
 *
 * A value that is one reference and nothing else becomes a copy of what stands at that place, of any kind, defaults
 * included; inside a text a reference is replaced by the text of a scalar. `$${` is a `${` that is none. A copy has the
 * place of its reference, and its span says what it stands for (problem.h shows it).
 */
#ifndef LRUN_RUNNER_CONFIG_REFERENCES_H
#define LRUN_RUNNER_CONFIG_REFERENCES_H

#include "runner/config/compose.h"

/** References inside references, and lists and mappings of what they stand for, together. */
#define REFERENCES_DEPTH_MAX 128
/** References, nodes of what they stand for, and bytes of text, that a config may have. */
#define REFERENCES_NODES_MAX ((size_t)10000)
#define REFERENCES_BYTES_MAX ((size_t)1 << 20)

/** Resolves in place. Adds a problem for each that leads nowhere, goes in a circle, or is too much; its text stays. */
void references_resolve(struct composer *composer, struct config_node *root, const char *const *environment);

/** A copy of the tree in which every text reads back as it is: `${` is written `$${`. */
struct config_node *references_escape(struct arena *arena, const struct config_node *node);

#endif
