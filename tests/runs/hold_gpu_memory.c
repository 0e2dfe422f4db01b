/*
 * hold_gpu_memory.c: runs a command while all but so many MiB of the first GPU's memory are taken; ends as it does.
 *
 *     hold_gpu_memory LEFT_MIB PROGRAM [ARGUMENT]...
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/backends/device.h"

#define MIB ((size_t)1 << 20)

/* What is taken stays taken until the process ends. */
static bool hold_memory(size_t left, struct error *error)
{
    struct device_facts facts;
    struct device *device = device_open(BACKEND_CUDA, 0, error);
    return device != NULL && device_describe(BACKEND_CUDA, 0, &facts, error) &&
           (facts.free_memory <= left || device_allocate(device, facts.free_memory - left, "a test", error) != NULL);
}

int main(int count, char **arguments)
{
    struct error error = ERROR_INIT;
    int status = 0;
    if (count < 3)
        return 2;
    if (!hold_memory((size_t)atol(arguments[1]) * MIB, &error))
        return fprintf(stderr, "hold_gpu_memory: %s\n", error.message), 1;
    pid_t child = fork();
    if (child == 0) {
        execv(arguments[2], arguments + 2);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
