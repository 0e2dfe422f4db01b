/* override.c: the command line changes the tree: `--data.batch_size=4`. */
#include "runner/config/override.h"

#include <string.h>
#include <strings.h>

#include "runner/build/registry.h"
#include "runner/config/check.h"
#include "runner/config/names.h"
#include "runner/config/yaml.h"

/* One override, and how far along its path it is. */
struct override {
    struct arena *arena;
    struct problems *problems;
    const char *const *arguments;
    size_t count;
    /** The argument at hand. */
    size_t index;
    /** Path: from its first byte to its end, within the argument. */
    const char *path;
    const char *path_end;
    /** What the schema says about the node at `slot`; NULL where it says nothing. */
    const struct field *field;
    struct config_node **slot;
    /** The argument as what its changes were written in; NULL until it is needed. */
    struct config_node *written;
};

static const struct field run_field = {.name = "", .type = FIELD_COMPONENT, .kind = KIND_RUN};
static const struct field type_field = {.name = "type", .type = FIELD_STRING};

/* The place of a part of the argument with this index. */
static struct span span_in(const struct override *override, size_t index, const char *at, size_t length)
{
    struct mark mark = {COMMAND_LINE, (int)index + 1, (int)(at - override->arguments[index]) + 1};
    return (struct span){.mark = mark, .width = length > 0 ? (int)length : 1};
}

static struct span span_of(const struct override *override, const char *at, size_t length)
{
    return span_in(override, override->index, at, length);
}

/* The path up to and with the segment that ends at `end`. */
static const char *path_until(const struct override *override, const char *end)
{
    const char *path = arena_copy_bytes(override->arena, override->path, (size_t)(end - override->path));
    return problem_shorten(override->problems, path);
}

static bool segment_is_index(const char *segment, size_t *index)
{
    size_t length = strspn(segment, "0123456789");
    if (length == 0 || length > 6 || segment[length] != '\0')
        return false;
    *index = 0;
    for (size_t i = 0; i < length; i++)
        *index = *index * 10 + (size_t)(segment[i] - '0');
    return true;
}

/* What stands at the slot, or the default that the check would put there; never NULL. */
static struct config_node *slot_fill(struct override *override, struct span span)
{
    if (*override->slot == NULL && override->field != NULL && override->field->default_text != NULL)
        *override->slot = yaml_parse_default(override->arena, override->field->default_text);
    if (*override->slot == NULL)
        *override->slot = config_node_create(override->arena, NODE_NULL, span);
    return *override->slot;
}

/* Goes to a mapping's key, which is made when it is not there. */
static void slot_enter_key(struct override *override, struct config_node *map, const char *key, struct span span)
{
    if (config_node_find_entry(map, key) == NULL)
        config_node_set(override->arena, map, key, span, NULL);
    override->slot = &config_node_find_entry(map, key)->value;
}

/* The argument at hand, with its value where that stands in the next one: what is written there. */
static struct config_node *argument_node(struct override *override)
{
    const char *argument = override->arguments[override->index];
    if (override->written == NULL)
        override->written =
            config_node_create_scalar(override->arena, argument, false, span_of(override, argument, strlen(argument)));
    return override->written;
}

/* The mapping or list at the slot, made the argument's own to be changed: what was there before stays as it was. */
static struct config_node *slot_own(struct override *override)
{
    struct config_node *node = *override->slot;
    if (node->written != NULL && node->written == override->written)
        return node;
    struct config_node *owned = config_node_create_after(override->arena, node, node->span);
    owned->written = argument_node(override);
    *override->slot = owned;
    return owned;
}

/* A component's node as a mapping: from nothing, from its name. Another kind of node is replaced: it was wrong. */
static struct config_node *slot_make_map(struct override *override, struct span span)
{
    struct config_node *node = slot_fill(override, span);
    if (node->kind == NODE_SCALAR)
        *override->slot = config_node_spell_out(override->arena, node);
    else if (node->kind != NODE_MAP)
        *override->slot = config_node_create(override->arena, NODE_MAP, node->kind == NODE_NULL ? span : node->span);
    if (node->kind == NODE_NULL || node->kind == NODE_LIST)
        config_node_replace(*override->slot, node);
    return slot_own(override);
}

static struct config_node *slot_make_list(struct override *override, struct span span)
{
    struct config_node *node = slot_fill(override, span);
    if (node->kind == NODE_LIST)
        return slot_own(override);
    struct config_node *list = config_node_create(override->arena, NODE_LIST, node->span);
    if (node->kind != NODE_NULL)
        config_node_append(override->arena, list, node);
    list->replaced = node->replaced;
    list->written = node;
    *override->slot = list;
    return slot_own(override);
}

static bool step_component(struct override *override, const char *segment, const char *end, struct span span)
{
    struct config_node *node = slot_fill(override, span);
    const struct component *component = check_find_component(override->field->kind, node);
    const struct field *field = NULL;
    if (strcmp(segment, "type") == 0 && override->field->kind != KIND_RUN)
        field = &type_field;
    else if (component != NULL)
        field = component_find_field(component, segment);
    if (field == NULL && component != NULL) {
        check_add_unknown_key(override->problems, span, path_until(override, end), segment, component);
        return false;
    }
    slot_enter_key(override, slot_make_map(override, span), segment, span);
    override->field = field;
    return true;
}

/* The types of a list's components, for the user to choose from. */
static const char *list_names(struct override *override, const struct config_node *list, enum component_kind kind)
{
    struct names names = {.items = arena_allocate(override->arena, list->count, sizeof *names.items)};
    for (size_t i = 0; i < list->count; i++) {
        const struct component *component = check_find_component(kind, list->items[i]);
        names.items[names.count++] = component != NULL ? component->name : "?";
    }
    return names_join(&names, override->arena);
}

/* Says that nothing is in the list to be changed; the list ends the path before the segment at hand. */
static bool add_empty_problem(struct override *override, const char *end, struct span span)
{
    const char *list = path_until(override, end - span.width - 1);
    problem_add(override->problems, span, "%s: the list is empty", list);
    problem_hint(override->problems, "write --%s=[...] to fill it", list);
    return false;
}

static bool add_index_problem(struct override *override, const struct config_node *list, const char *end,
                              struct span span)
{
    if (list->count == 0)
        return add_empty_problem(override, end, span);
    problem_add(override->problems, span, "%s: no such item: the list has %zu, counted from 0",
                path_until(override, end), list->count);
    return false;
}

static bool step_index(struct override *override, const char *end, struct span span, size_t index)
{
    struct config_node *list = slot_make_list(override, span);
    if (index >= list->count)
        return add_index_problem(override, list, end, span);
    override->slot = &list->items[index];
    return true;
}

/* An item of a list of components, by its place or by its type. */
static bool step_component_list(struct override *override, const char *segment, const char *end, struct span span)
{
    enum component_kind kind = override->field->kind;
    struct config_node *list = slot_make_list(override, span);
    struct field *item = arena_allocate(override->arena, 1, sizeof *item);
    *item = (struct field){.name = "", .type = FIELD_COMPONENT, .kind = kind};
    override->field = item;
    size_t index = 0;
    if (segment_is_index(segment, &index))
        return step_index(override, end, span, index);
    size_t found = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct component *component = check_find_component(kind, list->items[i]);
        if (component == NULL || strcmp(component->name, segment) != 0)
            continue;
        override->slot = &list->items[i];
        found += 1;
    }
    if (found == 1)
        return true;
    if (list->count == 0)
        return add_empty_problem(override, end, span);
    const char *quoted = problem_quote(override->problems, segment);
    if (found == 0)
        problem_add(override->problems, span, "%s: no %s in the list is called %s", path_until(override, end),
                    component_kind_name(kind), quoted);
    else
        problem_add(override->problems, span, "%s: %zu %s in the list are called %s", path_until(override, end), found,
                    component_kind_plural(kind), quoted);
    problem_hint(override->problems, "%s (from 0): %s", found == 0 ? "the list has" : "choose by place",
                 list_names(override, list, kind));
    return false;
}

/* Where the schema says nothing, because a type is missing or unknown: the check will say so. */
static bool step_unknown(struct override *override, const char *segment, const char *end, struct span span)
{
    size_t index = 0;
    struct config_node *node = slot_fill(override, span);
    if (node->kind == NODE_LIST && segment_is_index(segment, &index))
        return step_index(override, end, span, index);
    slot_enter_key(override, slot_make_map(override, span), segment, span);
    return true;
}

static bool step(struct override *override, const char *segment, const char *end, struct span span)
{
    if (override->field == NULL)
        return step_unknown(override, segment, end, span);
    size_t index = 0;
    switch (override->field->type) {
    case FIELD_COMPONENT:
        return step_component(override, segment, end, span);
    case FIELD_COMPONENT_LIST:
        return step_component_list(override, segment, end, span);
    case FIELD_INT_LIST:
    case FIELD_DOUBLE_LIST:
    case FIELD_STRING_LIST:
        if (segment_is_index(segment, &index))
            return step_index(override, end, span, index);
        problem_add(override->problems, span, "%s: wanted the place of an item in the list, from 0, found %s",
                    path_until(override, end), problem_quote(override->problems, segment));
        return false;
    default:
        break;
    }
    problem_add(override->problems, span, "%s: '%s' has nothing inside, it is of type: %s", path_until(override, end),
                override->field->name, field_type_name(override->field->type));
    return false;
}

/* Follows the path from the root; the slot and field are then those of its last segment. */
static bool follow_path(struct override *override, struct config_node **root)
{
    override->field = &run_field;
    override->slot = root;
    const char *at = override->path;
    for (int depth = 0;; depth++) {
        const char *end = memchr(at, '.', (size_t)(override->path_end - at));
        if (end == NULL)
            end = override->path_end;
        struct span span = span_of(override, at, (size_t)(end - at));
        if (end == at || depth == YAML_DEPTH_MAX) {
            problem_add(override->problems, span, end == at ? "a key is missing here" : "the path is too deep");
            problem_hint(override->problems, "an override is written --key.key=value");
            return false;
        }
        const char *segment = arena_copy_bytes(override->arena, at, (size_t)(end - at));
        if (!step(override, segment, end, span))
            return false;
        if (end == override->path_end)
            return true;
        at = end + 1;
    }
}

static struct config_node *parse_yaml_value(struct override *override, const char *value, struct span span)
{
    return yaml_parse(override->arena, value, strlen(value), span.mark, override->problems);
}

/* A text, word for word; null where it may be null and says so. */
static struct config_node *make_text(struct override *override, const char *value, struct span span)
{
    bool is_null = override->field->nullable && config_node_text_is_null(value);
    if (is_null)
        return config_node_create(override->arena, NODE_NULL, span);
    return config_node_create_scalar(override->arena, value, true, span);
}

static struct config_node *make_scalar(struct override *override, const char *value, struct span span)
{
    struct config_node *node = config_node_create_scalar(override->arena, value, false, span);
    if (config_node_text_is_null(value))
        node->kind = NODE_NULL;
    return node;
}

/* Reads a value as its field does. NULL after adding a problem. */
static struct config_node *parse_value(struct override *override, const char *value, struct span span)
{
    if (strlen(value) > YAML_SCALAR_BYTES_MAX) {
        problem_add(override->problems, span, "a value of %zu bytes, wanted at most %zu", strlen(value),
                    YAML_SCALAR_BYTES_MAX);
        return NULL;
    }
    if (override->field == NULL)
        return parse_yaml_value(override, value, span);
    switch (override->field->type) {
    case FIELD_STRING:
    case FIELD_CHOICE:
        return make_text(override, value, span);
    case FIELD_STRING_LIST:
        return *value == '[' || config_node_text_is_null(value) ? parse_yaml_value(override, value, span)
                                                                : make_text(override, value, span);
    case FIELD_INT_LIST:
    case FIELD_DOUBLE_LIST:
    case FIELD_COMPONENT:
    case FIELD_COMPONENT_LIST:
        return parse_yaml_value(override, value, span);
    default:
        return make_scalar(override, value, span);
    }
}

static bool is_flag(const struct override *override)
{
    return override->field != NULL && override->field->type == FIELD_BOOL;
}

static bool is_truth(const char *argument)
{
    return strcasecmp(argument, "true") == 0 || strcasecmp(argument, "false") == 0;
}

/* Puts the value at the end of the path. Another type sweeps away what belonged to the type before. */
static void set_value(struct override *override, struct config_node **root, struct config_node *value)
{
    bool changes_type = override->field == &type_field && value->kind == NODE_SCALAR && *override->slot != NULL &&
                        (*override->slot)->kind == NODE_SCALAR && strcmp((*override->slot)->text, value->text) != 0;
    config_node_replace(value, *override->slot);
    if (!changes_type) {
        *override->slot = value;
        return;
    }
    const char *full_end = override->path_end;
    override->path_end = full_end - strlen(".type");
    if (follow_path(override, root)) {
        struct config_node *map = config_node_create(override->arena, NODE_MAP, value->span);
        config_node_set(override->arena, map, "type", value->span, value);
        config_node_replace(map, *override->slot);
        map->written = argument_node(override);
        *override->slot = map;
    }
    override->path_end = full_end;
}

/* Finds the value of the argument at hand. Returns how many arguments were used; `value` is NULL after a problem. */
static size_t find_value(struct override *override, const char *equals, bool is_no, struct config_node **value)
{
    const char *argument = override->arguments[override->index];
    struct span whole = span_of(override, argument, (size_t)(override->path_end - argument));
    const char *next = override->index + 1 < override->count ? override->arguments[override->index + 1] : NULL;
    if (equals != NULL) {
        *value = parse_value(override, equals + 1, span_of(override, equals + 1, strlen(equals + 1)));
        return 1;
    }
    if (is_no || (is_flag(override) && (next == NULL || !is_truth(next)))) {
        *value = make_scalar(override, is_no ? "false" : "true", whole);
        return 1;
    }
    if (next == NULL || strncmp(next, "--", 2) == 0) {
        problem_add(override->problems, whole, "%s: the value is missing", path_until(override, override->path_end));
        problem_hint(override->problems, "write %s=VALUE", problem_shorten(override->problems, argument));
        return 1;
    }
    *value = parse_value(override, next, span_in(override, override->index + 1, next, strlen(next)));
    return 2;
}

/* `--no-x` is for flags, and says all by itself. */
static bool check_no(struct override *override, const char *equals)
{
    const char *argument = override->arguments[override->index];
    if (equals == NULL && is_flag(override))
        return true;
    const char *path = path_until(override, override->path_end);
    problem_add(override->problems, span_of(override, argument, strlen("--no-")), "%s: '--no-' %s", path,
                equals != NULL ? "takes no value" : "is for what is true or false");
    problem_hint(override->problems, equals != NULL ? "write --no-%s, or --%s=VALUE" : "write --%s=VALUE", path, path);
    return false;
}

/* How many arguments an override that went wrong takes: its value is not to be taken for another override. */
static size_t count_arguments(const struct override *override, const char *equals)
{
    bool has_next = override->index + 1 < override->count;
    return equals == NULL && has_next && strncmp(override->arguments[override->index + 1], "--", 2) != 0 ? 2 : 1;
}

/* Applies the argument at hand; returns how many arguments it took. */
static size_t apply_argument(struct override *override, struct config_node **root)
{
    const char *argument = override->arguments[override->index];
    if (strncmp(argument, "--", 2) != 0) {
        problem_add(override->problems, span_of(override, argument, strlen(argument)), "unexpected argument %s",
                    problem_quote(override->problems, argument));
        problem_hint(override->problems, "an override is written --key.key=value");
        return 1;
    }
    const char *equals = strchr(argument, '=');
    override->written = NULL;
    override->path_end = equals != NULL ? equals : argument + strlen(argument);
    bool is_no = strncmp(argument, "--no-", 5) == 0;
    override->path = argument + (is_no ? 5 : 2);
    if (!follow_path(override, root) || (is_no && !check_no(override, equals)))
        return count_arguments(override, equals);
    struct config_node *value = NULL;
    size_t used = find_value(override, equals, is_no, &value);
    if (value != NULL)
        set_value(override, root, value);
    return used;
}

struct config_node *override_apply(struct arena *arena, struct config_node *root, const char *const *arguments,
                                   size_t count, struct problems *problems)
{
    struct override override = {.arena = arena, .problems = problems, .arguments = arguments, .count = count};
    while (override.index < count)
        override.index += apply_argument(&override, &root);
    return root;
}
