/* revision.c: a config as it was in a git revision. */
#include "runner/cli/revision.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"

#define ANSWER_BYTES_MAX ((size_t)64 << 10)
#define HARDEN "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"

extern char **environ;

bool revision_is_named(const char *argument)
{
    const char *colon = strchr(argument, ':');
    return colon != NULL && colon != argument && !file_exists(argument) && !directory_exists(argument);
}

/* The environment with an index of our own, so that the repository's stays as it is. */
static char **make_environment(struct revision *revision)
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **variables = arena_allocate(&revision->arena, count + 2, sizeof *variables);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "GIT_INDEX_FILE=", 15) != 0)
            variables[kept++] = environ[i];
    variables[kept] = arena_format(&revision->arena, "GIT_INDEX_FILE=%s/index", revision->folder);
    return variables;
}

/* Runs git; its answer and its complaints go to files in the folder. False when it did not end well. */
static bool run_git(struct revision *revision, const char *const arguments[])
{
    const char *answer = arena_format(&revision->arena, "%s/answer", revision->folder);
    const char *complaint = arena_format(&revision->arena, "%s/complaint", revision->folder);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, answer, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, complaint, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child;
    int failure = posix_spawnp(&child, "git", &actions, NULL, (char *const *)arguments, make_environment(revision));
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    return failure == 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The first line of what git wrote; "" for nothing. */
static const char *read_line(struct revision *revision, const char *name)
{
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    const char *path = arena_format(&revision->arena, "%s/%s", revision->folder, name);
    const char *line = "";
    if (file_read(path, ANSWER_BYTES_MAX, &bytes, ERROR_STORAGE, &error))
        line = arena_copy_bytes(&revision->arena, text_string(&bytes), strcspn(text_string(&bytes), "\n"));
    text_finish(&bytes);
    return line;
}

static bool fail_by_git(struct revision *revision, const char *argument, struct error *error)
{
    const char *complaint = read_line(revision, "complaint");
    error_set(error, ERROR_CONFIG, "cannot read '%s' from git%s%s", argument, *complaint != '\0' ? ": " : "",
              complaint);
    return error_hint(error, "a revision's config is named as git names it: HEAD~1:configs/voc_detect.yaml");
}

static bool make_folder(struct revision *revision, struct error *error)
{
    const char *parent = getenv("TMPDIR");
    char *folder =
        arena_format(&revision->arena, "%s/lrun-revision-XXXXXX", parent != NULL && *parent != '\0' ? parent : "/tmp");
    if (mkdtemp(folder) == NULL)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot make the folder '%s'", folder);
    revision->folder = folder;
    revision->top = arena_format(&revision->arena, "%s/tree/", folder);
    return directory_create(revision->top, error);
}

bool revision_open(struct revision *revision, const char *argument, struct error *error)
{
    static const char *const ask_prefix[] = {"git", "rev-parse", "--show-prefix", NULL};
    size_t length = strcspn(argument, ":");
    const char *path = argument + length + 1;
    const char *commit = arena_copy_bytes(&revision->arena, argument, length);
    revision->name = arena_format(&revision->arena, "%s:", commit);
    if (!make_folder(revision, error))
        return false;
    const char *const checkout[] = {
        "git",      HARDEN,         arena_format(&revision->arena, "--work-tree=%s", revision->top),
        "checkout", "--quiet",      commit,
        "--",       ":(top)*.yaml", NULL};
    if (*commit == '-' || !run_git(revision, ask_prefix))
        return fail_by_git(revision, argument, error);
    /* As in `git show`: a path that begins with a dot is relative to where we are. */
    const char *prefix = *path == '.' ? read_line(revision, "answer") : "";
    revision->path = arena_format(&revision->arena, "%s%s%s", revision->top, prefix, path);
    if (!run_git(revision, checkout))
        return fail_by_git(revision, argument, error);
    if (file_exists(revision->path))
        return true;
    error_set(error, ERROR_CONFIG, "the revision '%s' has no YAML file '%s%s'", commit, prefix, path);
    return error_hint(error, "git ls-tree -r --name-only %s", commit);
}

void revision_close(struct revision *revision)
{
    struct error ignored = ERROR_INIT;
    if (revision->folder != NULL)
        directory_remove(revision->folder, &ignored);
    arena_finish(&revision->arena);
    *revision = (struct revision)REVISION_INIT;
}
