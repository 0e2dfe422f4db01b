/* archive_store.c: the archives of datasets under a root directory. */
#include "components/datasets/archive_store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "components/datasets/extract.h"
#include "engine/base/digest.h"
#include "engine/base/file.h"
#include "engine/base/lock.h"

#define KEY_DIGITS 12

/* The path of an address that is on this machine; NULL for one that is not. */
static const char *url_find_local(const char *url)
{
    if (strncmp(url, "file://", 7) == 0)
        return url + 7;
    return strstr(url, "://") == NULL ? url : NULL;
}

/* The last component of an address, without a query. */
static void url_get_name(const char *url, struct text *name)
{
    size_t length = strcspn(url, "?#");
    size_t start = length;
    while (start > 0 && url[start - 1] != '/')
        start--;
    text_append_bytes(name, url + start, length - start);
}

/* "VOCtrainval_11-May-2012" of "VOCtrainval_11-May-2012.tar". */
static void name_remove_ending(struct text *name)
{
    static const char *const endings[] = {".gz", ".bz2", ".xz", ".zst", ".tgz", ".tbz2", ".txz", ".zip", ".tar"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i]);
        if (name->length > length && strcmp(name->data + name->length - length, endings[i]) == 0) {
            name->length -= length;
            name->data[name->length] = '\0';
        }
    }
}

static void source_get_key(const struct download_source *source, char hex[DIGEST_HEX_BYTES])
{
    enum digest_kind kind;
    if (source->checksum != NULL && digest_parse(source->checksum, &kind, hex))
        return;
    struct text identity = TEXT_INIT;
    struct stat status;
    const char *local = url_find_local(source->url);
    text_append(&identity, source->url);
    if (local != NULL && stat(local, &status) == 0)
        text_format(&identity, " %lld %lld.%09ld", (long long)status.st_size, (long long)status.st_mtim.tv_sec,
                    status.st_mtim.tv_nsec);
    digest_bytes(DIGEST_SHA256, text_string(&identity), identity.length, hex);
    text_finish(&identity);
}

bool archive_store_find(const char *root, const struct download_source *source, struct text *directory)
{
    struct text name = TEXT_INIT;
    char key[DIGEST_HEX_BYTES];
    url_get_name(source->url, &name);
    name_remove_ending(&name);
    source_get_key(source, key);
    text_clear(directory);
    text_format(directory, "%s/%s-%.*s", root, text_string(&name), KEY_DIGITS, key);
    text_finish(&name);
    return extract_is_complete(text_string(directory));
}

/* An archive without a checksum is taken as it comes; the user is told how to be surer. */
static bool store_download(const char *root, const struct download_source *source, struct text *archive,
                           struct progress *progress, struct error *error)
{
    text_format(archive, "%s/", root);
    url_get_name(source->url, archive);
    if (!download_file(source, text_string(archive), &download_default_limits, progress, error))
        return false;
    char hex[DIGEST_HEX_BYTES];
    if (source->checksum != NULL)
        return true;
    if (!digest_file(DIGEST_SHA256, text_string(archive), progress, hex, error))
        return false;
    struct text line = TEXT_INIT;
    text_format(&line, "no checksum is given for '%s'; what came has 'sha256:%s'", source->url, hex);
    progress->note(progress, text_string(&line));
    text_finish(&line);
    return true;
}

static bool store_fill(const char *root, const struct download_source *source, const char *directory,
                       struct progress *progress, struct error *error)
{
    struct text archive = TEXT_INIT;
    const char *local = url_find_local(source->url);
    bool ok = true;
    if (local != NULL) {
        text_append(&archive, local);
        ok = file_exists(local) || error_set(error, ERROR_DATA, "the archive '%s' is not there", local);
        if (!ok)
            error_hint(error, "set 'url' to where it is: a file on this machine, or an address as https://...");
        ok = ok && download_check(source, local, progress, error);
    } else {
        ok = store_download(root, source, &archive, progress, error);
    }
    ok = ok && extract_archive(text_string(&archive), directory, &extract_default_limits, progress, error);
    text_finish(&archive);
    return ok;
}

bool archive_store_prepare(const char *root, const struct download_source *source, struct progress *progress,
                           struct error *error)
{
    struct text directory = TEXT_INIT, path = TEXT_INIT;
    struct lock lock = LOCK_INIT;
    bool ok = true;
    if (!archive_store_find(root, source, &directory)) {
        text_format(&path, "%s/.lock", root);
        ok = directory_create(root, error) && lock_take(&lock, text_string(&path), progress, error);
        /* Another process may have done it while this one waited. */
        if (ok && !archive_store_find(root, source, &directory))
            ok = store_fill(root, source, text_string(&directory), progress, error);
        lock_release(&lock);
    }
    text_finish(&directory);
    text_finish(&path);
    return ok;
}
