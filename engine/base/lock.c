/* lock.c: one process at a time, by flock. */
#include "engine/base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_POLL_NANOSECONDS 50000000L

static void lock_report_holder(int descriptor, const char *path, struct progress *progress)
{
    char holder[128];
    ssize_t length = pread(descriptor, holder, sizeof holder - 1, 0);
    holder[length > 0 ? length : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    char line[512];
    snprintf(line, sizeof line, "waiting for %s, which holds '%s'", *holder != '\0' ? holder : "another process", path);
    progress->note(progress, line);
}

/* Who waits is told this; what cannot be written is not missed. */
static void lock_write_holder(int descriptor)
{
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    char holder[128];
    int length = snprintf(holder, sizeof holder, "process %ld on %s\n", (long)getpid(), host);
    if (ftruncate(descriptor, 0) == 0) {
        ssize_t ignored = pwrite(descriptor, holder, (size_t)length, 0);
        (void)ignored;
    }
}

static bool lock_wait(int descriptor, const char *path, struct progress *progress, struct error *error)
{
    bool told = false;
    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_set_errno(error, ERROR_STORAGE, errno, "cannot lock '%s'", path);
        if (progress->stopped(progress))
            return error_set(error, ERROR_INTERRUPTED, "stopped while waiting for '%s'", path);
        if (!told)
            lock_report_holder(descriptor, path, progress);
        told = true;
        nanosleep(&(struct timespec){.tv_nsec = LOCK_POLL_NANOSECONDS}, NULL);
    }
    return true;
}

bool lock_take(struct lock *lock, const char *path, struct progress *progress, struct error *error)
{
    lock->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock->descriptor < 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot open the lock '%s'", path);
    if (!lock_wait(lock->descriptor, path, progress, error)) {
        lock_release(lock);
        return false;
    }
    lock_write_holder(lock->descriptor);
    return true;
}

bool lock_try(struct lock *lock, const char *path)
{
    lock->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock->descriptor < 0)
        return false;
    if (flock(lock->descriptor, LOCK_EX | LOCK_NB) != 0) {
        lock_release(lock);
        return false;
    }
    lock_write_holder(lock->descriptor);
    return true;
}

bool lock_is_held(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    /* Shared: those who ask at the same time do not take each other for a holder. */
    bool held = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(descriptor);
    return held;
}

void lock_release(struct lock *lock)
{
    if (lock->descriptor >= 0)
        close(lock->descriptor);
    lock->descriptor = -1;
}
