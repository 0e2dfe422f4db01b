/* config_verbs.c: the verbs about configs themselves: `lrun config show` and its like. */
#include <string.h>

#include "engine/base/nearest.h"
#include "runner/cli/assembly.h"
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
