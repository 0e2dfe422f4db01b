/* kernel_record.c: which kernels a run uses, and where that is written down. */
#include "runner/train/kernel_record.h"

#include <stdlib.h>
#include <string.h>

#include "engine/backends/cpu/machine.h"
#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/lock.h"
#include "engine/base/memory.h"
#include "engine/base/user_cache.h"

#define FORMAT "lrun.kernels/1"
/* A network has some hundred cases of 200 bytes. */
#define FILE_BYTES_MAX ((size_t)16 << 20)

struct kernel_record {
    struct kernel_choices *choices;
    char machine[DIGEST_HEX_BYTES];
    struct lock lock;
};

/* The machine, and a device with the libraries that it has. */
static void digest_machine(const struct device *device, char hex[DIGEST_HEX_BYTES])
{
    struct digest digest;
    struct backend_part parts[BACKEND_PARTS_MAX];
    machine_digest(hex);
    if (device == NULL || device_is_host(device))
        return;
    int count = backend_find_parts(device->backend, parts);
    digest_begin(&digest, DIGEST_SHA256);
    digest_add(&digest, hex, strlen(hex));
    digest_add(&digest, device->name, strlen(device->name));
    for (int i = 0; i < count; i++)
        digest_add(&digest, parts[i].version, strlen(parts[i].version) + 1);
    digest_end(&digest, hex);
}

struct kernel_record *kernel_record_create(bool measures, const struct device *device)
{
    struct kernel_record *record = memory_allocate(1, sizeof *record);
    bool records = measures || (device != NULL && !device_is_host(device));
    *record = (struct kernel_record){.choices = records ? kernel_choices_create() : NULL, .lock = LOCK_INIT};
    if (records) {
        record->choices->measures = measures;
        digest_machine(device, record->machine);
    }
    return record;
}

void kernel_record_destroy(struct kernel_record **record)
{
    if (*record == NULL)
        return;
    lock_release(&(*record)->lock);
    kernel_choices_destroy(&(*record)->choices);
    memory_free(*record);
    *record = NULL;
}

struct kernel_choices *kernel_record_choices(const struct kernel_record *record)
{
    return record != NULL ? record->choices : NULL;
}

static json_t *file_create(const struct kernel_record *record)
{
    return json_pack("{s:s, s:s, s:{}}", "format", FORMAT, "machine", record->machine, "choices");
}

/* The file's JSON; one without choices where the file is of no use, also that of another machine unless `any_machine`. */
static json_t *file_load(const struct kernel_record *record, const char *path, bool any_machine)
{
    struct text bytes = TEXT_INIT;
    struct error ignored = ERROR_INIT;
    json_t *json = NULL;
    if (file_read(path, FILE_BYTES_MAX, &bytes, ERROR_STORAGE, &ignored))
        json = json_loadb(text_string(&bytes), bytes.length, JSON_REJECT_DUPLICATES, NULL);
    text_finish(&bytes);
    const char *format = json_string_value(json_object_get(json, "format"));
    const char *machine = json_string_value(json_object_get(json, "machine"));
    if (format != NULL && strcmp(format, FORMAT) == 0 && machine != NULL &&
        (any_machine || strcmp(machine, record->machine) == 0) && json_is_object(json_object_get(json, "choices")))
        return json;
    json_decref(json);
    return file_create(record);
}

static bool file_save(const json_t *file, const char *path, struct error *error)
{
    char *text = json_dumps(file, JSON_INDENT(1) | JSON_SORT_KEYS);
    bool ok = text != NULL ? durable_file_save(path, text, strlen(text), error)
                           : error_set(error, ERROR_STORAGE, "the chosen kernels cannot be written as JSON");
    free(text);
    return ok;
}

/* "<cache directory>/kernels-0123456789ab<suffix>". */
static char *machine_path(const struct kernel_record *record, const char *suffix)
{
    struct text path = TEXT_INIT;
    user_cache_directory(&path);
    text_format(&path, "/kernels-%.12s%s", record->machine, suffix);
    return text_take(&path);
}

/* Where no lock can be had, as in a directory that cannot be written, it goes without. */
static void take_lock(struct kernel_record *record, struct progress *progress)
{
    struct text directory = TEXT_INIT;
    struct error ignored = ERROR_INIT;
    char *path = machine_path(record, ".lock");
    user_cache_directory(&directory);
    if (directory_create(text_string(&directory), &ignored))
        lock_take(&record->lock, path, progress, &ignored);
    text_finish(&directory);
    memory_free(path);
}

/* Only what was measured is shared: the fixed rule says the same to every run. */
static bool is_shared(const struct kernel_record *record)
{
    return kernel_record_choices(record) != NULL && record->choices->measures;
}

void kernel_record_begin(struct kernel_record *record, struct progress *progress)
{
    if (!is_shared(record))
        return;
    take_lock(record, progress);
    char *path = machine_path(record, ".json");
    json_t *file = file_load(record, path, false), *kernel;
    const char *name;
    json_object_foreach (json_object_get(file, "choices"), name, kernel)
        if (json_is_string(kernel) && kernel_choices_find(record->choices, name) == NULL)
            kernel_choices_set(record->choices, name, json_string_value(kernel));
    json_decref(file);
    memory_free(path);
}

/* Moves what was measured into `choices`; returns how much that was. */
static int take_new(struct kernel_record *record, json_t *choices)
{
    int count = 0;
    for (int i = 0; i < record->choices->count; i++) {
        struct kernel_choice *item = &record->choices->items[i];
        if (!item->is_new)
            continue;
        json_object_set_new(choices, item->name, json_string(item->kernel));
        item->is_new = false;
        count++;
    }
    return count;
}

static void note_measured(int count, struct progress *progress)
{
    struct text line = TEXT_INIT;
    text_format(&line, "benchmark: %d kernel%s chosen by timing", count, count == 1 ? "" : "s");
    progress->note(progress, text_string(&line));
    text_finish(&line);
}

/* A library that no longer has what was recorded computes by its rule. */
static void note_missed(struct kernel_record *record, struct progress *progress)
{
    struct text line = TEXT_INIT;
    int missed = record != NULL && record->choices != NULL ? record->choices->missed : 0;
    if (missed == 0)
        return;
    text_format(&line,
                "%d recorded algorithm%s not in the libraries here, others compute: results may differ in the last "
                "bits",
                missed, missed == 1 ? " is" : "s are");
    progress->note(progress, text_string(&line));
    record->choices->missed = 0;
    text_finish(&line);
}

void kernel_record_end(struct kernel_record *record, struct progress *progress)
{
    note_missed(record, progress);
    if (!is_shared(record))
        return;
    struct error ignored = ERROR_INIT;
    char *path = machine_path(record, ".json");
    json_t *file = file_load(record, path, false);
    int count = take_new(record, json_object_get(file, "choices"));
    if (count > 0) {
        note_measured(count, progress);
        file_save(file, path, &ignored);
    }
    json_decref(file);
    memory_free(path);
    lock_release(&record->lock);
}

json_t *kernel_record_save(const struct kernel_record *record)
{
    const struct kernel_choices *choices = kernel_record_choices(record);
    json_t *object = choices != NULL ? json_object() : NULL;
    for (int i = 0; choices != NULL && i < choices->count; i++)
        json_object_set_new(object, choices->items[i].name, json_string(choices->items[i].kernel));
    return object;
}

static bool choices_are_strings(const json_t *choices)
{
    const char *name;
    json_t *kernel;
    json_object_foreach ((json_t *)choices, name, kernel)
        if (!json_is_string(kernel))
            return false;
    return json_is_object(choices);
}

/* Something that was chosen is otherwise in these, or not at all. */
static bool changes_chosen(const struct kernel_record *record, const json_t *choices)
{
    for (int i = 0; i < record->choices->count; i++) {
        const struct kernel_choice *item = &record->choices->items[i];
        const char *kernel = json_string_value(json_object_get(choices, item->name));
        if (kernel == NULL || strcmp(kernel, item->kernel) != 0)
            return true;
    }
    return false;
}

bool kernel_record_load(struct kernel_record *record, const json_t *choices)
{
    if (kernel_record_choices(record) == NULL || !choices_are_strings(choices))
        return false;
    bool measures = record->choices->measures, changes = changes_chosen(record, choices);
    const char *name;
    json_t *kernel;
    kernel_choices_destroy(&record->choices);
    record->choices = kernel_choices_create();
    record->choices->measures = measures;
    json_object_foreach ((json_t *)choices, name, kernel)
        kernel_choices_set(record->choices, name, json_string_value(kernel));
    return changes;
}

static char *directory_path(const char *directory)
{
    struct text path = TEXT_INIT;
    text_format(&path, "%s/" KERNEL_RECORD_FILE, directory);
    return text_take(&path);
}

bool kernel_record_save_into(const struct kernel_record *record, const char *directory, struct error *error)
{
    if (kernel_record_choices(record) == NULL)
        return true;
    char *path = directory_path(directory);
    json_t *file = file_create(record);
    json_object_set_new(file, "choices", kernel_record_save(record));
    bool ok = file_save(file, path, error);
    json_decref(file);
    memory_free(path);
    return ok;
}

void kernel_record_load_from(struct kernel_record *record, const char *directory)
{
    if (kernel_record_choices(record) == NULL)
        return;
    char *path = directory_path(directory);
    json_t *file = file_load(record, path, true);
    kernel_record_load(record, json_object_get(file, "choices"));
    json_decref(file);
    memory_free(path);
}
