/* migrate.c: a config's text with our names in the place of others'. */
#include "runner/config/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "runner/config/check.h"
#include "runner/config/renamed.h"
#include "runner/config/yaml.h"

/* Bytes from `start` up to `end` become `words`. */
struct edit {
    size_t start;
    size_t end;
    const char *words;
};

struct migration {
    struct problems *problems;
    const char *bytes;
    size_t length;
    struct edit *edits;
    size_t count;
    size_t capacity;
};

static size_t offset_of(const struct migration *migration, struct mark mark)
{
    size_t offset = 0;
    for (int line = 1; line < mark.line; line++) {
        const char *newline = memchr(migration->bytes + offset, '\n', migration->length - offset);
        if (newline == NULL)
            break;
        offset = (size_t)(newline - migration->bytes) + 1;
    }
    offset += (size_t)mark.column - 1;
    return offset < migration->length ? offset : migration->length;
}

static void add_edit(struct migration *migration, size_t start, size_t end, const char *words)
{
    if (migration->count == migration->capacity) {
        size_t capacity = migration->capacity > 0 ? 2 * migration->capacity : 8;
        struct edit *grown = arena_allocate(migration->problems->arena, capacity, sizeof *grown);
        if (migration->count > 0)
            memcpy(grown, migration->edits, migration->count * sizeof *grown);
        migration->edits = grown;
        migration->capacity = capacity;
    }
    migration->edits[migration->count++] = (struct edit){start, end, words};
}

/* An entry of a mapping in the text. */
struct piece {
    size_t start;
    size_t key_end;
    /** Behind the value. */
    size_t end;
    bool in_flow;
};

static struct piece find_piece(const struct migration *migration, const struct config_node *map,
                               const struct entry *entry)
{
    struct piece piece = {.start = offset_of(migration, entry->span.mark)};
    const struct config_node *value = entry->value;
    bool is_written = value->kind != NODE_NULL || (value->text != NULL && *value->text != '\0');
    size_t opening = offset_of(migration, map->span.mark);
    piece.key_end = piece.start + (size_t)entry->span.width;
    piece.end = piece.key_end + strspn(migration->bytes + piece.key_end, " ") + 1; /* the colon */
    if (is_written)
        piece.end = offset_of(migration, value->span.mark) + (size_t)value->span.width;
    if (value->kind == NODE_LIST)
        piece.end += strcspn(migration->bytes + piece.end, "]\n") + 1;
    piece.in_flow = opening < migration->length && migration->bytes[opening] == '{';
    return piece;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* An entry between braces goes with the comma behind it, the last one with that before it. */
static void drop_from_flow(struct migration *migration, const struct piece *piece)
{
    size_t start = piece->start, end = piece->end;
    while (end < migration->length && is_blank(migration->bytes[end]))
        end++;
    if (end < migration->length && migration->bytes[end] == ',') {
        end++;
        while (end < migration->length && (migration->bytes[end] == ' ' || migration->bytes[end] == '\t'))
            end++;
        add_edit(migration, start, end, "");
        return;
    }
    while (start > 0 && is_blank(migration->bytes[start - 1]))
        start--;
    bool follows = start > 0 && migration->bytes[start - 1] == ',';
    add_edit(migration, follows ? start - 1 : piece->start, piece->end, "");
}

/* An entry in a line of its own goes with the line, and with what a comment says of it there. */
static void drop_line(struct migration *migration, const struct piece *piece)
{
    size_t start = piece->start;
    while (start > 0 && migration->bytes[start - 1] == ' ')
        start--;
    const char *newline = memchr(migration->bytes + piece->end, '\n', migration->length - piece->end);
    size_t end = newline != NULL ? (size_t)(newline - migration->bytes) + 1 : migration->length;
    add_edit(migration, start, end, "");
}

static void drop(struct migration *migration, const struct piece *piece, bool leaves_nothing)
{
    if (piece->in_flow)
        drop_from_flow(migration, piece);
    else if (leaves_nothing)
        add_edit(migration, piece->start, piece->end, "{}");
    else
        drop_line(migration, piece);
}

/* "accelerator: gpu", and for a value that stays the bytes that it has. */
static const char *format_setting(const struct migration *migration, const struct piece *piece,
                                  const struct renamed_setting *setting)
{
    struct arena *arena = migration->problems->arena;
    if (setting->value != NULL)
        return arena_format(arena, "%s: %s", setting->key, setting->value);
    const char *rest = arena_copy_bytes(arena, migration->bytes + piece->key_end, piece->end - piece->key_end);
    return arena_format(arena, "%s%s", setting->key, rest);
}

static void rename_piece(struct migration *migration, const struct piece *piece, const struct renamed *row)
{
    struct arena *arena = migration->problems->arena;
    if (row->settings[1].key == NULL && row->settings[0].value == NULL) {
        add_edit(migration, piece->start, piece->key_end, row->settings[0].key);
        return;
    }
    const char *words = format_setting(migration, piece, &row->settings[0]);
    size_t line = piece->start;
    while (line > 0 && migration->bytes[line - 1] != '\n')
        line--;
    const char *between = piece->in_flow ? ", " : arena_format(arena, "\n%*s", (int)(piece->start - line), "");
    if (row->settings[1].key != NULL)
        words = arena_format(arena, "%s%s%s", words, between, format_setting(migration, piece, &row->settings[1]));
    add_edit(migration, piece->start, piece->end, words);
}

static void edit_map(struct migration *migration, const struct component *component, const struct config_node *map)
{
    size_t left_out = 0;
    for (size_t i = 0; i < map->count; i++) {
        const struct renamed *row = renamed_find(component, map->entries[i].key, map->entries[i].value);
        left_out += row != NULL && row->settings[0].key == NULL;
    }
    bool leaves_nothing = left_out == map->count;
    for (size_t i = 0; i < map->count; i++) {
        const struct entry *entry = &map->entries[i];
        const struct renamed *row = renamed_find(component, entry->key, entry->value);
        if (row == NULL || row->instead != NULL)
            continue;
        const struct piece piece = find_piece(migration, map, entry);
        if (row->settings[0].key != NULL) {
            rename_piece(migration, &piece, row);
        } else {
            drop(migration, &piece, leaves_nothing);
            leaves_nothing = false; /* one pair of braces is enough */
        }
    }
}

static void visit_map(void *context, const struct component *component, const char *path, struct config_node *map)
{
    (void)path;
    edit_map(context, component, map);
}

static int edit_compare(const void *a, const void *b)
{
    const struct edit *first = a, *second = b;
    if (first->start != second->start)
        return first->start < second->start ? -1 : 1;
    return (first->end > second->end) - (first->end < second->end);
}

/* What an alias stands for is one place in the text, and edited once. */
static void apply_edits(struct migration *migration, struct text *yaml)
{
    if (migration->count > 0)
        qsort(migration->edits, migration->count, sizeof *migration->edits, edit_compare);
    size_t at = 0;
    for (size_t i = 0; i < migration->count; i++) {
        const struct edit *edit = &migration->edits[i];
        if (i > 0 && edit->start == migration->edits[i - 1].start)
            continue;
        if (edit->start > at)
            text_append_bytes(yaml, migration->bytes + at, edit->start - at);
        text_append(yaml, edit->words);
        at = edit->end > at ? edit->end : at;
    }
    text_append_bytes(yaml, migration->bytes + at, migration->length - at);
}

/* Reads the new text and compares what it says with what it ought to say. */
static bool says_the_same(struct problems *problems, const struct config_node *wanted, const struct text *yaml)
{
    struct problems ignored = {.arena = problems->arena};
    struct config_node *found =
        yaml_parse(problems->arena, text_string(yaml), yaml->length, (struct mark){"", 1, 1}, &ignored);
    struct text wanted_text = TEXT_INIT, found_text = TEXT_INIT;
    config_node_format(wanted, &wanted_text);
    if (found != NULL && ignored.count == 0)
        config_node_format(found, &found_text);
    bool same = strcmp(text_string(&wanted_text), text_string(&found_text)) == 0;
    text_finish(&wanted_text);
    text_finish(&found_text);
    if (same)
        return true;
    struct span start = {.mark = problems->notes[0].span.mark, .width = problems->notes[0].span.width};
    problem_add(problems, start, "the text cannot be changed here without changing more than names");
    problem_hint(problems, "write the key in a line of its own, without an anchor");
    return false;
}

bool migrate_text(struct problems *problems, const char *name, const char *bytes, size_t length, struct text *yaml)
{
    struct config_node *root = yaml_parse(problems->arena, bytes, length, (struct mark){name, 1, 1}, problems);
    if (root == NULL)
        return false;
    struct migration migration = {.problems = problems, .bytes = bytes, .length = length};
    struct text changed = TEXT_INIT;
    renamed_visit_maps(problems->arena, root, visit_map, &migration);
    renamed_apply(problems, root);
    apply_edits(&migration, &changed);
    bool ok = problems->count == 0 && (problems->note_count == 0 || says_the_same(problems, root, &changed));
    if (ok)
        text_append_bytes(yaml, changed.data, changed.length);
    text_finish(&changed);
    return ok;
}
