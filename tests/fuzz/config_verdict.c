/* config_verdict.c: what the check and the JSON Schema say of a config, and what must hold of both. */
#include "tests/fuzz/config_verdict.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/build/schema.h"
#include "runner/config/check.h"
#include "runner/config/references.h"
#include "runner/config/renamed.h"
#include "runner/config/report.h"
#include "runner/config/yaml.h"
#include "tests/fuzz/json_schema.h"

#define NAME "fuzz.yaml"

static const json_t *config_schema(void)
{
    static json_t *schema;
    if (schema == NULL) {
        struct text text = TEXT_INIT;
        schema_format_config(&text);
        schema = json_schema_load(text_string(&text));
        text_finish(&text);
    }
    return schema;
}

static void fail(const char *what, const char *bytes, size_t size)
{
    fprintf(stderr, "%s:\n%.*s\n", what, (int)size, bytes);
    abort();
}

static struct config_node *parse(struct problems *problems, const char *bytes, size_t size)
{
    return yaml_parse(problems->arena, bytes, size, (struct mark){NAME, 1, 1}, problems);
}

static bool has_problem(const struct problems *problems, const char *words)
{
    for (size_t i = 0; i < problems->count; i++)
        if (strstr(problems->items[i].message, words) != NULL)
            return true;
    return problems->left_out > 0;
}

/* A tree without problems, printed, reads back to a tree that prints the same; NULL where only a limit is in the way. */
static struct config_node *check_round_trip(struct arena *arena, const struct config_node *node)
{
    struct text first = TEXT_INIT;
    struct text second = TEXT_INIT;
    struct problems problems = {.arena = arena};
    config_node_format(node, &first);
    struct config_node *again = parse(&problems, text_string(&first), first.length);
    if (again != NULL) {
        config_node_format(again, &second);
        if (strcmp(text_string(&first), text_string(&second)) != 0)
            fail("is not read back to the same", text_string(&first), first.length);
    } else if (!has_problem(&problems, "more than")) { /* the text has grown by copied aliases */
        fail("is not read back", text_string(&first), first.length);
    }
    text_finish(&first);
    text_finish(&second);
    return again;
}

/* What `lrun config show` prints is a config that means the same, and that an editor finds right. */
static void check_complete(struct arena *arena, const struct config_node *complete)
{
    struct text before = TEXT_INIT;
    struct text after = TEXT_INIT;
    struct problems problems = {.arena = arena};
    config_node_format(complete, &before);
    struct config_node *again = check_round_trip(arena, complete);
    if (again == NULL)
        return;
    if (!json_schema_accepts(config_schema(), again, TYPING_CORE))
        fail("is printed as what the schema refuses", text_string(&before), before.length);
    config_node_format(check_run(arena, again, &problems), &after);
    if (problems.count > 0 || strcmp(text_string(&before), text_string(&after)) != 0)
        fail("is completed to something else again", text_string(&before), before.length);
    text_finish(&before);
    text_finish(&after);
}

static void check_order(const struct problems *problems, const char *bytes, size_t size)
{
    for (size_t i = 1; i < problems->count; i++) {
        const struct mark *a = &problems->items[i - 1].span.mark, *b = &problems->items[i].span.mark;
        if (b->source != NULL && (a->line > b->line || (a->line == b->line && a->column > b->column)))
            fail("has problems out of order", bytes, size);
    }
}

static void check_json(const char *report)
{
    while (*report != '\0') {
        size_t length = strcspn(report, "\n");
        json_error_t error;
        json_t *json = json_loadb(report, length, JSON_REJECT_DUPLICATES, &error);
        if (json == NULL)
            fail("is no JSON", report, length);
        json_decref(json);
        report += length + (report[length] == '\n');
    }
}

static void check_report(const struct sources *sources, struct problems *problems, const char *bytes, size_t size)
{
    static const struct report_style styles[] = {
        {.width = 80, .is_json = true}, {.width = 40}, {.width = 97, .color = true}};
    problems_sort(problems, sources);
    check_order(problems, bytes, size);
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        struct text report = TEXT_INIT;
        report_problems(sources, problems, &styles[i], &report);
        if (styles[i].is_json)
            check_json(text_string(&report));
        text_finish(&report);
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Whether there is anything in it that only composing gives a meaning. */
static bool is_composed(const struct config_node *node)
{
    if (node->kind == NODE_SCALAR)
        return strstr(node->text, "${") != NULL || ends_with(node->text, ".yaml") || ends_with(node->text, ".yml");
    bool found = config_node_find(node, "base") != NULL;
    for (size_t i = 0; i < node->count && !found; i++) {
        bool is_map = node->kind == NODE_MAP;
        found = is_map && (ends_with(node->entries[i].key, "+") || ends_with(node->entries[i].key, "~"));
        found = found || is_composed(is_map ? node->entries[i].value : node->items[i]);
    }
    return found;
}

/* What references stand for, for faults alone: the rest of composing reads files. */
static void resolve(struct problems *problems, struct sources *sources, const struct config_node *root)
{
    static const char *const environment[] = {"HOME=/home", NULL};
    struct problems found = {.arena = problems->arena};
    struct composer composer = {.arena = problems->arena, .sources = sources, .problems = &found};
    size_t budget = SIZE_MAX;
    references_resolve(&composer, config_node_copy(problems->arena, root, &budget), environment);
}

/* Asks the schema about the tree as it was read, before the check changes it. */
static void ask_schema(struct config_verdict *verdict, const struct config_node *root)
{
    verdict->schema_accepts = json_schema_accepts(config_schema(), root, TYPING_BY_SCHEMA);
    verdict->core_schema_accepts = json_schema_accepts(config_schema(), root, TYPING_CORE);
}

static struct config_verdict judge(const char *bytes, size_t size, struct sources *sources, struct problems *problems)
{
    struct config_verdict verdict = {.is_good = false};
    struct config_node *root = parse(problems, bytes, size);
    assert(root != NULL || problems->count > 0);
    verdict.is_yaml = root != NULL && problems->count == 0;
    if (root == NULL)
        return verdict;
    if (verdict.is_yaml) {
        check_round_trip(problems->arena, root);
        ask_schema(&verdict, root);
        resolve(problems, sources, root);
    }
    verdict.is_composed = is_composed(root);
    renamed_apply(problems, root);
    struct config_node *complete = check_run(problems->arena, root, problems);
    verdict.is_good = problems->count == 0;
    verdict.is_too_deep = has_problem(problems, "components nested deeper");
    if (verdict.is_good && !verdict.is_composed)
        check_complete(problems->arena, complete);
    return verdict;
}

struct config_verdict config_verdict_find(const char *bytes, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct sources sources = {.count = 0};
    sources_add(&sources, &arena, (struct source){.name = NAME, .text = bytes, .length = size});
    struct config_verdict verdict = judge(bytes, size, &sources, &problems);
    check_report(&sources, &problems, bytes, size);
    bool is_comparable = verdict.is_yaml && !verdict.is_too_deep && !verdict.is_composed;
    if (is_comparable && verdict.is_good != verdict.schema_accepts) {
        fprintf(stderr, "the check: %s\n", problems.count > 0 ? problems.items[0].message : "good");
        fail(verdict.is_good ? "the schema refuses what the check accepts"
                             : "the schema accepts what the check refuses",
             bytes, size);
    }
    arena_finish(&arena);
    return verdict;
}
