/*
 * bench_command.c: what a short command costs: the fastest of some runs, and the most memory that one of them held.
 *
 *     bench_command RUNS PROGRAM [ARGUMENT]...
 *
 * Prints "ms 3.1 cpu_ms 2.9 peak_mib 6.2". What the command prints is thrown away, and its status does not count.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct cost {
    double seconds;
    double cpu_seconds;
    double peak_mib;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static _Noreturn void become(char **command)
{
    int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0)
        for (int i = 0; i <= STDERR_FILENO; i++)
            dup2(nothing, i);
    execvp(command[0], command);
    _exit(127);
}

static struct cost measure(char **command)
{
    struct rusage usage;
    int status = 0;
    double start = now();
    pid_t child = fork();
    if (child == 0)
        become(command);
    if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) == 127) {
        fprintf(stderr, "bench_command: cannot run '%s'\n", command[0]);
        exit(1);
    }
    return (struct cost){now() - start, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
                         (double)usage.ru_maxrss / 1024};
}

int main(int argc, char **argv)
{
    int runs = argc > 2 ? atoi(argv[1]) : 0;
    if (runs < 1)
        return fprintf(stderr, "bench_command: wanted a number of runs and a command\n"), 2;
    struct cost best = measure(argv + 2);
    for (int i = 1; i < runs; i++) {
        struct cost cost = measure(argv + 2);
        best.seconds = cost.seconds < best.seconds ? cost.seconds : best.seconds;
        best.cpu_seconds = cost.cpu_seconds < best.cpu_seconds ? cost.cpu_seconds : best.cpu_seconds;
        best.peak_mib = cost.peak_mib > best.peak_mib ? cost.peak_mib : best.peak_mib;
    }
    printf("ms %.1f cpu_ms %.1f peak_mib %.1f\n", best.seconds * 1e3, best.cpu_seconds * 1e3, best.peak_mib);
    return 0;
}
