/* reference.c: the reference pages in Markdown. */
#include "runner/build/reference.h"

#include <ctype.h>
#include <string.h>

#include "runner/build/describe.h"

static const char notice[] = "<!-- Written by ./dev schemas from the documented constructors. -->\n";

bool reference_has_page(enum component_kind kind)
{
    for (size_t i = 0; i < registry_component_count; i++) {
        if (registry_components[i].kind == kind)
            return true;
    }
    return false;
}

/* What the kind's page is about: its plural; the run is called what users call it. */
static const char *page_title(enum component_kind kind)
{
    return kind == KIND_RUN ? "config" : component_kind_plural(kind);
}

void reference_format_name(enum component_kind kind, struct text *name)
{
    for (const char *at = page_title(kind); *at != '\0'; at++)
        text_append_char(name, *at == ' ' ? '_' : *at);
    text_append(name, ".md");
}

static void append_title(enum component_kind kind, struct text *page)
{
    const char *title = page_title(kind);
    size_t capitals = strncmp(title, "lr ", 3) == 0 ? 2 : 1;
    for (size_t i = 0; title[i] != '\0'; i++)
        text_append_char(page, (char)(i < capitals ? toupper((unsigned char)title[i]) : title[i]));
}

/* Text in a table's cell: one line, its bars escaped. */
static void append_cell(struct text *page, const char *string)
{
    for (; *string != '\0'; string++) {
        if (*string == '|')
            text_append(page, "\\|");
        else if (strncmp(string, "\n\n", 2) == 0)
            text_append(page, "<br>"), string++;
        else
            text_append_char(page, *string);
    }
}

static void append_choices(const struct field *field, struct text *page)
{
    for (size_t i = 0; i < field->choice_count; i++) {
        if (*field->choices[i].documentation == '\0')
            continue;
        text_format(page, "<br>`%s`: ", field->choices[i].name);
        append_cell(page, field->choices[i].documentation);
    }
}

static void append_field(const struct field *field, struct text *page)
{
    struct text type = TEXT_INIT;
    field_format_type(field, &type);
    text_format(page, "| `%s` | ", field->name);
    append_cell(page, text_string(&type));
    text_append(page, " | ");
    if (field->default_text != NULL) {
        text_append_char(page, '`');
        append_cell(page, field->default_text);
        text_append_char(page, '`');
    } else {
        text_append(page, "required");
    }
    text_append(page, " | ");
    append_cell(page, field->documentation);
    append_choices(field, page);
    text_append(page, " |\n");
    text_finish(&type);
}

static void append_component(const struct component *component, struct text *page)
{
    text_format(page, "\n## %s\n\n%s\n\n```yaml\n", component->name, component->documentation);
    component_format_example(component, "", page);
    text_append(page, "```\n");
    if (component->field_count > 0)
        text_append(page, "\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < component->field_count; i++)
        append_field(&component->fields[i], page);
    text_format(page, "\nDeclared in [`%s`](../../%s).\n", component->header, component->header);
}

void reference_format_kind(enum component_kind kind, struct text *page)
{
    text_append(page, notice);
    text_append(page, "# ");
    append_title(kind, page);
    text_append_char(page, '\n');
    for (size_t i = 0; i < registry_component_count; i++) {
        if (registry_components[i].kind == kind)
            append_component(&registry_components[i], page);
    }
}

/* The anchor that Markdown viewers make of a heading. */
static void append_link(const struct component *component, struct text *page)
{
    text_format(page, "- [%s](", component->name);
    reference_format_name(component->kind, page);
    text_append_char(page, '#');
    for (const char *at = component->name; *at != '\0'; at++)
        text_append_char(page, (char)tolower((unsigned char)*at));
    text_format(page, "): %s\n", component->summary);
}

void reference_format_index(struct text *page)
{
    text_append(page, notice);
    text_append(page,
                "# Reference\n\nEverything that a config can name. `lrun help NAME` says the same on a terminal.\n");
    enum component_kind kind = KIND_COUNT;
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        if (component->kind != kind) {
            kind = component->kind;
            text_append(page, "\n## ");
            append_title(kind, page);
            text_append(page, "\n\n");
        }
        append_link(component, page);
    }
}
