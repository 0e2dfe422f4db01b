/* verb_man.c: `lrun man PAGE`: a manual page, for the build. */
#include <string.h>

#include "runner/cli/verb.h"
#include "runner/man/pages.h"

bool verb_man(struct verb_call *call, struct error *error)
{
    const char *page = call->count > 0 ? call->arguments[0] : NULL;
    if (page != NULL && strcmp(page, "lrun") == 0) {
        page_format_lrun(&call->output);
        return true;
    }
    if (page != NULL && strcmp(page, "lrun-config") == 0) {
        page_format_config(&call->output);
        return true;
    }
    if (page == NULL)
        error_set(error, ERROR_CONFIG, "man: wanted lrun or lrun-config, found nothing");
    else
        error_set(error, ERROR_CONFIG, "man: wanted lrun or lrun-config, found '%s'", page);
    return error_hint(error, "lrun man lrun | man -l -");
}
