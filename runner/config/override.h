/*
 * override.h: the command line changes the tree: `--data.batch_size=4`.
 *
 *     --a.b.c=value  --a.b.c value      sets a field; the value is read as the field's type reads it: a text word for
 *                                       word, a list, mapping or component as YAML ([1, 2], {type: SGD, lr: 0.1}, SGD)
 *     --a.b.flag  --no-a.b.flag         true, false
 *     --model=SSD  --model.type=SSD     another component
 *     --model=models/ssd.yaml           what that file holds
 *     --data.train_transforms.Resize.size=[512,512]      an item of a list, by its type
 *     --data.train_transforms.0.size=[512,512]           ... or by its place, from 0
 *     --data.train_transforms+=Normalize                 one more at the end of a list
 *     --data.train_transforms.Resize+=Normalize          ... or before an item
 *     --data.train_transforms.Resize~  --a.b.c~          without the item; as if the key was never said
 *
 * Each is one more file, of one key, that is laid over the others (layer.h).
 * What the file does not say is taken from the defaults on the way. An argument that is wrong is a problem whose place
 * is in the command line; what the check finds later in a value from here points here too.
 */
#ifndef LRUN_RUNNER_CONFIG_OVERRIDE_H
#define LRUN_RUNNER_CONFIG_OVERRIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/config/compose.h"
#include "runner/config/config_node.h"

/**
 * Applies the arguments in order to the tree and returns its root. `source` is what their marks say: COMMAND_LINE, or
 * ENVIRONMENT. The arguments must live as long as the arena.
 */
struct config_node *override_apply(struct composer *composer, struct config_node *root, const char *source,
                                   const char *const *arguments, size_t count);

#endif
