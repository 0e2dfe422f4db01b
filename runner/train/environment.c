/* environment.c: where and with what a run was made. */
#include "runner/train/environment.h"

#include <archive.h>
#include <curl/curlver.h>
#include <gnu/libc-version.h>
#include <jpeglib.h>
#include <libxml/xmlversion.h>
#include <png.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "build_config.h"
#include "engine/backends/cpu/machine.h"
#include "engine/base/digest.h"
#include "runner/train/git.h"
#include "runner/train/run_state.h"
#if LRUN_HAVE_ONEDNN
#include <dnnl_version.h>
#endif

#define UNTRACKED_NAMES_MAX 100
#define UNTRACKED_BYTES_MAX ((size_t)64 << 10)

/* The digest stands for the changes; what is too large to keep has neither. */
static void describe_changes(json_t *description, struct text *patch)
{
    static const char *const diff[] = {"diff",
                                       "--no-ext-diff",
                                       "--no-textconv",
                                       "--no-color",
                                       "--no-relative",
                                       "--ignore-submodules=dirty",
                                       "--src-prefix=a/",
                                       "--dst-prefix=b/",
                                       "--binary",
                                       "--full-index",
                                       "HEAD",
                                       "--",
                                       NULL};
    const struct git_question question = {.arguments = diff, .limit = ENVIRONMENT_PATCH_BYTES_MAX};
    struct git_answer answer = GIT_ANSWER_INIT;
    char digest[DIGEST_HEX_BYTES];
    bool known = git_ask(&question, &answer), has_patch = known && answer.output.length > 0 && !answer.is_cut;
    json_object_set_new(description, "git_dirty", known ? json_boolean(answer.output.length > 0) : json_null());
    if (has_patch) {
        digest_bytes(DIGEST_SHA256, answer.output.data, answer.output.length, digest);
        if (patch != NULL)
            text_append_bytes(patch, answer.output.data, answer.output.length);
    }
    json_object_set_new(description, "git_patch", has_patch ? json_string(digest) : json_null());
    if (answer.is_cut)
        json_object_set_new(description, "git_patch_note",
                            json_sprintf("left out: more than %zu bytes", ENVIRONMENT_PATCH_BYTES_MAX));
    git_answer_finish(&answer);
}

/* Files that git does not know and does not ignore: what the patch lacks. A folder of such is one name. */
static void describe_untracked(json_t *description)
{
    static const char *const list[] = {"ls-files", "--others", "--exclude-standard", "--directory", "--full-name", "--",
                                       ":/",       NULL};
    const struct git_question question = {.arguments = list, .limit = UNTRACKED_BYTES_MAX};
    struct git_answer answer = GIT_ANSWER_INIT;
    bool known = git_ask(&question, &answer);
    json_t *names = json_array();
    size_t length = 0;
    for (const char *at = text_string(&answer.output); *at != '\0'; at += length + (at[length] == '\n')) {
        length = strcspn(at, "\n");
        if (json_array_size(names) < UNTRACKED_NAMES_MAX)
            json_array_append_new(names, json_stringn(at, length));
        else
            answer.is_cut = true;
    }
    json_object_set(description, "git_untracked", known ? names : json_null());
    if (answer.is_cut)
        json_object_set_new(description, "git_untracked_note", json_string("there are more"));
    json_decref(names);
    git_answer_finish(&answer);
}

static void describe_git(json_t *description, struct text *patch)
{
    static const char *const head[] = {"rev-parse", "--verify", "HEAD", NULL};
    const struct git_question question = {.arguments = head, .limit = 1000};
    struct git_answer answer = GIT_ANSWER_INIT;
    bool known = git_ask(&question, &answer);
    const char *commit = text_string(&answer.output);
    json_object_set_new(description, "git_commit", known ? json_stringn(commit, strcspn(commit, "\n")) : json_null());
    git_answer_finish(&answer);
    if (known) {
        describe_changes(description, patch);
        describe_untracked(description);
    } else {
        json_object_set_new(description, "git_dirty", json_null());
    }
}

static void describe_processor(json_t *description)
{
    struct text name = TEXT_INIT;
    machine_format_processor(&name);
    if (name.length > 0)
        json_object_set_new(description, "processor", json_string(text_string(&name)));
    text_finish(&name);
    json_object_set_new(description, "cores", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
}

/* A device's parts by the keys that they have in files, in the order of backend_find_parts. */
static const char *const part_keys[BACKEND_PARTS_MAX] = {"cuda", "driver", "cudnn", "cublaslt"};

/* What computes where it is not the processor. */
static void describe_device(json_t *description, const struct device *device)
{
    struct backend_part parts[BACKEND_PARTS_MAX];
    if (device == NULL || device_is_host(device))
        return;
    int count = backend_find_parts(device->backend, parts);
    json_object_set_new(description, "device", json_string(device->name));
    if (device->facts != NULL)
        json_object_set_new(description, "device_details", json_string(device->facts->details));
    for (int i = 0; i < count; i++)
        json_object_set_new(description, part_keys[i], json_string(parts[i].version));
}

static const char *device_of(const json_t *versions)
{
    const char *device = json_string_value(json_object_get(versions, "device"));
    return device != NULL ? device : "the processor";
}

void environment_format_differences(const json_t *then, const json_t *now, struct text *lines)
{
    if (strcmp(device_of(then), device_of(now)) != 0) {
        text_format(lines, "the checkpoint was made on %s, this run is on %s: results may differ in the last bits\n",
                    device_of(then), device_of(now));
        return;
    }
    for (size_t i = 0; i < sizeof part_keys / sizeof *part_keys; i++) {
        const char *old = json_string_value(json_object_get(then, part_keys[i]));
        const char *new = json_string_value(json_object_get(now, part_keys[i]));
        if (old != NULL && new != NULL && strcmp(old, new) != 0)
            text_format(lines,
                        "the checkpoint was made with %s %s, this run has %s: results may differ in the last bits\n",
                        part_keys[i], old, new);
    }
}

json_t *environment_versions(const struct device *device)
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
    describe_device(versions, device);
    return versions;
}

/* Those that compute, and those that read. */
static json_t *all_versions(void)
{
    json_t *versions = environment_versions(NULL);
    json_object_set_new(versions, "jansson", json_string(JANSSON_VERSION));
    json_object_set_new(versions, "libarchive", json_string(ARCHIVE_VERSION_ONLY_STRING));
    json_object_set_new(versions, "libcurl", json_string(LIBCURL_VERSION));
    json_object_set_new(versions, "libxml2", json_string(LIBXML_DOTTED_VERSION));
    return versions;
}

json_t *environment_describe(const struct device *device, struct text *patch)
{
    json_t *description = json_object();
    char text[128] = "";
    run_state_format_now(text);
    json_object_set_new(description, "started", json_string(text));
    gethostname(text, sizeof text - 1);
    json_object_set_new(description, "host", json_string(text));
    describe_processor(description);
    describe_device(description, device);
    describe_git(description, patch);
    json_object_set_new(description, "versions", all_versions());
    return description;
}

static const char *yes_or_no(bool has)
{
    return has ? "yes" : "no";
}

void environment_format_version(struct text *text)
{
    const char *name;
    json_t *versions = all_versions(), *version;
    text_append(text, "lrun " LRUN_VERSION "\n");
    text_format(text, "oneDNN: %s\nOpenBLAS: %s\nOpenMP: %s\n", yes_or_no(LRUN_HAVE_ONEDNN),
                yes_or_no(LRUN_HAVE_OPENBLAS), yes_or_no(LRUN_HAVE_OPENMP));
    text_format(text, "CUDA: %s\nMPI: %s\n", yes_or_no(LRUN_HAVE_CUDA),
                LRUN_HAVE_MPI ? "found, not used by this version" : "not found");
    json_object_del(versions, "lrun");
    json_object_foreach (versions, name, version) {
        if (json_is_string(version))
            text_format(text, "%s %s\n", name, json_string_value(version));
        else
            text_format(text, "%s %" JSON_INTEGER_FORMAT "\n", name, json_integer_value(version));
    }
    json_decref(versions);
}
