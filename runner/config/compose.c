/* compose.c: files become one tree: the bases that a file names below it, and files in the places of components. */
#include "runner/config/compose.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/file.h"
#include "runner/config/check.h"
#include "runner/config/layer.h"
#include "runner/config/yaml.h"

/* A file being read; the chain of them is how it was come to. */
struct open_file {
    const char *name;
    const char *identity;
    const struct open_file *outer;
    int depth;
};

/* A file that the tree at hand was laid over. */
struct laid_file {
    const char *identity;
    const struct laid_file *next;
};

/* What names a file. */
struct wanted {
    const char *path;
    /** The value that says it; NULL: the user did. */
    const struct config_node *by;
    bool is_base;
    /** What the file makes. */
    const struct field *field;
};

static struct span span_of(const struct wanted *wanted)
{
    return wanted->by != NULL ? wanted->by->span : (struct span){.width = 0};
}

/* Reads a file's text and its tree, and keeps the text; NULL after adding a problem. `index`: of its source. */
static struct config_node *read_tree(struct composer *composer, const struct wanted *wanted, const char *identity,
                                     size_t *index)
{
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    struct config_node *tree = NULL;
    if (file_read(wanted->path, YAML_FILE_BYTES_MAX, &bytes, ERROR_CONFIG, &error)) {
        /* Some editors mark UTF-8 by three bytes at the start, which nobody sees. */
        size_t skip = bytes.length >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        struct source source = {.identity = identity, .from = span_of(wanted).mark, .is_base = wanted->is_base};
        source.name = arena_copy_string(composer->arena, wanted->path);
        source.length = bytes.length - skip;
        source.text = arena_copy_bytes(composer->arena, text_string(&bytes) + skip, source.length);
        *index = sources_add(composer->sources, composer->arena, source);
        struct mark origin = {.source = source.name, .line = 1, .column = 1};
        tree = yaml_parse(composer->arena, source.text, source.length, origin, composer->problems);
    } else {
        problem_add(composer->problems, span_of(wanted), "%s", error.message);
        if (wanted->by != NULL && strstr(wanted->by->text, "${") != NULL)
            problem_hint(composer->problems,
                         "a file's name has no references: they are resolved when all files are read");
        else if (wanted->by != NULL && *wanted->by->text != '/' && composer->open != NULL)
            problem_hint(composer->problems, "a path is relative to the file that says it");
    }
    text_finish(&bytes);
    return tree;
}

/* "a.yaml -> b.yaml -> a.yaml": from the file that is opened again. */
static void append_circle(const struct open_file *open, const char *identity, struct text *text)
{
    if (strcmp(open->identity, identity) != 0)
        append_circle(open->outer, identity, text);
    text_format(text, "%s -> ", open->name);
}

static bool check_circle(struct composer *composer, const struct wanted *wanted, const char *identity)
{
    const struct open_file *open = composer->open;
    while (open != NULL && strcmp(open->identity, identity) != 0)
        open = open->outer;
    if (open == NULL)
        return true;
    struct text circle = TEXT_INIT;
    append_circle(composer->open, identity, &circle);
    problem_add(composer->problems, span_of(wanted), "the files go in a circle: %s%s", text_string(&circle),
                wanted->path);
    text_finish(&circle);
    return false;
}

static bool check_limits(struct composer *composer, const struct wanted *wanted)
{
    if (composer->sources->count == COMPOSE_FILES_MAX)
        problem_add(composer->problems, span_of(wanted), "more than %zu files", COMPOSE_FILES_MAX);
    else if (composer->open != NULL && composer->open->depth == COMPOSE_DEPTH_MAX)
        problem_add(composer->problems, span_of(wanted), "files named by files, deeper than %d", COMPOSE_DEPTH_MAX);
    else
        return true;
    return false;
}

/* The folder of a file, with its slash; "" for the one that we are in. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? arena_copy_bytes(arena, path, (size_t)(slash - path) + 1) : "";
}

/* "configs/models/../base.yaml" as "configs/base.yaml", where that is the same: not behind a link to a folder. */
static const char *simplify(struct arena *arena, const char *path)
{
    char *simple = arena_copy_string(arena, path);
    for (char *up = strstr(simple, "/../"); up != NULL;) {
        *up = '\0';
        char *slash = strrchr(simple, '/'), *name = slash != NULL ? slash + 1 : simple;
        struct stat status;
        bool is_folder = *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
                         lstat(simple, &status) == 0 && S_ISDIR(status.st_mode);
        *up = '/';
        if (is_folder)
            memmove(name, up + strlen("/../"), strlen(up + strlen("/../")) + 1);
        up = strstr(is_folder ? simple : up + 1, "/../");
    }
    return simple;
}

/* A run directory stands for the config in it. */
static const char *find_config(struct arena *arena, const char *path)
{
    return directory_exists(path) ? arena_format(arena, "%s/config.yaml", path) : path;
}

/* The file of a path that a file says. */
static const char *find_path(struct arena *arena, const char *folder, const char *path)
{
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    return find_config(arena, *path == '/' ? path : simplify(arena, arena_format(arena, "%s%s", folder, path)));
}

/* Whole configs are laid over each other as mappings: anything else would be lost, or lose them. */
static bool check_layer(struct composer *composer, const struct config_node *tree)
{
    if (tree->kind == NODE_MAP)
        return true;
    problem_add(composer->problems, tree->span, "wanted a mapping with the keys of a config, found %s",
                problem_describe(composer->problems, tree));
    problem_hint(composer->problems, "write 'key: value' lines");
    composer->failed = true;
    return false;
}

/* Lays one tree over another, either of which may be missing or empty. */
static struct config_node *lay(struct composer *composer, const struct field *field, struct config_node *under,
                               struct config_node *over)
{
    if (under != NULL && over->kind == NODE_NULL)
        return under;
    if (under == NULL || under->kind == NODE_NULL)
        return layer_put(composer->problems, field, NULL, over);
    if (field->kind == KIND_RUN && !(check_layer(composer, under) && check_layer(composer, over)))
        return under;
    return layer_put(composer->problems, field, under, over);
}

static struct config_node *load(struct composer *composer, const struct wanted *wanted, struct config_node *under);

static bool is_laid(const struct composer *composer, const char *identity)
{
    for (const struct laid_file *laid = composer->laid; laid != NULL; laid = laid->next)
        if (strcmp(laid->identity, identity) == 0)
            return true;
    return false;
}

static void add_wrong_base(struct composer *composer, const struct config_node *node)
{
    problem_add(composer->problems, node->span, "base: wanted a file, or a list of files, found %s",
                problem_describe(composer->problems, node));
    problem_hint(composer->problems, "write 'base: other.yaml', or 'base: [one.yaml, two.yaml]'");
    composer->failed = true;
}

/* Reads what a file is based on; returns it laid over `under`. */
static struct config_node *load_bases(struct composer *composer, const struct config_node *bases,
                                      const struct field *field, struct config_node *under)
{
    size_t count = bases->kind == NODE_LIST ? bases->count : 1;
    if (bases->kind != NODE_LIST && bases->kind != NODE_SCALAR) {
        add_wrong_base(composer, bases);
        return under;
    }
    const char *folder = folder_of(composer->arena, composer->open->name);
    for (size_t i = 0; i < count; i++) {
        const struct config_node *base = bases->kind == NODE_LIST ? bases->items[i] : bases;
        if (base->kind != NODE_SCALAR) {
            add_wrong_base(composer, base);
            continue;
        }
        const struct wanted wanted = {find_path(composer->arena, folder, base->text), base, true, field};
        under = load(composer, &wanted, under);
    }
    return under;
}

/* Takes `base` out of a file's tree; NULL when it has none. */
static struct config_node *take_bases(struct config_node *tree)
{
    struct entry *entry = config_node_find_entry(tree, "base");
    if (entry == NULL)
        return NULL;
    struct config_node *bases = entry->value;
    size_t index = (size_t)(entry - tree->entries);
    memmove(entry, entry + 1, (tree->count - index - 1) * sizeof *entry);
    tree->count -= 1;
    return bases;
}

/* Lays an open file's tree, and before it what it is based on, over `under`. */
static struct config_node *lay_file(struct composer *composer, const struct field *field, size_t index,
                                    struct config_node *tree, struct config_node *under)
{
    const char *folder = folder_of(composer->arena, composer->open->name);
    const struct config_node *bases = take_bases(tree);
    if (bases != NULL)
        under = load_bases(composer, bases, field, under);
    composer->sources->items[index].turn = ++composer->turns;
    return lay(composer, field, under, compose_groups(composer, field, tree, folder));
}

/* Reads a file with its bases and lays it over `under`, which comes back as it is after a problem. */
static struct config_node *load(struct composer *composer, const struct wanted *wanted, struct config_node *under)
{
    char *real = realpath(wanted->path, NULL);
    struct open_file open = {.outer = composer->open};
    open.identity = arena_copy_string(composer->arena, real != NULL ? real : wanted->path);
    open.depth = open.outer != NULL ? open.outer->depth + 1 : 1;
    free(real);
    bool may = check_circle(composer, wanted, open.identity) && check_limits(composer, wanted);
    if (may && wanted->is_base && is_laid(composer, open.identity))
        return under;
    size_t index = 0;
    struct config_node *tree = may ? read_tree(composer, wanted, open.identity, &index) : NULL;
    if (tree == NULL) {
        composer->failed = true;
        return under;
    }
    struct laid_file *laid = arena_allocate(composer->arena, 1, sizeof *laid);
    *laid = (struct laid_file){open.identity, composer->laid};
    open.name = composer->sources->items[index].name;
    composer->laid = laid;
    composer->open = &open;
    under = lay_file(composer, wanted->field, index, tree, under);
    composer->open = open.outer;
    return under;
}

struct config_node *compose_file(struct composer *composer, struct config_node *under, const char *path)
{
    const struct wanted wanted = {.path = find_config(composer->arena, path), .field = &run_field};
    return load(composer, &wanted, under);
}

/* "models/ssd.yaml": no component has such a name. */
static bool names_file(const struct config_node *node)
{
    const char *end = node->kind == NODE_SCALAR ? strrchr(node->text, '.') : NULL;
    return end != NULL && (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0);
}

/* The content of the file that a component names; a tree of its own, which has nothing to do with what is laid so far. */
static struct config_node *load_group(struct composer *composer, const struct field *field, struct config_node *name,
                                      const char *folder)
{
    const struct field of_kind = {.name = "", .type = FIELD_COMPONENT, .kind = field->kind};
    const struct wanted wanted = {find_path(composer->arena, folder, name->text), name, false, &of_kind};
    const struct laid_file *laid = composer->laid;
    composer->laid = NULL;
    struct config_node *tree = load(composer, &wanted, NULL);
    composer->laid = laid;
    if (tree == NULL)
        return name;
    config_node_replace(tree, name);
    return tree;
}

/* What a key of a mapping is for; of any component of the kind where the mapping does not say which it is. */
static const struct field *find_field(enum component_kind kind, const struct config_node *map, const char *key)
{
    const struct component *component = check_find_component(kind, map);
    if (component != NULL)
        return component_find_field(component, key);
    const struct field *field = NULL;
    for (size_t i = 0; i < registry_component_count && field == NULL; i++)
        if (registry_components[i].kind == kind)
            field = component_find_field(&registry_components[i], key);
    return field;
}

struct config_node *compose_groups(struct composer *composer, const struct field *field, struct config_node *node,
                                   const char *folder)
{
    if (field->type != FIELD_COMPONENT && field->type != FIELD_COMPONENT_LIST)
        return node;
    if (field->kind != KIND_RUN && names_file(node))
        return load_group(composer, field, node, folder);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == NODE_LIST) {
            node->items[i] = compose_groups(composer, field, node->items[i], folder);
            continue;
        }
        struct entry *entry = &node->entries[i];
        const char *key = NULL;
        layer_split_key(composer->arena, entry->key, &key);
        const struct field *inner = find_field(field->kind, node, key);
        if (inner != NULL)
            entry->value = compose_groups(composer, inner, entry->value, folder);
    }
    return node;
}
