/* config_verbs.c: the verbs about configs themselves: `lrun config show` and its like. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/nearest.h"
#include "runner/cli/assembly.h"
#include "runner/cli/init.h"
#include "runner/cli/verb.h"

#define SUBVERBS_MAX 16

bool verb_config(struct verb_call *call, struct error *error)
{
    struct text all = TEXT_INIT;
    const char *names[SUBVERBS_MAX];
    size_t count = 0;
    for (const struct verb *verb = verb_next_part(call->verb, NULL); verb != NULL && count < SUBVERBS_MAX;
         verb = verb_next_part(call->verb, verb)) {
        names[count] = verb_part_name(call->verb, verb);
        text_format(&all, "%s%s", count > 0 ? ", " : "", names[count]);
        count++;
    }
    const char *found = call->count > 0 ? call->arguments[0] : NULL;
    const char *near = found != NULL ? nearest_find(found, names, count) : NULL;
    if (found == NULL)
        error_set(error, ERROR_CONFIG, "%s: wanted one of %s, found nothing", call->verb->name, text_string(&all));
    else
        error_set(error, ERROR_CONFIG, "%s: wanted one of %s, found '%s'", call->verb->name, text_string(&all), found);
    if (near != NULL)
        error_hint(error, "did you mean 'lrun %s %s'?", call->verb->name, near);
    else
        error_hint(error, "lrun help %s", call->verb->name);
    text_finish(&all);
    return false;
}

bool verb_config_show(struct verb_call *call, struct error *error)
{
    struct assembly assembly = ASSEMBLY_INIT;
    struct option only_config[] = {{"print_config", false, ""}, {.name = NULL}};
    bool ok = assembly_open(&assembly, call, only_config, error);
    if (ok)
        config_format(&assembly.config, &call->output);
    assembly_close(&assembly, call, error);
    return ok;
}

/* Writes a file that is not there yet. */
static bool write_new(const char *path, const struct text *text, struct error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 && errno == EEXIST) {
        error_set(error, ERROR_STORAGE, "'%s' is there already", path);
        return error_hint(error, "choose another --output, or remove it");
    }
    if (file < 0)
        return error_set_errno(error, ERROR_STORAGE, errno, "cannot make '%s'", path);
    bool ok = file_write_all(file, text->data, text->length, path, error);
    if (close(file) != 0 && ok)
        ok = error_set_errno(error, ERROR_STORAGE, errno, "cannot write '%s'", path);
    return ok;
}

static bool init_config(struct verb_call *call, const char *name, const char *output, struct error *error)
{
    struct text yaml = TEXT_INIT;
    bool ok = init_format(name, &yaml, error) && (output == NULL || write_new(output, &yaml, error));
    if (ok && output == NULL)
        text_append(&call->output, text_string(&yaml));
    text_finish(&yaml);
    return ok;
}

bool verb_config_init(struct verb_call *call, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct arguments split;
    struct option *options = verb_options(call->verb, &arena);
    bool ok = arguments_split(call->arguments, call->count, options, &arena, &split, error) &&
              arguments_refuse_others(&split, options, error);
    if (ok && split.positional_count > 1) {
        ok = error_set(error, ERROR_CONFIG, "config init: wanted one name, found %zu", split.positional_count);
        error_hint(error, "lrun help config init");
    } else if (ok && split.positional_count == 0) {
        init_format_list(&call->output);
    } else if (ok) {
        ok = init_config(call, split.positional[0], option_value(options, "output"), error);
    }
    arena_finish(&arena);
    return ok;
}
