/* test_references.c: what references may not do, and how deep and how large they may be. What they do: tests/configs. */
#include "runner/config/references.h"

#include <stdio.h>
#include <string.h>

#include "runner/config/yaml.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct problems problems;
static struct sources sources;

/* Resolves the references of a YAML text. */
static struct config_node *resolve(const char *yaml)
{
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    sources = (struct sources){.count = 0};
    struct config_node *root = yaml_parse(&arena, yaml, strlen(yaml), (struct mark){"a.yaml", 1, 1}, &problems);
    ck_assert_ptr_nonnull(root);
    struct composer composer = {.arena = &arena, .sources = &sources, .problems = &problems};
    references_resolve(&composer, root, NULL);
    return root;
}

/* Each item of a list of lists is ten times the one before. */
static const char *grow(const char *first, const char *next, int count)
{
    static char yaml[4096];
    int length = snprintf(yaml, sizeof yaml, "data:\n  classes:\n    - %s\n", first);
    for (int i = 0; i < count; i++) {
        length += snprintf(yaml + length, sizeof yaml - (size_t)length, "    - ");
        for (const char *at = next; *at != '\0'; at++)
            length += *at == '#' ? snprintf(yaml + length, sizeof yaml - (size_t)length, "${data.classes.%d}", i)
                                 : snprintf(yaml + length, sizeof yaml - (size_t)length, "%c", *at);
        length += snprintf(yaml + length, sizeof yaml - (size_t)length, "\n");
    }
    return yaml;
}

START_TEST(test_references_to_references_are_limited)
{
    struct text yaml = TEXT_INIT;
    text_append(&yaml, "data:\n  classes:\n");
    for (int i = 1; i <= 150; i++)
        text_format(&yaml, "    - ${data.classes.%d}\n", i);
    text_append(&yaml, "    - x\n");
    resolve(text_string(&yaml));
    text_finish(&yaml);
    ck_assert_uint_ge(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, "references nested deeper than 128");
}
END_TEST

START_TEST(test_copies_are_limited)
{
    resolve(grow("[x, x, x, x]", "['#', '#', '#', '#', '#', '#', '#', '#']", 8));
    ck_assert_uint_ge(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, "the references stand for more than 10000 values");
}
END_TEST

START_TEST(test_texts_are_limited)
{
    resolve(grow("xxxxxxxxxxxxxxxx", "###########", 9));
    ck_assert_uint_ge(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, "the references make a text of more than 65536 bytes");
}
END_TEST

START_TEST(test_what_went_wrong_keeps_its_text)
{
    const struct config_node *root = resolve("seed_everything: ${nothing}");
    ck_assert_str_eq(config_node_find(root, "seed_everything")->text, "${nothing}");
    ck_assert(config_node_find(root, "seed_everything")->is_wrong);
}
END_TEST

START_TEST(test_escaped_texts_read_back)
{
    static const char *const texts[] = {"${a}", "$${a}", "$$${", "a ${ b $ c $$ {", "$", ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct config_node *node = config_node_create_scalar(&arena, texts[i], true, (struct span){.width = 0});
        struct config_node *escaped = references_escape(&arena, node);
        struct composer composer = {.arena = &arena, .sources = &sources, .problems = &problems};
        problems = (struct problems){.arena = &arena};
        references_resolve(&composer, escaped, NULL);
        ck_assert_uint_eq(problems.count, 0);
        ck_assert_str_eq(escaped->text, texts[i]);
    }
}
END_TEST

UNIT_MAIN("references", test_references_to_references_are_limited, test_copies_are_limited, test_texts_are_limited,
          test_what_went_wrong_keeps_its_text, test_escaped_texts_read_back)
