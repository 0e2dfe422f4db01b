/*
 * detection_groups.h: ground truth and detections sorted by class and image, the form in which they are compared.
 *
 *     struct detection_groups groups;
 *     detection_groups_init(&groups, &detections);
 *     struct class_groups of_class = detection_groups_class(&groups, class_index);
 *     while (class_groups_next(&of_class, &group)) ...
 *     class_groups_sort(&of_class);
 *     detection_groups_finish(&groups);
 */
#ifndef LRUN_COMPONENTS_METRICS_DETECTION_GROUPS_H
#define LRUN_COMPONENTS_METRICS_DETECTION_GROUPS_H

#include <stdint.h>

#include "components/metrics/detections.h"

/** Ranges of object sizes that COCO looks at apart: all, small, medium, large. */
#define COCO_AREAS 4

/** A detection and what was found about it. Bit t of a set: at overlap threshold t. */
struct judged {
    const struct detection *detection;
    /** Position among all detections, as given. */
    size_t position;
    /** Position in its image and class, best score first. */
    int rank;
    /** It is an object that counts; it counts neither way. Neither bit: a false alarm. VOC uses item 0 only. */
    uint16_t right[COCO_AREAS];
    uint16_t ignored[COCO_AREAS];
};

/** One image's objects and detections of one class. Detections by falling score, ties in the order given. */
struct group {
    const struct truth *const *truths;
    int truth_count;
    struct judged *detections;
    int detection_count;
};

/** All sorted by class, then image. */
struct detection_groups {
    const struct truth **truths;
    size_t truth_count;
    struct judged *detections;
    size_t detection_count;
};

/** One class's part of the lists; class_groups_next walks it. */
struct class_groups {
    const struct truth *const *truths;
    size_t truth_count;
    struct judged *detections;
    size_t detection_count;
    size_t truth_at;
    size_t detection_at;
};

/** Sorts. The detections must outlive the groups. */
void detection_groups_init(struct detection_groups *groups, const struct detections *detections);
void detection_groups_finish(struct detection_groups *groups);

struct class_groups detection_groups_class(const struct detection_groups *groups, int class_index);

/** The class's next image that has an object or a detection; false after the last one. */
bool class_groups_next(struct class_groups *groups, struct group *group);

/** Sorts the class's detections over all images by falling score, ties by `position`: the order of a precision/recall curve. */
void class_groups_sort(struct class_groups *groups);

#endif
