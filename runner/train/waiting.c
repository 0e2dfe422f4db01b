/* waiting.c: how the threads of a step wait for each other. */
#include "runner/train/waiting.h"

#include <stdlib.h>
#include <unistd.h>

#include "build_config.h"

/* Looks at the barrier, some hundred microseconds: most waits within a step are shorter. */
#define SPINS "5000"

void waiting_make_brief(char *const arguments[])
{
    if (!LRUN_HAVE_OPENMP || getenv("OMP_WAIT_POLICY") != NULL || getenv("GOMP_SPINCOUNT") != NULL)
        return;
    if (setenv("GOMP_SPINCOUNT", SPINS, 0) == 0)
        execv("/proc/self/exe", arguments);
}
