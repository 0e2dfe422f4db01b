/* safetensors_save.c: writing named arrays, those of the widest type first, so that each is aligned to its type. */
#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "engine/base/durable_file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/tensor/safetensors.h"

/* Both the length and the header count towards the alignment of the data. */
#define ALIGNMENT 8

/* The contents, with the order in which the arrays are written. */
struct layout_order {
    const struct safetensors_contents *contents;
    const struct safetensors_item **items;
    uint64_t data_size;
};

static void order_items(struct layout_order *order, const struct safetensors_contents *contents)
{
    *order = (struct layout_order){
        .contents = contents,
        .items = memory_allocate((size_t)contents->item_count, sizeof *order->items),
    };
    int count = 0;
    for (size_t width = 8; width > 0; width /= 2)
        for (int i = 0; i < contents->item_count; i++)
            if (dtype_size(contents->items[i].tensor.dtype) == width) {
                order->items[count++] = &contents->items[i];
                order->data_size += tensor_bytes(&contents->items[i].tensor);
            }
    assert(count == contents->item_count);
}

/* Adds one key; fails when it is there already or not UTF-8. Takes over `value`, NULL: it could not be made. */
static bool header_add(json_t *object, const char *key, json_t *value, struct error *error)
{
    bool is_new = json_object_get(object, key) == NULL;
    if (value != NULL && is_new && json_object_set(object, key, value) == 0) {
        json_decref(value);
        return true;
    }
    json_decref(value);
    return error_set(error, ERROR_STORAGE, "cannot write '%s': %s", key,
                     is_new ? "it is not valid UTF-8" : "there are two of this name");
}

static json_t *describe_item(const struct tensor *tensor, uint64_t offset)
{
    json_t *shape = json_array();
    for (int i = 0; i < tensor->shape.rank; i++)
        json_array_append_new(shape, json_integer(tensor->shape.size[i]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtype_short_name(tensor->dtype), "shape", shape, "data_offsets",
                     (json_int_t)offset, (json_int_t)offset + (json_int_t)tensor_bytes(tensor));
}

static bool header_fill(json_t *header, const struct layout_order *order, struct error *error)
{
    const struct safetensors_contents *contents = order->contents;
    json_t *metadata = json_object();
    bool ok = true;
    for (int i = 0; i < contents->metadata_count && ok; i++)
        ok = header_add(metadata, contents->metadata[i].key, json_string(contents->metadata[i].value), error);
    if (contents->metadata_count > 0 && ok)
        json_object_set(header, "__metadata__", metadata);
    json_decref(metadata);
    uint64_t offset = 0;
    for (int i = 0; i < contents->item_count && ok; i++) {
        const struct tensor *tensor = &order->items[i]->tensor;
        ok = header_add(header, order->items[i]->name, describe_item(tensor, offset), error);
        offset += tensor_bytes(tensor);
    }
    return ok;
}

static int append_bytes(const char *bytes, size_t size, void *text)
{
    text_append_bytes(text, bytes, size);
    return 0;
}

/* The length and the header, padded with spaces. */
static bool format_header(const struct layout_order *order, struct text *text, struct error *error)
{
    unsigned char length_bytes[8] = {0};
    text_append_bytes(text, length_bytes, sizeof length_bytes);
    json_t *header = json_object();
    bool ok = header_fill(header, order, error) && (json_dump_callback(header, append_bytes, text, JSON_COMPACT) == 0 ||
                                                    error_set(error, ERROR_STORAGE, "cannot write its header"));
    json_decref(header);
    while (text->length % ALIGNMENT != 0)
        text_append_char(text, ' ');
    uint64_t length = text->length - sizeof length_bytes;
    for (size_t i = 0; i < sizeof length_bytes; i++)
        text->data[i] = (char)(unsigned char)(length >> (8 * i));
    return ok;
}

static bool write_file(const char *path, const struct layout_order *order, const struct text *header,
                       struct error *error)
{
    struct durable_file *file = durable_file_begin(path, header->length + order->data_size, error);
    bool ok = file != NULL && durable_file_write(file, header->data, header->length, error);
    for (int i = 0; i < order->contents->item_count && ok; i++) {
        const struct tensor *tensor = &order->items[i]->tensor;
        ok = durable_file_write(file, tensor->data, tensor_bytes(tensor), error);
    }
    ok = ok && durable_file_commit(&file, error);
    durable_file_abandon(&file);
    return ok;
}

bool safetensors_save(const char *path, const struct safetensors_contents *contents, struct error *error)
{
    struct layout_order order;
    struct text header = TEXT_INIT;
    order_items(&order, contents);
    bool ok = format_header(&order, &header, error) || error_prefix(error, "'%s': ", path);
    ok = ok && write_file(path, &order, &header, error);
    text_finish(&header);
    memory_free(order.items);
    return ok;
}
