/* weights.c: a model's arrays from a file or URL. */
#include "runner/train/weights.h"

#include <string.h>

#include "components/datasets/download.h"
#include "engine/base/file.h"
#include "engine/base/lock.h"
#include "engine/base/memory.h"
#include "engine/base/user_cache.h"
#include "runner/train/state_dict.h"

/* "<cache>/<first digits of the address's digest>-<last part of the address>". */
static void cache_path(const char *url, const struct text *directory, struct text *path)
{
    char digits[DIGEST_HEX_BYTES];
    digest_bytes(DIGEST_SHA256, url, strlen(url), digits);
    const char *name = strrchr(url, '/') + 1;
    size_t length = strcspn(name, "?#");
    if (length > 100)
        length = 100;
    text_format(path, "%s/%.12s-%.*s", text_string(directory), digits, (int)length, name);
}

static char *download(const char *url, struct progress *progress, struct error *error)
{
    static const char mark[] = "#sha256=";
    struct text directory = TEXT_INIT, path = TEXT_INIT, lock_path = TEXT_INIT;
    char *address = memory_copy_string(url);
    char *digest = strstr(address, mark);
    struct lock lock = LOCK_INIT;
    if (digest != NULL)
        *digest = '\0';
    struct download_source source = {.url = address, .checksum = digest != NULL ? digest + strlen(mark) : NULL};
    user_cache_directory(&directory);
    cache_path(address, &directory, &path);
    text_format(&lock_path, "%s/.lock", text_string(&directory));
    bool ok = directory_create(text_string(&directory), error) &&
              lock_take(&lock, text_string(&lock_path), progress, error) &&
              download_file(&source, text_string(&path), &download_default_limits, progress, error);
    lock_release(&lock);
    memory_free(address);
    text_finish(&directory);
    text_finish(&lock_path);
    char *result = ok ? text_take(&path) : NULL;
    text_finish(&path);
    return result;
}

char *weights_fetch(const char *file_or_url, struct progress *progress, struct error *error)
{
    if (strstr(file_or_url, "://") == NULL)
        return memory_copy_string(file_or_url);
    if (strncmp(file_or_url, "file:///", 8) == 0)
        return memory_copy_string(file_or_url + 7);
    return download(file_or_url, progress, error);
}

/* The lines of a comparison in one phrase, cut where it gets long. */
static bool refuse(const char *path, int count, struct text *lines, struct error *error)
{
    for (size_t i = 0; i < lines->length; i++)
        if (lines->data[i] == '\n')
            lines->data[i] = i + 1 < lines->length ? ';' : '\0';
    error_set(error, ERROR_CONFIG, "%d arrays of '%s' do not fit the model: %.700s", count, path, text_string(lines));
    return error_hint(error, "strict: false takes what fits and leaves the rest as it is");
}

static void note_lines(const char *path, struct text *lines, struct progress *progress)
{
    struct text line = TEXT_INIT;
    for (char *rest = lines->data, *at; rest != NULL && (at = strsep(&rest, "\n")) != NULL && *at != '\0';) {
        text_clear(&line);
        text_format(&line, "left out of '%s': %s", path, at);
        progress->note(progress, text_string(&line));
    }
    text_finish(&line);
}

static bool load_file(const struct state_dict *dict, const char *path, bool strict, struct progress *progress,
                      struct error *error)
{
    struct safetensors *file = safetensors_open(path, SAFETENSORS_FOREIGN_HEADER_LIMIT, error);
    if (file == NULL)
        return false;
    struct text lines = TEXT_INIT;
    int differences = state_dict_compare(dict, file, &lines);
    bool ok = !strict || differences == 0 || refuse(path, differences, &lines, error);
    void *stage = ok ? state_dict_stage(dict, error) : NULL;
    ok = stage != NULL && state_dict_read(dict, file, stage, NULL, error);
    if (ok) {
        state_dict_apply(dict, file, stage);
        note_lines(path, &lines, progress);
    }
    memory_free_large(stage);
    text_finish(&lines);
    safetensors_close(&file);
    return ok;
}

bool weights_load(struct parameters *parameters, const char *file_or_url, bool strict, struct progress *progress,
                  struct error *error)
{
    char *path = weights_fetch(file_or_url, progress, error);
    if (path == NULL)
        return false;
    struct state_dict dict;
    state_dict_init(&dict, parameters, NULL, NULL);
    bool ok = load_file(&dict, path, strict, progress, error);
    state_dict_finish(&dict);
    memory_free(path);
    return ok;
}
