/* test_schema.c: the JSON schemas say what the declarations say. tests/configs compares their verdicts with the check's. */
#include "runner/build/schema.h"

#include <jansson.h>
#include <string.h>

#include "tests/unit/unit.h"

/* A text that is a reference may stand for any other value. */
#define REFERENCE "\"pattern\":\"(^|[^$])\\\\$\\\\{\""

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
    assert_property(schema, "flag", "{\"description\":\"Whether.\",\"type\":[\"boolean\",\"string\"]," REFERENCE "}");
    assert_property(schema, "number",
                    "{\"description\":\"How many.\",\"type\":[\"integer\",\"string\"]," REFERENCE
                    ",\"minimum\":0,\"maximum\":10,\"default\":3}");
    assert_property(schema, "large",
                    "{\"description\":\"How many at most.\",\"type\":[\"integer\",\"string\"]," REFERENCE
                    ",\"minimum\":-9223372036854775808,\"maximum\":9223372036854775807,\"default\":9007199254740993}");
    assert_property(schema, "amount_of_it",
                    "{\"description\":\"How much.\",\"type\":[\"number\",\"string\"]," REFERENCE
                    ",\"exclusiveMinimum\":0,\"default\":1e-5}");
    assert_property(schema, "title",
                    "{\"description\":\"What it is called.\",\"type\":[\"string\",\"number\",\"boolean\"],"
                    "\"default\":\"a: b\"}");
    assert_property(
        schema, "maybe_flag",
        "{\"description\":\"A switch that may be missing.\",\"anyOf\":[{\"type\":[\"boolean\",\"string\"]," REFERENCE
        "},"
        "{\"type\":\"null\"}],\"default\":null}");
    assert_property(schema, "direction",
                    "{\"description\":\"Which way.\\nleft: Against the reading.\\ntop-right: up and away.\","
                    "\"anyOf\":[{\"enum\":[\"left\",\"top-right\"]},{\"type\":\"string\"," REFERENCE
                    "}],\"default\":\"top-right\"}");
    assert_property(json_object_get(schema, "else"), "strings",
                    "{\"description\":\"Some strings.\",\"anyOf\":[{\"type\":[\"string\",\"number\",\"boolean\"]},"
                    "{\"type\":\"array\",\"items\":{\"type\":[\"string\",\"number\",\"boolean\"]}}],"
                    "\"default\":[\"a\",\"b\"]}");
    assert_property(
        schema, "share",
        "{\"description\":\"How many, or which part.\",\"anyOf\":[{\"type\":[\"integer\",\"string\"]," REFERENCE
        ",\"minimum\":0,\"maximum\":9223372036854775807},"
        "{\"type\":[\"number\",\"string\"]," REFERENCE ",\"minimum\":0,\"maximum\":1}],\"default\":1.0}");
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
                            "{\"$ref\":\"#/definitions/Empty\"},{\"$ref\":\"#/definitions/Example\"},"
                            "{\"type\":\"string\",\"pattern\":\"\\\\.ya?ml$\","
                            "\"description\":\"A file that holds it, relative to this file.\"},"
                            "{\"type\":\"string\"," REFERENCE "}]");
    free(found);
    json_decref(schema);
    text_finish(&text);
}
END_TEST

/* With a base a file may say any part of a config; without, it must say all of it. */
START_TEST(test_a_file_with_a_base_may_say_a_part)
{
    struct text text = TEXT_INIT;
    schema_format_component(registry_find_name("Example"), &text);
    json_t *schema = load(&text);
    ck_assert_ptr_nonnull(json_object_get(json_object_get(schema, "properties"), "base"));
    ck_assert_ptr_null(json_object_get(schema, "required"));
    char *condition = json_dumps(json_object_get(schema, "if"), JSON_COMPACT);
    char *required = json_dumps(json_object_get(json_object_get(schema, "else"), "required"), JSON_COMPACT);
    ck_assert_str_eq(condition, "{\"required\":[\"base\"]}");
    ck_assert_ptr_nonnull(strstr(required, "\"flag\""));
    assert_property(schema, "inner",
                    "{\"description\":\"One inside.\",\"anyOf\":[{\"$ref\":"
                    "\"lrun.schema.json#/definitions/transform_part\"}],\"default\":\"Empty\"}");
    assert_property(json_object_get(schema, "else"), "inner",
                    "{\"description\":\"One inside.\",\"allOf\":[{\"$ref\":"
                    "\"lrun.schema.json#/definitions/transform\"}],\"default\":\"Empty\"}");
    free(condition);
    free(required);
    json_decref(schema);
    text_finish(&text);
}
END_TEST

UNIT_MAIN("schema", test_a_file_with_a_base_may_say_a_part, test_properties_hold_documentation_type_range_and_default,
          test_a_component_that_needs_nothing_may_be_a_bare_name)
