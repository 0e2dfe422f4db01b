/* references.c: ${data.batch_size} and ${env:NAME,default} become what they stand for. */
#include "runner/config/references.h"

#include <string.h>

#include "runner/config/place.h"
#include "runner/config/variables.h"
#include "runner/config/yaml.h"

#define VARIABLE "env:"

/* A reference being resolved, and those that led to it. */
struct pending {
    const struct config_node *node;
    const char *text;
    const struct pending *outer;
};

struct resolver {
    struct composer *composer;
    struct config_node *root;
    const char *const *environment;
    const struct pending *pending;
    size_t nodes;
    size_t bytes;
    int depth;
};

/* One reference in a text. */
struct reference {
    /** Where it stands: the whole text's. */
    struct span span;
    /** "${data.batch_size}", and "data.batch_size". */
    const char *text;
    const char *target;
};

static bool resolve(struct resolver *resolver, struct config_node *node);

static const struct config_node *find_variable(struct resolver *resolver, const struct reference *reference)
{
    struct arena *arena = resolver->composer->arena;
    const char *name = reference->target + strlen(VARIABLE), *comma = strchr(name, ',');
    if (comma != NULL)
        name = arena_copy_bytes(arena, name, (size_t)(comma - name));
    const char *value = variables_find(resolver->environment, name);
    struct span span = reference->span;
    if (value == NULL && comma == NULL) {
        problem_add(resolver->composer->problems, span, "%s: the environment has no variable %s",
                    problem_shorten(resolver->composer->problems, reference->text),
                    problem_quote(resolver->composer->problems, name));
        problem_hint(resolver->composer->problems, "set it, or write ${env:%s,DEFAULT}",
                     problem_shorten(resolver->composer->problems, name));
        return NULL;
    }
    if (value != NULL) {
        struct source_variable shown = {.text = arena_format(arena, "%s=%s", name, value)};
        span.mark = sources_add_variable(resolver->composer->sources, arena, shown);
        span.mark.column = (int)strlen(name) + 2;
        span.width = *value != '\0' ? (int)strnlen(value, YAML_SCALAR_BYTES_MAX) : 1;
    } else {
        value = comma + 1;
    }
    struct config_node *node = config_node_create_scalar(arena, value, false, span);
    if (config_node_text_is_null(value))
        node->kind = NODE_NULL;
    return node;
}

static const struct config_node *fail_to_follow(struct resolver *resolver, const struct reference *reference)
{
    struct problems *problems = resolver->composer->problems;
    problem_add(problems, reference->span, "%s: no key of the config is called %s%s",
                problem_shorten(problems, reference->text), problem_quote(problems, reference->target),
                place_format_guess(resolver->root, reference->target, problems->arena));
    problem_hint(problems,
                 "a reference is written ${key.key} or ${env:NAME,DEFAULT}; for the text '${' itself write '$${'");
    return NULL;
}

/* A place lends what stands there; the tree is ours to change. */
static struct config_node *own(const struct config_node *node)
{
    return (struct config_node *)node;
}

/* What stands at the target's path, itself resolved; NULL after adding a problem. */
static const struct config_node *find_target(struct resolver *resolver, const struct reference *reference)
{
    struct arena *arena = resolver->composer->arena;
    struct place place = place_of_run(resolver->root);
    for (const char *at = reference->target;;) {
        size_t length = strcspn(at, ".");
        struct place next = place;
        if (length == 0 || !place_follow(&next, arena_copy_bytes(arena, at, length), arena))
            return fail_to_follow(resolver, reference);
        if (next.is_type && next.node != NULL && next.node->kind == NODE_MAP)
            next.node = config_node_find(next.node, "type");
        /* What is on the way may be a reference too. */
        if (next.node != NULL && next.node->kind == NODE_SCALAR && !resolve(resolver, own(next.node)))
            return NULL;
        place = next;
        at += length;
        if (*at == '\0')
            break;
        at += 1;
    }
    if (place.node == NULL) {
        problem_add(resolver->composer->problems, reference->span, "%s: nothing is set there, and it has no default",
                    problem_shorten(resolver->composer->problems, reference->text));
        return NULL;
    }
    return resolve(resolver, own(place.node)) ? place.node : NULL;
}

/* Takes one of what all references together may make; says once that nothing is left. */
static bool take(struct resolver *resolver, const struct reference *reference)
{
    if (resolver->nodes++ < REFERENCES_NODES_MAX)
        return true;
    if (resolver->nodes == REFERENCES_NODES_MAX + 1)
        problem_add(resolver->composer->problems, reference->span, "the references stand for more than %zu values",
                    REFERENCES_NODES_MAX);
    return false;
}

static const struct config_node *find(struct resolver *resolver, const struct reference *reference)
{
    if (!take(resolver, reference))
        return NULL;
    if (strncmp(reference->target, VARIABLE, strlen(VARIABLE)) == 0)
        return find_variable(resolver, reference);
    return find_target(resolver, reference);
}

/* The place of a reference, where something else is shown that was written elsewhere. */
static struct span span_by(struct resolver *resolver, const struct reference *reference, struct span target)
{
    struct mark here = reference->span.mark, there = target.mark;
    if (here.source == there.source && here.line == there.line && here.column == there.column)
        return reference->span; /* the default in ${env:NAME,DEFAULT} */
    struct origin *origin = arena_allocate(resolver->composer->arena, 1, sizeof *origin);
    *origin = (struct origin){.reference = reference->text, .target = target};
    struct span span = reference->span;
    span.origin = origin;
    return span;
}

/* Makes `node`, which is the reference or a new node in its copy, what `target` is. */
static bool copy_into(struct resolver *resolver, const struct reference *reference, struct config_node *node,
                      const struct config_node *target)
{
    struct arena *arena = resolver->composer->arena;
    if (!take(resolver, reference))
        return false;
    node->kind = target->kind;
    node->span = span_by(resolver, reference, target->span);
    node->text = target->text;
    node->is_quoted = target->is_quoted;
    node->is_resolved = true;
    for (size_t i = 0; i < target->count; i++) {
        bool is_list = target->kind == NODE_LIST;
        struct config_node *child = config_node_create(arena, NODE_NULL, node->span);
        const struct config_node *from = is_list ? target->items[i] : target->entries[i].value;
        if (from == NULL) /* an override that went wrong, and is reported */
            child = NULL;
        else if (!copy_into(resolver, reference, child, from))
            return false;
        if (is_list)
            config_node_append(arena, node, child);
        else
            config_node_set(arena, node, target->entries[i].key, span_by(resolver, reference, target->entries[i].span),
                            child);
    }
    return true;
}

/* The end of the reference that begins at `at`; NULL after adding a problem when it has none. */
static const char *find_end(struct resolver *resolver, const struct config_node *node, const char *at)
{
    const char *end = strchr(at, '}');
    if (end == NULL) {
        problem_add(resolver->composer->problems, node->span, "the reference %s has no '}'",
                    problem_quote(resolver->composer->problems, at));
        problem_hint(resolver->composer->problems, "for the text '${' itself write '$${'");
    }
    return end;
}

static struct reference make_reference(struct resolver *resolver, const struct config_node *node, const char *at,
                                       const char *end)
{
    struct arena *arena = resolver->composer->arena;
    return (struct reference){.span = node->span,
                              .text = arena_copy_bytes(arena, at, (size_t)(end - at) + 1),
                              .target = arena_copy_bytes(arena, at + 2, (size_t)(end - at) - 2)};
}

/* Appends the text that a reference inside of a text stands for. */
static bool append_value(struct resolver *resolver, const struct reference *reference, struct config_node *node,
                         struct text *text)
{
    struct problems *problems = resolver->composer->problems;
    const struct config_node *target = find(resolver, reference);
    if (target == NULL)
        return false;
    bool is_variable = strncmp(reference->target, VARIABLE, strlen(VARIABLE)) == 0;
    if (target->kind != NODE_SCALAR && !is_variable) {
        problem_add(problems, span_by(resolver, reference, target->span), "%s: wanted a text or a number, found %s",
                    problem_shorten(problems, reference->text), problem_describe(problems, target));
        problem_hint(problems, "a reference that stands alone may be of any kind; this one stands inside of a text");
        return false;
    }
    struct span span = span_by(resolver, reference, target->span);
    if (node->span.origin == NULL)
        node->span = span;
    resolver->bytes += strlen(target->text);
    if (text->length + strlen(target->text) > YAML_SCALAR_BYTES_MAX || resolver->bytes > REFERENCES_BYTES_MAX) {
        problem_add(problems, reference->span, "the references make a text of more than %zu bytes",
                    resolver->bytes > REFERENCES_BYTES_MAX ? REFERENCES_BYTES_MAX : YAML_SCALAR_BYTES_MAX);
        return false;
    }
    text_append(text, target->text);
    return true;
}

/* Replaces the references inside of a text, and takes the escapes out. */
static bool resolve_text(struct resolver *resolver, struct config_node *node)
{
    struct text text = TEXT_INIT;
    bool ok = true;
    for (const char *at = node->text; ok && *at != '\0';) {
        if (strncmp(at, "$${", 3) == 0) {
            text_append(&text, "${");
            at += 3;
        } else if (strncmp(at, "${", 2) == 0) {
            const char *end = find_end(resolver, node, at);
            ok = end != NULL;
            if (ok) {
                const struct reference reference = make_reference(resolver, node, at, end);
                ok = append_value(resolver, &reference, node, &text);
                at = end + 1;
            }
        } else {
            text_append_char(&text, *at++);
        }
    }
    if (ok)
        node->text = arena_copy_string(resolver->composer->arena, text_string(&text));
    text_finish(&text);
    return ok;
}

static bool resolve_scalar(struct resolver *resolver, struct config_node *node)
{
    const char *end = strncmp(node->text, "${", 2) == 0 ? strchr(node->text, '}') : NULL;
    if (end == NULL || end[1] != '\0')
        return resolve_text(resolver, node);
    const struct reference reference = make_reference(resolver, node, node->text, end);
    const struct config_node *target = find(resolver, &reference);
    return target != NULL && copy_into(resolver, &reference, node, target);
}

/* "${a} -> ${b} -> ${a}": from the reference that is come to again. */
static void append_circle(const struct pending *pending, const struct config_node *node, struct text *text)
{
    if (pending->node != node)
        append_circle(pending->outer, node, text);
    text_format(text, "%s -> ", pending->text);
}

static bool is_circle(struct resolver *resolver, const struct config_node *node)
{
    const struct pending *pending = resolver->pending;
    while (pending != NULL && pending->node != node)
        pending = pending->outer;
    if (pending == NULL)
        return false;
    struct problems *problems = resolver->composer->problems;
    struct text circle = TEXT_INIT;
    append_circle(resolver->pending, node, &circle);
    problem_add(problems, node->span, "the references go in a circle: %s%s", text_string(&circle), pending->text);
    text_finish(&circle);
    return true;
}

static bool fail_too_deep(struct resolver *resolver, const struct config_node *node)
{
    problem_add(resolver->composer->problems, node->span, "references nested deeper than %d", REFERENCES_DEPTH_MAX);
    return false;
}

static bool resolve_reference(struct resolver *resolver, struct config_node *node)
{
    if (is_circle(resolver, node))
        return false;
    const struct pending pending = {node, problem_shorten(resolver->composer->problems, node->text), resolver->pending};
    struct config_node *written =
        config_node_create_scalar(resolver->composer->arena, node->text, node->is_quoted, node->span);
    resolver->pending = &pending;
    bool ok = resolve_scalar(resolver, node);
    resolver->pending = pending.outer;
    node->written = written;
    node->is_resolved = true;
    node->is_wrong = !ok;
    if (!ok) { /* a copy that was too large is none */
        node->kind = NODE_SCALAR;
        node->text = written->text;
        node->count = 0;
        node->capacity = 0;
    }
    return ok;
}

/* Resolves what stands at a node and below; false when something is wrong there, which was reported. */
static bool resolve(struct resolver *resolver, struct config_node *node)
{
    if (node->is_resolved)
        return !node->is_wrong;
    if (resolver->depth == REFERENCES_DEPTH_MAX)
        return fail_too_deep(resolver, node);
    resolver->depth += 1;
    bool ok = true;
    if (node->kind == NODE_SCALAR && strstr(node->text, "${") != NULL) {
        ok = resolve_reference(resolver, node);
    } else if (node->kind == NODE_LIST || node->kind == NODE_MAP) {
        for (size_t i = 0; i < node->count; i++) {
            struct config_node *child = node->kind == NODE_LIST ? node->items[i] : node->entries[i].value;
            ok = (child == NULL || resolve(resolver, child)) && ok;
        }
        node->is_resolved = true;
        node->is_wrong = !ok;
    }
    resolver->depth -= 1;
    return ok;
}

void references_resolve(struct composer *composer, struct config_node *root, const char *const *environment)
{
    struct resolver resolver = {.composer = composer, .root = root, .environment = environment};
    resolve(&resolver, root);
}

/* The text with every "${" written "$${". */
static const char *escape(struct arena *arena, const char *string)
{
    struct text text = TEXT_INIT;
    for (const char *at = string; *at != '\0'; at++) {
        if (strncmp(at, "${", 2) == 0)
            text_append_char(&text, '$');
        text_append_char(&text, *at);
    }
    const char *copy = arena_copy_string(arena, text_string(&text));
    text_finish(&text);
    return copy;
}

struct config_node *references_escape(struct arena *arena, const struct config_node *node)
{
    struct config_node *copy = config_node_create(arena, node->kind, node->span);
    copy->text = node->text;
    copy->is_quoted = node->is_quoted;
    if (node->kind == NODE_SCALAR && strstr(node->text, "${") != NULL)
        copy->text = escape(arena, node->text);
    for (size_t i = 0; i < node->count; i++)
        if (node->kind == NODE_LIST)
            config_node_append(arena, copy, references_escape(arena, node->items[i]));
        else
            config_node_set(arena, copy, node->entries[i].key, node->entries[i].span,
                            references_escape(arena, node->entries[i].value));
    return copy;
}
