/* page_config.c: the manual page lrun-config(5). */
#include <ctype.h>

#include "runner/build/describe.h"
#include "runner/build/registry.h"
#include "runner/cli/verb.h"
#include "runner/man/pages.h"
#include "runner/man/roff.h"

static void append_field(struct text *page, const struct field *field)
{
    struct text tag = TEXT_INIT, words = TEXT_INIT;
    text_format(&tag, "%s: ", field->name);
    field_format_type(field, &tag);
    text_format(&tag, "; %s%s", field->default_text != NULL ? "default " : "required",
                field->default_text != NULL ? field->default_text : "");
    text_append(&words, field->documentation);
    for (size_t i = 0; i < field->choice_count; i++)
        if (*field->choices[i].documentation != '\0')
            text_format(&words, "\n\n%s: %s", field->choices[i].name, field->choices[i].documentation);
    roff_item(page, text_string(&tag), text_string(&words));
    text_finish(&words);
    text_finish(&tag);
}

static void append_component(struct text *page, const struct component *component)
{
    struct text example = TEXT_INIT;
    roff_subheading(page, component->name);
    roff_paragraph(page, component->documentation);
    component_format_example(component, "", &example);
    roff_example(page, text_string(&example), example.length);
    for (size_t i = 0; i < component->field_count; i++)
        append_field(page, &component->fields[i]);
    text_finish(&example);
}

/* "LR SCHEDULERS". */
static void append_kind_heading(struct text *page, enum component_kind kind)
{
    struct text heading = TEXT_INIT;
    for (const char *at = kind == KIND_RUN ? "keys" : component_kind_plural(kind); *at != '\0'; at++)
        text_append_char(&heading, (char)toupper((unsigned char)*at));
    roff_heading(page, text_string(&heading));
    text_finish(&heading);
}

void page_format_config(struct text *page)
{
    roff_title(page, "LRUN\\-CONFIG", 5);
    roff_heading(page, "NAME");
    text_append(page, "lrun\\-config \\- what a config of lrun says\n");
    roff_heading(page, "DESCRIPTION");
    roff_help(page, verb_find("config")->details);
    enum component_kind kind = KIND_COUNT;
    for (size_t i = 0; i < registry_component_count; i++) {
        if (registry_components[i].kind != kind) {
            kind = registry_components[i].kind;
            append_kind_heading(page, kind);
        }
        append_component(page, &registry_components[i]);
    }
    roff_heading(page, "SEE ALSO");
    text_append(page, ".BR lrun (1)\n");
}
