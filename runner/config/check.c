/* check.c: a tree against the registry: every problem found, every default filled in. */
#include "runner/config/check.h"

#include <ctype.h>
#include <string.h>

#include "engine/base/nearest.h"
#include "runner/config/checker.h"
#include "runner/config/layer.h"
#include "runner/config/names.h"
#include "runner/config/renamed.h"
#include "runner/config/yaml.h"

/* Components inside components, as deep as any config goes; the registry's defaults could go round in a circle. */
#define COMPONENT_DEPTH_MAX 32

#define BASE_HINT "'base' stands at the top of a file; a file that holds a component is its value: 'model: ssd.yaml'"

static struct config_node *check_component(struct checker *checker, enum component_kind kind, struct config_node *node);

/* Goes down to a key or an index; returns where to come back to. */
static size_t path_push(struct checker *checker, const char *segment)
{
    size_t length = checker->path.length;
    text_format(&checker->path, "%s%s", length > 0 ? "." : "", segment);
    return length;
}

static void path_pop(struct checker *checker, size_t length)
{
    checker->path.length = length;
    checker->path.data[length] = '\0';
}

/* "data.batch_size: ", and nothing at the top. */
static const char *path_prefix(const struct checker *checker)
{
    if (checker->path.length == 0)
        return "";
    return arena_format(checker->arena, "%s: ", text_string(&checker->path));
}

void checker_add_mismatch(struct checker *checker, const struct config_node *node, const char *wanted)
{
    problem_add(checker->problems, node->span, "%swanted %s, found %s", path_prefix(checker), wanted,
                problem_describe(checker->problems, node));
}

static const char *with_article(struct arena *arena, const char *noun)
{
    return arena_format(arena, "%s %s", strchr("aeiouAEIOU", *noun) != NULL ? "an" : "a", noun);
}

/* "a number", "a list of strings", "an optimizer", "one of the choices": what a field wants. */
static const char *describe_field(struct arena *arena, const struct field *field)
{
    switch (field->type) {
    case FIELD_BOOL:
        return field_type_name(field->type);
    case FIELD_COMPONENT:
        return with_article(arena, component_kind_name(field->kind));
    case FIELD_COMPONENT_LIST:
        return arena_format(arena, "a list of %s", component_kind_plural(field->kind));
    case FIELD_CHOICE: {
        struct names names = names_of_choices(arena, field);
        return arena_format(arena, "one of %s", names_join(&names, arena));
    }
    default:
        return with_article(arena, field_type_name(field->type));
    }
}

static const char *item_name(enum field_type list)
{
    return list == FIELD_INT_LIST ? "an integer" : list == FIELD_DOUBLE_LIST ? "a number" : "a string";
}

/* LightningCLI's configs may have the keys of each of its verbs inside a key of that name. */
static bool is_verb(const char *key)
{
    static const char *const verbs[] = {"fit", "validate", "test", "predict", "tune"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i], key) == 0)
            return true;
    return false;
}

/* Where a key belongs that stands at the top of a config: the component's key and the component; NULL when nowhere. */
static const struct component *find_owner(const struct component *run, const char *key, const struct field **parent)
{
    for (size_t i = 0; i < run->field_count; i++) {
        *parent = &run->fields[i];
        for (size_t j = 0; (*parent)->type == FIELD_COMPONENT && j < registry_component_count; j++) {
            const struct component *component = &registry_components[j];
            if (component->kind == (*parent)->kind &&
                (component_find_field(component, key) != NULL || renamed_find_field(component, key) != NULL))
                return component;
        }
    }
    return NULL;
}

/* A key that changes what lies under it (layer.h), where nothing does. Returns false when it is none. */
static bool add_nothing_under(struct problems *problems, struct span span, const char *path, const char *key,
                              const struct component *component)
{
    const char *name = NULL;
    if (layer_split_key(problems->arena, key, &name) == LAYER_SET || component_find_field(component, name) == NULL)
        return false;
    problem_add(problems, span, "%s: '%c' changes what lies under it, and nothing does", path, key[strlen(key) - 1]);
    problem_hint(problems, "write '%s', or name a config before this one: lrun UNDER.yaml OVER.yaml", name);
    return true;
}

void check_add_unknown_key(struct problems *problems, struct span span, const char *path, const char *key,
                           const struct component *component)
{
    const struct field *parent = NULL;
    if (add_nothing_under(problems, span, path, key, component))
        return;
    struct names names = names_of_fields(problems->arena, component);
    problem_add(problems, span, "%s: unknown key %s%s", path, problem_quote(problems, key),
                names_format_guess(&names, problems->arena, key));
    if (strcmp(key, "class_path") == 0)
        problem_hint(problems, "write 'type: Name' in place of 'class_path: module.Name'");
    else if (strcmp(key, "base") == 0)
        problem_hint(problems, BASE_HINT);
    else if (strcmp(key, "init_args") == 0)
        problem_hint(problems, "write the keys of 'init_args' next to 'type', without 'init_args'");
    else if (component->kind == KIND_RUN && is_verb(key))
        problem_hint(problems, "move what is in it one level up; the verb is said by 'lrun %s CONFIG'",
                     strcmp(key, "tune") == 0 ? "sweep" : key);
    else if ((key[0] == '+' || key[0] == '~') && key[1] != '\0')
        problem_hint(problems, "'%c' stands behind the last key: a.b%c", key[0], key[0]);
    else if (strchr(key, ':') != NULL)
        problem_hint(problems, "a ':' needs a blank behind it: 'key: value'");
    else if (component->kind == KIND_RUN && find_owner(component, key, &parent) != NULL)
        problem_hint(problems, "'%s' is a key of %s: %s.%s", key, find_owner(component, key, &parent)->name,
                     parent->name, key);
    else if (component->kind == KIND_RUN)
        problem_hint(problems, "the keys of a config: %s", names_join(&names, problems->arena));
    else if (names.count == 0)
        problem_hint(problems, "%s has no keys", component->name);
    else
        problem_hint(problems, "the keys of %s: %s", component->name, names_join(&names, problems->arena));
}

const struct component *check_find_component(enum component_kind kind, const struct config_node *node)
{
    const struct config_node *name = node != NULL && node->kind == NODE_SCALAR ? node : config_node_find(node, "type");
    if (name == NULL)
        return registry_only(kind);
    return name->kind == NODE_SCALAR ? registry_find(kind, name->text) : NULL;
}

static bool is_single_named_map(const struct config_node *node, enum component_kind kind)
{
    return node->kind == NODE_MAP && node->count == 1 && registry_find(kind, node->entries[0].key) != NULL;
}

/* "models: ResNet18, SSD": what would be right. */
static void hint_kind(struct checker *checker, enum component_kind kind)
{
    struct names names = names_of_kind(checker->arena, kind);
    problem_hint(checker->problems, "%s: %s", component_kind_plural(kind), names_join(&names, checker->arena));
}

static void add_missing_type(struct checker *checker, enum component_kind kind, const struct config_node *node)
{
    const char *kind_name = component_kind_name(kind);
    struct names names = names_of_kind(checker->arena, kind);
    if (is_single_named_map(node, kind)) {
        const struct entry *entry = &node->entries[0];
        problem_add(checker->problems, entry->span, "%sthe %s is named by a key, wanted 'type'", path_prefix(checker),
                    kind_name);
        problem_hint(checker->problems, "write 'type: %s', and its keys next to it", entry->key);
        return;
    }
    if (config_node_find(node, "class_path") != NULL) {
        problem_add(checker->problems, config_node_find_entry(node, "class_path")->span,
                    "%sthe %s is named by 'class_path', wanted 'type'", path_prefix(checker), kind_name);
        problem_hint(checker->problems, "write 'type: Name', and the keys of 'init_args' next to it; %s: %s",
                     component_kind_plural(kind), names_join(&names, checker->arena));
        return;
    }
    problem_add(checker->problems, node->span, "%s'type' is missing, which names the %s", path_prefix(checker),
                kind_name);
    if (config_node_find(node, "base") != NULL)
        problem_hint(checker->problems, BASE_HINT);
    else
        hint_kind(checker, kind);
}

static void add_unknown_type(struct checker *checker, enum component_kind kind, const struct config_node *name)
{
    const char *kind_name = component_kind_name(kind);
    struct names names = names_of_kind(checker->arena, kind);
    const struct component *other = registry_find_name(name->text);
    const char *quoted = problem_quote(checker->problems, name->text);
    const char *instead = other == NULL ? renamed_find_type(name->text) : NULL;
    if (other != NULL)
        problem_add(checker->problems, name->span, "%s%s is %s, wanted %s", path_prefix(checker), quoted,
                    with_article(checker->arena, component_kind_name(other->kind)),
                    with_article(checker->arena, kind_name));
    else
        problem_add(checker->problems, name->span, "%sno %s is called %s%s", path_prefix(checker), kind_name, quoted,
                    instead != NULL ? "" : names_format_guess(&names, checker->arena, name->text));
    if (instead != NULL)
        problem_hint(checker->problems, "%s", instead);
    else
        hint_kind(checker, kind);
}

/* The component that the node names; NULL after adding a problem. */
static const struct component *find_component(struct checker *checker, enum component_kind kind,
                                              const struct config_node *node)
{
    if (node->kind == NODE_LIST) {
        checker_add_mismatch(checker, node, with_article(checker->arena, component_kind_name(kind)));
        problem_hint(checker->problems, "write one, without the '-' or '[]'");
        return NULL;
    }
    const struct component *component = check_find_component(kind, node);
    if (component != NULL)
        return component;
    const struct config_node *name = node->kind == NODE_SCALAR ? node : config_node_find(node, "type");
    if (name != NULL && name->kind == NODE_SCALAR && name->is_wrong)
        return NULL;
    if (name == NULL) {
        add_missing_type(checker, kind, node);
    } else if (name->kind != NODE_SCALAR) {
        size_t length = path_push(checker, "type");
        checker_add_mismatch(
            checker, name,
            arena_format(checker->arena, "the name of %s", with_article(checker->arena, component_kind_name(kind))));
        hint_kind(checker, kind);
        path_pop(checker, length);
    } else {
        add_unknown_type(checker, kind, name);
    }
    return NULL;
}

static void add_missing_component(struct checker *checker, const struct config_node *node, enum component_kind kind)
{
    checker_add_mismatch(checker, node, with_article(checker->arena, component_kind_name(kind)));
    hint_kind(checker, kind);
}

static struct config_node *check_list(struct checker *checker, const struct field *field, struct config_node *node)
{
    bool of_components = field->type == FIELD_COMPONENT_LIST;
    if (node->kind != NODE_LIST) {
        struct config_node *list = config_node_create(checker->arena, NODE_LIST, node->span);
        if (node->kind == NODE_MAP && !of_components)
            checker_add_mismatch(checker, node, describe_field(checker->arena, field));
        else
            config_node_append(checker->arena, list,
                               of_components ? check_component(checker, field->kind, node)
                                             : checker_check_scalar(checker, field, node));
        return list;
    }
    for (size_t i = 0; i < node->count; i++) {
        struct config_node *item = node->items[i];
        size_t length = path_push(checker, arena_format(checker->arena, "%zu", i));
        if (of_components && item->kind == NODE_NULL)
            add_missing_component(checker, item, field->kind);
        else if (of_components)
            node->items[i] = check_component(checker, field->kind, item);
        else if (item->kind != NODE_SCALAR)
            checker_add_mismatch(checker, item, item_name(field->type));
        else
            node->items[i] = checker_check_scalar(checker, field, item);
        path_pop(checker, length);
    }
    return node;
}

/* A list where a text may be one: "[a, b]". */
static struct config_node *check_list_as_text(struct checker *checker, const struct field *field,
                                              struct config_node *node)
{
    struct text text = TEXT_INIT;
    struct config_node *scalar = config_node_create(checker->arena, NODE_SCALAR, node->span);
    text_append_char(&text, '[');
    for (size_t i = 0; i < node->count; i++) {
        if (node->items[i]->kind == NODE_SCALAR)
            text_format(&text, "%s%s", i > 0 ? ", " : "", node->items[i]->text);
        else
            checker_add_mismatch(checker, node->items[i], describe_field(checker->arena, field));
    }
    text_append_char(&text, ']');
    scalar->text = arena_copy_string(checker->arena, text_string(&text));
    scalar->is_quoted = true;
    text_finish(&text);
    return scalar;
}

static struct config_node *check_null(struct checker *checker, const struct field *field, struct config_node *node)
{
    if (field->nullable)
        return config_node_create(checker->arena, NODE_NULL, node->span);
    checker_add_mismatch(checker, node, describe_field(checker->arena, field));
    if (field->type == FIELD_STRING && node->text != NULL && *node->text != '\0')
        problem_hint(checker->problems, "put quotes around it when the text '%s' is meant", node->text);
    else if (field->default_text != NULL)
        problem_hint(checker->problems, "leave the key out for its default, %s", field->default_text);
    else if (field->type == FIELD_COMPONENT)
        hint_kind(checker, field->kind);
    return node;
}

/* Checks the value at hand, and returns it complete. */
static struct config_node *check_value(struct checker *checker, const struct field *field, struct config_node *node)
{
    if (node->kind == NODE_NULL)
        return check_null(checker, field, node);
    switch (field->type) {
    case FIELD_COMPONENT:
        return check_component(checker, field->kind, node);
    case FIELD_COMPONENT_LIST:
    case FIELD_INT_LIST:
    case FIELD_DOUBLE_LIST:
    case FIELD_STRING_LIST:
        return check_list(checker, field, node);
    default:
        break;
    }
    if (node->kind == NODE_SCALAR)
        return checker_check_scalar(checker, field, node);
    if (node->kind == NODE_LIST && field->takes_list)
        return check_list_as_text(checker, field, node);
    checker_add_mismatch(checker, node, describe_field(checker->arena, field));
    return node;
}

static void add_missing_field(struct checker *checker, const struct component *component, const struct field *field,
                              struct span span)
{
    if (component->kind == KIND_RUN)
        problem_add(checker->problems, span, "the key '%s' is missing", field->name);
    else
        problem_add(checker->problems, span, "%sthe key '%s' is missing, %s needs it", path_prefix(checker),
                    field->name, component->name);
    problem_hint(checker->problems, "%s: %s. %s", field->name, describe_field(checker->arena, field),
                 field->documentation);
}

/* Whether a component's mapping may have the key: a field, or the `type` of all but the run. */
static bool is_known_key(const struct component *component, const char *key)
{
    return component_find_field(component, key) != NULL || (strcmp(key, "type") == 0 && component->kind != KIND_RUN);
}

/* Whether a key is there that is no field but nearly this one: its own problem says enough. */
static bool is_misspelt(struct checker *checker, const struct component *component, const struct config_node *given,
                        const char *name)
{
    struct names names = names_of_fields(checker->arena, component);
    for (size_t i = 0; given->kind == NODE_MAP && i < given->count; i++) {
        const char *key = given->entries[i].key;
        const char *nearest = nearest_find(key, names.items, names.count);
        if (nearest != NULL && strcmp(nearest, name) == 0 && !is_known_key(component, key))
            return true;
    }
    return false;
}

/* Every field of the component, in order: as given, or its default. */
static void check_fields(struct checker *checker, const struct component *component, const struct config_node *given,
                         struct config_node *complete)
{
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        const struct entry *entry = config_node_find_entry(given, field->name);
        if (entry != NULL && entry->value == NULL) /* an override that went wrong, and is reported */
            continue;
        if (entry == NULL && field->default_text == NULL) {
            if (!is_misspelt(checker, component, given, field->name))
                add_missing_field(checker, component, field, complete->span);
            continue;
        }
        struct span nowhere = {.width = 0};
        struct config_node *value =
            entry != NULL ? entry->value : yaml_parse_default(checker->arena, field->default_text);
        size_t length = path_push(checker, field->name);
        value = check_value(checker, field, value);
        path_pop(checker, length);
        config_node_set(checker->arena, complete, field->name, entry != NULL ? entry->span : nowhere, value);
    }
}

static void check_keys(struct checker *checker, const struct component *component, const struct config_node *given)
{
    for (size_t i = 0; given->kind == NODE_MAP && i < given->count; i++) {
        const struct entry *entry = &given->entries[i];
        if (is_known_key(component, entry->key))
            continue;
        size_t length = path_push(checker, problem_shorten(checker->problems, entry->key));
        check_add_unknown_key(checker->problems, entry->span, text_string(&checker->path), entry->key, component);
        path_pop(checker, length);
    }
}

static bool shows_type(const struct component *component)
{
    return component->kind != KIND_RUN && component->kind != KIND_TRAINER;
}

/* Checks a component given as its name or as a mapping, and returns its complete mapping. */
static struct config_node *check_component(struct checker *checker, enum component_kind kind, struct config_node *node)
{
    const struct component *component = find_component(checker, kind, node);
    if (component == NULL)
        return node;
    if (checker->depth == COMPONENT_DEPTH_MAX) {
        problem_add(checker->problems, node->span, "%scomponents nested deeper than %d", path_prefix(checker),
                    COMPONENT_DEPTH_MAX);
        return node;
    }
    checker->depth += 1;
    const struct config_node *name = node->kind == NODE_SCALAR ? node : config_node_find(node, "type");
    struct config_node *complete = config_node_create(checker->arena, NODE_MAP, name != NULL ? name->span : node->span);
    complete->component = component;
    if (shows_type(component))
        config_node_set(checker->arena, complete, "type", complete->span,
                        config_node_create_scalar(checker->arena, component->name, false, complete->span));
    check_keys(checker, component, node);
    check_fields(checker, component, node, complete);
    checker->depth -= 1;
    return complete;
}

static void add_wrong_root(struct checker *checker, const struct config_node *root)
{
    checker_add_mismatch(checker, root, "a mapping with the keys of a config");
    const struct component *run = registry_only(KIND_RUN);
    if (run == NULL)
        return;
    struct names names = names_of_fields(checker->arena, run);
    problem_hint(checker->problems, "write 'key: value' lines; the keys: %s", names_join(&names, checker->arena));
}

struct config_node *check_run(struct arena *arena, struct config_node *root, struct problems *problems)
{
    struct checker checker = {.arena = arena, .problems = problems};
    text_append(&checker.path, "");
    if (root->kind == NODE_NULL)
        root = config_node_create(arena, NODE_MAP, root->span);
    struct config_node *complete = root;
    if (root->kind == NODE_MAP)
        complete = check_component(&checker, KIND_RUN, root);
    else
        add_wrong_root(&checker, root);
    text_finish(&checker.path);
    return complete;
}
