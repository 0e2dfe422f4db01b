/* test_schema.c: the JSON schemas say what the declarations say. tests/configs compares their verdicts with the check's. */
#include "runner/build/schema.h"

#include <jansson.h>
#include <string.h>

#include "tests/unit/unit.h"

static json_t *load(const struct text *text)
{
    json_error_t error;
    json_t *json = json_loads(text_string(text), JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "%s", error.text);
    return json;
}

static void assert_property(const json_t *schema, const char *name, const char *expected)
{
    json_t *property = json_object_get(json_object_get(schema, "properties"), name);
    char *found = json_dumps(property, JSON_COMPACT | JSON_REAL_PRECISION(15));
    ck_assert_ptr_nonnull(found);
    ck_assert_str_eq(found, expected);
    free(found);
}

START_TEST(test_properties_hold_documentation_type_range_and_default)
{
    struct text text = TEXT_INIT;
    schema_format_component(registry_find_name("Example"), &text);
    json_t *schema = load(&text);
    assert_property(schema, "flag", "{\"description\":\"Whether.\",\"type\":\"boolean\"}");
    assert_property(schema, "number",
                    "{\"description\":\"How many.\",\"type\":\"integer\",\"minimum\":0,\"maximum\":10,\"default\":3}");
    assert_property(schema, "large",
                    "{\"description\":\"How many at most.\",\"type\":\"integer\",\"default\":9007199254740993}");
    assert_property(schema, "amount_of_it",
                    "{\"description\":\"How much.\",\"type\":\"number\",\"exclusiveMinimum\":0,\"default\":1e-5}");
    assert_property(schema, "title",
                    "{\"description\":\"What it is called.\",\"type\":[\"string\",\"number\",\"boolean\"],"
                    "\"default\":\"a: b\"}");
    assert_property(schema, "maybe_flag",
                    "{\"description\":\"A switch that may be missing.\",\"anyOf\":[{\"type\":\"boolean\"},"
                    "{\"type\":\"null\"}],\"default\":null}");
    assert_property(schema, "direction",
                    "{\"description\":\"Which way.\\nleft: Against the reading.\\ntop-right: up and away.\","
                    "\"enum\":[\"left\",\"top-right\"],\"default\":\"top-right\"}");
    assert_property(schema, "strings",
                    "{\"description\":\"Some strings.\",\"anyOf\":[{\"type\":[\"string\",\"number\",\"boolean\"]},"
                    "{\"type\":\"array\",\"items\":{\"type\":[\"string\",\"number\",\"boolean\"]}}],"
                    "\"default\":[\"a\",\"b\"]}");
    assert_property(schema, "share",
                    "{\"description\":\"How many, or which part.\",\"anyOf\":[{\"type\":\"integer\",\"minimum\":0},"
                    "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}],\"default\":1.0}");
    assert_property(
        schema, "inner",
        "{\"description\":\"One inside.\",\"allOf\":[{\"$ref\":\"lrun.schema.json#/definitions/transform\"}],"
        "\"default\":\"Empty\"}");
    ck_assert(json_is_false(json_object_get(schema, "additionalProperties")));
    json_decref(schema);
    text_finish(&text);
}
END_TEST

START_TEST(test_a_component_that_needs_nothing_may_be_a_bare_name)
{
    struct text text = TEXT_INIT;
    schema_format_config(&text);
    json_t *schema = load(&text);
    json_t *transform = json_object_get(json_object_get(schema, "definitions"), "transform");
    char *found = json_dumps(json_object_get(transform, "anyOf"), JSON_COMPACT);
    ck_assert_str_eq(found, "[{\"const\":\"Empty\",\"description\":\"Has no field.\"},"
                            "{\"$ref\":\"#/definitions/Empty\"},{\"$ref\":\"#/definitions/Example\"}]");
    free(found);
    json_decref(schema);
    text_finish(&text);
}
END_TEST

UNIT_MAIN("schema", test_properties_hold_documentation_type_range_and_default,
          test_a_component_that_needs_nothing_may_be_a_bare_name)
