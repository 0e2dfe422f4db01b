/* help.c: what `lrun list`, `lrun help NAME` and `lrun schema` say. */
#include "runner/cli/help.h"

#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/nearest.h"
#include "runner/build/describe.h"
#include "runner/build/registry.h"
#include "runner/build/schema.h"

void help_append_wrapped(struct text *text, const char *words, int indent, int column, int width)
{
    while (*words != '\0') {
        size_t blanks = strspn(words, " ");
        size_t length = strcspn(words + blanks, " \n");
        if (column > indent && column + (int)(blanks + length) > width) {
            text_format(text, "\n%*s", indent, "");
            column = indent;
            words += blanks;
            blanks = 0;
        }
        text_append_bytes(text, words, blanks + length);
        column += (int)(blanks + length);
        words += blanks + length;
        if (*words == '\n') {
            text_append(text, words[1] == '\n' ? "\n" : "");
            words += strspn(words, "\n");
            text_format(text, "\n%*s", indent, "");
            column = indent;
        }
    }
    text_append_char(text, '\n');
}

static void append_paragraph(struct text *text, const char *words, int indent, int width)
{
    text_format(text, "%*s", indent, "");
    help_append_wrapped(text, words, indent, indent, width);
}

/* True for "lr scheduler", "lr_schedulers", "lr-schedulers" when the kind's word is "lr scheduler(s)". */
static bool matches_kind(const char *word, const char *name)
{
    for (; *word != '\0' && *name != '\0'; word++, name++) {
        if (*name != *word && !(*word == ' ' && (*name == '_' || *name == '-')))
            return false;
    }
    return *word == '\0' && *name == '\0';
}

static bool find_kind(const char *name, enum component_kind *kind, struct error *error)
{
    const char *plurals[KIND_COUNT];
    for (int i = 0; i < KIND_COUNT; i++) {
        plurals[i] = component_kind_plural(i);
        if (matches_kind(component_kind_name(i), name) || matches_kind(plurals[i], name)) {
            *kind = i;
            return true;
        }
    }
    struct text all = TEXT_INIT;
    for (int i = 0; i < KIND_COUNT; i++)
        text_format(&all, "%s%s", i > 0 ? ", " : "", plurals[i]);
    const char *near = nearest_find(name, plurals, KIND_COUNT);
    error_set(error, ERROR_CONFIG, "no kind of component is called '%s'%s%s%s", name,
              near != NULL ? " (did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?)" : "");
    error_hint(error, "kinds: %s", text_string(&all));
    text_finish(&all);
    return false;
}

static size_t longest_name(void)
{
    size_t longest = 0;
    for (size_t i = 0; i < registry_component_count; i++) {
        size_t length = strlen(registry_components[i].name);
        longest = length > longest ? length : longest;
    }
    return longest;
}

bool help_format_list(const char *kind, int width, struct text *text, struct error *error)
{
    enum component_kind wanted = KIND_COUNT;
    if (kind != NULL && !find_kind(kind, &wanted, error))
        return false;
    int column = (int)longest_name() + 4;
    enum component_kind current = KIND_COUNT;
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        if (wanted != KIND_COUNT && component->kind != wanted)
            continue;
        if (component->kind != current) {
            text_format(text, "%s%s\n", current == KIND_COUNT ? "" : "\n", component_kind_plural(component->kind));
            current = component->kind;
        }
        text_format(text, "  %-*s", column - 2, component->name);
        help_append_wrapped(text, component->summary, column, column, width);
    }
    return true;
}

/* "integer in [0, 10], default 3". */
static void append_field_head(const struct field *field, int width, struct text *text)
{
    struct text head = TEXT_INIT;
    text_format(&head, "%s: ", field->name);
    field_format_type(field, &head);
    if (field->default_text != NULL)
        text_format(&head, "; default %s", field->default_text);
    else
        text_append(&head, "; required");
    append_paragraph(text, text_string(&head), 2, width);
    text_finish(&head);
}

static void append_field(const struct field *field, int width, struct text *text)
{
    append_field_head(field, width, text);
    append_paragraph(text, field->documentation, 6, width);
    for (size_t i = 0; i < field->choice_count; i++) {
        if (*field->choices[i].documentation == '\0')
            continue;
        text_format(text, "      %s: ", field->choices[i].name);
        help_append_wrapped(text, field->choices[i].documentation, 8, 8 + (int)strlen(field->choices[i].name), width);
    }
}

/* "SGD(lr, momentum=0)": what must be given, and what else may be. A line ends only between two of them. */
static void append_signature(const struct component *component, int width, struct text *text)
{
    size_t line = text->length;
    struct text argument = TEXT_INIT;
    text_format(text, "  %s(", component->name);
    size_t indent = text->length - line;
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        text_clear(&argument);
        text_format(&argument, "%s%s%s%s", field->name, field->default_text != NULL ? "=" : "",
                    field->default_text != NULL ? field->default_text : "", i + 1 < component->field_count ? "," : ")");
        bool fits = text->length - line + argument.length + 1 <= (size_t)width;
        if (i > 0 && !fits) {
            text_append_char(text, '\n');
            line = text->length;
            text_format(text, "%*s", (int)indent, "");
        } else if (i > 0) {
            text_append_char(text, ' ');
        }
        text_append(text, text_string(&argument));
    }
    text_append(text, component->field_count == 0 ? ")\n\n" : "\n\n");
    text_finish(&argument);
}

static void append_component(const struct component *component, int width, struct text *text)
{
    text_format(text, "%s (%s)\n\n", component->name, component_kind_name(component->kind));
    append_signature(component, width, text);
    append_paragraph(text, component->documentation, 2, width);
    if (component->field_count > 0)
        text_append(text, "\nkeys\n");
    for (size_t i = 0; i < component->field_count; i++)
        append_field(&component->fields[i], width, text);
    text_append(text, "\nexample\n");
    component_format_example(component, "  ", text);
}

/* The components whose kind a field takes, as help for it. */
static void append_components_of(enum component_kind kind, int width, struct text *text)
{
    struct text words = TEXT_INIT;
    for (size_t i = 0; i < registry_component_count; i++) {
        if (registry_components[i].kind == kind)
            text_format(&words, "%s%s", words.length > 0 ? ", " : "", registry_components[i].name);
    }
    text_format(text, "\n%s\n", component_kind_plural(kind));
    append_paragraph(text, text_string(&words), 2, width);
    text_finish(&words);
}

static bool fail_unknown_component(const char *name, struct error *error)
{
    const char **names = memory_allocate(registry_component_count, sizeof *names);
    for (size_t i = 0; i < registry_component_count; i++)
        names[i] = registry_components[i].name;
    const char *near = nearest_find(name, names, registry_component_count);
    error_set(error, ERROR_CONFIG, "no component is called '%s'%s%s%s", name, near != NULL ? " (did you mean '" : "",
              near != NULL ? near : "", near != NULL ? "'?)" : "");
    error_hint(error, "'lrun list' shows all of them");
    memory_free(names);
    return false;
}

static bool fail_unknown_field(const struct component *component, const char *name, struct error *error)
{
    struct text all = TEXT_INIT;
    const char **names = memory_allocate(component->field_count + 1, sizeof *names);
    for (size_t i = 0; i < component->field_count; i++) {
        names[i] = component->fields[i].name;
        text_format(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *near = nearest_find(name, names, component->field_count);
    error_set(error, ERROR_CONFIG, "%s has no key '%s'%s%s%s", component->name, name,
              near != NULL ? " (did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?)" : "");
    error_hint(error, "the keys of %s: %s", component->name, all.length > 0 ? text_string(&all) : "none");
    memory_free(names);
    text_finish(&all);
    return false;
}

void help_format_field(const char *title, const struct field *field, int width, struct text *text)
{
    text_format(text, "%s\n\n", title);
    append_field(field, width, text);
    if (field->type == FIELD_COMPONENT || field->type == FIELD_COMPONENT_LIST)
        append_components_of(field->kind, width, text);
}

static void append_field_help(const struct component *component, const struct field *field, int width,
                              struct text *text)
{
    struct text title = TEXT_INIT;
    text_format(&title, "%s.%s", component->name, field->name);
    help_format_field(text_string(&title), field, width, text);
    text_finish(&title);
}

bool help_format(const char *name, int width, struct text *text, struct error *error)
{
    const struct component *run = registry_only(KIND_RUN);
    const struct field *top = run != NULL ? component_find_field(run, name) : NULL;
    const struct component *whole = registry_find_name(name);
    if (whole != NULL) {
        append_component(whole, width, text);
        return true;
    }
    if (top != NULL) {
        append_field_help(run, top, width, text);
        return true;
    }
    const char *point = strchr(name, '.');
    if (point == NULL)
        return fail_unknown_component(name, error);
    char *owner = memory_copy_string(name);
    owner[point - name] = '\0';
    const struct component *component = registry_find_name(owner);
    const struct field *field = component != NULL ? component_find_field(component, point + 1) : NULL;
    if (field != NULL)
        append_field_help(component, field, width, text);
    else if (component != NULL)
        fail_unknown_field(component, point + 1, error);
    else
        fail_unknown_component(owner, error);
    memory_free(owner);
    return field != NULL;
}

bool help_format_schema(const char *name, struct text *text, struct error *error)
{
    if (name == NULL) {
        schema_format_config(text);
        return true;
    }
    const struct component *component = registry_find_name(name);
    if (component == NULL)
        return fail_unknown_component(name, error);
    schema_format_component(component, text);
    return true;
}

#define BOLD "\033[1m"
#define CYAN "\033[36m"
#define OFF "\033[0m"

/* True for the line that says what the help is of, and for "keys", "lr schedulers". */
static bool is_heading(const char *line, size_t length, bool is_first)
{
    return is_first || strspn(line, "abcdefghijklmnopqrstuvwxyz ") == length;
}

/* Bytes up to where two blanks part a line, as lists do; 0: nowhere. */
static size_t listed_length(const char *line, size_t length)
{
    for (size_t i = 0; i + 2 < length; i++)
        if (line[i] == ' ' && line[i + 1] == ' ')
            return i;
    return 0;
}

/* How many bytes of an indented line are coloured: "key" of "key: ...", "--option", what a list has on its left. */
static size_t name_length(const char *line, size_t length)
{
    size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    if (strncmp(line, "--", 2) == 0)
        return strcspn(line, " \n");
    return name > 0 && line[name] == ':' ? name : listed_length(line, length);
}

void help_color(const char *plain, struct text *text)
{
    for (bool is_first = true; *plain != '\0'; is_first = false) {
        size_t length = strcspn(plain, "\n"), indent = strspn(plain, " "), colored = 0;
        if (indent == 0)
            colored = is_heading(plain, length, is_first) ? length : 0;
        else if (indent == 2)
            colored = name_length(plain + indent, length - indent);
        text_format(text, "%.*s", (int)(indent < length ? indent : length), plain);
        size_t done = indent < length ? indent : length;
        if (colored > 0)
            text_format(text, "%s%.*s%s", indent == 0 ? BOLD : CYAN, (int)colored, plain + done, OFF);
        done += colored;
        text_append_bytes(text, plain + done, length - done + (plain[length] == '\n'));
        plain += length + (plain[length] == '\n');
    }
}
