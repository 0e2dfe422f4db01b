/* yaml.c: YAML text becomes a tree of nodes, by libyaml's events. */
#include "runner/config/yaml.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

#include "runner/config/yaml_text.h"

struct anchor {
    const char *name;
    struct config_node *node; /* NULL while what it names is being read */
};

struct reader {
    yaml_parser_t parser;
    yaml_event_t event;
    struct yaml_text text;
    struct arena *arena;
    struct problems *problems;
    struct anchor *anchors;
    size_t anchor_count;
    size_t value_count;
    size_t expansion_budget;
    int depth;
};

/* What libyaml says, and how we say it. Searched in order; the last resort is libyaml's own words. */
static const struct {
    const char *libyaml;
    const char *message;
    const char *hint;
    bool at_start; /* shown where the thing starts, not where it was found wanting */
} syntax_errors[] = {
    {"mapping values are not allowed in this context", "a ':' stands where no key can be",
     "put quotes around a text that holds ': ', or start a new line for the next key", false},
    {"could not find expected ':'", "this key has no ':' after it", "write 'key: value'", true},
    {"did not find expected key", "wanted a key here, at the same indentation as the keys above",
     "check the indentation and the quotes of this line and the one above", false},
    {"did not find expected '-' indicator", "wanted '- ' here, as in the list above",
     "items of a list all start with '- ' in the same column", false},
    {"did not find expected ',' or ']'", "this '[' is not closed", "write ',' between items, and ']' at the end", true},
    {"did not find expected ',' or '}'", "this '{' is not closed", "write ',' between keys, and '}' at the end", true},
    {"did not find expected node content", "wanted a value here", "check that every [ and { is closed", false},
    {"found unexpected ':'", "this ':' needs a blank after it",
     "write 'key: value', or put quotes around a text that holds ':'", false},
    {"found character that cannot start any token", "a value cannot start with this character",
     "put quotes around a text that starts with @, ` or %", false},
    {"found a tab character that violates indentation", "a tab in the indentation", "indent with blanks", false},
    {"found unexpected end of stream", "this quote is not closed", NULL, true},
    {"found unexpected document indicator", "this quote is not closed", NULL, true},
    {"block sequence entries are not allowed in this context", "a list cannot start here",
     "start it on a new line below its key, or write it as [a, b]", false},
    {"found unknown escape character", "an unknown escape after '\\'",
     "use single quotes, in which '\\' is an ordinary character", false},
    {"did not find expected <document start>", "wanted the end of the text here", NULL, false},
    {"found undefined tag handle", "a tag has no meaning in a config", "remove the tag", false},
    {"did not find expected alphabetic or numeric character", "a '*' or '&' without a name after it",
     "put quotes around a text that starts with * or &", false},
};

/* Adds the problem of "${" inside of {} or [], where YAML ends a text before the '{'. False when it is not that. */
static bool reader_add_reference_problem(struct reader *reader, const yaml_mark_t *mark)
{
    struct span span = yaml_text_find(&reader->text, mark->line, mark->column, 1);
    size_t offset = reader->text.last.offset;
    if (offset == 0 || offset >= reader->text.length || strncmp(reader->text.bytes + offset - 1, "${", 2) != 0)
        return false;
    span.mark.column -= 1;
    span.width = 2;
    problem_add(reader->problems, span, "not YAML: a reference inside of '{}' or '[]' needs quotes");
    problem_hint(reader->problems, "write \"${key.key}\"");
    return true;
}

/* Adds the problem that libyaml found. */
static void reader_fail(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *reason = parser->problem != NULL ? parser->problem : "cannot be read";
    size_t i = 0;
    size_t count = sizeof syntax_errors / sizeof *syntax_errors;
    while (i < count && strcmp(syntax_errors[i].libyaml, reason) != 0)
        i++;
    bool at_start = i < count && syntax_errors[i].at_start && parser->context != NULL;
    yaml_mark_t mark = at_start ? parser->context_mark : parser->problem_mark;
    struct span span = yaml_text_find(&reader->text, mark.line, mark.column, 1);
    size_t offset = reader->text.last.offset;
    if (reader_add_reference_problem(reader, &parser->problem_mark))
        return;
    if (offset < reader->text.length && reader->text.bytes[offset] == '\t') {
        problem_add(reader->problems, span, "not YAML: a tab in the indentation");
        problem_hint(reader->problems, "indent with blanks");
        return;
    }
    problem_add(reader->problems, span, "not YAML: %s", i < count ? syntax_errors[i].message : reason);
    if (i < count && syntax_errors[i].hint != NULL)
        problem_hint(reader->problems, "%s", syntax_errors[i].hint);
}

static bool reader_next(struct reader *reader)
{
    yaml_event_delete(&reader->event);
    if (yaml_parser_parse(&reader->parser, &reader->event))
        return true;
    reader->event = (yaml_event_t){.type = YAML_NO_EVENT};
    reader_fail(reader);
    return false;
}

/* The place of the event at hand; of something that goes over several lines, of its first character. */
static struct span reader_span(struct reader *reader)
{
    yaml_mark_t start = reader->event.start_mark;
    yaml_mark_t end = reader->event.end_mark;
    bool is_word = reader->event.type == YAML_SCALAR_EVENT || reader->event.type == YAML_ALIAS_EVENT;
    size_t width = is_word && end.line == start.line && end.column > start.column ? end.column - start.column : 1;
    return yaml_text_find(&reader->text, start.line, start.column, width);
}

static const char *event_tag(const yaml_event_t *event)
{
    const yaml_char_t *tag = event->type == YAML_SCALAR_EVENT           ? event->data.scalar.tag
                             : event->type == YAML_SEQUENCE_START_EVENT ? event->data.sequence_start.tag
                             : event->type == YAML_MAPPING_START_EVENT  ? event->data.mapping_start.tag
                                                                        : NULL;
    return (const char *)tag;
}

static const char *event_anchor(const yaml_event_t *event)
{
    const yaml_char_t *anchor = event->type == YAML_SCALAR_EVENT           ? event->data.scalar.anchor
                                : event->type == YAML_SEQUENCE_START_EVENT ? event->data.sequence_start.anchor
                                : event->type == YAML_MAPPING_START_EVENT  ? event->data.mapping_start.anchor
                                                                           : NULL;
    return (const char *)anchor;
}

static bool reader_check_tag(struct reader *reader)
{
    static const char *const core[] = {
        "!", YAML_STR_TAG, YAML_INT_TAG, YAML_FLOAT_TAG, YAML_BOOL_TAG, YAML_NULL_TAG, YAML_SEQ_TAG, YAML_MAP_TAG,
    };
    const char *tag = event_tag(&reader->event);
    if (tag == NULL)
        return true;
    for (size_t i = 0; i < sizeof core / sizeof *core; i++)
        if (strcmp(tag, core[i]) == 0)
            return true;
    problem_add(reader->problems, reader_span(reader), "the tag %s has no meaning in a config",
                problem_quote(reader->problems, tag));
    problem_hint(reader->problems, "remove the tag; a component is named by its 'type' key");
    return false;
}

/* Opens the anchor of the event at hand, if it has one. Returns its index + 1, 0 when there is none, -1 on failure. */
static long reader_open_anchor(struct reader *reader)
{
    const char *name = event_anchor(&reader->event);
    if (name == NULL)
        return 0;
    if (reader->anchor_count == YAML_ANCHORS_MAX) {
        problem_add(reader->problems, reader_span(reader), "more than %zu anchors", YAML_ANCHORS_MAX);
        return -1;
    }
    if (reader->anchors == NULL)
        reader->anchors = arena_allocate(reader->arena, YAML_ANCHORS_MAX, sizeof *reader->anchors);
    reader->anchors[reader->anchor_count++].name = arena_copy_string(reader->arena, name);
    return (long)reader->anchor_count;
}

static void add_depth_problem(struct reader *reader, struct span span)
{
    problem_add(reader->problems, span, "lists and mappings nested deeper than %d", YAML_DEPTH_MAX);
}

/* Levels of lists and mappings in the node: 0 for a scalar. */
static int node_height(const struct config_node *node)
{
    int height = 0;
    for (size_t i = 0; i < node->count; i++) {
        int inner = node_height(node->kind == NODE_LIST ? node->items[i] : node->entries[i].value);
        height = inner > height ? inner : height;
    }
    return node->kind == NODE_LIST || node->kind == NODE_MAP ? height + 1 : 0;
}

/* What an alias at this place stands for. */
static struct config_node *reader_copy_anchored(struct reader *reader, const struct config_node *node, struct span span)
{
    struct config_node *copy = config_node_copy(reader->arena, node, &reader->expansion_budget);
    if (copy == NULL) {
        problem_add(reader->problems, span, "the aliases stand for more than %zu values", YAML_EXPANSION_MAX);
        return NULL;
    }
    if (reader->depth + node_height(copy) <= YAML_DEPTH_MAX)
        return copy;
    add_depth_problem(reader, span);
    return NULL;
}

static struct config_node *reader_find_alias(struct reader *reader)
{
    const char *name = (const char *)reader->event.data.alias.anchor;
    struct span span = reader_span(reader);
    const struct anchor *anchor = NULL;
    for (size_t i = reader->anchor_count; i > 0 && anchor == NULL; i--)
        if (strcmp(reader->anchors[i - 1].name, name) == 0)
            anchor = &reader->anchors[i - 1];
    const char *quoted = problem_quote(reader->problems, name);
    if (anchor == NULL) {
        problem_add(reader->problems, span, "no anchor is called %s before this place", quoted);
        problem_hint(reader->problems,
                     "put '&' and the name before what it stands for; a text that starts with * needs quotes");
        return NULL;
    }
    if (anchor->node == NULL) {
        problem_add(reader->problems, span, "%s stands inside what it stands for", quoted);
        return NULL;
    }
    return reader_copy_anchored(reader, anchor->node, span);
}

/* Copies the scalar at hand; NULL after adding a problem. */
static const char *reader_copy_scalar(struct reader *reader)
{
    size_t length = reader->event.data.scalar.length;
    const char *value = (const char *)reader->event.data.scalar.value;
    if (length > YAML_SCALAR_BYTES_MAX) {
        problem_add(reader->problems, reader_span(reader), "a text of %zu bytes, wanted at most %zu", length,
                    YAML_SCALAR_BYTES_MAX);
        return NULL;
    }
    if (memchr(value, '\0', length) != NULL) {
        problem_add(reader->problems, reader_span(reader), "a text holds the character 0");
        problem_hint(reader->problems, "remove the \\0");
        return NULL;
    }
    return arena_copy_bytes(reader->arena, value, length);
}

static struct config_node *reader_read_scalar(struct reader *reader)
{
    const char *text = reader_copy_scalar(reader);
    if (text == NULL)
        return NULL;
    bool is_plain = reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const char *tag = event_tag(&reader->event);
    bool is_string = !is_plain || (tag != NULL && (strcmp(tag, YAML_STR_TAG) == 0 || strcmp(tag, "!") == 0));
    struct config_node *node = config_node_create(
        reader->arena, is_string || !config_node_text_is_null(text) ? NODE_SCALAR : NODE_NULL, reader_span(reader));
    node->text = text;
    node->is_quoted = is_string;
    return node;
}

static struct config_node *reader_read_node(struct reader *reader);
static struct config_node *reader_read_content(struct reader *reader);

static struct config_node *reader_read_list(struct reader *reader)
{
    struct config_node *list = config_node_create(reader->arena, NODE_LIST, reader_span(reader));
    for (;;) {
        if (!reader_next(reader))
            return NULL;
        if (reader->event.type == YAML_SEQUENCE_END_EVENT)
            return list;
        struct config_node *item = reader_read_node(reader);
        if (item == NULL)
            return NULL;
        config_node_append(reader->arena, list, item);
    }
}

/* Adds what a merge key brings and the mapping does not have. */
static bool merge_map(struct reader *reader, struct config_node *map, const struct config_node *from, struct span span)
{
    if (from->kind != NODE_MAP) {
        problem_add(reader->problems, span, "'<<' wants a mapping, or a list of mappings");
        problem_hint(reader->problems, "write '<<: *name', where '&name' stands before a mapping");
        return false;
    }
    for (size_t i = 0; i < from->count; i++)
        if (config_node_find(map, from->entries[i].key) == NULL && map->count < YAML_KEYS_MAX)
            config_node_set(reader->arena, map, from->entries[i].key, from->entries[i].span, from->entries[i].value);
    return true;
}

static bool merge_value(struct reader *reader, struct config_node *map, const struct config_node *merge,
                        struct span span)
{
    if (merge->kind != NODE_LIST)
        return merge_map(reader, map, merge, span);
    bool ok = true;
    for (size_t i = 0; ok && i < merge->count; i++)
        ok = merge_map(reader, map, merge->items[i], span);
    return ok;
}

/* Reads the key at hand. NULL after adding a problem. */
static const char *reader_read_key(struct reader *reader)
{
    if (reader->event.type == YAML_SCALAR_EVENT) {
        const struct config_node *key = reader_read_content(reader);
        return key != NULL ? key->text : NULL;
    }
    problem_add(reader->problems, reader_span(reader), "a key must be a word");
    problem_hint(reader->problems, "put quotes around a key that starts with [, {, ? or *");
    return NULL;
}

static void add_duplicate_problem(struct reader *reader, const struct entry *first, struct span span)
{
    problem_add(reader->problems, span, "the key %s is given twice in the same mapping",
                problem_quote(reader->problems, first->key));
    if (mark_is_in_argument(first->span.mark))
        problem_hint(reader->problems, "keep one of them");
    else
        problem_hint(reader->problems, "the first is in line %d; keep one of them", first->span.mark.line);
}

/* Reads one `key: value` into the mapping; what a merge key names is kept in `merge`. */
static bool reader_read_entry(struct reader *reader, struct config_node *map, struct config_node *merge)
{
    struct span span = reader_span(reader);
    bool is_plain =
        reader->event.type == YAML_SCALAR_EVENT && reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const char *key = reader_read_key(reader);
    if (key == NULL || !reader_next(reader))
        return false;
    struct config_node *value = reader_read_node(reader);
    if (value == NULL)
        return false;
    if (map->count == YAML_KEYS_MAX) {
        problem_add(reader->problems, span, "more than %zu keys in a mapping", YAML_KEYS_MAX);
        return false;
    }
    const struct entry *first = config_node_find_entry(map, key);
    if (is_plain && strcmp(key, "<<") == 0)
        config_node_set(reader->arena, merge, arena_format(reader->arena, "%zu", merge->count), span, value);
    else if (first != NULL)
        add_duplicate_problem(reader, first, span);
    else
        config_node_set(reader->arena, map, key, span, value);
    return true;
}

static struct config_node *reader_read_map(struct reader *reader)
{
    struct config_node *map = config_node_create(reader->arena, NODE_MAP, reader_span(reader));
    struct config_node merge = {.kind = NODE_MAP};
    for (;;) {
        if (!reader_next(reader))
            return NULL;
        if (reader->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (!reader_read_entry(reader, map, &merge))
            return NULL;
    }
    bool ok = true;
    for (size_t i = 0; ok && i < merge.count; i++)
        ok = merge_value(reader, map, merge.entries[i].value, merge.entries[i].span);
    return ok ? map : NULL;
}

/* Reads a list or a mapping, one deeper. */
static struct config_node *reader_read_deeper(struct reader *reader)
{
    if (reader->depth == YAML_DEPTH_MAX) {
        add_depth_problem(reader, reader_span(reader));
        return NULL;
    }
    reader->depth += 1;
    struct config_node *node =
        reader->event.type == YAML_SEQUENCE_START_EVENT ? reader_read_list(reader) : reader_read_map(reader);
    reader->depth -= 1;
    return node;
}

/* Reads the scalar, list or mapping whose first event is at hand, with its tag and anchor. NULL after adding a problem. */
static struct config_node *reader_read_content(struct reader *reader)
{
    long anchor = reader_check_tag(reader) ? reader_open_anchor(reader) : -1;
    if (anchor < 0)
        return NULL;
    struct config_node *node =
        reader->event.type == YAML_SCALAR_EVENT ? reader_read_scalar(reader) : reader_read_deeper(reader);
    if (anchor > 0)
        reader->anchors[anchor - 1].node = node;
    return node;
}

/* Reads the node whose first event is at hand. NULL after adding a problem. */
static struct config_node *reader_read_node(struct reader *reader)
{
    if (reader->value_count++ == YAML_VALUES_MAX) {
        problem_add(reader->problems, reader_span(reader), "more than %zu values", YAML_VALUES_MAX);
        return NULL;
    }
    if (reader->event.type == YAML_ALIAS_EVENT)
        return reader_find_alias(reader);
    return reader_read_content(reader);
}

static struct config_node *reader_read_document(struct reader *reader)
{
    if (!reader_next(reader)) /* the stream's start */
        return NULL;
    if (!reader_next(reader))
        return NULL;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return config_node_create(reader->arena, NODE_NULL, yaml_text_find(&reader->text, 0, 0, 1));
    if (!reader_next(reader))
        return NULL;
    struct config_node *root = reader_read_node(reader);
    if (root == NULL || !reader_next(reader) || !reader_next(reader))
        return NULL;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return root;
    problem_add(reader->problems, reader_span(reader), "a second document starts here, wanted one");
    problem_hint(reader->problems, "remove the '---', or put the second part into a file of its own");
    return NULL;
}

struct config_node *yaml_parse(struct arena *arena, const char *bytes, size_t length, struct mark origin,
                               struct problems *problems)
{
    struct reader reader = {.arena = arena, .problems = problems, .expansion_budget = YAML_EXPANSION_MAX};
    reader.text = (struct yaml_text){.bytes = bytes, .length = length, .origin = origin};
    if (!yaml_text_init(&reader.text, arena, problems))
        return NULL;
    if (!yaml_parser_initialize(&reader.parser)) {
        problem_add(problems, (struct span){.mark = origin, .width = 1}, "not enough memory to read YAML");
        return NULL;
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, length);
    struct config_node *root = reader_read_document(&reader);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    return root;
}

static void clear_spans(struct config_node *node)
{
    node->span = (struct span){.width = 0};
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == NODE_MAP)
            node->entries[i].span = node->span;
        clear_spans(node->kind == NODE_LIST ? node->items[i] : node->entries[i].value);
    }
}

struct config_node *yaml_parse_default(struct arena *arena, const char *text)
{
    struct problems problems = {.arena = arena};
    struct config_node *node = yaml_parse(arena, text, strlen(text), (struct mark){.source = NULL}, &problems);
    assert(node != NULL && problems.count == 0);
    clear_spans(node);
    return node;
}
