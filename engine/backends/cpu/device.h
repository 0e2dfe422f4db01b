/* device.h: the processor as a device: its memory is the program's own, and nothing waits. */
#ifndef LRUN_ENGINE_BACKENDS_CPU_DEVICE_H
#define LRUN_ENGINE_BACKENDS_CPU_DEVICE_H

#include "engine/backends/device.h"

extern const struct device_interface cpu_interface;

#endif
