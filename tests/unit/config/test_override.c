/* test_override.c: where the command line puts a value, and what place the value then has. Messages: tests/configs. */
#include "runner/config/override.h"

#include <string.h>

#include "runner/config/report.h"
#include "runner/config/yaml.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct problems problems;

/* Applies two arguments (NULL: one) to a YAML text. */
static struct config_node * override(const char *yaml, const char *first, const char *second)
{
    static const char *arguments[2];
    arguments[0] = first;
    arguments[1] = second;
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    struct config_node *root = yaml_parse(&arena, yaml, strlen(yaml), (struct mark){"a.yaml", 1, 1}, &problems);
    ck_assert_ptr_nonnull(root);
    struct sources sources = {.count = 0};
    struct composer composer = {.arena = &arena, .sources = &sources, .problems = &problems};
    root = override_apply(&composer, root, COMMAND_LINE, arguments, second != NULL ? 2 : 1);
    ck_assert_msg(problems.count == 0, "%s", problems.count > 0 ? problems.items[0].message : "");
    return root;
}

static void expect_tree(const struct config_node *root, const char *expected)
{
    struct text yaml = TEXT_INIT;
    config_node_format(root, &yaml);
    ck_assert_str_eq(text_string(&yaml), expected);
    text_finish(&yaml);
}

START_TEST(test_override_splits_at_the_first_equals_sign)
{
    const struct config_node *root = override("", "--data.root=a=b", NULL);
    expect_tree(root, "data:\n  root: 'a=b'\n");
    const struct config_node *value = config_node_find(config_node_find(root, "data"), "root");
    ck_assert_str_eq(value->span.mark.source, "command line");
    ck_assert_int_eq(value->span.mark.line, 1);
    ck_assert_int_eq(value->span.mark.column, 13);
    ck_assert_int_eq(value->span.width, 3);
}
END_TEST

START_TEST(test_override_points_into_the_argument_of_a_separate_value)
{
    const struct config_node *root = override("", "--data.classes", "[a, b]");
    const struct config_node *item = config_node_find(config_node_find(root, "data"), "classes")->items[1];
    ck_assert_int_eq(item->span.mark.line, 2);
    ck_assert_int_eq(item->span.mark.column, 5);
}
END_TEST

START_TEST(test_override_turns_a_name_into_a_mapping)
{
    expect_tree(override("model: SSD", "--model.score_thresh=0.1", NULL), "model:\n  type: SSD\n  score_thresh: 0.1\n");
}
END_TEST

START_TEST(test_override_of_the_type_drops_what_the_new_one_has_not)
{
    const char *yaml = "model: {type: SSD, score_thresh: 1, backbone: ResNet50}";
    const char *expected = "model:\n  type: 'ImageClassifier'\n  backbone: ResNet50\n";
    expect_tree(override(yaml, "--model.type=ImageClassifier", NULL), expected);
    ck_assert_uint_eq(problems.note_count, 1);
    ck_assert_str_eq(problems.notes[0].message, "model: ImageClassifier has no 'score_thresh' (a.yaml:1:20): dropped");
    ck_assert_int_eq(problems.notes[0].span.mark.column, 14);
    expect_tree(override(yaml, "--model=ImageClassifier", NULL),
                "model:\n  type: ImageClassifier\n  backbone: ResNet50\n");
    expect_tree(override("model: {type: SSD, score_thresh: 1}", "--model.type=SSD", NULL),
                "model:\n  type: 'SSD'\n  score_thresh: 1\n");
    ck_assert_uint_eq(problems.note_count, 0);
    expect_tree(override("model: SSD", "--model.type=ImageClassifier", NULL), "model:\n  type: 'ImageClassifier'\n");
}
END_TEST

START_TEST(test_override_drops_what_only_a_default_said_without_a_word)
{
    expect_tree(override("", "--data.train_transforms.Resize.size.0=7", "--data.train_transforms.Resize=ToDtype"),
                "data:\n  train_transforms:\n  - type: ToDtype\n  - ToDtype\n");
    ck_assert_uint_eq(problems.note_count, 1);
    override("optimizer: SGD", "--optimizer=AdamW", NULL);
    ck_assert_uint_eq(problems.note_count, 0);
}
END_TEST

START_TEST(test_override_counts_the_notes_that_it_leaves_out)
{
    static const char *arguments[3 * (PROBLEMS_MAX + 1)];
    for (size_t i = 0; i <= PROBLEMS_MAX; i++) {
        arguments[3 * i] = "--optimizer=SGD";
        arguments[3 * i + 1] = "--optimizer.momentum=0";
        arguments[3 * i + 2] = "--optimizer=AdamW";
    }
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    struct config_node *root = config_node_create(&arena, NODE_NULL, (struct span){.width = 0});
    struct sources sources = {.arguments = arguments, .argument_count = sizeof arguments / sizeof *arguments};
    struct composer composer = {.arena = &arena, .sources = &sources, .problems = &problems};
    override_apply(&composer, root, COMMAND_LINE, arguments, sizeof arguments / sizeof *arguments);
    ck_assert_uint_eq(problems.note_count, PROBLEMS_MAX);
    ck_assert_uint_eq(problems.notes_left_out, 1);
    struct text text = TEXT_INIT;
    report_notes(&sources, &problems, &(struct report_style){.width = 80}, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "... and 1 more notes\n"));
    text_finish(&text);
}
END_TEST

START_TEST(test_override_takes_a_value_after_a_flag_only_when_it_is_one)
{
    expect_tree(override("", "--trainer.fast_dev_run", "false"), "trainer:\n  type: Trainer\n  fast_dev_run: false\n");
    expect_tree(override("", "--trainer.fast_dev_run", "--no-trainer.enable_progress_bar"),
                "trainer:\n  type: Trainer\n  fast_dev_run: true\n  enable_progress_bar: false\n");
}
END_TEST

START_TEST(test_override_reaches_into_lists_of_the_defaults)
{
    expect_tree(override("", "--data.train_transforms.Resize.size.0=7", NULL),
                "data:\n  train_transforms:\n  - type: Resize\n    size: [7, 300]\n  - ToDtype\n");
    expect_tree(override("data: {train_transforms: ToDtype}", "--data.train_transforms.0.scale=false", NULL),
                "data:\n  train_transforms:\n  - type: ToDtype\n    scale: false\n");
}
END_TEST

START_TEST(test_override_works_without_a_known_type)
{
    expect_tree(override("model: {type: Unknown}", "--model.a.b=[1, 2]", NULL),
                "model:\n  type: Unknown\n  a:\n    b: [1, 2]\n");
}
END_TEST

START_TEST(test_override_takes_negative_numbers_as_values)
{
    expect_tree(override("", "--seed_everything", "-5"), "seed_everything: -5\n");
}
END_TEST

START_TEST(test_override_limits_the_size_of_a_value)
{
    struct text argument = TEXT_INIT;
    text_append(&argument, "--data.root=");
    for (size_t i = 0; i <= YAML_SCALAR_BYTES_MAX; i++)
        text_append_char(&argument, 'x');
    const char *arguments[] = {text_string(&argument)};
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    struct config_node *root = config_node_create(&arena, NODE_NULL, (struct span){.width = 0});
    struct sources sources = {.count = 0};
    struct composer composer = {.arena = &arena, .sources = &sources, .problems = &problems};
    override_apply(&composer, root, COMMAND_LINE, arguments, 1);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, "a value of 65537 bytes, wanted at most 65536");
    text_finish(&argument);
}
END_TEST

START_TEST(test_override_remembers_what_it_replaced)
{
    const struct config_node *root = override("data: {root: a}", "--data.root=b", "--data.root=c");
    const struct config_node *data = config_node_find(root, "data"), *value = config_node_find(data, "root");
    ck_assert_str_eq(value->text, "c");
    ck_assert_str_eq(value->replaced->text, "b");
    ck_assert_str_eq(value->replaced->replaced->text, "a");
    ck_assert_ptr_null(value->replaced->replaced->replaced);
    ck_assert_str_eq(data->written->text, "--data.root=c");
    ck_assert_str_eq(data->replaced->written->text, "--data.root=b");
    ck_assert_str_eq(config_node_find(data->replaced->replaced, "root")->text, "a");
}
END_TEST

START_TEST(test_override_of_the_type_remembers_the_old_component)
{
    const struct config_node *root =
        override("model: {type: SSD, score_thresh: 1}", "--model.type=ImageClassifier", NULL);
    const struct config_node *model = config_node_find(root, "model");
    ck_assert_uint_eq(model->count, 1);
    ck_assert_str_eq(config_node_find(model->replaced, "score_thresh")->text, "1");
    ck_assert_str_eq(config_node_find(model->replaced, "type")->text, "SSD");
}
END_TEST

UNIT_MAIN("override", test_override_remembers_what_it_replaced, test_override_of_the_type_remembers_the_old_component,
          test_override_limits_the_size_of_a_value, test_override_splits_at_the_first_equals_sign,
          test_override_points_into_the_argument_of_a_separate_value, test_override_turns_a_name_into_a_mapping,
          test_override_of_the_type_drops_what_the_new_one_has_not,
          test_override_drops_what_only_a_default_said_without_a_word,
          test_override_counts_the_notes_that_it_leaves_out,
          test_override_takes_a_value_after_a_flag_only_when_it_is_one,
          test_override_reaches_into_lists_of_the_defaults, test_override_works_without_a_known_type,
          test_override_takes_negative_numbers_as_values)
