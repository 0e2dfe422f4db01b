/* peak.h: what this machine can do at most, measured: what kernels and steps are compared to. */
#ifndef LRUN_ENGINE_BACKENDS_CPU_PEAK_H
#define LRUN_ENGINE_BACKENDS_CPU_PEAK_H

/** The best of some products of 1024 x 1024 matrices in float32, in GFLOP/s; 0 without a library that multiplies. */
double peak_measure_gflops(void);

/** The best of some copies of 128 MiB, reading and writing counted, in GB/s; 0 without the memory for it. */
double peak_measure_bandwidth(void);

#endif
