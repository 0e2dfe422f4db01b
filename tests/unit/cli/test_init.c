/* test_init.c: what `lrun config init` makes is explained, and passes the check as it is, for every component. */
#include "runner/cli/init.h"

#include <string.h>

#include "runner/build/registry.h"
#include "runner/config/config.h"
#include "tests/unit/scratch.h"

static struct text yaml;

static void make(const char *name)
{
    struct error error = ERROR_INIT;
    text_clear(&yaml);
    ck_ok(init_format(name, &yaml, &error), error);
}

/* The text passes the check; `component`, when given, is in what it resolves to. */
static void expect_good(const char *name, const struct component *component)
{
    struct scratch scratch;
    struct error error = ERROR_INIT;
    struct config config = CONFIG_INIT;
    struct text found = TEXT_INIT;
    char file[128];
    const char *path = file;
    scratch_init(&scratch);
    snprintf(file, sizeof file, "%s/made.yaml", scratch.path);
    FILE *stream = fopen(path, "w");
    ck_assert_ptr_nonnull(stream);
    fputs(text_string(&yaml), stream);
    fclose(stream);
    const struct config_request request = {.paths = &path, .path_count = 1};
    bool ok = config_load(&config, &request, &error) && config_check(&config, &error);
    if (ok)
        config_format(&config, &found);
    else
        config_report(&config, &(struct report_style){.width = 80}, &found);
    ck_assert_msg(ok, "%s: %s", name, text_string(&found));
    /* The trainer is the only one whose type a config leaves out. */
    ck_assert_msg(component == NULL || component->kind == KIND_TRAINER ||
                      strstr(text_string(&found), component->name) != NULL,
                  "%s is not in its config", name);
    config_finish(&config);
    text_finish(&found);
    scratch_finish(&scratch);
}

/* Every line fits, and every field is there with its documentation's first word. */
static void expect_explained(const struct component *component)
{
    for (const char *line = text_string(&yaml); *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_msg(strcspn(line, "\n") <= 100 || line[strspn(line, " ")] != '#' ||
                          line[strspn(line, " ") + 1] != ' ',
                      "%s: too long: %s", component->name, line);
    for (size_t i = 0; i < component->field_count; i++) {
        char key[128], comment[128];
        const struct field *field = &component->fields[i];
        snprintf(key, sizeof key, "%s:", field->name);
        snprintf(comment, sizeof comment, "# %.*s", (int)strcspn(field->documentation, " \n"), field->documentation);
        ck_assert_msg(strstr(text_string(&yaml), key) != NULL && strstr(text_string(&yaml), comment) != NULL,
                      "%s.%s is not explained", component->name, field->name);
    }
}

START_TEST(test_a_config_around_every_component_passes_the_check)
{
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        if (component->kind == KIND_RUN)
            continue;
        make(component->name);
        expect_explained(component);
        expect_good(component->name, component);
    }
}
END_TEST

START_TEST(test_every_recipe_passes_the_check)
{
    for (const struct recipe *recipe = init_recipes; recipe->name != NULL; recipe++) {
        make(recipe->name);
        expect_good(recipe->name, NULL);
        expect_explained(registry_only(KIND_RUN));
        expect_explained(registry_only(KIND_TRAINER));
    }
}
END_TEST

START_TEST(test_keys_at_their_defaults_are_comments)
{
    make("StepLR");
    const char *expected = "lr_scheduler:\n"
                           "  type: StepLR\n";
    ck_assert_msg(strstr(text_string(&yaml), expected) != NULL, "%s", text_string(&yaml));
    ck_assert_ptr_nonnull(strstr(text_string(&yaml), "\n  #gamma: 0.1\n"));
    ck_assert_ptr_nonnull(strstr(text_string(&yaml), "; required)\n  step_size: 1\n"));
    ck_assert_int_eq(strncmp(text_string(&yaml), "# yaml-language-server: $schema=lrun.schema.json\n", 49), 0);
}
END_TEST

START_TEST(test_a_component_of_a_recipe_is_explained_where_it_stands)
{
    make("RandomHorizontalFlip");
    ck_assert_ptr_nonnull(strstr(text_string(&yaml), "    - RandomIoUCrop\n    - type: RandomHorizontalFlip\n"));
    make("SimpleCNN");
    ck_assert_ptr_nonnull(
        strstr(text_string(&yaml), "model:\n  type: ImageClassifier\n  backbone:\n    type: SimpleCNN\n"));
}
END_TEST

START_TEST(test_a_name_that_is_not_there_is_guessed)
{
    struct error error = ERROR_INIT;
    ck_assert(!init_format("detecton", &yaml, &error));
    ck_assert_str_eq(error.message, "no recipe and no component is called 'detecton' (did you mean 'detection'?)");
    ck_assert_str_eq(error.hint, "'lrun config init' shows the recipes, 'lrun list' the components");
    error_clear(&error);
    ck_assert(!init_format("Config", &yaml, &error));
    text_finish(&yaml);
}
END_TEST

UNIT_MAIN("init", test_a_config_around_every_component_passes_the_check, test_every_recipe_passes_the_check,
          test_keys_at_their_defaults_are_comments, test_a_component_of_a_recipe_is_explained_where_it_stands,
          test_a_name_that_is_not_there_is_guessed)
