/*
 * queue.h: commands that run as processes, a few at a time: the next one starts when one ends.
 *
 * Each runs in a process group of its own, so that Ctrl-C reaches the queue alone, which passes it on once, lets the
 * processes end, and starts no more. When the queue itself dies, by whatever cause, the kernel tells them to end
 * (PR_SET_PDEATHSIG), so that no orphan goes on.
 *
 * A slot is what a process has for itself while it runs: its number, from 0, below the number of processes at once. Where
 * there are devices, it is the device's; who makes the command decides what follows from it.
 */
#ifndef LRUN_RUNNER_SWEEP_QUEUE_H
#define LRUN_RUNNER_SWEEP_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

/** A command. Everything is lent until it has begun. */
struct queue_command {
    /** The program's path. */
    const char *program;
    /** argv, ended by NULL. */
    const char *const *arguments;
    /** NULL: as the queue's own. */
    char *const *environment;
    /** The file to which its output and its errors are appended. */
    const char *log;
};

/** Who is asked for commands and told of their ends. Every function must be set. */
struct queue_client {
    /** The command of a job, which is about to begin. False with an error ends the queue. */
    bool (*begin)(struct queue_client *client, size_t job, size_t slot, struct queue_command *command,
                  struct error *error);
    /** A job has ended: its exit status; 128 and the signal when one killed it. False with an error ends the queue. */
    bool (*end)(struct queue_client *client, size_t job, int status, struct error *error);
    /** Called some times a second, while jobs run. */
    void (*wait)(struct queue_client *client);
};

/**
 * Runs jobs in their order, `slots` of them at once, until all have ended. After a signal to this process (signals.h),
 * or an error, those that run are told to end and waited for; fails then, with the signal's code for a signal.
 */
bool queue_run(const size_t *jobs, size_t count, size_t slots, struct queue_client *client, struct error *error);

#endif
