/* summary.h: a model in words: layers, output shapes, parameters, FLOPs, memory. */
#ifndef LRUN_RUNNER_TRAIN_SUMMARY_H
#define LRUN_RUNNER_TRAIN_SUMMARY_H

#include "components/models/model.h"
#include "engine/base/text.h"
#include "engine/graph/program.h"

/**
 * Writes a table of the model's layers for one stage and batch size. `depth`: levels of names that are told apart
 * ("backbone" is 1, "backbone.layer1" 2), of which those with parameters are shown; 0: every operation. Fails with ERROR_CONFIG where the model does.
 */
bool summary_format_layers(struct model *model, enum stage stage, int batch_size, int depth, struct text *text,
                           struct error *error);

/** Writes what a program needs, line by line, and the total. `optimizer_bytes`: the optimizer's states. */
void summary_format_memory(const struct memory_report *report, size_t optimizer_bytes, struct text *text);

#endif
