/* machine.h: which machine this is, as far as the speed of kernels depends on it. */
#ifndef LRUN_ENGINE_BACKENDS_CPU_MACHINE_H
#define LRUN_ENGINE_BACKENDS_CPU_MACHINE_H

#include "engine/base/digest.h"
#include "engine/base/text.h"

/** Appends the processor's name: "AMD EPYC 9254 24-Core Processor"; nothing where the system does not say. */
void machine_format_processor(struct text *text);

/** The digest of the processor's kind, its instruction sets, the libraries that compute and the version of our own kernels. */
void machine_digest(char hex[DIGEST_HEX_BYTES]);

#endif
