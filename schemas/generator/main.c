/*
 * main.c: generator SOURCE_ROOT OUTPUT HEADER...: reads the documented constructors, writes registry_generated.c.
 *
 * OUTPUT.d names the files that were read, for ninja. Every problem is printed as "header:line: error: ..."; then nothing
 * is written and the exit status is 1.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "schemas/generator/model.h"

void model_problem(struct model *model, struct place place, const char *format, ...)
{
    fprintf(stderr, "%s:%d: error: ", place.header, place.line);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    model->problem_count++;
}

static bool write_file(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "w");
    bool written = file != NULL && fwrite(text_string(text), 1, text->length, file) == text->length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (!written)
        fprintf(stderr, "generator: cannot write '%s'\n", path);
    return written;
}

static bool write_results(const struct model *model, const char *output)
{
    struct text registry = TEXT_INIT, rule = TEXT_INIT, rule_path = TEXT_INIT;
    model_emit_registry(model, &registry);
    text_format(&rule, "%s:%s\n", output, text_string(&model->dependencies));
    text_format(&rule_path, "%s.d", output);
    bool written = write_file(output, &registry) && write_file(text_string(&rule_path), &rule);
    text_finish(&registry);
    text_finish(&rule);
    text_finish(&rule_path);
    return written;
}

/* Absolute paths without links, so that every header has one name. */
static bool resolve(char *const *paths, size_t count, char **resolved)
{
    for (size_t i = 0; i < count; i++) {
        resolved[i] = realpath(paths[i], NULL);
        if (resolved[i] == NULL) {
            fprintf(stderr, "generator: cannot find '%s'\n", paths[i]);
            return false;
        }
    }
    return true;
}

static void finish(struct model *model)
{
    for (size_t i = 0; i < model->constructor_count; i++)
        memory_free(model->constructors[i].parameters);
    for (size_t i = 0; i < model->enumeration_count; i++) {
        memory_free(model->enumerations[i]->choices);
        memory_free(model->enumerations[i]->enumerators);
    }
    memory_free(model->constructors);
    memory_free(model->enumerations);
    text_finish(&model->dependencies);
    arena_finish(&model->arena);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: generator SOURCE_ROOT OUTPUT HEADER...\n", stderr);
        return EXIT_FAILURE;
    }
    size_t count = (size_t)argc - 3;
    char **headers = memory_allocate(count + 1, sizeof *headers);
    char **root = headers + count;
    struct model model = {.arena = ARENA_INIT};
    bool done =
        resolve(argv + 3, count, headers) && resolve(argv + 1, 1, root) && model_read(&model, *root, headers, count);
    if (done) {
        model_check(&model);
        done = model.problem_count == 0 && write_results(&model, argv[2]);
    }
    finish(&model);
    for (size_t i = 0; i <= count; i++)
        free(headers[i]);
    memory_free(headers);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
