/*
 * breaker.c: a library to preload, which counts what a program does to the disk and breaks it at a chosen count, and hides
 * libraries.
 *
 * What is on a disk after a process was killed depends only on what it did to the disk before: so killing it at every
 * such call is killing it at every moment that matters.
 *
 *     BREAK_AT     the call at which it happens, from 1; 0 or unset: never
 *     BREAK_HOW    kill, term or int: this signal is sent, with half of the call's bytes written; full: from this call on
 *                  the disk is full; twice: SIGINT there and again at the next call
 *     BREAK_COUNT  a file into which the number of calls is written at the end
 *     HIDE         libraries that have this in their name are not found when the program opens them
 *
 * Syncing is left out, since it changes nothing that a killed process could leave, and costs most of a short run's time.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;
static long break_at;
static char break_how[8];
static char count_path[4096];
static char hidden[64];

static void *original(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL)
        abort();
    return function;
}

/* The C standard has no cast from an object's pointer to a function's; POSIX has this. */
#define ORIGINAL(type, name, ...)                                                                                      \
    static type (*real)(__VA_ARGS__);                                                                                  \
    if (real == NULL) {                                                                                                \
        void *found = original(name);                                                                                  \
        memcpy(&real, &found, sizeof real);                                                                            \
    }

static void __attribute__((constructor)) breaker_begin(void)
{
    const char *at = getenv("BREAK_AT"), *how = getenv("BREAK_HOW"), *path = getenv("BREAK_COUNT");
    break_at = at != NULL ? atol(at) : 0;
    snprintf(break_how, sizeof break_how, "%s", how != NULL ? how : "kill");
    snprintf(count_path, sizeof count_path, "%s", path != NULL ? path : "");
    const char *part = getenv("HIDE");
    snprintf(hidden, sizeof hidden, "%s", part != NULL ? part : "");
    unsetenv("LD_PRELOAD"); /* what the program starts is not counted */
}

static void __attribute__((destructor)) breaker_end(void)
{
    FILE *file = count_path[0] != '\0' ? fopen(count_path, "we") : NULL;
    if (file == NULL)
        return;
    fprintf(file, "%ld\n", atomic_load(&calls));
    fclose(file);
}

enum moment { BEFORE, AT, AFTER };

static enum moment count_call(void)
{
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (break_at == 0 || number < break_at)
        return BEFORE;
    return number == break_at ? AT : AFTER;
}

static int is_full(enum moment moment)
{
    if (moment == BEFORE || strcmp(break_how, "full") != 0)
        return 0;
    errno = ENOSPC;
    return 1;
}

static void send_signal(enum moment moment)
{
    if (moment == AT && strcmp(break_how, "kill") == 0)
        raise(SIGKILL);
    else if (moment == AT && strcmp(break_how, "term") == 0)
        kill(getpid(), SIGTERM);
    else if (moment == AT && strcmp(break_how, "int") == 0)
        kill(getpid(), SIGINT);
    else if (moment != BEFORE && strcmp(break_how, "twice") == 0)
        kill(getpid(), SIGINT);
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
    ORIGINAL(ssize_t, "write", int, const void *, size_t)
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || descriptor <= STDERR_FILENO)
        return real(descriptor, bytes, size);
    enum moment moment = count_call();
    if (moment == AT) {
        ssize_t half = size > 1 ? real(descriptor, bytes, size / 2) : 0;
        send_signal(moment);
        if (half > 0)
            return half;
    }
    send_signal(moment == AT ? BEFORE : moment);
    return is_full(moment) ? -1 : real(descriptor, bytes, size);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
    ORIGINAL(ssize_t, "pwrite", int, const void *, size_t, off_t)
    enum moment moment = count_call();
    send_signal(moment);
    return is_full(moment) ? -1 : real(descriptor, bytes, size, offset);
}

int rename(const char *from, const char *to)
{
    ORIGINAL(int, "rename", const char *, const char *)
    send_signal(count_call());
    return real(from, to);
}

int link(const char *from, const char *to)
{
    ORIGINAL(int, "link", const char *, const char *)
    enum moment moment = count_call();
    send_signal(moment);
    return is_full(moment) ? -1 : real(from, to);
}

int unlink(const char *path)
{
    ORIGINAL(int, "unlink", const char *)
    send_signal(count_call());
    return real(path);
}

int mkdir(const char *path, mode_t mode)
{
    ORIGINAL(int, "mkdir", const char *, mode_t)
    enum moment moment = count_call();
    send_signal(moment);
    return is_full(moment) ? -1 : real(path, mode);
}

int ftruncate(int descriptor, off_t size)
{
    ORIGINAL(int, "ftruncate", int, off_t)
    send_signal(count_call());
    return real(descriptor, size);
}

int fallocate(int descriptor, int mode, off_t offset, off_t size)
{
    ORIGINAL(int, "fallocate", int, int, off_t, off_t)
    enum moment moment = count_call();
    send_signal(moment);
    return is_full(moment) ? -1 : real(descriptor, mode, offset, size);
}

void *dlopen(const char *file, int mode)
{
    ORIGINAL(void *, "dlopen", const char *, int)
    char elsewhere[512];
    if (file == NULL || hidden[0] == '\0' || strstr(file, hidden) == NULL)
        return real(file, mode);
    snprintf(elsewhere, sizeof elsewhere, "/nowhere/%s", file);
    return real(elsewhere, mode);
}

int fsync(int descriptor)
{
    (void)descriptor;
    return 0;
}

int fdatasync(int descriptor)
{
    (void)descriptor;
    return 0;
}

int syncfs(int descriptor)
{
    (void)descriptor;
    return 0;
}
