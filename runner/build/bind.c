/* bind.c: a checked node becomes an object. */
#include "runner/build/bind.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "engine/base/text.h"

/* What every list of components looks like: struct transform_list, struct callback_list, ... */
struct object_list {
    void **items;
    size_t count;
};

/* What lies before each piece of memory that libcyaml asked for. */
struct piece {
    size_t capacity;
};

enum { PIECE_BYTES = 64 };

_Static_assert(sizeof(struct piece) <= PIECE_BYTES, "the piece's head fits");

/*
 * libcyaml's realloc, on the run's arena. It grows lists item by item, so a piece that grows is given twice its size:
 * otherwise a list of n items would leave n(n+1)/2 behind.
 */
static void *reallocate(void *context, void *memory, size_t size)
{
    struct piece *old = memory != NULL ? (struct piece *)(void *)((char *)memory - PIECE_BYTES) : NULL;
    if (size == 0)
        return NULL;
    if (old != NULL && size <= old->capacity)
        return memory;
    size_t capacity = old != NULL ? size * 2 : size;
    struct piece *piece = arena_allocate(context, 1, PIECE_BYTES + capacity);
    piece->capacity = capacity;
    char *bytes = (char *)piece + PIECE_BYTES;
    if (old != NULL)
        memcpy(bytes, memory, old->capacity);
    return bytes;
}

static void append_quoted(struct text *yaml, const char *string)
{
    text_append_char(yaml, '"');
    for (; *string != '\0'; string++) {
        unsigned char byte = (unsigned char)*string;
        if (byte == '"' || byte == '\\')
            text_format(yaml, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            text_format(yaml, "\\x%02x", byte);
        else
            text_append_char(yaml, *string);
    }
    text_append_char(yaml, '"');
}

/* An integer as libcyaml reads it: a leading zero would make it octal there. */
static void append_integer(struct text *yaml, const char *string)
{
    int64_t number = 0;
    if (number_parse_int64(string, &number))
        text_format(yaml, "%" PRId64, number);
    else
        append_quoted(yaml, string);
}

static void append_amount(struct text *yaml, const char *string)
{
    int64_t count = 0;
    text_append(yaml, "{number: ");
    append_quoted(yaml, string);
    text_format(yaml, ", is_fraction: %s}", number_parse_int64(string, &count) ? "false" : "true");
}

static void append_scalar(struct text *yaml, enum field_type type, const struct config_node *node)
{
    const char *string = node->kind == NODE_SCALAR ? node->text : "";
    if (type == FIELD_INT || type == FIELD_INT64 || type == FIELD_INT_LIST)
        append_integer(yaml, string);
    else if (type == FIELD_AMOUNT)
        append_amount(yaml, string);
    else
        append_quoted(yaml, string);
}

static bool is_list(enum field_type type)
{
    return type == FIELD_INT_LIST || type == FIELD_DOUBLE_LIST || type == FIELD_STRING_LIST;
}

/* One line "key: value". A null is left out: the field stays NULL. */
static void append_field(struct text *yaml, const struct field *field, const struct config_node *value)
{
    if (value == NULL || value->kind == NODE_NULL)
        return;
    text_format(yaml, "%s: ", field->name);
    if (is_list(field->type)) {
        text_append_char(yaml, '[');
        for (size_t i = 0; i < value->count; i++) {
            append_scalar(yaml, field->type, value->items[i]);
            text_append(yaml, ", ");
        }
        text_append_char(yaml, ']');
    } else {
        append_scalar(yaml, field->type, value);
    }
    text_append_char(yaml, '\n');
}

/* The parameter struct with its flat fields; NULL after setting the error. */
static void *bind_flat_fields(const struct component *component, const struct config_node *node,
                              struct arena *run_arena, struct error *error)
{
    if (component->binding == NULL || component->binding[0].key == NULL)
        return arena_allocate(run_arena, 1, component->params_size > 0 ? component->params_size : 1);
    struct text yaml = TEXT_INIT;
    text_append(&yaml, "---\n");
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        if (field->type != FIELD_COMPONENT && field->type != FIELD_COMPONENT_LIST)
            append_field(&yaml, field, config_node_find(node, field->name));
    }
    if (yaml.length == strlen("---\n"))
        text_append(&yaml, "{}\n");
    const cyaml_config_t config = {
        .mem_fn = reallocate,
        .mem_ctx = run_arena,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    const cyaml_schema_value_t schema = {
        .type = CYAML_MAPPING,
        .flags = CYAML_FLAG_POINTER,
        .data_size = (uint32_t)component->params_size,
        .mapping.fields = component->binding,
    };
    cyaml_data_t *params = NULL;
    cyaml_err_t code = cyaml_load_data((const uint8_t *)yaml.data, yaml.length, &config, &schema, &params, NULL);
    text_finish(&yaml);
    if (code == CYAML_OK)
        return params;
    error_set(error, ERROR_CONFIG, "the fields of '%s' cannot be bound: %s", component->name, cyaml_strerror(code));
    return NULL;
}

static void *bind_child(const struct config_node *node, struct arena *run_arena, struct error *error)
{
    assert(node->component != NULL && "the check completes every component");
    return bind_create(node->component, node, run_arena, error);
}

static void destroy_list(enum component_kind kind, const struct object_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        registry_destroy(kind, list->items[i]);
}

/* Destroys the children of the first `count` fields. */
static void destroy_children(const struct component *component, const char *params, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *field = &component->fields[i];
        struct object_list list = {.items = &(void *){NULL}, .count = 1};
        if (field->type == FIELD_COMPONENT)
            memcpy(list.items, params + field->offset, sizeof(void *));
        else if (field->type == FIELD_COMPONENT_LIST)
            memcpy(&list, params + field->offset, sizeof list);
        else
            continue;
        destroy_list(field->kind, &list);
    }
}

static bool bind_list(const struct field *field, const struct config_node *node, void *place, struct arena *run_arena,
                      struct error *error)
{
    struct object_list list = {.items = arena_allocate(run_arena, node->count + 1, sizeof(void *))};
    for (; list.count < node->count; list.count++) {
        list.items[list.count] = bind_child(node->items[list.count], run_arena, error);
        if (list.items[list.count] == NULL) {
            destroy_list(field->kind, &list);
            return false;
        }
    }
    memcpy(place, &list, sizeof list);
    return true;
}

/* Makes the children and stores them in the parameter struct; on failure none is left. */
static bool bind_children(const struct component *component, const struct config_node *node, char *params,
                          struct arena *run_arena, struct error *error)
{
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        const struct config_node *value = config_node_find(node, field->name);
        if (value == NULL || value->kind == NODE_NULL)
            continue;
        bool bound = true;
        if (field->type == FIELD_COMPONENT) {
            void *child = bind_child(value, run_arena, error);
            memcpy(params + field->offset, &child, sizeof child);
            bound = child != NULL;
        } else if (field->type == FIELD_COMPONENT_LIST) {
            bound = bind_list(field, value, params + field->offset, run_arena, error);
        }
        if (!bound) {
            destroy_children(component, params, i);
            return false;
        }
    }
    return true;
}

void *bind_create(const struct component *component, const struct config_node *node, struct arena *run_arena,
                  struct error *error)
{
    void *object = NULL;
    char *params = bind_flat_fields(component, node, run_arena, error);
    if (params != NULL && bind_children(component, node, params, run_arena, error)) {
        object = component->create(params, error);
        if (object == NULL)
            destroy_children(component, params, component->field_count);
    }
    if (object == NULL)
        error_mark(error, node->span.mark);
    return object;
}
