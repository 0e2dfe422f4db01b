/* half.h: what this machine does with bfloat16. */
#ifndef LRUN_ENGINE_BACKENDS_CPU_HALF_H
#define LRUN_ENGINE_BACKENDS_CPU_HALF_H

#include <stdbool.h>

/** The implementation that convolves bfloat16 fast here, as its library names it ("jit:avx512_core_bf16"); NULL: none. */
const char *half_find_implementation(void);

/** True when that implementation computes in float32, as the processor cannot: that saves memory, but no time. */
bool half_is_emulated(void);

/** True when that implementation wants the channels of a pixel together (AMX), not in blocks. */
bool half_is_channels_last(void);

#endif
