/*
 * update.h: from a batch's gradients to the next parameters, on the device alone; and what of it the host reads, when it is due.
 * For the files of runner/train only.
 *
 * What a step finds out (its numbers, the gradients' norm, whether all is finite) stays in the device's memory, in
 * the replicas' step_state (engine/ops/optimizers/step_state.h). On the processor that is read at once. From another device it is read
 * where numbers are logged, at the ends of epochs, before validations and checkpoints; steps between do not wait. After a
 * fault the device changes nothing any more, so that whenever it is found the run can still say where it was.
 */
#ifndef LRUN_RUNNER_TRAIN_UPDATE_H
#define LRUN_RUNNER_TRAIN_UPDATE_H

#include "runner/train/session.h"

/** Makes the step's state. Fails with ERROR_MEMORY. */
bool update_create(struct session *session, struct error *error);

/** Sums of the epoch on the device go on from epoch_means. */
void update_begin(struct session *session);

/** The rate of the step that comes. */
void update_rate(struct session *session);

/** Takes a device's last run's numbers and gradients as its batch `part` of a step of `batches`. */
void update_take(struct session *session, struct replica *replica, const struct step *step, const struct batch *batch,
                 int part, int batches);

/** The optimizer's step on the gradients of `batches` batches of each device. */
void update_apply(struct session *session, int batches);

/**
 * Brings session->latest and the epoch's means up to the last step; waits for the device when it was not read since. Fails with
 * ERROR_NUMERIC, naming step, layer and samples, when something was not finite; ERROR_RUN when a device failed.
 */
bool update_read(struct session *session, struct error *error);

/** Sets the numbers of the last step, as read, in the current row. */
void update_log(struct session *session);

#endif
