/* stages.h: the parts of a model that a config names: scopes of its graph, as in its summary and in parameters' names. */
#ifndef LRUN_RUNNER_TRAIN_STAGES_H
#define LRUN_RUNNER_TRAIN_STAGES_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/params.h"
#include "engine/graph/graph.h"

/**
 * Fails with ERROR_CONFIG when one of `names` (trainer.activation_checkpointing) is no stage of the graph: with its mark, the
 * nearest stage, and the stages that there are. `marks`: one per name; NULL: nobody knows.
 */
bool stages_check(const struct graph *graph, const struct string_list *names, const struct mark *marks,
                  struct error *error);

#endif
