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

/** What a run will hold, in bytes. */
struct footprint {
    /** The training program; its inputs with those of validation, the larger one's activations. */
    struct memory_report programs;
    /** The optimizer's states. */
    size_t optimizer;
    /** Gradients that are summed over batches, and over devices. */
    size_t accumulated;
    /** How many devices there are, each with all that so far; 0 as 1. */
    int devices;
    /** All devices' loaders: batches made ahead, samples under way; and batches that a device holds besides its programs' inputs. */
    size_t data;
    size_t copies;
    /** Decoded images that are kept in memory, at most. */
    size_t cache;
    /** The program itself with its libraries and their compiled kernels. */
    size_t process;
    /** Where a GPU computes: what it has, or NULL when it is not there and nobody knows which it will be. */
    const struct device_facts *device;
};

/**
 * Writes it line by line, and the total; of a GPU, what is there and what is on the host, each with its total, and whether the GPU
 * has that, or which would.
 */
void summary_format_memory(const struct footprint *footprint, enum backend backend, struct text *text);

#endif
