/* test_generator.c: the generator refuses a header that breaks a rule of docs/adding_a_component.md, saying where. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "tests/unit/unit.h"

#define START "#include \"components/transforms/transform.h\"\n#include \"engine/base/params.h\"\n"
#define CREATE "struct transform *x_create(const struct x_params *params, struct error *error);\n"
/* A parameter struct with this field (comment and declaration), on line 5. */
#define WITH_FIELD(field) START "/** Does it. Name: X. */\nstruct x_params {\n" field "\n};\n" CREATE

static const struct {
    const char *header;
    int line;
    const char *message; /* NULL: the header is good */
} cases[] = {
    {WITH_FIELD("/** How many. Default: 1. Range: [0, 5]. */ int n;"), 0, NULL},
    {START "/** Does it. Name: X. */\nstruct x_params;\n" CREATE, 0, NULL},
    {WITH_FIELD("/** Where from. Default: https://a.b/c.tar. */ const char *url;"), 0, NULL},
    {WITH_FIELD("int n;"), 5, "field 'n' has no comment"},
    {WITH_FIELD("/** */ int n;"), 5, "the comment of field 'n' says nothing"},
    {WITH_FIELD("/** Default: 1. */ int n;"), 5, "the comment of field 'n' says nothing"},
    {WITH_FIELD("/** How many. Default: many. */ int n;"), 5, "default 'many' of field 'n' is not an integer"},
    {WITH_FIELD("/** How many. Default: 1.5. */ int n;"), 5, "default '1.5' of field 'n' is not an integer"},
    {WITH_FIELD("/** How many. Default: 3000000000. */ int n;"), 5,
     "default '3000000000' of field 'n' does not fit an int"},
    {WITH_FIELD("/** How many. Default: null. */ int n;"), 5, "default 'null' of field 'n' is not an integer"},
    {WITH_FIELD("/** How much. Default: much. */ double n;"), 5, "default 'much' of field 'n' is not a number"},
    {WITH_FIELD("/** Whether. Default: no. */ bool n;"), 5, "default 'no' of field 'n' is not 'true' or 'false'"},
    {WITH_FIELD("/** How many. Default: 6. Range: [0, 5]. */ int n;"), 5, "default '6' of field 'n' is out of range"},
    {WITH_FIELD("/** How many. Default: 5. Range: [0, 5). */ int n;"), 5, "default '5' of field 'n' is out of range"},
    {WITH_FIELD("/** How many. Default: 5. Range: 0 to 5. */ int n;"), 5,
     "range '0 to 5' of field 'n' is not of the form '[0, 1)' or '(0, inf)'"},
    {WITH_FIELD("/** What. Default: a. Range: [0, 5]. */ const char *n;"), 5,
     "field 'n' has a range, but is no number"},
    {WITH_FIELD("/** How many. Default: [1, x]. */ struct int_list n;"), 5,
     "default '[1, x]' of field 'n' is not an integer"},
    {WITH_FIELD("/** How many. Default: 1. */ struct int_list n;"), 5,
     "default '1' of field 'n' is not a list in square brackets"},
    {WITH_FIELD("/** How many. Default: 1 */ int n;"), 5,
     "the sentence 'Default:' of field 'n' must stand at the end, with a full stop"},
    {WITH_FIELD("/** How many. Default: 1. Or more. */ int n;"), 5,
     "the sentence 'Default:' of field 'n' must stand at the end, with a full stop"},
    {WITH_FIELD("/** How much. Default: 1. */ float n;"), 5,
     "field 'n' has type 'float'; parameter structs hold the types of engine/base/params.h"},
    {WITH_FIELD("/** What. Default: a. */ char *n;"), 5,
     "field 'n' has type 'char *'; parameter structs hold the types of engine/base/params.h"},
    {WITH_FIELD("/** Which. */ struct sample *n;"), 5,
     "field 'n' has type 'struct sample *'; parameter structs hold the types of engine/base/params.h"},
    {WITH_FIELD("/** Which. Default: b. */ enum { N_A } n;"), 5,
     "enumerator 'N_A' neither begins with its enum's name"},
    {"/** Which. */ enum way { WAY_A, WAY_B };\n" START "/** Does it. Name: X. */\nstruct x_params {\n"
     "/** Which. Default: c. */ enum way n;\n};\n" CREATE,
     6, "default 'c' of field 'n' is none of the enum's choices"},
    {WITH_FIELD("/** Inside. Default: Y. */ struct transform *n;"), 5,
     "default 'Y' of field 'n' names no component of that kind"},
    {WITH_FIELD("/** How many. */ int n;\n/** Inside. Default: X. */ struct transform *m;"), 6,
     "default 'X' of field 'm' names a component with required fields"},
    {WITH_FIELD(
         "/** Inside. Default: null. */ struct transform *n;\n/** More. Default: [{type: X, n: X}, X]. */ struct "
         "transform_list m;"),
     0, NULL},
    {WITH_FIELD("/** Inside. Default: null. */ struct transform *n;\n/** More. Default: [{type: X, o: X}]. */ struct "
                "transform_list m;"),
     6, "default '[{type: X, o: X}]' of field 'm' gives a component a key that it has not"},
    {WITH_FIELD("/** What. Default: [a. */ const char *n;"), 5, "default '[a' of field 'n' is not YAML"},
    {WITH_FIELD("/** Which. Default: a. List: as text. */ const char *n;"), 0, NULL},
    {WITH_FIELD("/** Which. Default: 1. List: as text. */ int n;"), 5,
     "field 'n' has a sentence 'List:', which is 'as text', of a string"},
    {WITH_FIELD("/** Which. Default: a. List: any. */ const char *n;"), 5,
     "field 'n' has a sentence 'List:', which is 'as text', of a string"},
    {WITH_FIELD("/** How many. Name: Y. */ int n;"), 5, "field 'n' has a sentence 'Name:', which is for structs"},
    {START "struct x_params {\n/** How many. */ int n;\n};\n" CREATE, 3, "struct 'x_params' has no comment"},
    {START "/** Does it. */\nstruct x_params {\n/** How many. */ int n;\n};\n" CREATE, 4,
     "the comment of struct 'x_params' lacks 'Name: TheNameInConfigs.'"},
    {START "/** Does it. Name: X. */\nstruct x_params {\n/** How many. */ int n;\n};\n", 4,
     "struct 'x_params' has no constructor 'x_create'"},
    {START "struct x_params;\n" CREATE, 3, "struct 'x_params' has no comment"},
    {START "struct transform *x_create(int n);\n", 3, "constructor 'x_create' has no 'struct x_params'"},
    {START "/** Does it. Name: X. */\nstruct x_params {\n/** How many. */ int n;\n};\n"
           "struct transform *x_create(struct x_params *params);\n",
     7, "constructor 'x_create' must take (const struct x_params *, struct error *)"},
    {START "/** Does it. Name: X. */\nstruct x_params {\n/** How many. */ int n;\n};\n"
           "struct sample *x_create(const struct x_params *params, struct error *error);\n",
     7, "constructor 'x_create' does not return a kind's struct"},
    {WITH_FIELD(
         "/** How many. */ int n;") "/** Too. Name: X. */\nstruct y_params;\n"
                                    "struct transform *y_create(const struct y_params *params, struct error *error);\n",
     9, "the name 'X' is taken by"},
    {WITH_FIELD("/** How many. */ nonsense n;"), 5, "unknown type name 'nonsense'"},
};

static char directory[] = "/tmp/lrun_generator_XXXXXX";

/* Runs the generator on a header of this text; true when it succeeds. */
static bool generate(const char *header, struct text *said)
{
    struct text path = TEXT_INIT, command = TEXT_INIT;
    text_format(&path, "%s/bad.h", directory);
    FILE *file = fopen(text_string(&path), "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(header, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    text_format(&command, "'%s' '%s' %s/out.c %s 2> %s/said", getenv("LRUN_GENERATOR"), getenv("LRUN_SOURCE_ROOT"),
                directory, text_string(&path), directory);
    bool succeeded = system(text_string(&command)) == 0;
    text_clear(&path);
    text_format(&path, "%s/said", directory);
    struct error error = ERROR_INIT;
    ck_ok(file_read(text_string(&path), 1 << 20, said, ERROR_RUN, &error), error);
    text_finish(&path);
    text_finish(&command);
    return succeeded;
}

START_TEST(test_each_broken_rule_is_said_with_its_line)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    struct text said = TEXT_INIT, expected = TEXT_INIT, command = TEXT_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool succeeded = generate(cases[i].header, &said);
        ck_assert_msg(succeeded == (cases[i].message == NULL), "case %zu: %s%s", i, cases[i].header,
                      text_string(&said));
        if (succeeded)
            continue;
        text_clear(&expected);
        text_format(&expected, "%s/bad.h:%d: error: %s", directory, cases[i].line, cases[i].message);
        ck_assert_msg(strstr(text_string(&said), text_string(&expected)) != NULL, "case %zu: wanted\n%s\nfound\n%s", i,
                      text_string(&expected), text_string(&said));
    }
    text_format(&command, "rm -r '%s'", directory);
    ck_assert_int_eq(system(text_string(&command)), 0);
    text_finish(&said);
    text_finish(&expected);
    text_finish(&command);
}
END_TEST

UNIT_MAIN("generator", test_each_broken_rule_is_said_with_its_line)
