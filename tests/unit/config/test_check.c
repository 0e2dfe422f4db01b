/* test_check.c: what a checked tree is: complete, in order, in the form that its fields read. Messages: tests/configs. */
#include "runner/config/check.h"

#include <string.h>

#include "runner/config/yaml.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct problems problems;

static struct config_node *check(const char *yaml)
{
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    struct config_node *root = yaml_parse(&arena, yaml, strlen(yaml), (struct mark){"a.yaml", 1, 1}, &problems);
    ck_assert_ptr_nonnull(root);
    return check_run(&arena, root, &problems);
}

static struct config_node *check_good(const char *yaml)
{
    struct config_node *root = check(yaml);
    ck_assert_msg(problems.count == 0, "%s", problems.count > 0 ? problems.items[0].message : "");
    return root;
}

/* Every field of every component, in the order of its declaration. */
static void expect_complete(const struct config_node *node)
{
    if (node->component != NULL) {
        const struct component *component = node->component;
        ck_assert_int_eq(node->kind, NODE_MAP);
        size_t first = node->count - component->field_count;
        ck_assert_uint_le(first, 1);
        for (size_t i = 0; i < component->field_count; i++)
            ck_assert_str_eq(node->entries[first + i].key, component->fields[i].name);
    }
    for (size_t i = 0; i < node->count; i++)
        expect_complete(node->kind == NODE_LIST ? node->items[i] : node->entries[i].value);
}

START_TEST(test_check_fills_in_every_default)
{
    const struct config_node *root =
        check_good("model: SSD\ndata: {root: d, train_transforms: [Normalize, {type: Compose, "
                   "transforms: Resize}]}\nlr_scheduler: {type: MultiStepLR, milestones: 3}\n");
    ck_assert_ptr_eq(root->component, registry_only(KIND_RUN));
    expect_complete(root);
    const struct config_node *model = config_node_find(root, "model");
    ck_assert_str_eq(model->entries[0].key, "type");
    ck_assert_int_eq(config_node_find(model, "num_classes")->kind, NODE_NULL);
    ck_assert_str_eq(config_node_find(config_node_find(model, "backbone"), "type")->text, "ResNet18");
}
END_TEST

START_TEST(test_check_leaves_defaults_without_a_place)
{
    const struct config_node *root = check_good("model: SSD\ndata: {root: d}\n");
    ck_assert_ptr_null(config_node_find(root, "optimizer")->span.mark.source);
    ck_assert_ptr_null(config_node_find(config_node_find(root, "data"), "batch_size")->span.mark.source);
    ck_assert_str_eq(config_node_find(config_node_find(root, "data"), "root")->span.mark.source, "a.yaml");
    ck_assert_int_eq(config_node_find(root, "model")->span.mark.column, 8);
}
END_TEST

START_TEST(test_check_writes_scalars_as_their_fields_read_them)
{
    const struct config_node *root = check_good("seed_everything: +007\nmodel: SSD\n"
                                                "data: {root: 1.50, download: FALSE, classes: cat, batch_size: '4'}\n"
                                                "trainer: {limit_train_batches: 1.0, fast_dev_run: True}\n");
    const struct config_node *data = config_node_find(root, "data");
    const struct config_node *trainer = config_node_find(root, "trainer");
    ck_assert_str_eq(config_node_find(root, "seed_everything")->text, "7");
    ck_assert_str_eq(config_node_find(data, "root")->text, "1.50");
    ck_assert(config_node_find(data, "root")->is_quoted);
    ck_assert_str_eq(config_node_find(data, "download")->text, "false");
    ck_assert_int_eq(config_node_find(data, "classes")->kind, NODE_LIST);
    ck_assert_str_eq(config_node_find(data, "batch_size")->text, "4");
    ck_assert(!config_node_find(data, "batch_size")->is_quoted);
    ck_assert_str_eq(config_node_find(trainer, "limit_train_batches")->text, "1.0");
    ck_assert_str_eq(config_node_find(trainer, "fast_dev_run")->text, "true");
}
END_TEST

START_TEST(test_check_keeps_the_type_of_trainer_and_run_out)
{
    const struct config_node *root = check_good("model: SSD\ndata: {root: d}\ntrainer: {type: Trainer}\n");
    ck_assert_ptr_null(config_node_find(root, "type"));
    ck_assert_ptr_null(config_node_find(config_node_find(root, "trainer"), "type"));
    ck_assert_ptr_nonnull(config_node_find(config_node_find(root, "data"), "type"));
}
END_TEST

START_TEST(test_check_keeps_a_hundred_problems_and_counts_the_rest)
{
    struct text yaml = TEXT_INIT;
    for (int i = 0; i < 300; i++)
        text_format(&yaml, "unknown%d: 1\n", i);
    check(text_string(&yaml));
    ck_assert_uint_eq(problems.count, PROBLEMS_MAX);
    ck_assert_uint_eq(problems.left_out, 202); /* with the two that are missing */
    text_finish(&yaml);
}
END_TEST

START_TEST(test_check_stops_at_components_that_are_nested_too_deep)
{
    struct text yaml = TEXT_INIT;
    text_append(&yaml, "model: SSD\ndata: {root: d, train_transforms: ");
    for (int i = 0; i < 40; i++)
        text_append(&yaml, "{type: Compose, transforms: ");
    text_append(&yaml, "[]");
    for (int i = 0; i < 41; i++)
        text_append(&yaml, "}");
    check(text_string(&yaml));
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_ptr_nonnull(strstr(problems.items[0].message, "nested deeper than 32"));
    text_finish(&yaml);
}
END_TEST

UNIT_MAIN("check", test_check_fills_in_every_default, test_check_leaves_defaults_without_a_place,
          test_check_writes_scalars_as_their_fields_read_them, test_check_keeps_the_type_of_trainer_and_run_out,
          test_check_keeps_a_hundred_problems_and_counts_the_rest,
          test_check_stops_at_components_that_are_nested_too_deep)
