/*
 * replicas.h: the devices that train together, each on batches of its own: data-parallel training, as Lightning's DDP, in one process.
 * For the files of runner/train only.
 *
 * Every device has the model, and an optimizer with its states. A step runs on each of them, gradients are added up
 * (engine/ops/arrays/all_reduce.h), and each updates its own parameters with the same numbers: they stay the same bits
 * everywhere without being sent. Batch normalisation's statistics are each device's own; the first one's are what is evaluated
 * and saved. One thread of the host hands over to all, so that they compute at the same time.
 *
 * On the processor replicas are computed one after another: the results of that many devices, on any machine.
 */
#ifndef LRUN_RUNNER_TRAIN_REPLICAS_H
#define LRUN_RUNNER_TRAIN_REPLICAS_H

#include "runner/train/session.h"

/** Opens the devices that trainer.accelerator and trainer.devices name. Fails as accelerator_open. */
bool replicas_open(struct session *session, struct error *error);

/** Compiles the first stage's program on each; on the processor where GPUs that nobody demanded cannot. Fails as steps_create. */
bool replicas_compile(struct session *session, const enum stage stages[], int stage_count, struct error *error);

/** Makes what training needs of each. Fails with ERROR_MEMORY. */
bool replicas_prepare_training(struct session *session, struct error *error);

/** Frees all that they have, and closes the devices. */
void replicas_finish(struct session *session);

/** Gives all of them the first one's parameters, buffers and states of the optimizer. */
void replicas_share(struct session *session);

/** Gives all of them the first one's buffers: the statistics that evaluation uses. */
void replicas_share_buffers(struct session *session);

/** Where a step's gradients lie: of its last batch, or of all that are accumulated. */
struct numbers replica_gradients(const struct replica *replica);

/**
 * The step's gradients become their sum over the devices. Where one of them may not do the step, the sum is not a number, so that
 * none does.
 */
void replicas_add_gradients(struct session *session);

/** False when one of them has failed (device_check). */
bool replicas_check(struct session *session, struct error *error);

#endif
