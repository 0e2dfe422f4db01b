/* coco_json.c: COCO's files: ground truth and results. */
#include "components/metrics/coco_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "components/metrics/voc_files.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define ID_BYTES 256

/* Where in the file a list's item is, for errors. */
struct place {
    const char *path;
    const char *list; /* "annotations"; "" for the file's own list */
    size_t index;
};

static bool place_fail(const struct place *place, const char *field, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static bool place_fail(const struct place *place, const char *field, struct error *error, const char *format, ...)
{
    char words[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    return error_set(error, ERROR_DATA, "'%s': %s[%zu].%s: %s", place->path, place->list, place->index, field, words);
}

/* An id as a key: ids are integers in COCO's files and names in some others'. */
static bool id_format(const json_t *item, const char *field, const struct place *place, char key[ID_BYTES],
                      struct error *error)
{
    const json_t *id = json_object_get(item, field);
    if (json_is_integer(id))
        snprintf(key, ID_BYTES, "%lld", (long long)json_integer_value(id));
    else if (json_is_string(id) && json_string_length(id) < ID_BYTES)
        snprintf(key, ID_BYTES, "%s", json_string_value(id));
    else
        return place_fail(place, field, error, "wanted an integer or a name");
    return true;
}

static bool number_get(const json_t *item, const char *field, const struct place *place, double *number,
                       struct error *error)
{
    const json_t *value = json_object_get(item, field);
    if (!json_is_number(value) || !isfinite(json_number_value(value)))
        return place_fail(place, field, error, "wanted a number");
    *number = json_number_value(value);
    return true;
}

static bool flag_get(const json_t *item, const char *field, const struct place *place, bool *flag, struct error *error)
{
    const json_t *value = json_object_get(item, field);
    bool is_flag = value == NULL || json_is_boolean(value) ||
                   (json_is_integer(value) && (json_integer_value(value) == 0 || json_integer_value(value) == 1));
    if (!is_flag)
        return place_fail(place, field, error, "wanted 0 or 1");
    *flag = json_is_true(value) || json_integer_value(value) == 1;
    return true;
}

static bool box_get(const json_t *item, const struct place *place, double corners[4], struct error *error)
{
    const json_t *box = json_object_get(item, "bbox");
    if (json_array_size(box) != 4)
        return place_fail(place, "bbox", error, "wanted [x, y, width, height]");
    for (size_t i = 0; i < 4; i++) {
        const json_t *number = json_array_get(box, i);
        corners[i] = json_number_value(number);
        if (!json_is_number(number) || !(fabs(corners[i]) <= COORDINATE_MAX) || (i >= 2 && corners[i] < 0))
            return place_fail(place, "bbox", error, "wanted four numbers between -1e9 and 1e9, sizes not negative");
    }
    corners[2] += corners[0];
    corners[3] += corners[1];
    return true;
}

static json_t *file_parse(const char *path, struct error *error)
{
    struct text bytes = TEXT_INIT;
    json_error_t fault;
    json_t *root = NULL;
    if (file_read(path, DETECTION_FILE_MAX_BYTES, &bytes, ERROR_DATA, error)) {
        root = json_loadb(text_string(&bytes), bytes.length, JSON_REJECT_DUPLICATES, &fault);
        if (root == NULL)
            error_set(error, ERROR_DATA, "'%s':%d:%d: not valid JSON: %s", path, fault.line, fault.column, fault.text);
    }
    text_finish(&bytes);
    return root;
}

/* Calls `read` for each object of a list of the file; `context` is handed on. */
static bool list_read(struct detection_set *set, const json_t *list, struct place place,
                      bool (*read)(struct detection_set *, const json_t *, const struct place *, void *,
                                   struct error *),
                      void *context, struct error *error)
{
    if (!json_is_array(list))
        return error_set(error, ERROR_DATA, "'%s': wanted a list%s%s", place.path, *place.list != '\0' ? " named " : "",
                         place.list);
    for (place.index = 0; place.index < json_array_size(list); place.index++) {
        const json_t *item = json_array_get(list, place.index);
        if (!json_is_object(item))
            return error_set(error, ERROR_DATA, "'%s': %s[%zu]: wanted an object", place.path, place.list, place.index);
        if (!read(set, item, &place, context, error))
            return false;
    }
    return true;
}

/* `wanted`: names of the images to keep; NULL: all. */
static bool image_read(struct detection_set *set, const json_t *item, const struct place *place, void *wanted,
                       struct error *error)
{
    char id[ID_BYTES];
    if (!id_format(item, "id", place, id, error))
        return false;
    if (name_list_find(&set->image_ids, id) >= 0)
        return place_fail(place, "id", error, "another image has the id '%s' too", id);
    const json_t *file_name = json_object_get(item, "file_name");
    if (file_name != NULL && !json_is_string(file_name))
        return place_fail(place, "file_name", error, "wanted a string");
    const char *name =
        file_name != NULL ? detection_set_stem(set, json_string_value(file_name)) : arena_copy_string(&set->arena, id);
    if (wanted == NULL || name_list_find(wanted, name) >= 0)
        name_list_set(&set->image_ids, id, name_list_add(&set->images, name));
    return true;
}

static bool category_read(struct detection_set *set, const json_t *item, const struct place *place, void *context,
                          struct error *error)
{
    (void)context;
    char id[ID_BYTES];
    if (!id_format(item, "id", place, id, error))
        return false;
    const char *name = json_string_value(json_object_get(item, "name"));
    if (name == NULL)
        return place_fail(place, "name", error, "wanted a string");
    if (name_list_find(&set->class_ids, id) >= 0)
        return place_fail(place, "id", error, "another category has the id '%s' too", id);
    name_list_set(&set->class_ids, id, name_list_add(&set->classes, arena_copy_string(&set->arena, name)));
    return true;
}

static bool class_get(const struct detection_set *set, const json_t *item, const struct place *place, int *class_index,
                      struct error *error)
{
    char id[ID_BYTES];
    const char *name = json_string_value(json_object_get(item, "category_name"));
    if (name != NULL) {
        *class_index = name_list_find(&set->classes, name);
        return *class_index >= 0 || place_fail(place, "category_name", error, "the ground truth has no '%s'", name);
    }
    if (!id_format(item, "category_id", place, id, error))
        return false;
    *class_index = name_list_find(&set->class_ids, id);
    return *class_index >= 0 || place_fail(place, "category_id", error, "there is no category '%s'", id);
}

static bool annotation_read(struct detection_set *set, const json_t *item, const struct place *place, void *context,
                            struct error *error)
{
    (void)context;
    char id[ID_BYTES];
    struct truth truth = {0};
    if (!id_format(item, "image_id", place, id, error))
        return false;
    truth.image = name_list_find(&set->image_ids, id);
    if (truth.image < 0 && set->limited)
        return true;
    if (truth.image < 0)
        return place_fail(place, "image_id", error, "there is no image '%s'", id);
    bool ok = class_get(set, item, place, &truth.class_index, error) && box_get(item, place, truth.corners, error) &&
              flag_get(item, "iscrowd", place, &truth.crowd, error) &&
              flag_get(item, "difficult", place, &truth.difficult, error);
    truth.area = box_area(truth.corners);
    if (ok && json_object_get(item, "area") != NULL)
        ok = number_get(item, "area", place, &truth.area, error);
    if (ok)
        detections_add_truth(&set->detections, &truth);
    return ok;
}

bool coco_truths_load(struct detection_set *set, const char *path, const char *image_set, struct error *error)
{
    struct name_list wanted = {0};
    set->limited = image_set != NULL;
    json_t *root = file_parse(path, error);
    bool ok = root != NULL && (image_set == NULL || image_set_load(image_set, &set->arena, &wanted, error));
    if (ok && !json_is_object(root))
        ok = error_set(error, ERROR_DATA, "'%s': wanted an object with images, annotations and categories", path);
    ok = ok &&
         list_read(set, json_object_get(root, "images"), (struct place){.path = path, .list = "images"}, image_read,
                   image_set != NULL ? &wanted : NULL, error) &&
         list_read(set, json_object_get(root, "categories"), (struct place){.path = path, .list = "categories"},
                   category_read, NULL, error) &&
         list_read(set, json_object_get(root, "annotations"), (struct place){.path = path, .list = "annotations"},
                   annotation_read, NULL, error);
    json_decref(root);
    name_list_finish(&wanted);
    return ok;
}

static bool result_read(struct detection_set *set, const json_t *item, const struct place *place, void *context,
                        struct error *error)
{
    (void)context;
    char id[ID_BYTES];
    struct detection detection = {0};
    if (!id_format(item, "image_id", place, id, error))
        return false;
    bool by_name = json_is_string(json_object_get(item, "image_id")) && name_list_find(&set->image_ids, id) < 0;
    detection.image = detection_set_find_image(set, by_name ? &set->images : &set->image_ids, id, error);
    if (detection.image < 0)
        return error_is_set(error) ? error_prefix(error, "'%s': [%zu]: ", place->path, place->index) : true;
    if (!class_get(set, item, place, &detection.class_index, error) ||
        !box_get(item, place, detection.corners, error) || !number_get(item, "score", place, &detection.score, error))
        return false;
    detections_add(&set->detections, &detection);
    return true;
}

bool coco_detections_load(struct detection_set *set, const char *path, struct error *error)
{
    json_t *root = file_parse(path, error);
    bool ok = root != NULL && list_read(set, root, (struct place){.path = path, .list = ""}, result_read, NULL, error);
    json_decref(root);
    return ok;
}
