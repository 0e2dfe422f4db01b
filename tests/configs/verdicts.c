/*
 * verdicts.c: what our check says of configs, for compare_verdicts.py: one per line of standard input, in flow style (or
 * a file of any style per argument), answered by a line "good" or "bad". With --schema: prints the schema instead; with --compose FILE: the
 * file with its bases, and with what its references stand for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/build/schema.h"
#include "runner/config/check.h"
#include "runner/config/config.h"
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

/* A config as the program reads it, composed: its verdict, or the tree before the check (nothing where it has problems). */
static void print_file(const char *path, bool composed)
{
    static const char *const environment[] = {"SIZE=600", "WORLD=data/world", "NOTHING=", NULL};
    struct config config = CONFIG_INIT;
    struct error error = ERROR_INIT;
    struct text yaml = TEXT_INIT;
    const struct config_request request = {.paths = &path, .path_count = 1, .environment = environment};
    bool loaded = config_load(&config, &request, &error);
    if (composed && loaded && config.problems.count == 0)
        config_format(&config, &yaml);
    if (composed)
        fputs(text_string(&yaml), stdout);
    else
        puts(loaded && config_check(&config, &error) ? "good" : "bad");
    text_finish(&yaml);
    config_finish(&config);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--schema") == 0) {
        print_schema();
        return EXIT_SUCCESS;
    }
    if (argc == 3 && strcmp(argv[1], "--compose") == 0) {
        print_file(argv[2], true);
        return EXIT_SUCCESS;
    }
    for (int i = 1; i < argc; i++)
        print_file(argv[i], false);
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t length; argc == 1 && (length = getline(&line, &capacity, stdin)) > 0;)
        print_verdict(line, (size_t)length);
    free(line);
    return EXIT_SUCCESS;
}
