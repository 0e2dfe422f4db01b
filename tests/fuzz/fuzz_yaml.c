/*
 * fuzz_yaml.c: any bytes as a config file: parsed, checked, reported without a fault; what is good is printed and read
 * back to the same.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "runner/config/check.h"
#include "runner/config/report.h"
#include "runner/config/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct report_style style = {.color = true, .width = 80};

static struct config_node *parse(struct arena *arena, const char *bytes, size_t size, struct problems *problems)
{
    return yaml_parse(arena, bytes, size, (struct mark){"fuzz.yaml", 1, 1}, problems);
}

/* A tree without problems, printed, reads back to a tree that prints the same. */
static void check_round_trip(struct arena *arena, const struct config_node *node)
{
    struct text first = TEXT_INIT;
    struct text second = TEXT_INIT;
    struct problems problems = {.arena = arena};
    config_node_format(node, &first);
    const struct config_node *again = parse(arena, text_string(&first), first.length, &problems);
    if (again != NULL) {
        config_node_format(again, &second);
        assert(strcmp(text_string(&first), text_string(&second)) == 0);
    } else { /* only a limit may stand in the way: the text has grown by copied aliases */
        assert(problems.count == 1 && strstr(problems.items[0].message, "more than") != NULL);
    }
    text_finish(&first);
    text_finish(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct sources sources = {.count = 0};
    sources_add(&sources, &arena, (struct source){.name = "fuzz.yaml", .text = (const char *)bytes, .length = size});
    struct config_node *root = parse(&arena, (const char *)bytes, size, &problems);
    assert(root != NULL || problems.count > 0);
    if (root != NULL && problems.count == 0)
        check_round_trip(&arena, root);
    if (root != NULL) {
        struct config_node *complete = check_run(&arena, root, &problems);
        if (problems.count == 0)
            check_round_trip(&arena, complete);
    }
    struct text report = TEXT_INIT;
    problems_sort(&problems, &sources);
    report_problems(&sources, &problems, &style, &report);
    text_finish(&report);
    arena_finish(&arena);
    return 0;
}
