/*
 * test_yaml_suite.c: yaml-test-suite (https://github.com/yaml/yaml-test-suite), which is read with our own reader: every case is
 * read or refused; what is read is what the suite says; what is no YAML is refused. The exceptions are listed by name.
 */
#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/base/file.h"
#include "runner/config/yaml.h"
#include "tests/unit/shared_data.h"
#include "tests/unit/unit.h"

struct tally {
    int cases;
    int read;
    int refused;
};

/* clang-format off */
/* YAML that libyaml refuses: tabs and colons in rare places, other versions' directives, keys without anything. */
static const char *const refused_by_libyaml[] = {
    "2JQS/0", "2LFX/0", "2SXE/0", "4ABK/0", "4MUZ/0", "4MUZ/1", "4MUZ/2", "58MP/0", "5MUD/0", "5T43/0",
    "6BCT/0", "6CA3/0", "6LVF/0", "6M2F/0", "7Z25/0", "8XYN/0", "96NN/0", "96NN/1", "9SA2/0", "A2M4/0",
    "BEC7/0", "CFD4/0", "DBG4/0", "DK3J/0", "DK95/0", "DK95/3", "DK95/4", "FP8R/0", "FRK4/0", "HM87/0",
    "HWV9/0", "K3WX/0", "M7A3/0", "MUS6/5", "MUS6/6", "NHX8/0", "NJ66/0", "NKF9/0", "Q5MG/0", "QT73/0",
    "R4YG/0", "S3PD/0", "SM9W/1", "UKK6/0", "UT92/0", "VJP3/1", "W4TN/0", "W5VH/0", "Y79Y/1", "Y79Y/10",
    "ZYU8/0", "ZYU8/1", "ZYU8/2", "ZYU8/3",
};

/* No YAML, which libyaml reads all the same. */
static const char *const taken_by_libyaml[] = {
    "9C9N/0", "9JBA/0", "CVW2/0", "DK95/1", "G5U8/0", "MUS6/0", "QB6E/0", "S98Z/0", "SU5Z/0", "X4QW/0",
    "Y79Y/3", "YJV2/0",
};

/* Read by libyaml as something else: a ? at the start of a word, anchors with a colon, blanks at the end of a text. */
static const char *const misread_by_libyaml[] = {
    "652Z/0", "HM87/1", "L24T/1", "UKK6/2", "Y2GN/0",
};
/* clang-format on */

/* What a config may not have, though YAML does: keys that are lists or mappings, tags, several documents. */
static const char *const beyond_configs[] = {"a key must be a word", "has no meaning in a config", "a second document"};

static bool is_listed(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

#define IS_LISTED(name, names) is_listed((name), (names), sizeof(names) / sizeof *(names))

static bool is_beyond_configs(const char *message)
{
    for (size_t i = 0; i < sizeof beyond_configs / sizeof *beyond_configs; i++)
        if (strstr(message, beyond_configs[i]) != NULL)
            return true;
    return false;
}

/* The visible signs in which the suite writes what cannot be seen; a tab may have dashes before it. */
static const struct {
    const char *sign;
    const char *meaning;
} signs[] = {
    {"\xE2\x90\xA3", " "},
    {"\xC2\xBB", "\t"},
    {"\xE2\x80\x94", ""},
    {"\xE2\x86\xB5", ""},
    {"\xE2\x86\x90", "\r"},
    {"\xE2\x88\x8E\n", ""},
    {"\xE2\x87\x94", "\xEF\xBB\xBF"},
};

static void append_visible(struct text *text, const char *at)
{
    while (*at != '\0') {
        size_t i = 0, count = sizeof signs / sizeof *signs;
        while (i < count && strncmp(at, signs[i].sign, strlen(signs[i].sign)) != 0)
            i++;
        if (i == count)
            text_append_char(text, *at++);
        else {
            text_append(text, signs[i].meaning);
            at += strlen(signs[i].sign);
        }
    }
}

static const char *text_of(const struct config_node *test, const char *key)
{
    const struct config_node *node = config_node_find(test, key);
    return node != NULL ? node->text : NULL;
}

static bool equals_json(const struct config_node *node, const json_t *json)
{
    double number = 0;
    switch (json_typeof(json)) {
    case JSON_NULL:
        return node->kind == NODE_NULL;
    case JSON_TRUE:
    case JSON_FALSE:
        return node->kind == NODE_SCALAR && strcasecmp(node->text, json_is_true(json) ? "true" : "false") == 0;
    case JSON_INTEGER:
    case JSON_REAL:
        return node->kind == NODE_SCALAR && number_parse_double(node->text, &number) &&
               number == json_number_value(json);
    case JSON_STRING:
        return node->kind == NODE_SCALAR && strcmp(node->text, json_string_value(json)) == 0;
    case JSON_ARRAY:
        if (node->kind != NODE_LIST || node->count != json_array_size(json))
            return false;
        for (size_t i = 0; i < node->count; i++)
            if (!equals_json(node->items[i], json_array_get(json, i)))
                return false;
        return true;
    case JSON_OBJECT:
        break;
    }
    if (node->kind != NODE_MAP || node->count != json_object_size(json))
        return false;
    for (size_t i = 0; i < node->count; i++) {
        const json_t *value = json_object_get(json, node->entries[i].key);
        if (value == NULL || !equals_json(node->entries[i].value, value))
            return false;
    }
    return true;
}

/* What was found of a case is what the suite says, or one of the exceptions. */
static void judge(const char *name, const struct config_node *test, const struct config_node *root,
                  const struct problems *problems)
{
    const char *text = text_of(test, "json");
    json_t *json = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
    bool is_wrong = config_node_find(test, "fail") != NULL;
    if (is_wrong) {
        ck_assert_msg((problems->count == 0) == IS_LISTED(name, taken_by_libyaml), "%s is no YAML", name);
    } else if (problems->count > 0) {
        const char *message = problems->items[0].message;
        ck_assert_msg(IS_LISTED(name, refused_by_libyaml) != is_beyond_configs(message), "%s: %s", name, message);
    } else {
        ck_assert_msg(!IS_LISTED(name, refused_by_libyaml), "%s is read now", name);
        bool is_same = json == NULL || equals_json(root, json);
        ck_assert_msg(is_same != IS_LISTED(name, misread_by_libyaml), "%s is read as %s", name,
                      is_same ? "it should" : "something else");
    }
    json_decref(json);
}

static void run_case(const char *name, const struct config_node *test, struct tally *tally)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct text yaml = TEXT_INIT;
    append_visible(&yaml, text_of(test, "yaml"));
    const struct config_node *root =
        yaml_parse(&arena, text_string(&yaml), yaml.length, (struct mark){"case", 1, 1}, &problems);
    ck_assert_msg(root != NULL || problems.count > 0, "%s", name);
    judge(name, test, root, &problems);
    tally->cases += 1;
    tally->read += problems.count == 0;
    tally->refused += problems.count > 0;
    text_finish(&yaml);
    arena_finish(&arena);
}

static void run_file(const char *path, struct tally *tally)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    ck_ok(file_read(path, YAML_FILE_BYTES_MAX, &bytes, ERROR_DATA, &error), error);
    const struct config_node *tests =
        yaml_parse(&arena, text_string(&bytes), bytes.length, (struct mark){path, 1, 1}, &problems);
    ck_assert_msg(tests != NULL && problems.count == 0, "%s", path);
    for (size_t i = 0; i < tests->count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%.4s/%zu", strrchr(path, '/') + 1, i);
        if (text_of(tests->items[i], "yaml") != NULL)
            run_case(name, tests->items[i], tally);
    }
    text_finish(&bytes);
    arena_finish(&arena);
}

START_TEST(test_every_case_is_read_as_the_suite_says_or_refused)
{
    char folder[4096];
    glob_t found = {0};
    struct tally tally = {.cases = 0};
    if (!shared_data_find("yaml_test_suite/src", folder, sizeof folder))
        return;
    strcat(folder, "/*.yaml");
    ck_assert_int_eq(glob(folder, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        run_file(found.gl_pathv[i], &tally);
    printf("%d cases, %d read, %d refused\n", tally.cases, tally.read, tally.refused);
    ck_assert_int_gt(tally.cases, 400);
    ck_assert_int_gt(tally.read, 200);
    globfree(&found);
}
END_TEST

UNIT_MAIN("yaml_suite", test_every_case_is_read_as_the_suite_says_or_refused)
