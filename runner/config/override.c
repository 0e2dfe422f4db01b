/* override.c: the command line changes the tree: `--data.batch_size=4`. */
#include "runner/config/override.h"

#include <string.h>
#include <strings.h>

#include "runner/build/registry.h"
#include "runner/config/layer.h"
#include "runner/config/yaml.h"

/* One override, and how far along its path it is. */
struct override {
    struct composer *composer;
    struct arena *arena;
    struct problems *problems;
    /** The marks' source: COMMAND_LINE, ENVIRONMENT. */
    const char *source;
    const char *const *arguments;
    size_t count;
    /** The argument at hand. */
    size_t index;
    /** Path: from its first byte to its end, within the argument. */
    const char *path;
    const char *path_end;
    /** Where the last key of the path is looked up, that key with its sign, and its place. */
    const struct cursor *owner;
    const char *key;
    struct span key_span;
    /** What the schema says about the value; NULL where it says nothing. */
    const struct field *field;
};

/* The place of a part of the argument with this index. */
static struct span span_in(const struct override *override, size_t index, const char *at, size_t length)
{
    struct mark mark = {override->source, (int)index + 1, (int)(at - override->arguments[index]) + 1};
    return (struct span){.mark = mark, .width = length > 0 ? (int)length : 1};
}

static struct span span_of(const struct override *override, const char *at, size_t length)
{
    return span_in(override, override->index, at, length);
}

static const char *path_of(const struct override *override)
{
    const char *path = arena_copy_bytes(override->arena, override->path, (size_t)(override->path_end - override->path));
    return problem_shorten(override->problems, path);
}

/* Goes one key down; not with a sign, which stands behind the last key. */
static bool enter(struct override *override)
{
    const char *name = NULL;
    struct cursor *child = arena_allocate(override->arena, 1, sizeof *child);
    if (layer_split_key(override->arena, override->key, &name) == LAYER_SET) {
        bool found = cursor_enter(override->problems, override->owner, override->key, override->key_span, child);
        override->owner = child;
        return found;
    }
    problem_add(override->problems, override->key_span, "%s: wanted a key, found %s", path_of(override),
                problem_quote(override->problems, override->key));
    problem_hint(override->problems, "'+' and '~' stand behind the last key: --a.b+=VALUE, --a.b~");
    return false;
}

/* Follows the path from the root to its last key. */
static bool follow_path(struct override *override, struct config_node **root)
{
    struct cursor *cursor = arena_allocate(override->arena, 1, sizeof *cursor);
    const char *argument = override->arguments[override->index];
    struct span span = span_of(override, argument, strlen(argument));
    *cursor = cursor_at_root(root, config_node_create_scalar(override->arena, argument, false, span));
    override->owner = cursor;
    const char *at = override->path;
    for (int depth = 0;; depth++) {
        const char *end = memchr(at, '.', (size_t)(override->path_end - at));
        if (end == NULL)
            end = override->path_end;
        override->key_span = span_of(override, at, (size_t)(end - at));
        if (end == at || depth == YAML_DEPTH_MAX) {
            problem_add(override->problems, override->key_span,
                        end == at ? "a key is missing here" : "the path is too deep");
            problem_hint(override->problems, "an override is written --key.key=value");
            return false;
        }
        override->key = arena_copy_bytes(override->arena, at, (size_t)(end - at));
        if (end == override->path_end)
            return true;
        if (!enter(override))
            return false;
        at = end + 1;
    }
}

static struct config_node *parse_yaml_value(struct override *override, const char *value, struct span span)
{
    struct config_node *node = yaml_parse(override->arena, value, strlen(value), span.mark, override->problems);
    bool may_name_files = node != NULL && override->field != NULL;
    return may_name_files ? compose_groups(override->composer, override->field, node, "") : node;
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
        problem_add(override->problems, whole, "%s: the value is missing", path_of(override));
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
    const char *path = path_of(override);
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

/* `--key~` stands alone; `--key~=x` has a value too many. */
static size_t apply_delete(struct override *override, const char *equals)
{
    struct config_node *nothing = config_node_create(override->arena, NODE_NULL, override->key_span);
    if (equals != NULL)
        nothing =
            config_node_create_scalar(override->arena, equals + 1, false, span_of(override, equals, strlen(equals)));
    layer_put_entry(override->problems, override->owner, override->key, override->key_span, nothing);
    return 1;
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
    const char *equals = strchr(argument, '='), *name = NULL;
    override->path_end = equals != NULL ? equals : argument + strlen(argument);
    bool is_no = strncmp(argument, "--no-", 5) == 0;
    override->path = argument + (is_no ? 5 : 2);
    override->field = NULL;
    if (!follow_path(override, root))
        return count_arguments(override, equals);
    if (!is_no && layer_split_key(override->arena, override->key, &name) == LAYER_DELETE)
        return apply_delete(override, equals);
    if (!layer_find_field(override->problems, override->owner, override->key, override->key_span, &override->field) ||
        (is_no && !check_no(override, equals)))
        return count_arguments(override, equals);
    struct config_node *value = NULL;
    size_t used = find_value(override, equals, is_no, &value);
    if (value != NULL)
        layer_put_entry(override->problems, override->owner, override->key, override->key_span, value);
    return used;
}

struct config_node *override_apply(struct composer *composer, struct config_node *root, const char *source,
                                   const char *const *arguments, size_t count)
{
    struct override override = {.composer = composer, .source = source, .arguments = arguments, .count = count};
    override.arena = composer->arena;
    override.problems = composer->problems;
    while (override.index < count)
        override.index += apply_argument(&override, &root);
    return root;
}
