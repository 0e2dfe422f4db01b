/* download.c: a file from the network: addresses, attempts, the partial file, and the last check. */
#include "components/datasets/download.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "components/datasets/transfer.h"
#include "engine/base/digest.h"
#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define STATE_MAX_BYTES 65536

const struct download_limits download_default_limits = {
    .bytes = (uint64_t)1 << 40,
    .attempts = 5,
    .backoff_seconds = 1,
    .longest_wait_seconds = 16,
    .connect_seconds = 30,
    .stall_seconds = 30,
    .stall_bytes = 1024,
};

/* One file on its way. */
struct download {
    const struct download_source *source;
    const char *path;
    const struct download_limits *limits;
    struct progress *progress;
    char *part;
    char *state;
    char *task;
};

/* ---- what the partial file holds ---- */

static bool state_save(const struct transfer *transfer, void *context, struct error *error)
{
    const struct download *download = context;
    if (transfer->offset > 0)
        return true; /* the note from the first attempt still holds */
    json_t *state =
        json_pack("{s:s, s:s, s:I}", "url", transfer->url, "etag", transfer->tag, "size", (json_int_t)transfer->size);
    char *text = state != NULL ? json_dumps(state, JSON_COMPACT) : NULL;
    bool ok = text != NULL && durable_file_save(download->state, text, strlen(text), error);
    if (text == NULL)
        ok = error_set(error, ERROR_DATA, "the address '%s' is not UTF-8", transfer->url);
    free(text);
    json_decref(state);
    return ok;
}

/* Sets where to go on: only with the same address, and where something tells that the bytes still fit. */
static void state_load(const struct download *download, struct transfer *transfer)
{
    struct text text = TEXT_INIT;
    struct error ignored = ERROR_INIT;
    struct stat status;
    transfer->offset = transfer->size = 0;
    *transfer->tag = '\0';
    json_t *state = file_read(download->state, STATE_MAX_BYTES, &text, ERROR_DATA, &ignored)
                        ? json_loadb(text.data, text.length, 0, NULL)
                        : NULL;
    const char *url = json_string_value(json_object_get(state, "url"));
    const char *tag = json_string_value(json_object_get(state, "etag"));
    json_int_t size = json_integer_value(json_object_get(state, "size"));
    bool same = url != NULL && tag != NULL && size >= 0 && strcmp(url, transfer->url) == 0 &&
                strlen(tag) < sizeof transfer->tag && (*tag != '\0' || transfer->is_checked);
    if (same && fstat(transfer->descriptor, &status) == 0 && (size == 0 || status.st_size <= size)) {
        transfer->offset = (uint64_t)status.st_size;
        transfer->size = (uint64_t)size;
        snprintf(transfer->tag, sizeof transfer->tag, "%s", tag);
    }
    json_decref(state);
    text_finish(&text);
}

/* ---- attempts at one address ---- */

static bool download_wait(const struct download *download, double seconds, struct error *error)
{
    const long slice = 20000000L;
    for (int slices = 0; (double)slices * (double)slice < seconds * 1e9; slices++) {
        if (download->progress->stopped(download->progress))
            return error_set(error, ERROR_INTERRUPTED, "stopped by the user");
        nanosleep(&(struct timespec){.tv_nsec = slice}, NULL);
    }
    return true;
}

/* Waits before the next attempt. The error of the last one is replaced only by the user's wish to stop. */
static bool download_pause(const struct download *download, const struct transfer *transfer, int failures,
                           struct error *error)
{
    double seconds = download->limits->backoff_seconds;
    for (int i = 1; i < failures; i++)
        seconds *= 2;
    if (seconds > download->limits->longest_wait_seconds)
        seconds = download->limits->longest_wait_seconds;
    if (transfer->retry_after > seconds)
        seconds = transfer->retry_after;
    char line[1400];
    snprintf(line, sizeof line, "%s: %s; trying again", transfer->url, error->message);
    download->progress->note(download->progress, line);
    error_clear(error);
    return download_wait(download, seconds, error);
}

/* Attempts until the file is whole. One that brought new bytes does not count as failed; starting over is allowed once. */
static bool transfer_repeat(const struct download *download, struct transfer *transfer, bool *resumed,
                            struct error *error)
{
    int failures = 0;
    uint64_t best = 0;
    for (bool restarted = false;;) {
        state_load(download, transfer);
        *resumed = transfer->offset > 0;
        if (*resumed && transfer->offset == transfer->size && transfer->is_checked)
            return true;
        enum transfer_outcome outcome = transfer_run(transfer, error);
        if (outcome == TRANSFER_DONE)
            return true;
        if (outcome == TRANSFER_FAILED || (outcome == TRANSFER_RESTART && restarted))
            return false;
        if (outcome == TRANSFER_RESTART) {
            restarted = true;
            error_clear(error);
            if (ftruncate(transfer->descriptor, 0) != 0)
                return error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", download->part);
            continue;
        }
        failures = transfer->offset > best ? 1 : failures + 1;
        best = transfer->offset > best ? transfer->offset : best;
        if (failures >= download->limits->attempts || !download_pause(download, transfer, failures, error))
            return false;
    }
}

static bool download_fetch(const struct download *download, const char *url, bool *resumed, struct error *error)
{
    struct transfer transfer = {
        .url = url,
        .limits = download->limits,
        .progress = download->progress,
        .task = download->task,
        .is_checked = download->source->checksum != NULL,
        .expected_size = download->source->size,
        .accepted = state_save,
        .context = (void *)download,
    };
    transfer.descriptor = open(download->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (transfer.descriptor < 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", download->part);
    bool ok = transfer_repeat(download, &transfer, resumed, error);
    if (ok && fsync(transfer.descriptor) != 0)
        ok = error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", download->part);
    close(transfer.descriptor);
    return ok;
}

/* ---- the last check, and the name ---- */

bool download_check(const struct download_source *source, const char *path, struct progress *progress,
                    struct error *error)
{
    struct stat status;
    enum digest_kind kind;
    char wanted[DIGEST_HEX_BYTES], found[DIGEST_HEX_BYTES];
    if (stat(path, &status) != 0)
        return error_set_errno(error, ERROR_DATA, errno, "cannot open '%s'", path);
    if (source->size != 0 && (uint64_t)status.st_size != source->size)
        return error_set(error, ERROR_DATA, "wanted %" PRIu64 " bytes of '%s', found %lld", source->size, path,
                         (long long)status.st_size);
    if (source->checksum == NULL)
        return true;
    if (!digest_parse(source->checksum, &kind, wanted))
        return error_set(error, ERROR_CONFIG, "wanted an MD5 or SHA-256 digest, found '%s'", source->checksum);
    if (!digest_file(kind, path, progress, found, error))
        return false;
    return strcmp(wanted, found) == 0 || error_set(error, ERROR_DATA, "wanted the %s %s of '%s', found %s",
                                                   digest_kind_name(kind), wanted, path, found);
}

static bool download_publish(const struct download *download, struct error *error)
{
    if (rename(download->part, download->path) != 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot give '%s' its name", download->path);
    unlink(download->state);
    char *copy = memory_copy_string(download->path);
    bool ok = durable_directory_sync(dirname(copy), error);
    memory_free(copy);
    return ok;
}

static void download_remove_part(const struct download *download)
{
    unlink(download->part);
    unlink(download->state);
}

/* A file whose first part is from an earlier attempt gets a second chance, from its first byte. */
static bool download_from(const struct download *download, const char *url, struct error *error)
{
    bool resumed = false;
    if (!transfer_check_url(url, download->source->checksum != NULL, error))
        return false;
    if (!download_fetch(download, url, &resumed, error))
        return error_prefix(error, "'%s': ", url);
    if (download_check(download->source, download->part, download->progress, error))
        return download_publish(download, error);
    if (error->code != ERROR_DATA)
        return false;
    download_remove_part(download);
    if (!resumed)
        return error_prefix(error, "'%s': ", url);
    error_clear(error);
    return download_from(download, url, error);
}

static const char *source_get_url(const struct download_source *source, size_t index)
{
    return index == 0 ? source->url : source->mirrors.items[index - 1];
}

static bool download_from_any(const struct download *download, struct error *error)
{
    size_t count = 1 + download->source->mirrors.count;
    for (size_t i = 0; i < count; i++) {
        if (download_from(download, source_get_url(download->source, i), error))
            return true;
        if (error->code != ERROR_DATA || i + 1 == count)
            break;
        char line[1400];
        snprintf(line, sizeof line, "%s; trying the next address", error->message);
        download->progress->note(download->progress, line);
        error_clear(error);
    }
    if (error->code == ERROR_DATA) {
        error_prefix(error, "cannot download ");
        if (*error->hint == '\0')
            error_hint(error, "fetch the file in another way and put it at '%s'", download->path);
    }
    return false;
}

/* Someone may have put the file there. One that is wrong is replaced only when the right one has come. */
static bool download_is_needed(const struct download *download, struct error *error)
{
    if (!file_exists(download->path))
        return true;
    if (download_check(download->source, download->path, download->progress, error) || error->code != ERROR_DATA)
        return false;
    char line[1400];
    snprintf(line, sizeof line, "%s; downloading it again", error->message);
    download->progress->note(download->progress, line);
    error_clear(error);
    return true;
}

bool download_file(const struct download_source *source, const char *path, const struct download_limits *limits,
                   struct progress *progress, struct error *error)
{
    struct download download = {.source = source, .path = path, .limits = limits, .progress = progress};
    struct text text = TEXT_INIT;
    const char *slash = strrchr(path, '/');
    text_format(&text, "%s.part", path);
    download.part = text_take(&text);
    text_format(&text, "%s.part.json", path);
    download.state = text_take(&text);
    text_format(&text, "downloading %s", slash != NULL ? slash + 1 : path);
    download.task = text_take(&text);
    bool ok = download_is_needed(&download, error) ? download_from_any(&download, error) : !error_is_set(error);
    memory_free(download.part);
    memory_free(download.state);
    memory_free(download.task);
    return ok;
}
