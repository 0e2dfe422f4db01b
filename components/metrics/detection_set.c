/* detection_set.c: ground truth and detections as they come from files. */
#include "components/metrics/detection_set.h"

#include <ctype.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"

void name_list_finish(struct name_list *list)
{
    memory_free(list->items);
    json_decref(list->numbers);
    *list = (struct name_list){0};
}

void detection_set_finish(struct detection_set *set)
{
    detections_finish(&set->detections);
    name_list_finish(&set->images);
    name_list_finish(&set->image_ids);
    name_list_finish(&set->classes);
    name_list_finish(&set->class_ids);
    arena_finish(&set->arena);
}

void name_list_set(struct name_list *list, const char *key, int number)
{
    if (list->numbers == NULL)
        list->numbers = json_object();
    json_object_set_new_nocheck(list->numbers, key, json_integer(number));
}

int name_list_add(struct name_list *list, const char *name)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 64;
        list->items = memory_resize(list->items, (size_t)list->capacity, sizeof *list->items);
    }
    list->items[list->count] = name;
    name_list_set(list, name, list->count);
    return list->count++;
}

int name_list_find(const struct name_list *list, const char *key)
{
    const json_t *number = json_object_get(list->numbers, key);
    return number != NULL ? (int)json_integer_value(number) : -1;
}

int detection_set_find_image(struct detection_set *set, const struct name_list *list, const char *key,
                             struct error *error)
{
    int image = name_list_find(list, key);
    if (image < 0 && set->limited)
        set->left_out++;
    else if (image < 0)
        error_set(error, ERROR_DATA, "image '%s' is not in the ground truth", key);
    return image;
}

const char *detection_set_stem(struct detection_set *set, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    return arena_copy_bytes(&set->arena, base, dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base));
}

bool image_name_number(const char *name, int64_t *number)
{
    char digits[20];
    size_t length = 0;
    for (; *name != '\0' && length + 1 < sizeof digits; name++) {
        if (isdigit((unsigned char)*name))
            digits[length++] = *name;
        else if (*name != '_')
            return false;
    }
    digits[length] = '\0';
    return *name == '\0' && number_parse_int64(digits, number);
}
