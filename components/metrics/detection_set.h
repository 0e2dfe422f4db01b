/*
 * detection_set.h: ground truth and detections as they come from files: numbered lists, with the names of images and classes.
 *
 *     struct detection_set set = DETECTION_SET_INIT;
 *     bool ok = voc_truths_load(&set, "Annotations", "val.txt", error) && voc_detections_load(&set, "results", error);
 *     detection_set_finish(&set);
 */
#ifndef LRUN_COMPONENTS_METRICS_DETECTION_SET_H
#define LRUN_COMPONENTS_METRICS_DETECTION_SET_H

#include <jansson.h>
#include <stdint.h>

#include "components/metrics/detections.h"
#include "engine/base/arena.h"
#include "engine/base/error.h"

/** Largest number that a coordinate of a file may be, and the least, below zero. */
#define COORDINATE_MAX 1e9
/** Largest file of ground truth or detections. */
#define DETECTION_FILE_MAX_BYTES ((size_t)2 << 30)

/** Names with their numbers 0, 1, ... Zero is empty. */
struct name_list {
    const char **items;
    int count;
    int capacity;
    /** Name or other key -> number. */
    json_t *numbers;
};

struct detection_set {
    struct detections detections;
    /** Images by name ("2007_000027": the file's, without folder and extension), and by the ids of COCO files. */
    struct name_list images;
    struct name_list image_ids;
    struct name_list classes;
    struct name_list class_ids;
    /** Only some images were asked for: detections elsewhere are left out, and counted here, instead of being an error. */
    bool limited;
    size_t left_out;
    struct arena arena;
};

#define DETECTION_SET_INIT                                                                                             \
    {                                                                                                                  \
        .limited = false                                                                                               \
    }

void detection_set_finish(struct detection_set *set);

void name_list_finish(struct name_list *list);

/** Adds a name that is not in the list; returns its number. The name is lent. */
int name_list_add(struct name_list *list, const char *name);

/** A further key for a number of the list. */
void name_list_set(struct name_list *list, const char *key, int number);

/** The number of this name or key; -1 when there is none. */
int name_list_find(const struct name_list *list, const char *key);

/** The image of this name or id for a detection: its number; -1 with an error, or without one when it is left out. */
int detection_set_find_image(struct detection_set *set, const struct name_list *list, const char *key,
                             struct error *error);

/** A file's name without folder and extension, in the set's arena. */
const char *detection_set_stem(struct detection_set *set, const char *path);

/**
 * The number that COCO results use for an image of a set whose own ids are names: its digits ("2007_000027": 2007000027).
 * False when the name holds anything but digits and underscores.
 */
bool image_name_number(const char *name, int64_t *number);

#endif
