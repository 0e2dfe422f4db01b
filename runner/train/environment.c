/* environment.c: where and with what a run was made. */
#include "runner/train/environment.h"

#include <archive.h>
#include <curl/curlver.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <jpeglib.h>
#include <libxml/xmlversion.h>
#include <png.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build_config.h"
#include "runner/train/run_state.h"
#if LRUN_HAVE_ONEDNN
#include <dnnl_version.h>
#endif

extern char **environ;

/* Runs git without letting the repository's config start anything; its exit status, -1 when it could not run. */
static int git_run(const char *const arguments[], char *output, size_t size)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int failure = posix_spawnp(&child, "git", &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    size_t length = 0;
    ssize_t count = 0;
    while (failure == 0 && length + 1 < size && (count = read(ends[0], output + length, size - 1 - length)) > 0)
        length += (size_t)count;
    output[length] = '\0';
    output[strcspn(output, "\n")] = '\0';
    close(ends[0]);
    int status = 0;
    if (failure != 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

static void describe_git(json_t *description)
{
    char commit[128], nothing[8];
    static const char *const head[] = {"git", "-c", "core.fsmonitor=false", "rev-parse", "HEAD", NULL};
    static const char *const changes[] = {
        "git", "-c", "core.fsmonitor=false", "diff-index", "--no-ext-diff", "--quiet", "HEAD", "--", NULL};
    bool known = git_run(head, commit, sizeof commit) == 0;
    json_object_set_new(description, "git_commit", known ? json_string(commit) : json_null());
    json_object_set_new(description, "git_dirty",
                        known ? json_boolean(git_run(changes, nothing, sizeof nothing) != 0) : json_null());
}

static void describe_processor(json_t *description)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        line[strcspn(line, "\n")] = '\0';
        json_object_set_new(description, "processor", json_string(colon + 2));
        break;
    }
    if (file != NULL)
        fclose(file);
    json_object_set_new(description, "cores", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
}

json_t *environment_versions(void)
{
    json_t *versions = json_object();
    json_object_set_new(versions, "lrun", json_string(LRUN_VERSION));
    json_object_set_new(versions, "compiler", json_string(__VERSION__));
    json_object_set_new(versions, "libc", json_string(gnu_get_libc_version()));
    json_object_set_new(versions, "libjpeg", json_integer(JPEG_LIB_VERSION));
    json_object_set_new(versions, "libpng", json_string(PNG_LIBPNG_VER_STRING));
#if LRUN_HAVE_ONEDNN
    json_object_set_new(versions, "onednn",
                        json_sprintf("%d.%d.%d", DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, DNNL_VERSION_PATCH));
#endif
    return versions;
}

/* Those that compute, and those that read. */
static json_t *all_versions(void)
{
    json_t *versions = environment_versions();
    json_object_set_new(versions, "jansson", json_string(JANSSON_VERSION));
    json_object_set_new(versions, "libarchive", json_string(ARCHIVE_VERSION_ONLY_STRING));
    json_object_set_new(versions, "libcurl", json_string(LIBCURL_VERSION));
    json_object_set_new(versions, "libxml2", json_string(LIBXML_DOTTED_VERSION));
    return versions;
}

json_t *environment_describe(void)
{
    json_t *description = json_object();
    char text[128] = "";
    run_state_format_now(text);
    json_object_set_new(description, "started", json_string(text));
    gethostname(text, sizeof text - 1);
    json_object_set_new(description, "host", json_string(text));
    describe_processor(description);
    describe_git(description);
    json_object_set_new(description, "versions", all_versions());
    return description;
}

static const char *yes_or_no(bool has)
{
    return has ? "yes" : "no";
}

void environment_format_version(struct text *text)
{
    static const char *const unused[] = {"not found", "found, no backend in this version"};
    const char *name;
    json_t *versions = all_versions(), *version;
    text_append(text, "lrun " LRUN_VERSION "\n");
    text_format(text, "oneDNN: %s\nOpenBLAS: %s\nOpenMP: %s\n", yes_or_no(LRUN_HAVE_ONEDNN),
                yes_or_no(LRUN_HAVE_OPENBLAS), yes_or_no(LRUN_HAVE_OPENMP));
    text_format(text, "CUDA: %s\nMPI: %s\n", unused[LRUN_HAVE_CUDA], unused[LRUN_HAVE_MPI]);
    json_object_del(versions, "lrun");
    json_object_foreach (versions, name, version) {
        if (json_is_string(version))
            text_format(text, "%s %s\n", name, json_string_value(version));
        else
            text_format(text, "%s %" JSON_INTEGER_FORMAT "\n", name, json_integer_value(version));
    }
    json_decref(versions);
}
