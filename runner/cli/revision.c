/* revision.c: a config as it was in a git revision. */
#include "runner/cli/revision.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "runner/train/git.h"

#define ANSWER_BYTES_MAX ((size_t)64 << 10)

bool revision_is_named(const char *argument)
{
    const char *colon = strchr(argument, ':');
    return colon != NULL && colon != argument && !file_exists(argument) && !directory_exists(argument);
}

static bool fail(const char *argument, const char *complaint, struct error *error)
{
    error_set(error, ERROR_CONFIG, "cannot read '%s' from git%s%s", argument, *complaint != '\0' ? ": " : "",
              complaint);
    return error_hint(error, "a revision's config is named as git names it: HEAD~1:configs/voc_detect.yaml");
}

/* Asks git with an index of our own, so that the repository's stays as it is; sets error when it complains. */
static bool ask_git(struct revision *revision, const char *const arguments[], const char *argument,
                    struct git_answer *answer, struct error *error)
{
    const struct git_question question = {
        .arguments = arguments,
        .index_file = arena_format(&revision->arena, "%s/index", revision->folder),
        .limit = ANSWER_BYTES_MAX,
    };
    return git_ask(&question, answer) || fail(argument, answer->complaint, error);
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

/* Where we are in the repository: "configs/", "". NULL after setting the error. */
static const char *find_prefix(struct revision *revision, const char *argument, struct error *error)
{
    static const char *const ask_prefix[] = {"rev-parse", "--show-prefix", NULL};
    struct git_answer answer = GIT_ANSWER_INIT;
    const char *prefix = NULL;
    if (ask_git(revision, ask_prefix, argument, &answer, error)) {
        const char *line = text_string(&answer.output);
        prefix = arena_copy_bytes(&revision->arena, line, strcspn(line, "\n"));
    }
    git_answer_finish(&answer);
    return prefix;
}

static bool check_out(struct revision *revision, const char *commit, const char *argument, struct error *error)
{
    const char *const checkout[] = {
        arena_format(&revision->arena, "--work-tree=%s", revision->top),
        "checkout",
        "--quiet",
        commit,
        "--",
        ":(top)*.yaml",
        NULL,
    };
    struct git_answer answer = GIT_ANSWER_INIT;
    bool ok = ask_git(revision, checkout, argument, &answer, error);
    git_answer_finish(&answer);
    return ok;
}

bool revision_open(struct revision *revision, const char *argument, struct error *error)
{
    size_t length = strcspn(argument, ":");
    const char *path = argument + length + 1;
    const char *commit = arena_copy_bytes(&revision->arena, argument, length);
    revision->name = arena_format(&revision->arena, "%s:", commit);
    if (*commit == '-')
        return fail(argument, "", error);
    if (!make_folder(revision, error))
        return false;
    const char *prefix = find_prefix(revision, argument, error);
    if (prefix == NULL)
        return false;
    /* As in `git show`: a path that begins with a dot is relative to where we are. */
    prefix = *path == '.' ? prefix : "";
    revision->path = arena_format(&revision->arena, "%s%s%s", revision->top, prefix, path);
    if (!check_out(revision, commit, argument, error))
        return false;
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
