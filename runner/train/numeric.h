/* numeric.h: what is said when a number of training is not finite: step, layer, samples. */
#ifndef LRUN_RUNNER_TRAIN_NUMERIC_H
#define LRUN_RUNNER_TRAIN_NUMERIC_H

#include "runner/train/session.h"

#define NUMERIC_HINT                                                                                                   \
    "a lower learning rate, a warm-up or trainer.gradient_clip_val helps when training diverges; look at the samples " \
    "when it fails at once"

/** True when none is NaN or infinite. */
bool numbers_are_finite(struct numbers numbers, int64_t count);

/** Where it happened. */
struct numeric_place {
    const struct position *position;
    /** Of the batches of an optimizer step, which one. */
    int batch_number;
    /** What was random in its run followed from this (session_round). */
    int64_t round;
    const struct batch *batch;
    double learning_rate;
    /** What the loss was scaled by; 0: it was not. */
    double loss_scale;
};

/** Sets ERROR_NUMERIC, naming `bad` (NULL: not found). Returns false. */
bool numeric_error(const struct numeric_place *place, const struct node *bad, double loss, struct error *error);

/** Runs the step's batch again to find the first bad node, and sets the error. Nothing is updated. Returns false. */
bool numeric_diagnose(struct step *step, const struct numeric_place *place, struct error *error);

/**
 * As numeric_diagnose, for the fault that a replica is known to have, of a batch of this epoch that is gone: makes it again. The
 * training loop then stands at its step, and may not go on. Returns false.
 */
bool numeric_diagnose_late(struct session *session, struct replica *replica, struct error *error);

#endif
