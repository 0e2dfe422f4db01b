/*
 * lock.h: one process at a time.
 *
 * A lock is a file that is always there and locked by flock: the kernel drops the lock when its holder dies, so that no
 * stale lock ever blocks anyone. The file's text says who holds it, for those who wait.
 */
#ifndef LRUN_ENGINE_BASE_LOCK_H
#define LRUN_ENGINE_BASE_LOCK_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/progress.h"

/** A lock that is held. */
struct lock {
    int descriptor;
};

#define LOCK_INIT                                                                                                      \
    {                                                                                                                  \
        .descriptor = -1                                                                                               \
    }

/**
 * Takes the lock, making its file and waiting as long as another process (or another lock of this one) holds it. A
 * waiter says so once through `progress->note`, with the holder's process and host. Fails with ERROR_STORAGE when the
 * file cannot be made or locked, ERROR_INTERRUPTED when the user stopped.
 */
bool lock_take(struct lock *lock, const char *path, struct progress *progress, struct error *error);

/** Takes the lock if nobody holds it, waiting for nobody. False also where the file cannot be made or locked. */
bool lock_try(struct lock *lock, const char *path);

/** Whether somebody holds the lock of this path; false too where no lock is or it cannot be told. Waits for nobody. */
bool lock_is_held(const char *path);

/** Gives the lock back. Accepts one that is not held. */
void lock_release(struct lock *lock);

#endif
