/*
 * verdicts.c: what our check says of configs, for compare_verdicts.py: one per line of standard input, in flow style (or
 * a file of any style per argument), answered by a line "good" or "bad". With --schema: prints the schema instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "runner/build/schema.h"
#include "runner/config/check.h"
#include "runner/config/renamed.h"
#include "runner/config/yaml.h"

static void print_verdict(const char *bytes, size_t length)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct mark start = {.source = "config", .line = 1, .column = 1};
    struct config_node *root = yaml_parse(&arena, bytes, length, start, &problems);
    if (root != NULL)
        renamed_apply(&problems, root);
    if (root != NULL)
        check_run(&arena, root, &problems);
    puts(problems.count == 0 ? "good" : "bad");
    arena_finish(&arena);
}

static void print_schema(void)
{
    struct text schema = TEXT_INIT;
    schema_format_config(&schema);
    fputs(text_string(&schema), stdout);
    text_finish(&schema);
}

static bool print_verdict_of_file(const char *path)
{
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    bool read = file_read(path, YAML_FILE_BYTES_MAX, &bytes, ERROR_CONFIG, &error);
    if (read)
        print_verdict(text_string(&bytes), bytes.length);
    else
        fprintf(stderr, "%s\n", error.message);
    text_finish(&bytes);
    return read;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--schema") == 0) {
        print_schema();
        return EXIT_SUCCESS;
    }
    bool good = true;
    for (int i = 1; i < argc; i++)
        good = print_verdict_of_file(argv[i]) && good;
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t length; argc == 1 && (length = getline(&line, &capacity, stdin)) > 0;)
        print_verdict(line, (size_t)length);
    free(line);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
