/* config_migrate.c: `lrun config migrate CONFIG`. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "runner/cli/verb.h"
#include "runner/config/migrate.h"
#include "runner/config/report.h"
#include "runner/config/source.h"
#include "runner/config/yaml.h"

/* Writes the file itself, also where the path is a link to it. */
static bool write_back(const char *path, const struct text *yaml, struct error *error)
{
    char *target = realpath(path, NULL);
    const char *file = target != NULL ? target : path;
    struct stat before;
    bool has_mode = stat(file, &before) == 0;
    bool ok = durable_file_save(file, yaml->data, yaml->length, error);
    if (ok && has_mode && chmod(file, before.st_mode & 07777) != 0)
        ok = error_set_errno(error, ERROR_STORAGE, errno, "cannot give '%s' the permissions that it had", path);
    free(target);
    return ok;
}

/* Reports what is wrong, and what was changed. */
static bool migrate(struct verb_call *call, const struct source *source, struct text *yaml, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct sources sources = {.count = 0};
    sources_add(&sources, &arena, *source);
    bool ok = migrate_text(&problems, source->name, source->text, source->length, yaml);
    report_notes(&sources, &problems, &call->style, ok ? &call->notes : &call->report);
    if (!ok) {
        problems_sort(&problems, &sources);
        report_problems(&sources, &problems, &call->style, &call->report);
        error_set(error, ERROR_CONFIG, "'%s' stays as it is", source->name);
    }
    arena_finish(&arena);
    return ok;
}

static bool migrate_file(struct verb_call *call, const char *path, bool in_place, struct error *error)
{
    static const char mark[] = "\xEF\xBB\xBF";
    struct text bytes = TEXT_INIT, yaml = TEXT_INIT;
    bool ok = file_read(path, YAML_FILE_BYTES_MAX, &bytes, ERROR_CONFIG, error);
    if (ok) {
        size_t skip = bytes.length >= 3 && memcmp(bytes.data, mark, 3) == 0 ? 3 : 0;
        text_append_bytes(&yaml, bytes.data, skip);
        const struct source source = {.name = path, .text = text_string(&bytes) + skip, .length = bytes.length - skip};
        ok = migrate(call, &source, &yaml, error);
    }
    bool is_new = ok && (yaml.length != bytes.length || memcmp(yaml.data, bytes.data, yaml.length) != 0);
    if (ok && !in_place)
        text_append_bytes(&call->output, yaml.data, yaml.length);
    else if (is_new)
        ok = write_back(path, &yaml, error);
    text_finish(&yaml);
    text_finish(&bytes);
    return ok;
}

bool verb_config_migrate(struct verb_call *call, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct arguments split;
    struct option *options = verb_options(call->verb, &arena);
    bool ok = arguments_split(call->arguments, call->count, options, &arena, &split, error) &&
              arguments_refuse_others(&split, options, error);
    if (ok && split.positional_count != 1) {
        ok = error_set(error, ERROR_CONFIG, "config migrate: wanted one file, found %zu", split.positional_count);
        error_hint(error, "lrun help config migrate");
    }
    ok = ok && migrate_file(call, split.positional[0], option_value(options, "in_place") != NULL, error);
    arena_finish(&arena);
    return ok;
}
