/* config_node_format.c: a tree of nodes as YAML text, by libyaml's emitter. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "runner/config/config_node.h"

static int emit_to_text(void *data, unsigned char *bytes, size_t length)
{
    text_append_bytes(data, bytes, length);
    return 1;
}

/* Out of memory ends the process where the house allocates; libyaml's own allocations are held to the same. */
static void emit(yaml_emitter_t *emitter, yaml_event_t *event, int initialized)
{
    if (!initialized || !yaml_emitter_emit(emitter, event))
        abort();
}

static void emit_scalar(yaml_emitter_t *emitter, const char *string, yaml_scalar_style_t style)
{
    yaml_event_t event;
    int ok =
        yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)string, (int)strlen(string), 1, 1, style);
    emit(emitter, &event, ok);
}

/* Whether it holds a line break of any kind: in single quotes libyaml would write it as it is, to be read as something else. */
static bool has_line_break(const char *text)
{
    static const char *const breaks[] = {"\n", "\r", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
        if (strstr(text, breaks[i]) != NULL)
            return true;
    return false;
}

/* What a reader that guesses types would take for something else than a string is quoted, and what is null to us. */
static yaml_scalar_style_t scalar_style(const struct config_node *node)
{
    if (has_line_break(node->text))
        return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    bool quote = node->is_quoted || config_node_text_is_null(node->text);
    return quote ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE;
}

static bool list_is_short(const struct config_node *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->kind == NODE_LIST || list->items[i]->kind == NODE_MAP)
            return false;
    return true;
}

static void emit_node(yaml_emitter_t *emitter, const struct config_node *node, bool in_line);

static void emit_list(yaml_emitter_t *emitter, const struct config_node *list, bool in_line)
{
    yaml_event_t event;
    yaml_sequence_style_t style = in_line || list_is_short(list) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
    emit(emitter, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
    for (size_t i = 0; i < list->count; i++)
        emit_node(emitter, list->items[i], in_line);
    emit(emitter, &event, yaml_sequence_end_event_initialize(&event));
}

static void emit_map(yaml_emitter_t *emitter, const struct config_node *map, bool in_line)
{
    yaml_event_t event;
    yaml_mapping_style_t style = in_line ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
    emit(emitter, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style));
    for (size_t i = 0; i < map->count; i++) {
        emit_scalar(emitter, map->entries[i].key,
                    strcmp(map->entries[i].key, "<<") == 0 ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
        emit_node(emitter, map->entries[i].value, in_line);
    }
    emit(emitter, &event, yaml_mapping_end_event_initialize(&event));
}

static void emit_node(yaml_emitter_t *emitter, const struct config_node *node, bool in_line)
{
    switch (node->kind) {
    case NODE_NULL:
        emit_scalar(emitter, "null", YAML_PLAIN_SCALAR_STYLE);
        break;
    case NODE_SCALAR:
        emit_scalar(emitter, node->text, scalar_style(node));
        break;
    case NODE_LIST:
        emit_list(emitter, node, in_line);
        break;
    case NODE_MAP:
        emit_map(emitter, node, in_line);
        break;
    }
}

static void format_document(const struct config_node *node, bool in_line, struct text *yaml)
{
    yaml_emitter_t emitter;
    if (!yaml_emitter_initialize(&emitter))
        abort();
    yaml_emitter_set_output(&emitter, emit_to_text, yaml);
    yaml_emitter_set_width(&emitter, -1);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_event_t event;
    emit(&emitter, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(&emitter, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
    emit_node(&emitter, node, in_line);
    emit(&emitter, &event, yaml_document_end_event_initialize(&event, 1));
    emit(&emitter, &event, yaml_stream_end_event_initialize(&event));
    yaml_emitter_delete(&emitter);
}

void config_node_format(const struct config_node *node, struct text *yaml)
{
    format_document(node, false, yaml);
}

void config_node_format_line(const struct config_node *node, struct text *yaml)
{
    struct text document = TEXT_INIT;
    format_document(node, true, &document);
    /* behind the line libyaml may mark the end of a document that is one plain scalar */
    text_append_bytes(yaml, text_string(&document), strcspn(text_string(&document), "\n"));
    text_finish(&document);
}
