/*
 * test_configs.c: whole configs against the small registry of tests/unit/config: good ones resolve as expected and read
 * back as they were printed; bad ones and bad command lines get the messages that were read and found kind.
 *
 *     good/NAME.yaml  good/NAME.resolved      bad/NAME.yaml  bad/NAME.expected      command_lines.txt
 *
 * `test_configs --update` writes what is found in the place of what is expected: read it before committing it.
 */
#include <glob.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "runner/config/config.h"
#include "tests/unit/unit.h"

#define ARGUMENTS_MAX 16
#define VARIABLE_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static bool update;
static const struct report_style style = {.color = false, .width = 100};

static void write_file(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text_string(text), 1, text->length, file), text->length);
    ck_assert_int_eq(fclose(file), 0);
}

static void read_file(const char *path, struct text *text)
{
    struct error error = ERROR_INIT;
    ck_ok(file_read(path, (size_t)1 << 20, text, ERROR_DATA, &error), error);
}

/* What the environment of every config here holds. */
static const char *const usual_environment[] = {"SIZE=600", "WORLD=data/world", "NOTHING=", NULL};

/* Resolves files; appends the tree, or the report of its problems. `notes` (or NULL) gets what else is said. */
static bool resolve_files(const struct config_request *request, struct text *text, struct text *notes)
{
    struct config config = CONFIG_INIT;
    struct error error = ERROR_INIT;
    bool ok = config_load(&config, request, &error) && config_check(&config, &error);
    if (ok)
        config_format(&config, text);
    else
        config_report(&config, &style, text);
    if (ok && notes != NULL)
        config_report_notes(&config, &style, notes);
    ck_assert(ok == !error_is_set(&error));
    ck_assert(ok || error.code == ERROR_CONFIG);
    config_finish(&config);
    return ok;
}

static bool resolve(const char *path, struct text *text)
{
    const struct config_request request = {.paths = &path, .path_count = 1, .environment = usual_environment};
    return resolve_files(&request, text, NULL);
}

/* Shows both where they part: check's own messages are too short for them. */
static void expect_text(const char *name, const struct text *expected, const struct text *found)
{
    const char *wanted = text_string(expected);
    const char *got = text_string(found);
    if (strcmp(wanted, got) == 0)
        return;
    size_t same = 0;
    size_t line = 0;
    for (; wanted[same] == got[same]; same++)
        if (wanted[same] == '\n')
            line = same + 1;
    printf("%s: found\n%.2000s\nwanted\n%.2000s\n", name, got + line, wanted + line);
    ck_abort_msg("%s is not as expected", name);
}

static void expect_file(const char *path, const char *suffix, const struct text *found)
{
    char expected_path[512];
    snprintf(expected_path, sizeof expected_path, "%.*s%s", (int)(strlen(path) - strlen(".yaml")), path, suffix);
    if (update) {
        write_file(expected_path, found);
        return;
    }
    struct text expected = TEXT_INIT;
    read_file(expected_path, &expected);
    expect_text(path, &expected, found);
    text_finish(&expected);
}

/* Resolves every file of a pattern and compares with the file of that suffix; returns how many there were. */
static size_t expect_all(const char *pattern, bool good, const char *suffix)
{
    glob_t found = {0};
    ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct text text = TEXT_INIT;
        bool ok = resolve(found.gl_pathv[i], &text);
        ck_assert_msg(ok == good, "%s: %s", found.gl_pathv[i], text_string(&text));
        expect_file(found.gl_pathv[i], suffix, &text);
        text_finish(&text);
    }
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

START_TEST(test_good_configs_resolve)
{
    ck_assert_uint_ge(expect_all("good/*.yaml", true, ".resolved"), 8);
}
END_TEST

START_TEST(test_bad_configs_are_explained)
{
    ck_assert_uint_ge(expect_all("bad/*.yaml", false, ".expected"), 250);
}
END_TEST

START_TEST(test_resolved_configs_resolve_to_themselves)
{
    glob_t found = {0};
    ck_assert_int_eq(glob("good/*.resolved", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct text printed = TEXT_INIT;
        struct text again = TEXT_INIT;
        read_file(found.gl_pathv[i], &printed);
        ck_assert_msg(resolve(found.gl_pathv[i], &again), "%s", text_string(&again));
        expect_text(found.gl_pathv[i], &printed, &again);
        text_finish(&printed);
        text_finish(&again);
    }
    globfree(&found);
}
END_TEST

/* Columns of a terminal, as the C library counts them. */
static int columns_of(const char *line)
{
    int columns = 0;
    wchar_t character = 0;
    mbstate_t state = {0};
    for (size_t length = 0; *line != '\0'; line += length) {
        length = mbrtowc(&character, line, strlen(line), &state);
        ck_assert_msg(length <= MB_LEN_MAX, "not UTF-8: %s", line);
        int width = wcwidth(character);
        ck_assert_msg(width >= 0, "not printable: %s", line);
        columns += width;
    }
    return columns;
}

/* Lines of the source, of the caret, and hints of several words; the message may be longer, as those of compilers. */
static void expect_to_fit(const char *name, char *report, int width)
{
    for (char *line = strsep(&report, "\n"); line != NULL; line = strsep(&report, "\n")) {
        bool is_source = strlen(line) > 7 && strspn(line, " 0123456789") == 6 && line[6] == '|';
        bool is_hint = strncmp(line, "        ", 8) == 0 && strchr(line + 8, ' ') != NULL;
        if (is_source || is_hint)
            ck_assert_msg(columns_of(line) <= width, "%s: more than %d columns: %s", name, width, line);
    }
}

START_TEST(test_reports_fit_narrow_terminals)
{
    static const int widths[] = {40, 41, 80, 200};
    glob_t found = {0};
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    ck_assert_int_eq(glob("bad/*.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < 4 * found.gl_pathc; i++) {
        struct text text = TEXT_INIT;
        struct config config = CONFIG_INIT;
        struct error error = ERROR_INIT;
        struct config_request request = {.paths = (const char *const *)&found.gl_pathv[i / 4], .path_count = 1};
        ck_assert(!config_load(&config, &request, &error) || !config_check(&config, &error));
        config_report(&config, &(struct report_style){.width = widths[i % 4]}, &text);
        expect_to_fit(found.gl_pathv[i / 4], text.data, widths[i % 4]);
        config_finish(&config);
        text_finish(&text);
    }
    globfree(&found);
}
END_TEST

/* Cuts a line into words at blanks, outside single quotes. The words point into the line. */
static size_t cut_words(char *line, const char *words[ARGUMENTS_MAX])
{
    size_t count = 0;
    char *at = line;
    while (*at != '\0' && count < ARGUMENTS_MAX) {
        char *to = at;
        words[count++] = at;
        bool quoted = false;
        for (; *at != '\0' && (quoted || *at != ' '); at++) {
            if (*at == '\'')
                quoted = !quoted;
            else
                *to++ = *at;
        }
        at += *at != '\0';
        *to = '\0';
    }
    return count;
}

/* Cuts a command line: variables (NAME=value), then files, then arguments. */
static struct config_request cut_request(char *line, const char *words[ARGUMENTS_MAX + 1],
                                         const char *variables[ARGUMENTS_MAX + 1])
{
    size_t count = cut_words(line, words), first = 0, file = 0;
    while (first < count && words[first][strspn(words[first], VARIABLE_CHARACTERS)] == '=')
        first++;
    for (size_t i = 0; i < first; i++)
        variables[i] = words[i];
    variables[first] = NULL;
    for (file = first; file < count && strncmp(words[file], "--", 2) != 0 && strstr(words[file], ".yaml") != NULL;)
        file++;
    return (struct config_request){.paths = words + first,
                                   .path_count = file - first,
                                   .arguments = words + file,
                                   .argument_count = count - file,
                                   .environment = usual_environment,
                                   .variables = variables};
}

/* Appends what a command line gives: the report, or notes and what the first file alone has not. */
static void run_command_line(char *line, struct text *text)
{
    const char *words[ARGUMENTS_MAX + 1], *variables[ARGUMENTS_MAX + 1];
    const struct config_request request = cut_request(line, words, variables);
    struct text found = TEXT_INIT;
    struct text plain = TEXT_INIT;
    if (resolve_files(&request, &found, text) && resolve(request.paths[0], &plain)) {
        char *rest = found.data;
        for (char *row = strsep(&rest, "\n"); row != NULL; row = strsep(&rest, "\n")) {
            char *whole = memory_allocate(strlen(row) + 2, 1);
            snprintf(whole, strlen(row) + 2, "%s\n", row);
            if (strstr(text_string(&plain), whole) == NULL)
                text_append(text, whole);
            memory_free(whole);
        }
    } else {
        text_append(text, text_string(&found));
    }
    text_finish(&found);
    text_finish(&plain);
}

START_TEST(test_command_lines_do_as_expected)
{
    struct text expected = TEXT_INIT;
    struct text found = TEXT_INIT;
    read_file("command_lines.txt", &expected);
    char *copy = memory_copy_string(text_string(&expected));
    char *rest = copy;
    int count = 0;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (strncmp(line, "# ", 2) == 0)
            text_format(&found, "%s%s\n", found.length > 0 ? "\n" : "", line);
        if (strncmp(line, "$ ", 2) != 0)
            continue;
        text_format(&found, "\n%s\n", line);
        run_command_line(line + 2, &found);
        count++;
    }
    if (update)
        write_file("command_lines.txt", &found);
    else
        expect_text("command_lines.txt", &expected, &found);
    ck_assert_int_ge(count, 100);
    memory_free(copy);
    text_finish(&expected);
    text_finish(&found);
}
END_TEST

START_TEST(test_files_are_laid_over_each_other)
{
    const char *const paths[] = {"good/ssd.yaml", "good/over.yaml"};
    struct config config = CONFIG_INIT;
    struct error error = ERROR_INIT;
    struct config_request request = {.paths = paths, .path_count = 2};
    ck_ok(config_load(&config, &request, &error) && config_check(&config, &error), error);
    ck_assert_str_eq(config_node_find(config_node_find(config.root, "data"), "batch_size")->text, "2");
    ck_assert_str_eq(config_node_find(config_node_find(config.root, "data"), "root")->text, "data");
    ck_assert_str_eq(config_node_find(config_node_find(config.root, "optimizer"), "type")->text, "AdamW");
    config_finish(&config);
}
END_TEST

START_TEST(test_a_missing_file_is_a_problem)
{
    struct text text = TEXT_INIT;
    ck_assert(!resolve("no/such.yaml", &text));
    ck_assert_str_eq(text_string(&text), "error: cannot open 'no/such.yaml': No such file or directory\n");
    text_finish(&text);
}
END_TEST

START_TEST(test_problems_are_counted)
{
    const char *path = "bad/integer_empty_list.yaml";
    struct config config = CONFIG_INIT;
    struct error error = ERROR_INIT;
    struct config_request request = {.paths = &path, .path_count = 1};
    ck_ok(config_load(&config, &request, &error), error);
    ck_assert(!config_check(&config, &error));
    ck_assert_str_eq(error.message, "1 problem in the config");
    config_finish(&config);
}
END_TEST

START_TEST(test_a_bad_config_is_explained_in_ten_milliseconds)
{
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (int i = 0; i < 10; i++) {
        struct text text = TEXT_INIT;
        ck_assert(!resolve("bad/many_problems.yaml", &text));
        text_finish(&text);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    ck_assert_msg(seconds / 10 < 0.010, "%.4f s", seconds / 10);
}
END_TEST

int main(int count, char **arguments)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/tests/configs", getenv("LRUN_SOURCE_ROOT"));
    if (chdir(folder) != 0)
        return EXIT_FAILURE;
    update = count > 1 && strcmp(arguments[1], "--update") == 0;
    const TTest *const tests[] = {
        test_good_configs_resolve,
        test_bad_configs_are_explained,
        test_reports_fit_narrow_terminals,
        test_resolved_configs_resolve_to_themselves,
        test_command_lines_do_as_expected,
        test_files_are_laid_over_each_other,
        test_a_missing_file_is_a_problem,
        test_problems_are_counted,
        test_a_bad_config_is_explained_in_ten_milliseconds,
    };
    return unit_run("configs", tests, sizeof tests / sizeof *tests);
}
