/* doctor.h: what this build has, what this machine has, and what a run would use: for `lrun doctor`. */
#ifndef LRUN_RUNNER_CLI_DOCTOR_H
#define LRUN_RUNNER_CLI_DOCTOR_H

#include "engine/base/text.h"

/** Looks, and writes what it found; as one JSON object when `as_json`. */
void doctor_format(bool as_json, struct text *text);

#endif
