/* config_writer.c: a tree of nodes as YAML in one of its many styles. */
#include "tests/fuzz/config_writer.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define ANCHORS_MAX 8

/* A node that was written with an anchor: an equal one may be an alias to it. */
struct written {
    const struct config_node *node;
    char name[16];
};

struct writer {
    yaml_emitter_t emitter;
    struct rng *rng;
    bool plain_styles; /* block style and few quotes, as people write */
    bool uses_anchors;
    struct written written[ANCHORS_MAX];
    size_t written_count;
};

static bool chance(struct writer *writer, uint32_t one_in)
{
    return rng_below(writer->rng, one_in) == 0;
}

static void emit(struct writer *writer, yaml_event_t *event, int initialized)
{
    if (!initialized || !yaml_emitter_emit(&writer->emitter, event))
        abort();
}

static int append_output(void *data, unsigned char *bytes, size_t length)
{
    text_append_bytes(data, bytes, length);
    return 1;
}

static bool nodes_equal(const struct config_node *a, const struct config_node *b)
{
    if (a->kind != b->kind || a->count != b->count || a->is_quoted != b->is_quoted)
        return false;
    if (a->kind == NODE_SCALAR)
        return strcmp(a->text, b->text) == 0;
    for (size_t i = 0; i < a->count; i++) {
        if (a->kind == NODE_LIST && !nodes_equal(a->items[i], b->items[i]))
            return false;
        if (a->kind == NODE_MAP && (strcmp(a->entries[i].key, b->entries[i].key) != 0 ||
                                    !nodes_equal(a->entries[i].value, b->entries[i].value)))
            return false;
    }
    return true;
}

static const char *find_anchor(const struct writer *writer, const struct config_node *node)
{
    for (size_t i = 0; i < writer->written_count; i++)
        if (nodes_equal(writer->written[i].node, node))
            return writer->written[i].name;
    return NULL;
}

/* A new anchor for the node, by chance; NULL for none. */
static yaml_char_t *make_anchor(struct writer *writer, const struct config_node *node)
{
    if (!writer->uses_anchors || writer->written_count == ANCHORS_MAX || !chance(writer, 3))
        return NULL;
    struct written *written = &writer->written[writer->written_count++];
    written->node = node;
    snprintf(written->name, sizeof written->name, "a%zu", writer->written_count);
    return (yaml_char_t *)written->name;
}

static void emit_scalar(struct writer *writer, const char *text, yaml_scalar_style_t style, yaml_char_t *anchor)
{
    yaml_event_t event;
    const yaml_char_t *bytes = (const yaml_char_t *)text;
    emit(writer, &event, yaml_scalar_event_initialize(&event, anchor, NULL, bytes, (int)strlen(text), 1, 1, style));
}

static yaml_scalar_style_t choose_quotes(struct writer *writer, const char *text)
{
    static const yaml_scalar_style_t styles[] = {YAML_DOUBLE_QUOTED_SCALAR_STYLE, YAML_SINGLE_QUOTED_SCALAR_STYLE,
                                                 YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE};
    if (strpbrk(text, "\n\r") != NULL) /* libyaml does not fold every text as it reads it */
        return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    return styles[rng_below(writer->rng, writer->plain_styles ? 2 : 4)];
}

static void write_scalar(struct writer *writer, const struct config_node *node)
{
    bool quoted = node->is_quoted || config_node_text_is_null(node->text);
    yaml_scalar_style_t style = quoted ? choose_quotes(writer, node->text) : YAML_PLAIN_SCALAR_STYLE;
    emit_scalar(writer, node->text, style, make_anchor(writer, node));
}

static void write_null(struct writer *writer)
{
    static const char *const spellings[] = {"null", "~", "Null", "NULL", ""};
    emit_scalar(writer, spellings[rng_below(writer->rng, 5)], YAML_PLAIN_SCALAR_STYLE, NULL);
}

static void write_node(struct writer *writer, const struct config_node *node);

static void write_list(struct writer *writer, const struct config_node *list)
{
    yaml_event_t event;
    bool flow = chance(writer, writer->plain_styles ? 4 : 2);
    emit(writer, &event,
         yaml_sequence_start_event_initialize(&event, make_anchor(writer, list), NULL, 1,
                                              flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE));
    for (size_t i = 0; i < list->count; i++)
        write_node(writer, list->items[i]);
    emit(writer, &event, yaml_sequence_end_event_initialize(&event));
}

static void write_entry(struct writer *writer, const struct entry *entry)
{
    bool quoted = strcmp(entry->key, "<<") == 0 || chance(writer, 16);
    emit_scalar(writer, entry->key, quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE, NULL);
    write_node(writer, entry->value);
}

static void open_map(struct writer *writer, yaml_char_t *anchor)
{
    yaml_event_t event;
    bool flow = chance(writer, writer->plain_styles ? 5 : 2);
    emit(writer, &event,
         yaml_mapping_start_event_initialize(&event, anchor, NULL, 1,
                                             flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE));
}

/* The entries from `split` on come by a merge key, before or behind the others. */
static void write_map(struct writer *writer, const struct config_node *map)
{
    yaml_event_t event;
    size_t split =
        writer->uses_anchors && chance(writer, 6) ? rng_below(writer->rng, (uint32_t)map->count + 1) : map->count;
    size_t turn = map->count > 1 && chance(writer, 8) ? rng_below(writer->rng, (uint32_t)map->count) : 0;
    open_map(writer, split == map->count ? make_anchor(writer, map) : NULL);
    for (size_t i = 0; split == map->count && i < map->count; i++)
        write_entry(writer, &map->entries[(i + turn) % map->count]);
    for (size_t i = 0; split < map->count && i < split; i++)
        write_entry(writer, &map->entries[i]);
    if (split < map->count) {
        emit_scalar(writer, "<<", YAML_PLAIN_SCALAR_STYLE, NULL);
        open_map(writer, NULL);
        for (size_t i = split; i < map->count; i++)
            write_entry(writer, &map->entries[i]);
        emit(writer, &event, yaml_mapping_end_event_initialize(&event));
    }
    emit(writer, &event, yaml_mapping_end_event_initialize(&event));
}

static void write_node(struct writer *writer, const struct config_node *node)
{
    const char *anchor = writer->uses_anchors ? find_anchor(writer, node) : NULL;
    if (anchor != NULL && chance(writer, 2)) {
        yaml_event_t event;
        emit(writer, &event, yaml_alias_event_initialize(&event, (const yaml_char_t *)anchor));
        return;
    }
    switch (node->kind) {
    case NODE_NULL:
        write_null(writer);
        break;
    case NODE_SCALAR:
        write_scalar(writer, node);
        break;
    case NODE_LIST:
        write_list(writer, node);
        break;
    case NODE_MAP:
        write_map(writer, node);
        break;
    }
}

void config_write(const struct config_node *root, struct rng *rng, struct text *yaml)
{
    struct writer writer = {.rng = rng};
    writer.plain_styles = !chance(&writer, 4);
    writer.uses_anchors = chance(&writer, 4);
    if (!yaml_emitter_initialize(&writer.emitter))
        abort();
    yaml_emitter_set_output(&writer.emitter, append_output, yaml);
    yaml_emitter_set_width(&writer.emitter, chance(&writer, 4) ? 40 : -1);
    yaml_emitter_set_unicode(&writer.emitter, !chance(&writer, 4));
    yaml_emitter_set_indent(&writer.emitter, 2 + (int)rng_below(rng, 3));
    yaml_event_t event;
    emit(&writer, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(&writer, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, !chance(&writer, 8)));
    write_node(&writer, root);
    emit(&writer, &event, yaml_document_end_event_initialize(&event, 1));
    emit(&writer, &event, yaml_stream_end_event_initialize(&event));
    yaml_emitter_delete(&writer.emitter);
}
