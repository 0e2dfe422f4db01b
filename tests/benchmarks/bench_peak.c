/* bench_peak.c: the machine's measured peak: "gflops 435.1 gbytes 44.0". Threads are OMP_NUM_THREADS'. */
#include <stdio.h>

#include "engine/backends/cpu/peak.h"

int main(void)
{
    printf("gflops %.1f gbytes %.1f\n", peak_measure_gflops(), peak_measure_bandwidth());
    return 0;
}
