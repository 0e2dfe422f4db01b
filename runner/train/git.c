/* git.c: asking git about the repository of the working directory. */
#include "runner/train/git.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/arena.h"

extern char **environ;

static const char *const hardened[] = {
    "git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"};
#define HARDENED_COUNT (sizeof hardened / sizeof *hardened)

/* The caller's environment, but for what would change the repository, ask, or take another index. */
static char **make_environment(const char *index_file, struct arena *arena)
{
    static const char *const settings[] = {"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0"};
    size_t count = 0, kept = 0;
    while (environ[count] != NULL)
        count++;
    char **variables = arena_allocate(arena, count + 4, sizeof *variables);
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "GIT_OPTIONAL_LOCKS=", 19) != 0 &&
            strncmp(environ[i], "GIT_TERMINAL_PROMPT=", 20) != 0 &&
            (index_file == NULL || strncmp(environ[i], "GIT_INDEX_FILE=", 15) != 0))
            variables[kept++] = environ[i];
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        variables[kept++] = arena_copy_string(arena, settings[i]);
    if (index_file != NULL)
        variables[kept++] = arena_format(arena, "GIT_INDEX_FILE=%s", index_file);
    return variables;
}

/* Starts git, its output into a pipe and its complaints into a file; 0, or why it did not start. */
static int start(const struct git_question *question, int output, int complaints, pid_t *child)
{
    const char *arguments[HARDENED_COUNT + GIT_ARGUMENTS_MAX + 1];
    size_t count = 0;
    for (; count < HARDENED_COUNT; count++)
        arguments[count] = hardened[count];
    for (const char *const *argument = question->arguments; *argument != NULL; argument++) {
        assert(count < HARDENED_COUNT + GIT_ARGUMENTS_MAX);
        arguments[count++] = *argument;
    }
    arguments[count] = NULL;
    struct arena arena = ARENA_INIT;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (complaints >= 0)
        posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
    else
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failure = posix_spawnp(child, "git", &actions, NULL, (char *const *)arguments,
                               make_environment(question->index_file, &arena));
    posix_spawn_file_actions_destroy(&actions);
    arena_finish(&arena);
    return failure;
}

/* Reads to the end or to the limit; true when it was the limit. */
static bool read_output(int descriptor, size_t limit, struct text *output)
{
    char bytes[16 << 10];
    for (;;) {
        ssize_t count = read(descriptor, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bool is_cut = output->length + (size_t)count > limit;
        text_append_bytes(output, bytes, is_cut ? limit - output->length : (size_t)count);
        if (is_cut)
            return true;
    }
}

static bool ended_well(pid_t child)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool git_ask(const struct git_question *question, struct git_answer *answer)
{
    int ends[2];
    pid_t child;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    int complaints = memfd_create("complaints", MFD_CLOEXEC);
    bool started = start(question, ends[1], complaints, &child) == 0;
    close(ends[1]);
    answer->is_cut = started && read_output(ends[0], question->limit, &answer->output);
    close(ends[0]); /* which ends a git that still writes */
    bool ok = started && ended_well(child);
    ssize_t length = complaints >= 0 ? pread(complaints, answer->complaint, sizeof answer->complaint - 1, 0) : 0;
    answer->complaint[length > 0 ? length : 0] = '\0';
    answer->complaint[strcspn(answer->complaint, "\n")] = '\0';
    if (complaints >= 0)
        close(complaints);
    return ok || answer->is_cut;
}

void git_answer_finish(struct git_answer *answer)
{
    text_finish(&answer->output);
    *answer = (struct git_answer)GIT_ANSWER_INIT;
}
