/* variables.c: variables of the environment change the config. */
#include "runner/config/variables.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/nearest.h"
#include "runner/config/cursor.h"
#include "runner/config/names.h"
#include "runner/config/override.h"

#define PREFIX "LRUN_"
#define SEPARATOR "__"

const char *variables_find(const char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; environment != NULL && *environment != NULL; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

/* Where a key ends in "TRAINER__MAX_EPOCHS=5". */
static size_t segment_length(const char *at)
{
    size_t length = strcspn(at, "=");
    const char *separator = strstr(at, SEPARATOR);
    return separator != NULL && (size_t)(separator - at) < length ? (size_t)(separator - at) : length;
}

static bool is_segment(const char *name, const char *segment, size_t length)
{
    return strlen(name) == length && strncasecmp(name, segment, length) == 0;
}

/* Every key that a component of the kind may have. */
static struct names names_of_keys(struct arena *arena, enum component_kind kind)
{
    size_t count = 1;
    for (size_t i = 0; i < registry_component_count; i++)
        count += registry_components[i].kind == kind ? registry_components[i].field_count : 0;
    struct names names = {.items = arena_allocate(arena, count, sizeof *names.items)};
    for (size_t i = 0; i < registry_component_count; i++)
        for (size_t j = 0; registry_components[i].kind == kind && j < registry_components[i].field_count; j++)
            names.items[names.count++] = registry_components[i].fields[j].name;
    if (kind != KIND_RUN)
        names.items[names.count++] = "type";
    return names;
}

/* Steps to a key of any component of the field's kind; returns its name, NULL when there is none. */
static const char *step_component(struct field *field, const char *segment, size_t length)
{
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        for (size_t j = 0; component->kind == field->kind && j < component->field_count; j++)
            if (is_segment(component->fields[j].name, segment, length)) {
                *field = component->fields[j];
                return field->name;
            }
    }
    if (field->kind == KIND_RUN || !is_segment("type", segment, length))
        return NULL;
    *field = (struct field){.name = "type", .type = FIELD_STRING};
    return "type";
}

/* Steps to an item of a list, by its place or its type; returns the name, NULL when there is none such. */
static const char *step_list(struct arena *arena, struct field *field, const char *segment, size_t length)
{
    bool of_components = field->type == FIELD_COMPONENT_LIST;
    const char *name = NULL;
    if (strspn(segment, "0123456789") >= length)
        name = arena_copy_bytes(arena, segment, length);
    for (size_t i = 0; of_components && name == NULL && i < registry_component_count; i++)
        if (registry_components[i].kind == field->kind && is_segment(registry_components[i].name, segment, length))
            name = registry_components[i].name;
    *field = (struct field){.name = "", .type = of_components ? FIELD_COMPONENT : FIELD_STRING, .kind = field->kind};
    return name;
}

/* A key of a variable, and what may stand in its place. */
struct segment {
    const char *variable;
    const char *at;
    size_t length;
    struct field owner;
};

/* " (did you mean 'LRUN_TRAINER__MAX_EPOCHS'?)" */
static const char *format_guess(struct arena *arena, const struct segment *segment, const struct names *names)
{
    const char *near = nearest_find(arena_copy_bytes(arena, segment->at, segment->length), names->items, names->count);
    if (near == NULL)
        return "";
    char *upper = arena_copy_string(arena, near);
    for (char *at = upper; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    const char *rest = segment->at + segment->length;
    return arena_format(arena, " (did you mean '%.*s%s%.*s'?)", (int)(segment->at - segment->variable),
                        segment->variable, upper, (int)strcspn(rest, "="), rest);
}

static struct names names_of_owner(struct arena *arena, const struct field *owner)
{
    if (owner->type == FIELD_COMPONENT)
        return names_of_keys(arena, owner->kind);
    return owner->type == FIELD_COMPONENT_LIST ? names_of_kind(arena, owner->kind) : (struct names){.count = 0};
}

static void add_unknown(struct composer *composer, const struct segment *segment)
{
    struct arena *arena = composer->arena;
    struct names names = names_of_owner(arena, &segment->owner);
    struct source_variable shown = {.text = segment->variable};
    struct span span = {.mark = sources_add_variable(composer->sources, arena, shown), .width = (int)segment->length};
    span.mark.column = (int)(segment->at - segment->variable) + 1;
    problem_add(composer->problems, span, "%.*s: no key of a config has this name%s",
                (int)strcspn(segment->variable, "="), segment->variable, format_guess(arena, segment, &names));
    problem_hint(composer->problems, "a variable sets a key so: LRUN_TRAINER__MAX_EPOCHS=5");
}

/*
 * The variable as an argument: "--trainer.max_epochs=5". NULL where it cannot be one; `segment` is then the key that is
 * wrong.
 */
static const char *translate(struct arena *arena, const char *variable, struct segment *segment)
{
    struct field field = run_field;
    struct text argument = TEXT_INIT;
    const char *name = "", *value = strchr(variable, '='), *copy = NULL;
    for (const char *at = variable + strlen(PREFIX); name != NULL;) {
        *segment = (struct segment){variable, at, segment_length(at), field};
        name = field.type == FIELD_COMPONENT ? step_component(&field, at, segment->length)
                                             : step_list(arena, &field, at, segment->length);
        text_format(&argument, "%s%s", argument.length > 0 ? "." : "--", name != NULL ? name : "");
        at += segment->length;
        if (name != NULL && at == value) {
            copy = arena_format(arena, "%s%s", text_string(&argument), value);
            break;
        }
        at += strlen(SEPARATOR);
    }
    text_finish(&argument);
    return copy;
}

/* Whether a name that is no key was meant as one: it has several parts, or is nearly a key of the config. */
static bool looks_like_key(struct arena *arena, const struct segment *segment)
{
    struct names names = names_of_keys(arena, KIND_RUN);
    bool is_path = segment->at > segment->variable + strlen(PREFIX) || segment->at[segment->length] != '=';
    const char *key = arena_copy_bytes(arena, segment->at, segment->length);
    return is_path || nearest_find(key, names.items, names.count) != NULL;
}

/* How much of an argument says where: a type comes before the keys of its component. */
static size_t place_length(const char *argument)
{
    size_t length = strcspn(argument, "=");
    bool is_type = length > 5 && strncmp(argument + length - 5, ".type", 5) == 0;
    return is_type ? length - 5 : length;
}

static int compare_variables(const void *a, const void *b)
{
    const struct source_variable *first = a, *second = b;
    size_t one = place_length(first->argument), two = place_length(second->argument);
    int order = strncmp(first->argument, second->argument, one < two ? one : two);
    if (order == 0)
        order = (one > two) - (one < two);
    return order != 0 ? order : strcmp(first->text, second->text);
}

struct config_node *variables_apply(struct composer *composer, struct config_node *root, const char *const *environment)
{
    struct arena *arena = composer->arena;
    struct segment segment;
    size_t count = 0, found = 0;
    while (environment != NULL && environment[count] != NULL)
        count++;
    struct source_variable *variables = arena_allocate(arena, count, sizeof *variables);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environment[i], PREFIX, strlen(PREFIX)) != 0 || strchr(environment[i], '=') == NULL)
            continue;
        const char *argument = translate(arena, environment[i], &segment);
        if (argument != NULL)
            variables[found++] = (struct source_variable){environment[i], argument};
    }
    qsort(variables, found, sizeof *variables, compare_variables);
    const char **arguments = arena_allocate(arena, found, sizeof *arguments);
    for (size_t i = 0; i < found; i++) {
        arguments[i] = variables[i].argument;
        sources_add_variable(composer->sources, arena, variables[i]);
    }
    root = override_apply(composer, root, ENVIRONMENT, arguments, found);
    for (size_t i = 0; i < count; i++)
        if (strncmp(environment[i], PREFIX, strlen(PREFIX)) == 0 && strchr(environment[i], '=') != NULL &&
            translate(arena, environment[i], &segment) == NULL && looks_like_key(arena, &segment))
            add_unknown(composer, &segment);
    return root;
}
