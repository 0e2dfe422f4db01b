/* provenance.c: what a run's config was made from, for its directory. */
#include "runner/train/provenance.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/arena.h"
#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "runner/build/json_value.h"

#define FOLDER "sources"
#define NAME_BYTES_MAX 100

/* "sources/0_voc_detect.yaml": the number keeps two of one name apart, and only plain characters are left. */
static const char *name_copy(const struct provenance *provenance, size_t index, struct arena *arena)
{
    const char *path = provenance->sources[index].path, *slash = strrchr(path, '/');
    struct text name = TEXT_INIT;
    text_format(&name, FOLDER "/%zu_%.*s", index, NAME_BYTES_MAX, slash != NULL ? slash + 1 : path);
    for (char *at = name.data + sizeof FOLDER; *at != '\0'; at++)
        if (strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == 0)
            *at = '_';
    const char *copy = arena_copy_string(arena, text_string(&name));
    text_finish(&name);
    return copy;
}

static json_t *make_list(const char *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_value_create_text(items[i]));
    return list;
}

static json_t *describe(const struct provenance *provenance, struct arena *arena)
{
    json_t *json = json_object(), *sources = json_array();
    char *here = getcwd(NULL, 0);
    json_object_set_new(json, "directory", json_value_create_text(here));
    json_object_set_new(json, "repeats", json_value_create_text(provenance->repeats));
    json_object_set_new(json, "sources", sources);
    for (size_t i = 0; i < provenance->source_count; i++) {
        json_t *source = json_object();
        json_object_set_new(source, "file", json_string(name_copy(provenance, i, arena)));
        json_object_set_new(source, "path", json_value_create_text(provenance->sources[i].path));
        json_array_append_new(sources, source);
    }
    json_object_set_new(json, "variables", make_list(provenance->variables, provenance->variable_count));
    json_object_set_new(json, "overrides", make_list(provenance->overrides, provenance->override_count));
    free(here);
    return json;
}

static bool save_copies(const struct provenance *provenance, const char *directory, struct arena *arena,
                        struct error *error)
{
    if (!directory_create(arena_format(arena, "%s/" FOLDER, directory), error))
        return false;
    for (size_t i = 0; i < provenance->source_count; i++) {
        const struct provenance_source *source = &provenance->sources[i];
        const char *path = arena_format(arena, "%s/%s", directory, name_copy(provenance, i, arena));
        if (!durable_file_save(path, source->text, source->length, error))
            return false;
    }
    return true;
}

bool provenance_save(const struct provenance *provenance, const char *directory, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct text text = TEXT_INIT;
    json_t *json = describe(provenance, &arena);
    json_value_format(json, &text);
    bool ok = save_copies(provenance, directory, &arena, error) &&
              durable_file_save(arena_format(&arena, "%s/origin.json", directory), text.data, text.length, error);
    json_decref(json);
    text_finish(&text);
    arena_finish(&arena);
    return ok;
}
