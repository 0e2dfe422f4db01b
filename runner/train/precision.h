/* precision.h: what trainer.precision means: the floating types of a graph. */
#ifndef LRUN_RUNNER_TRAIN_PRECISION_H
#define LRUN_RUNNER_TRAIN_PRECISION_H

#include "engine/backends/device.h"
#include "engine/base/text.h"
#include "engine/graph/graph.h"
#include "runner/train/trainer_params.h"

/** The types of a precision that precision_check let pass. */
struct number_types precision_types(enum precision precision);

/** A line for a summary: its name (that of an alias is what it stands for), and what computes in it on that backend. */
void precision_describe(enum precision precision, enum backend backend, struct text *text);

/** Fails with ERROR_CONFIG where this build, or this processor where that computes, cannot compute so. */
bool precision_check(enum precision precision, enum backend backend, struct error *error);

#endif
