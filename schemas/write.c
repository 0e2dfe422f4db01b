/*
 * write.c: write_schemas [--check] SOURCE_ROOT: the files that are made from the registry and kept in the repository:
 * schemas/NAME.schema.json and docs/reference/KIND.md.
 *
 * Writes those that are not fresh and removes those whose component is gone; with --check only names them, and exits 1.
 * A tool of the build: `./dev schemas` runs it, and a test with --check.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "runner/build/reference.h"
#include "runner/build/schema.h"

#define FILE_BYTES_MAX ((size_t)16 << 20)

struct output {
    char *path;
    struct text content;
};

struct outputs {
    struct output *items;
    size_t count;
};

/* A new file; the caller fills its content. Valid until the next one. */
static struct text *add_output(struct outputs *outputs, const char *path)
{
    outputs->items = memory_resize(outputs->items, outputs->count + 1, sizeof *outputs->items);
    outputs->items[outputs->count] = (struct output){.path = memory_copy_string(path), .content = TEXT_INIT};
    return &outputs->items[outputs->count++].content;
}

static void add_schemas(struct outputs *outputs, const char *root)
{
    struct text path = TEXT_INIT;
    text_format(&path, "%s/schemas/%s", root, SCHEMA_CONFIG_NAME);
    schema_format_config(add_output(outputs, text_string(&path)));
    for (size_t i = 0; i < registry_component_count; i++) {
        if (registry_components[i].kind == KIND_RUN)
            continue; /* its schema is the config's */
        text_clear(&path);
        text_format(&path, "%s/schemas/%s.schema.json", root, registry_components[i].name);
        schema_format_component(&registry_components[i], add_output(outputs, text_string(&path)));
    }
    text_finish(&path);
}

static void add_pages(struct outputs *outputs, const char *root)
{
    struct text path = TEXT_INIT;
    text_format(&path, "%s/docs/reference/README.md", root);
    reference_format_index(add_output(outputs, text_string(&path)));
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (!reference_has_page(kind))
            continue;
        text_clear(&path);
        text_format(&path, "%s/docs/reference/", root);
        reference_format_name(kind, &path);
        reference_format_kind(kind, add_output(outputs, text_string(&path)));
    }
    text_finish(&path);
}

static bool is_fresh(const struct output *output)
{
    struct text found = TEXT_INIT;
    struct error error = ERROR_INIT;
    bool fresh = file_read(output->path, FILE_BYTES_MAX, &found, ERROR_STORAGE, &error) &&
                 found.length == output->content.length &&
                 memcmp(text_string(&found), text_string(&output->content), found.length) == 0;
    text_finish(&found);
    return fresh;
}

static bool write_output(const struct output *output)
{
    FILE *file = fopen(output->path, "w");
    bool written = file != NULL &&
                   fwrite(text_string(&output->content), 1, output->content.length, file) == output->content.length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (!written)
        perror(output->path);
    return written;
}

/* Brings one file up to date, or says that it is not. */
static bool handle_output(const struct output *output, bool only_check)
{
    if (is_fresh(output))
        return true;
    printf("%s %s\n", only_check ? "stale:" : "wrote", output->path);
    return !only_check && write_output(output);
}

static bool is_output(const struct outputs *outputs, const char *path)
{
    for (size_t i = 0; i < outputs->count; i++) {
        if (strcmp(outputs->items[i].path, path) == 0)
            return true;
    }
    return false;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), ending_length = strlen(ending);
    return length >= ending_length && strcmp(name + length - ending_length, ending) == 0;
}

/* Removes the folder's files with this ending that no component makes any more, or says that they are there. */
static bool handle_leftovers(const struct outputs *outputs, const char *folder, const char *ending, bool only_check)
{
    bool good = true;
    struct text path = TEXT_INIT;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        text_clear(&path);
        text_format(&path, "%s/%s", folder, entry->d_name);
        if (!ends_with(entry->d_name, ending) || is_output(outputs, text_string(&path)))
            continue;
        printf("%s %s\n", only_check ? "left over:" : "removed", text_string(&path));
        good = !only_check && unlink(text_string(&path)) == 0 && good;
    }
    if (directory != NULL)
        closedir(directory);
    text_finish(&path);
    return good;
}

static bool handle_all(const struct outputs *outputs, const char *root, bool only_check)
{
    bool good = true;
    struct text folder = TEXT_INIT;
    struct error error = ERROR_INIT;
    text_format(&folder, "%s/docs/reference", root);
    if (!only_check && !directory_create(text_string(&folder), &error)) {
        fprintf(stderr, "%s\n", error.message);
        good = false;
    }
    for (size_t i = 0; i < outputs->count; i++)
        good = handle_output(&outputs->items[i], only_check) && good;
    good = handle_leftovers(outputs, text_string(&folder), ".md", only_check) && good;
    text_clear(&folder);
    text_format(&folder, "%s/schemas", root);
    good = handle_leftovers(outputs, text_string(&folder), ".schema.json", only_check) && good;
    text_finish(&folder);
    return good;
}

int main(int argc, char **argv)
{
    bool only_check = argc == 3 && strcmp(argv[1], "--check") == 0;
    if (argc != 2 && !only_check) {
        fputs("usage: write_schemas [--check] SOURCE_ROOT\n", stderr);
        return 2;
    }
    struct outputs outputs = {0};
    add_schemas(&outputs, argv[argc - 1]);
    add_pages(&outputs, argv[argc - 1]);
    bool good = handle_all(&outputs, argv[argc - 1], only_check);
    if (!good && only_check)
        puts("the files made from the constructors are not fresh: run ./dev schemas (or ninja -C build schemas)");
    for (size_t i = 0; i < outputs.count; i++) {
        memory_free(outputs.items[i].path);
        text_finish(&outputs.items[i].content);
    }
    memory_free(outputs.items);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
