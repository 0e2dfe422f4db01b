/*
 * detections.h: what was to be found and what was found, as plain lists: the input of every detection metric.
 *
 * Boxes are in pixels, [x1, y1, x2, y2), x2 and y2 exclusive. A VOC box (xmin, ymin, xmax, ymax: 1-based, all inclusive)
 * is [xmin - 1, ymin - 1, xmax, ymax): so VOC's "+1 pixel" overlap is the plain one here, as is COCO's.
 */
#ifndef LRUN_COMPONENTS_METRICS_DETECTIONS_H
#define LRUN_COMPONENTS_METRICS_DETECTIONS_H

#include <stdbool.h>
#include <stddef.h>

/** An object that is there: ground truth. */
struct truth {
    /** Numbers of the image and of the class, 0 and up. */
    int image;
    int class_index;
    double corners[4];
    /** In pixels: the box's, or what the annotation says (COCO: the segment's). */
    double area;
    bool difficult;
    bool crowd;
};

/** An object that a detector claims. */
struct detection {
    int image;
    int class_index;
    double corners[4];
    double score;
};

/** Ground truth and detections of a set of images. Zero is empty. */
struct detections {
    struct truth *truths;
    size_t truth_count;
    size_t truth_capacity;
    struct detection *items;
    size_t count;
    size_t capacity;
};

void detections_add_truth(struct detections *detections, const struct truth *truth);
void detections_add(struct detections *detections, const struct detection *detection);

/** Empties the lists, keeping their memory. */
void detections_clear(struct detections *detections);
void detections_finish(struct detections *detections);

/** Intersection over union of two boxes; over the first one's own area when the second is a crowd region. 0 when apart. */
double box_overlap(const double detection[4], const double truth[4], bool crowd);

/** Width times height. */
double box_area(const double corners[4]);

#endif
