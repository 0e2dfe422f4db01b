/* operands.c: what may stand where a verb wants something other than a key of the config. */
#include "runner/completion/operands.h"

#include <string.h>

#include "runner/build/registry.h"

/* The words of "crowd|all|drop". */
static void add_choices(struct answer *answer, const char *placeholder, const char *prefix)
{
    struct text word = TEXT_INIT;
    for (const char *at = placeholder; *at != '\0'; at += *at == '|' ? 1 : 0) {
        size_t length = strcspn(at, "|");
        text_clear(&word);
        text_append_bytes(&word, at, length);
        answer_add(answer, prefix, text_string(&word), "", "");
        at += length;
    }
    text_finish(&word);
}

/* "lr_schedulers": as `lrun list` takes them. */
static void add_kinds(struct answer *answer, const char *prefix)
{
    struct text name = TEXT_INIT;
    for (int kind = KIND_RUN + 1; kind < KIND_COUNT; kind++) {
        text_clear(&name);
        for (const char *at = component_kind_plural(kind); *at != '\0'; at++)
            text_append_char(&name, *at == ' ' ? '_' : *at);
        answer_add(answer, prefix, text_string(&name), "", "");
    }
    text_finish(&name);
}

static void add_components(struct answer *answer, const char *prefix)
{
    for (size_t i = 0; i < registry_component_count; i++)
        answer_add(answer, prefix, registry_components[i].name, "", registry_components[i].summary);
}

static void add_fields(struct answer *answer, const struct component *component, const char *prefix)
{
    for (size_t i = 0; i < component->field_count; i++)
        answer_add(answer, prefix, component->fields[i].name, "", component->fields[i].documentation);
}

/* What help explains: components, verbs and the config's keys; behind "SGD." the fields of SGD. */
static void add_topics(struct answer *answer, const char *prefix)
{
    const char *point = strchr(answer->current, '.');
    if (point == NULL) {
        operand_add_verbs(answer, NULL, 0);
        add_components(answer, prefix);
        add_fields(answer, registry_only(KIND_RUN), prefix);
        return;
    }
    struct text owner = TEXT_INIT;
    text_append_bytes(&owner, answer->current, (size_t)(point - answer->current));
    const struct component *component = registry_find_name(text_string(&owner));
    text_append_char(&owner, '.');
    if (component != NULL)
        add_fields(answer, component, text_string(&owner));
    text_finish(&owner);
}

void operand_add(struct answer *answer, enum argument_kind kind, const char *placeholder, const char *prefix)
{
    switch (kind) {
    case ARGUMENT_TEXT:
    case ARGUMENT_KEY:
        return;
    case ARGUMENT_CHOICE:
        add_choices(answer, placeholder, prefix);
        return;
    case ARGUMENT_CONFIG:
        answer_add_files(answer, prefix, ".yaml");
        return;
    case ARGUMENT_CHECKPOINT:
        answer_add(answer, prefix, "best", "", "The best checkpoint of the run.");
        answer_add(answer, prefix, "last", "", "The newest checkpoint of the run.");
        answer_add_files(answer, prefix, ".safetensors");
        return;
    case ARGUMENT_FILE:
        answer_add_files(answer, prefix, "");
        return;
    case ARGUMENT_FOLDER:
    case ARGUMENT_RUN:
        answer_add_folders(answer, prefix);
        return;
    case ARGUMENT_KIND:
        add_kinds(answer, prefix);
        return;
    case ARGUMENT_COMPONENT:
        add_components(answer, prefix);
        return;
    case ARGUMENT_TOPIC:
        add_topics(answer, prefix);
        return;
    }
}

/* Where the verb's next word begins, when its first ones are these; NULL when they are not, or there is no other. */
static const char *next_word(const struct verb *verb, const char *const *words, int count)
{
    const char *at = verb->name;
    for (int i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(at, words[i], length) != 0 || at[length] != ' ')
            return NULL;
        at += length + 1;
    }
    return verb->hidden ? NULL : at;
}

/* True when a verb before this one had the same words so far. */
static bool is_repeated(const struct verb *verb, size_t length)
{
    for (const struct verb *before = verbs; before < verb; before++)
        if (!before->hidden && strncmp(before->name, verb->name, length) == 0 &&
            (before->name[length] == ' ' || before->name[length] == '\0'))
            return true;
    return false;
}

bool operand_add_verbs(struct answer *answer, const char *const *words, int count)
{
    bool found = false;
    struct text word = TEXT_INIT;
    for (const struct verb *verb = verbs; verb->name != NULL; verb++) {
        const char *next = next_word(verb, words, count);
        size_t length = next != NULL ? strcspn(next, " ") : 0;
        found = found || next != NULL;
        if (next == NULL || is_repeated(verb, (size_t)(next - verb->name) + length))
            continue;
        text_clear(&word);
        text_append_bytes(&word, next, length);
        answer_add(answer, "", text_string(&word), "", verb->summary);
    }
    text_finish(&word);
    return found;
}
