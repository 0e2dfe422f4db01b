/* precision.h: what trainer.precision means: the floating types of a graph. */
#ifndef LRUN_RUNNER_TRAIN_PRECISION_H
#define LRUN_RUNNER_TRAIN_PRECISION_H

#include "engine/graph/graph.h"
#include "runner/train/trainer_params.h"

/** The types of a precision that precision_check let pass. */
struct number_types precision_types(enum precision precision);

/** The name as a config writes it: "bf16-mixed" for its alias "bf16" too. */
const char *precision_name(enum precision precision);

/** Fails with ERROR_CONFIG where this build or this processor cannot compute so. */
bool precision_check(enum precision precision, struct error *error);

#endif
