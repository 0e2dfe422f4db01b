/* config_mutator.c: makes another config of a config, as a tree. */
#include "tests/fuzz/config_mutator.h"

#include <assert.h>
#include <string.h>

#include "runner/build/describe.h"
#include "runner/config/check.h"
#include "runner/config/yaml.h"
#include "tests/fuzz/config_values.h"
#include "tests/fuzz/config_writer.h"

#define PLACES_MAX 1024
#define CONFIG_DEPTH 4

/* A value in the tree, and what the registry says of it; the parent of the root is NULL. */
struct place {
    struct config_node *parent;
    size_t index;
    const struct field *field;         /* NULL where none is known */
    const struct component *component; /* what the value makes, and NULL */
};

struct mutator {
    struct value_source source;
    struct config_node *root;
    struct place places[PLACES_MAX];
    size_t place_count;
};

static struct config_node **place_value(struct mutator *mutator, const struct place *place)
{
    if (place->parent == NULL)
        return &mutator->root;
    return place->parent->kind == NODE_LIST ? &place->parent->items[place->index]
                                            : &place->parent->entries[place->index].value;
}

static void find_places(struct mutator *mutator, struct place place)
{
    const struct config_node *node = *place_value(mutator, &place);
    bool is_component =
        place.parent == NULL ||
        (place.field != NULL && (place.field->type == FIELD_COMPONENT || place.field->type == FIELD_COMPONENT_LIST));
    if (is_component && node->kind != NODE_LIST && node->kind != NODE_NULL)
        place.component = check_find_component(place.parent == NULL ? KIND_RUN : place.field->kind, node);
    if (mutator->place_count == PLACES_MAX)
        return;
    mutator->places[mutator->place_count++] = place;
    for (size_t i = 0; i < node->count; i++) {
        struct place child = {.parent = *place_value(mutator, &place), .index = i};
        if (node->kind == NODE_LIST)
            child.field = place.field;
        else if (place.component != NULL)
            child.field = component_find_field(place.component, node->entries[i].key);
        find_places(mutator, child);
    }
}

static const struct place *choose_place(struct mutator *mutator)
{
    mutator->place_count = 0;
    find_places(mutator, (struct place){.parent = NULL});
    return &mutator->places[value_below(&mutator->source, mutator->place_count)];
}

static const struct span nowhere = {.width = 0};

static struct config_node *new_node(struct mutator *mutator, enum node_kind kind)
{
    return config_node_create(mutator->source.arena, kind, nowhere);
}

static void replace(struct mutator *mutator, const struct place *place, struct config_node *value)
{
    *place_value(mutator, place) = value;
}

/* A copy of what lies somewhere in the tree; null when it is too large. */
static struct config_node *copy_of(struct mutator *mutator, const struct place *place)
{
    size_t budget = 500;
    struct config_node *copy = config_node_copy(mutator->source.arena, *place_value(mutator, place), &budget);
    return copy != NULL ? copy : new_node(mutator, NODE_NULL);
}

static const struct field *random_field(struct mutator *mutator)
{
    for (;;) {
        const struct component *component =
            &registry_components[value_below(&mutator->source, registry_component_count)];
        if (component->field_count > 0)
            return &component->fields[value_below(&mutator->source, component->field_count)];
    }
}

static void replace_by_good(struct mutator *mutator, const struct place *place)
{
    if (place->field != NULL)
        replace(mutator, place, value_good(&mutator->source, place->field, CONFIG_DEPTH));
    else if (place->parent == NULL)
        replace(mutator, place, value_component(&mutator->source, KIND_RUN, CONFIG_DEPTH));
}

static void replace_by_edge(struct mutator *mutator, const struct place *place)
{
    replace(mutator, place, value_edge(&mutator->source, place->field != NULL ? place->field : random_field(mutator)));
}

static void replace_by_odd(struct mutator *mutator, const struct place *place)
{
    replace(mutator, place, value_odd(&mutator->source));
}

static void replace_by_another_field(struct mutator *mutator, const struct place *place)
{
    replace(mutator, place, value_good(&mutator->source, random_field(mutator), 1));
}

static void replace_by_name(struct mutator *mutator, const struct place *place)
{
    replace(mutator, place, value_scalar(&mutator->source, value_name(&mutator->source), false));
}

static void swap_values(struct mutator *mutator, const struct place *place)
{
    const struct place *other = &mutator->places[value_below(&mutator->source, mutator->place_count)];
    struct config_node *here = copy_of(mutator, place), *there = copy_of(mutator, other);
    replace(mutator, other, here);
    if (place->parent == NULL || other->parent != NULL)
        replace(mutator, place, there);
}

static void copy_value(struct mutator *mutator, const struct place *place)
{
    replace(mutator, place, copy_of(mutator, &mutator->places[value_below(&mutator->source, mutator->place_count)]));
}

/* Lists around a value, mappings, or transforms in transforms: one, or as many as the limits are about. */
static void wrap(struct mutator *mutator, const struct place *place)
{
    static const size_t depths[] = {1, 1, 1, 2, 29, 31, 32, 33, 61, 62, 63, 64, 65};
    size_t depth = depths[value_below(&mutator->source, sizeof depths / sizeof *depths)];
    size_t way = value_below(&mutator->source, 3);
    struct config_node *value = *place_value(mutator, place);
    for (; depth > 0; depth--) {
        struct config_node *outer = new_node(mutator, way == 0 ? NODE_LIST : NODE_MAP);
        if (way == 0)
            config_node_append(mutator->source.arena, outer, value);
        else if (way == 1)
            config_node_set(mutator->source.arena, outer, value_name(&mutator->source), nowhere, value);
        else {
            config_node_set(mutator->source.arena, outer, "type", nowhere,
                            value_scalar(&mutator->source, "Compose", false));
            config_node_set(mutator->source.arena, outer, "transforms", nowhere, value);
        }
        value = outer;
    }
    replace(mutator, place, value);
}

static void unwrap(struct mutator *mutator, const struct place *place)
{
    const struct config_node *node = *place_value(mutator, place);
    if (node->count == 0)
        return;
    size_t index = value_below(&mutator->source, node->count);
    replace(mutator, place, node->kind == NODE_LIST ? node->items[index] : node->entries[index].value);
}

/* `Name` becomes `{type: Name}`, and the other way round. */
static void change_form(struct mutator *mutator, const struct place *place)
{
    struct config_node *node = *place_value(mutator, place);
    struct config_node *type = config_node_find(node, "type");
    if (type != NULL) {
        replace(mutator, place, type);
    } else if (node->kind == NODE_SCALAR) {
        struct config_node *map = new_node(mutator, NODE_MAP);
        config_node_set(mutator->source.arena, map, "type", nowhere, node);
        replace(mutator, place, map);
    }
}

static void make_empty(struct mutator *mutator, const struct place *place)
{
    static const enum node_kind kinds[] = {NODE_NULL, NODE_LIST, NODE_MAP};
    replace(mutator, place, new_node(mutator, kinds[value_below(&mutator->source, 3)]));
}

static void delete_value(struct mutator *mutator, const struct place *place)
{
    struct config_node *parent = place->parent;
    if (parent == NULL)
        return;
    parent->count -= 1;
    size_t behind = parent->count - place->index;
    if (parent->kind == NODE_LIST)
        memmove(&parent->items[place->index], &parent->items[place->index + 1], behind * sizeof *parent->items);
    else
        memmove(&parent->entries[place->index], &parent->entries[place->index + 1], behind * sizeof *parent->entries);
    (void)mutator;
}

/* A key that is not in the mapping yet: one of the component's, or any name. */
static void add_key(struct mutator *mutator, const struct place *place)
{
    struct config_node *node = *place_value(mutator, place);
    if (node->kind != NODE_MAP)
        return;
    const struct component *component = place->component;
    if (component == NULL || component->field_count == 0 || value_chance(&mutator->source, 8)) {
        config_node_set(mutator->source.arena, node, value_name(&mutator->source), nowhere,
                        value_odd(&mutator->source));
        return;
    }
    const struct field *field = &component->fields[value_below(&mutator->source, component->field_count)];
    config_node_set(mutator->source.arena, node, field->name, nowhere,
                    value_good(&mutator->source, field, CONFIG_DEPTH - 1));
}

/* A key that another program has, with a value that the table has, or any. */
static void add_renamed(struct mutator *mutator, const struct place *place)
{
    const struct renamed *renamed = value_renamed(&mutator->source);
    struct config_node *trainer = config_node_find(mutator->root, "trainer");
    if (trainer == NULL || trainer->kind != NODE_MAP)
        return;
    struct config_node *value = renamed->value != NULL && !value_chance(&mutator->source, 4)
                                    ? value_scalar(&mutator->source, renamed->value, value_chance(&mutator->source, 8))
                                    : value_odd(&mutator->source);
    config_node_set(mutator->source.arena, trainer, renamed->name, nowhere, value);
    (void)place;
}

static void add_item(struct mutator *mutator, const struct place *place)
{
    struct config_node *node = *place_value(mutator, place);
    if (node->kind != NODE_LIST)
        return;
    struct config_node *item = place->field != NULL && field_is_list(place->field->type)
                                   ? value_good(&mutator->source, place->field, 1)
                                   : value_odd(&mutator->source);
    for (size_t count = 1 + value_below(&mutator->source, 3); count > 0; count--)
        config_node_append(mutator->source.arena, node, item);
}

/* Whether a byte of UTF-8 text stands for itself, so that it can be changed alone. */
static bool is_letter(char byte)
{
    return byte > ' ' && byte < 0x7F;
}

/* A slip of the finger: a letter lost, doubled, in the other case, or another one. */
static const char *misspell(struct mutator *mutator, const char *text)
{
    char *spelt = arena_format(mutator->source.arena, "%s ", text);
    size_t length = strlen(text);
    size_t at = length > 0 ? value_below(&mutator->source, length) : 0;
    if (length == 0 || !is_letter(spelt[at])) {
        spelt[length] = 'x';
        return length > 0 && (text[length - 1] & 0x80) != 0 ? text : spelt;
    }
    spelt[length] = '\0';
    switch (value_below(&mutator->source, 5)) {
    case 0:
        memmove(spelt + at, spelt + at + 1, length - at);
        return spelt;
    case 1:
        memmove(spelt + at + 1, spelt + at, length - at);
        return spelt;
    case 2:
        spelt[at] = (char)(spelt[at] ^ 0x20);
        return is_letter(spelt[at]) ? spelt : text;
    case 3:
        spelt[at] = spelt[at] == '_' ? '-' : '_';
        return spelt;
    default:
        spelt[at] = (char)('0' + value_below(&mutator->source, 75));
        return spelt;
    }
}

static void rename_key(struct mutator *mutator, const struct place *place)
{
    if (place->parent == NULL || place->parent->kind != NODE_MAP)
        return;
    struct entry *entry = &place->parent->entries[place->index];
    const char *key = value_chance(&mutator->source, 2) ? misspell(mutator, entry->key) : value_name(&mutator->source);
    if (config_node_find(place->parent, key) == NULL)
        entry->key = key;
}

static void misspell_value(struct mutator *mutator, const struct place *place)
{
    const struct config_node *node = *place_value(mutator, place);
    if (node->kind == NODE_SCALAR)
        replace(mutator, place, value_scalar(&mutator->source, misspell(mutator, node->text), node->is_quoted));
}

static void quote_or_not(struct mutator *mutator, const struct place *place)
{
    const struct config_node *node = *place_value(mutator, place);
    if (node->kind == NODE_SCALAR)
        replace(mutator, place, value_scalar(&mutator->source, node->text, !node->is_quoted));
}

/* A text as long as limits are about, seldom; more often longer than a line. */
static void lengthen(struct mutator *mutator, const struct place *place)
{
    static const size_t lengths[] = {20, 61, 80, 200, 1000};
    static const char *const pieces[] = {"x", "ab ", "\xE6\x97\xA5", "0", "\\", "e\xCC\x81", "a.b.", "\t", "9"};
    size_t length = lengths[value_below(&mutator->source, sizeof lengths / sizeof *lengths)];
    const char *piece = pieces[value_below(&mutator->source, sizeof pieces / sizeof *pieces)];
    if (value_chance(&mutator->source, 200))
        length = YAML_SCALAR_BYTES_MAX - 2 + value_below(&mutator->source, 5);
    struct text text = TEXT_INIT;
    while (text.length < length)
        text_append(&text, piece);
    const char *copy = arena_copy_string(mutator->source.arena, text_string(&text));
    text_finish(&text);
    if (place->parent != NULL && place->parent->kind == NODE_MAP && value_chance(&mutator->source, 4))
        config_node_set(mutator->source.arena, place->parent, copy, nowhere, new_node(mutator, NODE_NULL));
    else
        replace(mutator, place, value_scalar(&mutator->source, copy, value_chance(&mutator->source, 2)));
}

/* Another component, with or without the keys of the one before. */
static void change_type(struct mutator *mutator, const struct place *place)
{
    struct config_node *node = *place_value(mutator, place);
    const struct component *other = &registry_components[value_below(&mutator->source, registry_component_count)];
    if (place->component == NULL)
        return;
    if (value_chance(&mutator->source, 2))
        replace(mutator, place, value_component(&mutator->source, place->component->kind, 2));
    else if (node->kind == NODE_MAP)
        config_node_set(mutator->source.arena, node, "type", nowhere,
                        value_scalar(&mutator->source, other->name, false));
}

typedef void mutation(struct mutator *mutator, const struct place *place);

/* Those that keep a config right stand here more than once: else it would soon be wrong in so many ways that one hides another. */
static mutation *const mutations[] = {
    replace_by_good,
    replace_by_good,
    replace_by_good,
    replace_by_good,
    add_key,
    add_key,
    add_key,
    add_renamed,
    add_item,
    replace_by_edge,
    replace_by_edge,
    replace_by_odd,
    wrap,
    unwrap,
    change_form,
    change_form,
    swap_values,
    copy_value,
    replace_by_another_field,
    lengthen,
    make_empty,
    delete_value,
    rename_key,
    misspell_value,
    quote_or_not,
    quote_or_not,
    change_type,
    change_type,
    replace_by_name,
};

struct config_node *config_mutate(struct arena *arena, struct config_node *root, struct rng *rng)
{
    struct mutator *mutator = arena_allocate(arena, 1, sizeof *mutator);
    *mutator = (struct mutator){.source = {.arena = arena, .rng = rng}, .root = root};
    size_t count = 1 + value_below(&mutator->source, value_chance(&mutator->source, 4) ? 8 : 2);
    for (; count > 0; count--)
        mutations[value_below(&mutator->source, sizeof mutations / sizeof *mutations)](mutator, choose_place(mutator));
    return mutator->root;
}

void config_mutate_text(const char *bytes, size_t length, struct rng *rng, struct text *yaml)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct mark start = {.source = "config", .line = 1, .column = 1};
    struct config_node *root = yaml_parse(&arena, bytes, length, start, &problems);
    struct value_source source = {.arena = &arena, .rng = rng};
    if (root == NULL || root->kind != NODE_MAP || value_chance(&source, 50))
        root = value_component(&source, KIND_RUN, CONFIG_DEPTH);
    config_write(config_mutate(&arena, root, rng), rng, yaml);
    arena_finish(&arena);
}
