/* state_dict.c: a run's arrays by name. */
#include "runner/train/state_dict.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/tensor/numbers.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct safetensors_item *)a)->name, ((const struct safetensors_item *)b)->name);
}

static void add(struct state_dict *dict, const char *name, const struct tensor *tensor)
{
    dict->items = memory_resize(dict->items, (size_t)dict->count + 1, sizeof *dict->items);
    dict->items[dict->count++] = (struct safetensors_item){.name = name, .tensor = *tensor};
}

static void add_state(struct state_dict *dict, const struct parameters *parameters, const char *state_name,
                      struct numbers state)
{
    for (int i = 0; i < parameters_count(parameters); i++) {
        const struct parameter *parameter = parameters_get(parameters, i);
        if (!parameter->trained)
            continue;
        struct tensor tensor = parameter->tensor;
        tensor.data =
            (char *)state.data + ((char *)parameter->tensor.data - (char *)parameters_values(parameters).data);
        add(dict, arena_format(&dict->arena, STATE_DICT_OPTIMIZER_PREFIX "%s.%s", state_name, parameter->name),
            &tensor);
    }
}

void state_dict_init(struct state_dict *dict, const struct parameters *parameters, const char *const *state_names,
                     const struct numbers states[])
{
    *dict = (struct state_dict)STATE_DICT_INIT;
    dict->device = parameters_device(parameters);
    for (int i = 0; i < parameters_count(parameters); i++)
        add(dict, parameters_get(parameters, i)->name, &parameters_get(parameters, i)->tensor);
    for (int i = 0; state_names != NULL && state_names[i] != NULL; i++)
        add_state(dict, parameters, state_names[i], states[i]);
    qsort(dict->items, (size_t)dict->count, sizeof *dict->items, compare_names);
}

void state_dict_finish(struct state_dict *dict)
{
    memory_free(dict->items);
    memory_free_large(dict->host_memory);
    arena_finish(&dict->arena);
    *dict = (struct state_dict)STATE_DICT_INIT;
}

bool state_dict_fetch(struct state_dict *dict, struct error *error)
{
    if (device_is_host(dict->device))
        return true;
    char *at = dict->host_memory = state_dict_stage(dict, error);
    for (int i = 0; i < dict->count && dict->host_memory != NULL; i++) {
        struct tensor *tensor = &dict->items[i].tensor;
        device_read(dict->device, at, tensor->data, tensor_bytes(tensor));
        tensor->data = at;
        at += tensor_bytes(tensor);
    }
    return dict->host_memory != NULL && device_check(dict->device, error);
}

void state_dict_digest(const struct state_dict *dict, struct digest *digest)
{
    for (int i = 0; i < dict->count; i++) {
        digest_add(digest, dict->items[i].name, strlen(dict->items[i].name) + 1);
        digest_add(digest, dict->items[i].tensor.data, tensor_bytes(&dict->items[i].tensor));
    }
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length >= tail && strcmp(name + length - tail, ending) == 0;
}

/* A floating array may come in another floating type: another precision's. */
static bool fits(const struct safetensors_item *item, const struct safetensors_entry *entry)
{
    return entry != NULL && shape_equal(&entry->shape, &item->tensor.shape) &&
           (entry->dtype == item->tensor.dtype || (dtype_is_float(entry->dtype) && dtype_is_float(item->tensor.dtype)));
}

static const struct safetensors_item *find(const struct state_dict *dict, const char *name)
{
    struct safetensors_item key = {.name = name};
    return bsearch(&key, dict->items, (size_t)dict->count, sizeof *dict->items, compare_names);
}

static void compare_item(const struct safetensors_item *item, const struct safetensors_entry *entry, struct text *lines)
{
    char wanted[SHAPE_FORMAT_BYTES], found[SHAPE_FORMAT_BYTES];
    shape_format(&item->tensor.shape, wanted);
    if (entry == NULL)
        text_format(lines, "missing '%s' %s\n", item->name, wanted);
    else
        text_format(lines, "'%s' is %s %s, wanted %s %s\n", item->name, dtype_name(entry->dtype),
                    shape_format(&entry->shape, found), dtype_name(item->tensor.dtype), wanted);
}

int state_dict_compare(const struct state_dict *dict, const struct safetensors *file, struct text *lines)
{
    int count = 0;
    for (int i = 0; i < dict->count; i++) {
        const struct safetensors_entry *entry = safetensors_find(file, dict->items[i].name);
        if (fits(&dict->items[i], entry) || (entry == NULL && ends_with(dict->items[i].name, "num_batches_tracked")))
            continue;
        compare_item(&dict->items[i], entry, lines);
        count++;
    }
    for (int i = 0; i < safetensors_count(file); i++) {
        const char *name = safetensors_get(file, i)->name;
        if (find(dict, name) != NULL ||
            strncmp(name, STATE_DICT_OPTIMIZER_PREFIX, strlen(STATE_DICT_OPTIMIZER_PREFIX)) == 0)
            continue;
        text_format(lines, "unexpected '%s'\n", name);
        count++;
    }
    return count;
}

void *state_dict_stage(const struct state_dict *dict, struct error *error)
{
    size_t bytes = 0;
    for (int i = 0; i < dict->count; i++)
        bytes += tensor_bytes(&dict->items[i].tensor);
    return memory_allocate_large(bytes, "reading a checkpoint", error);
}

/* Reads an array as the file has it, and rounds it to the type of `to`. */
static bool read_other_type(const struct safetensors *file, const struct safetensors_entry *entry, struct tensor *to,
                            struct digest *digest, struct error *error)
{
    struct tensor raw = {.dtype = entry->dtype, .shape = entry->shape};
    raw.data = memory_allocate_large(tensor_bytes(&raw), "reading a checkpoint", error);
    bool ok = raw.data != NULL && safetensors_read(file, entry, &raw, error);
    struct numbers from = {raw.data, raw.dtype}, numbers = {to->data, to->dtype};
    for (int64_t i = 0; ok && i < shape_count(&to->shape); i++)
        numbers_set(numbers, i, numbers_get(from, i));
    if (ok && digest != NULL)
        digest_add(digest, raw.data, tensor_bytes(&raw));
    memory_free_large(raw.data);
    return ok;
}

/* Reads an array into `to`; the digest is of what the file has. */
static bool read_entry(const struct safetensors *file, const struct safetensors_entry *entry, struct tensor *to,
                       struct digest *digest, struct error *error)
{
    if (digest != NULL)
        digest_add(digest, entry->name, strlen(entry->name) + 1);
    if (entry->dtype != to->dtype)
        return read_other_type(file, entry, to, digest, error);
    if (!safetensors_read(file, entry, to, error))
        return false;
    if (digest != NULL)
        digest_add(digest, to->data, tensor_bytes(to));
    return true;
}

bool state_dict_read(const struct state_dict *dict, const struct safetensors *file, void *stage, struct digest *digest,
                     struct error *error)
{
    char *at = stage;
    for (int i = 0; i < dict->count; i++) {
        struct tensor tensor = dict->items[i].tensor;
        const struct safetensors_entry *entry = safetensors_find(file, dict->items[i].name);
        tensor.data = at;
        at += tensor_bytes(&tensor);
        if (fits(&dict->items[i], entry) && !read_entry(file, entry, &tensor, digest, error))
            return false;
    }
    return true;
}

void state_dict_apply(const struct state_dict *dict, const struct safetensors *file, const void *stage)
{
    const char *at = stage;
    for (int i = 0; i < dict->count; i++) {
        size_t bytes = tensor_bytes(&dict->items[i].tensor);
        if (fits(&dict->items[i], safetensors_find(file, dict->items[i].name)))
            device_write(dict->device, dict->items[i].tensor.data, at, bytes);
        at += bytes;
    }
}
