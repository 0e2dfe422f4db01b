/* voc_files.c: VOC's files: a folder of annotations with an image set, and results. */
#include "components/metrics/voc_files.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "components/datasets/voc_image_set.h"
#include "components/datasets/voc_xml.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define BLANKS " \t\r\v\f"

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder that end with `suffix`, sorted, without it when `stems`. */
static bool folder_list(const char *path, const char *suffix, bool stems, struct arena *arena, struct name_list *names,
                        struct error *error)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return error_set_errno(error, ERROR_DATA, errno, "cannot open the folder '%s'", path);
    struct name_list found = {0};
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name), end = strlen(suffix);
        if (length > end && entry->d_name[0] != '.' && strcmp(entry->d_name + length - end, suffix) == 0)
            name_list_add(&found, arena_copy_bytes(arena, entry->d_name, stems ? length - end : length));
    }
    closedir(folder);
    if (found.count > 0)
        qsort(found.items, (size_t)found.count, sizeof *found.items, name_compare);
    for (int i = 0; i < found.count; i++)
        name_list_add(names, found.items[i]);
    name_list_finish(&found);
    return true;
}

bool image_set_load(const char *path, struct arena *arena, struct name_list *names, struct error *error)
{
    struct voc_image_set set;
    if (!voc_image_set_load(path, &set, arena, error))
        return false;
    for (int64_t i = 0; i < set.count; i++)
        if (name_list_find(names, set.ids[i]) < 0)
            name_list_add(names, set.ids[i]);
    return true;
}

static void object_add(struct detection_set *set, int image, const struct voc_object *object)
{
    int class_index = name_list_find(&set->classes, object->name);
    if (class_index < 0)
        class_index = name_list_add(&set->classes, object->name);
    struct truth truth = {
        .image = image,
        .class_index = class_index,
        .corners = {object->xmin - 1, object->ymin - 1, object->xmax, object->ymax},
        .difficult = object->difficult,
    };
    truth.area = box_area(truth.corners);
    detections_add_truth(&set->detections, &truth);
}

static bool annotation_load(struct detection_set *set, const char *folder, int image, struct error *error)
{
    char path[4096];
    struct voc_annotation annotation;
    if (snprintf(path, sizeof path, "%s/%s.xml", folder, set->images.items[image]) >= (int)sizeof path)
        return error_set(error, ERROR_DATA, "the path of image '%s' is too long", set->images.items[image]);
    if (!voc_xml_load(path, &annotation, &set->arena, error))
        return false;
    for (int i = 0; i < annotation.count; i++)
        object_add(set, image, &annotation.objects[i]);
    return true;
}

/* Classes were numbered as they came; from here on by name, and their ids are 1 and up, as COCO's. */
static void classes_sort(struct detection_set *set)
{
    struct name_list sorted = {0};
    if (set->classes.count > 0)
        qsort(set->classes.items, (size_t)set->classes.count, sizeof *set->classes.items, name_compare);
    for (int i = 0; i < set->classes.count; i++)
        name_list_add(&sorted, set->classes.items[i]);
    int *numbers = memory_allocate((size_t)sorted.count, sizeof *numbers);
    for (int i = 0; i < sorted.count; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i + 1);
        name_list_set(&set->class_ids, id, i);
        numbers[name_list_find(&set->classes, sorted.items[i])] = i;
    }
    for (size_t i = 0; i < set->detections.truth_count; i++)
        set->detections.truths[i].class_index = numbers[set->detections.truths[i].class_index];
    memory_free(numbers);
    name_list_finish(&set->classes);
    set->classes = sorted;
}

bool voc_truths_load(struct detection_set *set, const char *folder, const char *image_set, struct error *error)
{
    set->limited = image_set != NULL;
    bool ok = image_set != NULL ? image_set_load(image_set, &set->arena, &set->images, error)
                                : folder_list(folder, ".xml", true, &set->arena, &set->images, error);
    if (ok && set->images.count == 0)
        ok = error_set(error, ERROR_DATA, "'%s' holds no annotation (*.xml)", folder);
    for (int image = 0; ok && image < set->images.count; image++) {
        ok = annotation_load(set, folder, image, error);
        char id[24];
        int64_t number;
        if (image_name_number(set->images.items[image], &number)) {
            snprintf(id, sizeof id, "%lld", (long long)number);
            name_list_set(&set->image_ids, id, image);
        }
    }
    if (ok)
        classes_sort(set);
    return ok;
}

/* The class that a result file is about: the longest that its name ends with; -1: none of the ground truth's. */
static int file_find_class(const struct detection_set *set, const char *file_name)
{
    int best = -1;
    size_t best_length = 0, length = strlen(file_name);
    for (int i = 0; i < set->classes.count; i++) {
        size_t end = strlen(set->classes.items[i]) + strlen("_.txt");
        if (length < end || end <= best_length || strcmp(file_name + length - 4, ".txt") != 0)
            continue;
        const char *at = file_name + length - end;
        if (*at == '_' && strncmp(at + 1, set->classes.items[i], end - strlen("_.txt")) == 0) {
            best = i;
            best_length = end;
        }
    }
    return best;
}

/* One line of a result file: image, score, xmin, ymin, xmax, ymax. Empty lines are nothing. */
static bool line_read(struct detection_set *set, char *line, int class_index, struct error *error)
{
    char *fields[7];
    int count = 0;
    for (char *field; count < 7 && (field = strsep(&line, BLANKS)) != NULL;)
        if (*field != '\0')
            fields[count++] = field;
    if (count == 0)
        return true;
    double numbers[5];
    bool ok = count == 6;
    for (int i = 0; i < 5 && ok; i++)
        ok = number_parse_double(fields[i + 1], &numbers[i]) && (i == 0 || fabs(numbers[i]) <= COORDINATE_MAX);
    if (!ok)
        return error_set(error, ERROR_DATA, "wanted 'image score xmin ymin xmax ymax'");
    struct detection detection = {
        .image = detection_set_find_image(set, &set->images, fields[0], error),
        .class_index = class_index,
        .corners = {numbers[1] - 1, numbers[2] - 1, numbers[3], numbers[4]},
        .score = numbers[0],
    };
    if (detection.image >= 0)
        detections_add(&set->detections, &detection);
    return !error_is_set(error);
}

static bool result_file_load(struct detection_set *set, const char *path, int class_index, struct error *error)
{
    struct text bytes = TEXT_INIT;
    bool ok = file_read(path, DETECTION_FILE_MAX_BYTES, &bytes, ERROR_DATA, error);
    char *rest = ok ? bytes.data : NULL;
    size_t number = 0;
    for (char *line; ok && rest != NULL && (line = strsep(&rest, "\n")) != NULL;) {
        number++;
        ok = line_read(set, line, class_index, error) || error_prefix(error, "'%s':%zu: ", path, number);
    }
    text_finish(&bytes);
    return ok;
}

bool voc_detections_load(struct detection_set *set, const char *path, struct error *error)
{
    if (!directory_exists(path)) {
        int class_index = file_find_class(set, path);
        if (class_index < 0 && file_exists(path))
            return error_set(error, ERROR_DATA, "'%s' is named for no class of the ground truth", path) ||
                   error_hint(error, "results are files named comp4_det_SET_CLASS.txt");
        return result_file_load(set, path, class_index, error);
    }
    struct name_list files = {0};
    bool ok = folder_list(path, ".txt", false, &set->arena, &files, error);
    int read = 0;
    for (int i = 0; ok && i < files.count; i++) {
        int class_index = file_find_class(set, files.items[i]);
        if (class_index < 0)
            continue;
        ok = result_file_load(set, arena_format(&set->arena, "%s/%s", path, files.items[i]), class_index, error);
        read++;
    }
    name_list_finish(&files);
    if (ok && read == 0) {
        error_set(error, ERROR_DATA, "'%s' holds no results of a class of the ground truth", path);
        ok = error_hint(error, "results are files named comp4_det_SET_CLASS.txt");
    }
    return ok;
}
