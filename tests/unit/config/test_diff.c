/* test_diff.c: two configs differ in what they mean, never in how it is written. */
#include "runner/config/diff.h"

#include <string.h>

#include "runner/config/check.h"
#include "runner/config/yaml.h"
#include "tests/unit/unit.h"

static struct arena arena;

static struct config_node *resolve(const char *yaml)
{
    struct problems problems = {.arena = &arena};
    struct config_node *root = yaml_parse(&arena, yaml, strlen(yaml), (struct mark){"a.yaml", 1, 1}, &problems);
    ck_assert_ptr_nonnull(root);
    root = check_run(&arena, root, &problems);
    ck_assert_msg(problems.count == 0, "%s", problems.count > 0 ? problems.items[0].message : "");
    return root;
}

/* What is listed for two configs that have this besides a model and a root. */
static void expect_changes(const char *before, const char *after, const char *wanted)
{
    struct config_changes changes = {.arena = &arena};
    struct text found = TEXT_INIT;
    config_diff(resolve(before), resolve(after), &changes);
    config_changes_format(&changes, &found);
    ck_assert_str_eq(text_string(&found), wanted);
    text_finish(&found);
    arena_finish(&arena);
}

#define MODEL "model: SSD\n"
#define DATA "data: {type: VOCDataModule, root: a}\n"
#define TRANSFORMS(list) MODEL "data: {type: VOCDataModule, root: a, train_transforms: " list "}\n"

START_TEST(test_what_means_the_same_is_no_difference)
{
    expect_changes(MODEL DATA, "data: {root: 'a', type: VOCDataModule}\nmodel: {type: SSD}\ntrainer: {}\n", "");
    expect_changes(MODEL DATA "optimizer: {type: SGD, lr: 0.001}", MODEL DATA "optimizer: {type: SGD, lr: 1e-3}", "");
    expect_changes(MODEL DATA "optimizer: SGD", MODEL DATA "optimizer: {type: SGD, lr: 0.001}", "");
    expect_changes(TRANSFORMS("[{type: Normalize, mean: [0.5, 1]}]"),
                   TRANSFORMS("[{type: Normalize, mean: [.5, 1.0]}]"), "");
}
END_TEST

START_TEST(test_values_are_shown_before_and_after)
{
    expect_changes(MODEL DATA, MODEL DATA "seed_everything: 3\ntrainer: {max_epochs: null, fast_dev_run: true}",
                   "seed_everything: 0 -> 3\n"
                   "trainer.max_epochs: 10 -> null\n"
                   "trainer.fast_dev_run: false -> true\n");
    expect_changes(MODEL DATA, MODEL "data: {type: VOCDataModule, root: 'x: y', classes: [a]}",
                   "data.root: a -> 'x: y'\n"
                   "data.classes: [aeroplane, bicycle] -> [a]\n");
    expect_changes(MODEL DATA "trainer: {limit_train_batches: 1}", MODEL DATA "trainer: {limit_train_batches: 1.0}",
                   "trainer.limit_train_batches: 1 -> 1.0\n");
}
END_TEST

START_TEST(test_another_type_lists_the_fields_of_both)
{
    expect_changes(MODEL DATA, "model: {type: ImageClassifier, backbone: ResNet50}\n" DATA,
                   "model.type: SSD -> ImageClassifier\n"
                   "model.num_classes: null -> (none)\n"
                   "model.backbone.type: ResNet18 -> ResNet50\n"
                   "model.backbone.width: (none) -> 64\n"
                   "model.score_thresh: 0.01 -> (none)\n"
                   "model.weights: null -> (none)\n"
                   "model.dropout: (none) -> 0\n");
}
END_TEST

START_TEST(test_lists_are_aligned_by_type)
{
    expect_changes(TRANSFORMS("[Resize, ToDtype]"), TRANSFORMS("[Normalize, {type: Resize, size: [1, 2]}, ToDtype]"),
                   "data.train_transforms.Normalize: (none) -> {type: Normalize, mean: [0.485, 0.456, 0.406], "
                   "std: [0.229, 0.224, 0.225]}\n"
                   "data.train_transforms.Resize.size: [300, 300] -> [1, 2]\n");
    expect_changes(TRANSFORMS("[Resize, ToDtype, Resize]"), TRANSFORMS("[ToDtype, {type: Resize, size: 9}]"),
                   "data.train_transforms.Resize[0]: {type: Resize, size: [300, 300], interpolation: bilinear} -> "
                   "(none)\n"
                   "data.train_transforms.Resize[0].size: [300, 300] -> [9]\n");
    expect_changes(TRANSFORMS("[ToDtype]"), TRANSFORMS("[]"),
                   "data.train_transforms.ToDtype: {type: ToDtype, scale: true} -> (none)\n");
}
END_TEST

START_TEST(test_changes_as_json_are_typed)
{
    struct config_changes changes = {.arena = &arena};
    struct text found = TEXT_INIT;
    config_diff(resolve(MODEL DATA "lr_scheduler: null"),
                resolve(MODEL DATA "seed_everything: 3\noptimizer: {type: SGD, lr: 5e-1}"), &changes);
    config_changes_format_json(&changes, &found);
    ck_assert_str_eq(text_string(&found), "[\n"
                                          "  {\n"
                                          "    \"key\": \"seed_everything\",\n"
                                          "    \"before\": 0,\n"
                                          "    \"after\": 3\n"
                                          "  },\n"
                                          "  {\n"
                                          "    \"key\": \"optimizer.lr\",\n"
                                          "    \"before\": 0.001,\n"
                                          "    \"after\": 0.5\n"
                                          "  }\n"
                                          "]\n");
    text_finish(&found);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("diff", test_what_means_the_same_is_no_difference, test_values_are_shown_before_and_after,
          test_another_type_lists_the_fields_of_both, test_lists_are_aligned_by_type, test_changes_as_json_are_typed)
