/*
 * state_dict.h: a run's arrays by name, as they lie in memory and as a safetensors file holds them.
 *
 * The model's arrays have torchvision's names; the optimizer's are "optimizer.<state>.<parameter>".
 */
#ifndef LRUN_RUNNER_TRAIN_STATE_DICT_H
#define LRUN_RUNNER_TRAIN_STATE_DICT_H

#include "engine/base/arena.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/graph/parameters.h"
#include "engine/tensor/safetensors.h"

#define STATE_DICT_OPTIMIZER_PREFIX "optimizer."

/** Arrays in the order of their names. They are views of the parameter store and of the optimizer's states. */
struct state_dict {
    /** Whose memory they lie in; and, after state_dict_fetch, their copies on the host. */
    struct device *device;
    char *host_memory;
    struct safetensors_item *items;
    int count;
    struct arena arena;
};

#define STATE_DICT_INIT                                                                                                \
    {                                                                                                                  \
        .device = NULL, .host_memory = NULL, .items = NULL, .count = 0, .arena = ARENA_INIT                            \
    }

/** The model's parameters and buffers, and those of the optimizer's states (`state_names` NULL: without). */
void state_dict_init(struct state_dict *dict, const struct parameters *parameters, const char *const *state_names,
                     const struct numbers states[]);
void state_dict_finish(struct state_dict *dict);

/**
 * Brings the arrays to where the host can read them, which digests and files need: from another device they are copied. Fails
 * with ERROR_MEMORY, or as the device does.
 */
bool state_dict_fetch(struct state_dict *dict, struct error *error);

/** Adds names and bytes of every array to a digest. */
void state_dict_digest(const struct state_dict *dict, struct digest *digest);

/**
 * Compares with a file's names and shapes: a line for each array that the file lacks, has besides, or has in another
 * shape or type. An optimizer's arrays in the file are not missed in the dict; num_batches_tracked, which old files lack,
 * is not missed in the file. Returns how many lines.
 */
int state_dict_compare(const struct state_dict *dict, const struct safetensors *file, struct text *lines);

/** Room for all arrays of the dict, for reading before anything is changed; NULL with ERROR_MEMORY. */
void *state_dict_stage(const struct state_dict *dict, struct error *error);

/**
 * Reads what the file has of the dict into the stage and adds it to `digest` (NULL: not). Arrays that do not fit are
 * left out.
 */
bool state_dict_read(const struct state_dict *dict, const struct safetensors *file, void *stage, struct digest *digest,
                     struct error *error);

/** Copies what state_dict_read read into its place. Not after state_dict_fetch. */
void state_dict_apply(const struct state_dict *dict, const struct safetensors *file, const void *stage);

#endif
