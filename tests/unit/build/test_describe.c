/* test_describe.c: components and fields in words; examples that pass the check; the reference page. */
#include "runner/build/describe.h"

#include <string.h>

#include "engine/base/arena.h"
#include "runner/build/reference.h"
#include "runner/config/check.h"
#include "runner/config/yaml.h"
#include "tests/unit/unit.h"

START_TEST(test_every_type_has_words)
{
    static const struct {
        const char *field;
        const char *words;
    } cases[] = {
        {"flag", "true or false"},
        {"number", "integer in [0, 10]"},
        {"amount_of_it", "number in (0, inf)"},
        {"subtitle", "string or null"},
        {"direction", "left or top-right"},
        {"maybe_integer", "integer in [1, 5] or null"},
        {"integers", "list of integers, each in [-5, 5]"},
        {"share", "count or fraction in [0, inf)"},
        {"maybe_inner", "transform or null"},
        {"others", "list of transforms"},
    };
    const struct component *example = registry_find_name("Example");
    struct text text = TEXT_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        field_format_type(component_find_field(example, cases[i].field), &text);
        ck_assert_str_eq(text_string(&text), cases[i].words);
    }
    text_finish(&text);
}
END_TEST

START_TEST(test_the_example_of_a_config_passes_the_check)
{
    struct text yaml = TEXT_INIT;
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    component_format_example(registry_only(KIND_RUN), "", &yaml);
    ck_assert_str_eq(text_string(&yaml), "example: Empty\n");
    text_clear(&yaml);
    component_format_example(registry_find_name("Example"), "  ", &yaml);
    ck_assert_str_eq(text_string(&yaml), "  type: Example\n  flag: true\n");
    text_clear(&yaml);
    text_append(&yaml, "example: {type: Example, flag: true}\n");
    struct config_node *root = yaml_parse(&arena, yaml.data, yaml.length, (struct mark){"a.yaml", 1, 1}, &problems);
    check_run(&arena, root, &problems);
    ck_assert_uint_eq(problems.count, 0);
    arena_finish(&arena);
    text_finish(&yaml);
}
END_TEST

START_TEST(test_a_reference_page_shows_every_component_and_key)
{
    struct text page = TEXT_INIT;
    reference_format_kind(KIND_TRANSFORM, &page);
    const char *found = text_string(&page);
    ck_assert_ptr_nonnull(strstr(found, "# Transforms\n\n## Empty\n\nHas no field.\n\nAnd a second paragraph.\n"));
    ck_assert_ptr_nonnull(strstr(found, "| `flag` | true or false | required | Whether. |\n"));
    ck_assert_ptr_nonnull(strstr(found,
                                 "| `direction` | left or top-right | `top-right` | Which way.<br>`left`: Against "
                                 "the reading.<br>`top-right`: up and away. |\n"));
    ck_assert(reference_has_page(KIND_TRANSFORM) && !reference_has_page(KIND_MODEL));
    text_finish(&page);
}
END_TEST

UNIT_MAIN("describe", test_every_type_has_words, test_the_example_of_a_config_passes_the_check,
          test_a_reference_page_shows_every_component_and_key)
