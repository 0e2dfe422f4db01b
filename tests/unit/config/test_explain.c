/* test_explain.c: every place that set a key, in order: files, bases, arguments, lists, replaced components, references. */
#include "runner/config/explain.h"

#include <stdio.h>
#include <unistd.h>

#include "runner/config/config.h"
#include "tests/unit/unit.h"

static struct config config;
static struct arena arena;

/* "place text|place text", the places that set the key. */
static const char *explained(const char *key, const char *const *paths, size_t path_count, const char *const *arguments,
                             size_t argument_count)
{
    static struct text text;
    static const char *const variables[] = {"LRUN_DATA__BATCH_SIZE=3", NULL};
    struct error error = ERROR_INIT;
    config_finish(&config);
    arena_finish(&arena);
    const struct config_request request = {.paths = paths,
                                           .path_count = path_count,
                                           .arguments = arguments,
                                           .argument_count = argument_count,
                                           .variables = variables};
    ck_ok(config_load(&config, &request, &error), error);
    struct explanation explanation = {.arena = &arena};
    explain(&config.sources, config.root, key, &explanation);
    text_clear(&text);
    for (size_t i = 0; i < explanation.count; i++) {
        const struct setting *setting = &explanation.items[i];
        text_append(&text, i > 0 ? "|" : "");
        report_format_place(&config.sources, setting->span.mark, &text);
        text_format(&text, "%s %s", setting->removes ? " without" : "", setting->text);
        if (setting->origin != NULL)
            text_format(&text, " -> %d:%d", setting->origin->target.mark.line, setting->origin->target.mark.column);
    }
    return text_string(&text);
}

#define EXPLAINED(key, path, ...)                                                                                      \
    explained((key), (const char *const[]){path}, 1, (const char *const[]){__VA_ARGS__},                               \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

START_TEST(test_places_are_in_the_order_of_composing)
{
    ck_assert_str_eq(EXPLAINED("data.batch_size", "parts/fast.yaml", "--data.batch_size=4", "--data.batch_size=5"),
                     "parts/voc.yaml:2:53 16|parts/fast.yaml:3:20 2|environment LRUN_DATA__BATCH_SIZE=3|"
                     "command line --data.batch_size=4|command line --data.batch_size=5");
}
END_TEST

START_TEST(test_a_key_of_an_item_is_followed_by_type_and_place)
{
    ck_assert_str_eq(
        EXPLAINED("data.train_transforms.Resize.size", "good/ssd.yaml", "--data.train_transforms.0.size=[7,8]"),
        "good/ssd.yaml:20:13 [512, 512]|command line --data.train_transforms.0.size=[7,8]");
}
END_TEST

START_TEST(test_another_component_takes_a_key_away)
{
    ck_assert_str_eq(EXPLAINED("optimizer.momentum", "good/ssd.yaml", "--optimizer=AdamW"),
                     "good/ssd.yaml:23:44 0.9|command line without --optimizer=AdamW");
}
END_TEST

START_TEST(test_a_component_shows_who_changed_something_in_it)
{
    ck_assert_str_eq(EXPLAINED("optimizer", "good/bases.yaml", "--optimizer.lr=1"),
                     "parts/voc.yaml:3:12 SGD|good/bases.yaml:3:12 {lr: 0.5}|command line --optimizer.lr=1");
}
END_TEST

START_TEST(test_a_file_in_the_place_of_a_component_is_a_place)
{
    ck_assert_str_eq(EXPLAINED("model.score_thresh", "good/group_from_a_file.yaml", "--seed_everything=1"),
                     "parts/models/score.yaml:1:15 0.2");
    ck_assert_str_eq(EXPLAINED("model.type", "good/minimal.yaml", "--seed_everything=1"), "good/minimal.yaml:1:8 SSD");
}
END_TEST

START_TEST(test_a_reference_says_where_its_value_was_written)
{
    ck_assert_str_eq(EXPLAINED("trainer.max_epochs", "good/minimal.yaml", "--trainer.max_epochs=${data.root}"),
                     "command line --trainer.max_epochs=${data.root} -> 2:14");
}
END_TEST

START_TEST(test_what_is_set_nowhere_has_no_place)
{
    ck_assert_str_eq(EXPLAINED("model.weights", "good/minimal.yaml", "--seed_everything=1"), "");
}
END_TEST

int main(void)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/tests/configs", getenv("LRUN_SOURCE_ROOT"));
    if (chdir(folder) != 0)
        return EXIT_FAILURE;
    const TTest *const tests[] = {
        test_places_are_in_the_order_of_composing,
        test_a_key_of_an_item_is_followed_by_type_and_place,
        test_another_component_takes_a_key_away,
        test_a_component_shows_who_changed_something_in_it,
        test_a_file_in_the_place_of_a_component_is_a_place,
        test_a_reference_says_where_its_value_was_written,
        test_what_is_set_nowhere_has_no_place,
    };
    int status = unit_run("explain", tests, sizeof tests / sizeof *tests);
    config_finish(&config);
    arena_finish(&arena);
    return status;
}
