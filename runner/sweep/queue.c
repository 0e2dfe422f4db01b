/* queue.c: commands that run as processes, a few at a time. */
#include "runner/sweep/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "runner/train/signals.h"

#define POLL_NANOSECONDS 20000000L

extern char **environ;

/* A process that runs; pid 0: the slot is free. */
struct process {
    pid_t pid;
    size_t job;
};

struct queue {
    struct queue_client *client;
    const size_t *jobs;
    size_t count;
    size_t next;
    struct process *slots;
    size_t slot_count;
    size_t running;
    /* The signal that the processes were sent; 0: none. */
    int told;
};

/* What is between fork and exec, where only async-signal-safe functions may be called; never returns. */
static void enter_command(const struct queue_command *command, int log, int failure, pid_t parent)
{
    static const int ignored[] = {SIGPIPE, SIGXFSZ};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_DFL);
    setpgid(0, 0);
    /* Whose parent died before it asked to be told of that would never be. */
    bool ok = prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
    int null = open("/dev/null", O_RDONLY);
    ok = ok && null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(log, STDOUT_FILENO) >= 0 &&
         dup2(log, STDERR_FILENO) >= 0;
    if (ok)
        execve(command->program, (char *const *)command->arguments,
               command->environment != NULL ? command->environment : environ);
    int code = errno;
    ssize_t written = write(failure, &code, sizeof code);
    _exit(written == (ssize_t)sizeof code ? 127 : 126);
}

/* The errno with which a new process could not run its command; 0 when it does: exec closed the pipe. */
static int wait_for_exec(int descriptor)
{
    int code = 0;
    ssize_t count;
    do
        count = read(descriptor, &code, sizeof code);
    while (count < 0 && errno == EINTR);
    return count == (ssize_t)sizeof code ? code : 0;
}

static bool process_start(struct process *process, const struct queue_command *command, struct error *error)
{
    int ends[2];
    int log = open(command->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log < 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", command->log);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        close(log);
        return error_set_errno(error, ERROR_RUN, errno, "cannot make a pipe");
    }
    pid_t parent = getpid();
    process->pid = fork();
    if (process->pid == 0)
        enter_command(command, log, ends[1], parent);
    int code = process->pid < 0 ? errno : 0;
    close(log);
    close(ends[1]);
    if (process->pid > 0)
        code = wait_for_exec(ends[0]);
    close(ends[0]);
    if (code == 0)
        return true;
    if (process->pid > 0)
        waitpid(process->pid, NULL, 0);
    process->pid = 0;
    return error_set_errno(error, ERROR_RUN, code, "cannot start '%s'", command->program);
}

static bool start_next(struct queue *queue, size_t slot, struct error *error)
{
    struct process *process = &queue->slots[slot];
    struct queue_command command = {.environment = NULL};
    process->job = queue->jobs[queue->next++];
    if (!queue->client->begin(queue->client, process->job, slot, &command, error) ||
        !process_start(process, &command, error))
        return false;
    queue->running++;
    return true;
}

static bool fill_slots(struct queue *queue, struct error *error)
{
    for (size_t slot = 0; slot < queue->slot_count && queue->next < queue->count; slot++)
        if (queue->slots[slot].pid == 0 && !start_next(queue, slot, error))
            return false;
    return true;
}

/* Takes in those that ended. After an error the rest are still waited for, and their ends told. */
static void collect_ended(struct queue *queue, struct error *error)
{
    for (size_t slot = 0; slot < queue->slot_count; slot++) {
        struct process *process = &queue->slots[slot];
        struct error further = ERROR_INIT;
        int status;
        if (process->pid == 0 || waitpid(process->pid, &status, WNOHANG) != process->pid)
            continue;
        process->pid = 0;
        queue->running--;
        int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        queue->client->end(queue->client, process->job, code, error_is_set(error) ? &further : error);
    }
}

/* Tells those that run to end, once. */
static void tell(struct queue *queue, int number)
{
    if (queue->told != 0)
        return;
    queue->told = number;
    for (size_t slot = 0; slot < queue->slot_count; slot++)
        if (queue->slots[slot].pid != 0)
            kill(-queue->slots[slot].pid, number);
}

bool queue_run(const size_t *jobs, size_t count, size_t slots, struct queue_client *client, struct error *error)
{
    struct queue queue = {.client = client, .jobs = jobs, .count = count, .slot_count = slots};
    queue.slots = memory_allocate(slots, sizeof *queue.slots);
    signals_install();
    do {
        if (signals_received() == 0 && !error_is_set(error))
            fill_slots(&queue, error);
        if (signals_received() != 0 || error_is_set(error))
            tell(&queue, signals_received() != 0 ? signals_received() : SIGTERM);
        client->wait(client);
        if (queue.running > 0)
            nanosleep(&(struct timespec){.tv_nsec = POLL_NANOSECONDS}, NULL);
        collect_ended(&queue, error);
    } while (queue.running > 0 || (queue.next < queue.count && signals_received() == 0 && !error_is_set(error)));
    memory_free(queue.slots);
    if (!error_is_set(error) && signals_received() != 0)
        error_set(error, signals_error_code(), "stopped by a signal");
    return !error_is_set(error);
}
