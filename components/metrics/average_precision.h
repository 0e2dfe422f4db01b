/*
 * average_precision.h: how good detections are: VOC's average precision and COCO's twelve numbers.
 *
 * Pure functions over lists; a training run's metric and `lrun score` share them. -1 stands for "not defined" (a class
 * without an object), as in pycocotools; such classes are left out of means.
 */
#ifndef LRUN_COMPONENTS_METRICS_AVERAGE_PRECISION_H
#define LRUN_COMPONENTS_METRICS_AVERAGE_PRECISION_H

#include "components/metrics/detections.h"

/** How many thresholds voc_average_precision takes at once. */
#define VOC_MAX_THRESHOLDS 16

/** One class at one threshold. */
struct voc_precision {
    /** Area under the precision/recall curve made monotone (VOC2010 and later), and mean at 11 recalls (VOC2007). */
    double area;
    double eleven_point;
};

/**
 * VOC's average precision, as the development kit's (and py-faster-rcnn's voc_eval): detections by falling score (ties in
 * the order given), each compared with the object that it overlaps most, right when that overlap is strictly above the
 * threshold and nobody has claimed the object; a difficult or crowd object counts neither way.
 * Fills precisions[class * threshold_count + threshold].
 */
void voc_average_precision(const struct detections *detections, int class_count, const double thresholds[],
                           int threshold_count, struct voc_precision precisions[]);

/** Mean over the classes of one threshold. */
struct voc_precision voc_mean_precision(const struct voc_precision precisions[], int class_count, int threshold_count,
                                        int threshold);

/** How VOC's "difficult" enters COCO's numbers, which know no such mark. */
enum difficult {
    DIFFICULT_CROWD, /* as a crowd region: finding it, or parts of it, or not finding it, counts neither way */
    DIFFICULT_ALL,   /* as any other object */
    DIFFICULT_DROP,  /* as if it were not there: finding it is a false alarm */
};

/** COCO's twelve, in pycocotools' order. */
enum coco_number {
    COCO_AP,    /* mean over overlaps .50, .55, ... .95 */
    COCO_AP_50, /* at overlap .50, .75 */
    COCO_AP_75,
    COCO_AP_SMALL, /* objects below 32 x 32 pixels, up to 96 x 96, above */
    COCO_AP_MEDIUM,
    COCO_AP_LARGE,
    COCO_AR_1, /* recall with at most 1, 10, 100 detections per image and class */
    COCO_AR_10,
    COCO_AR_100,
    COCO_AR_SMALL,
    COCO_AR_MEDIUM,
    COCO_AR_LARGE,
    COCO_NUMBERS,
};

/** "AP", "AP50", ...: the name of a number. */
const char *coco_number_name(enum coco_number number);

/**
 * COCO's numbers for boxes, as pycocotools' COCOeval with its defaults. One difference: an annotation whose id is 0 is an
 * object like any other. `per_class` (NULL: not wanted) gets the same numbers for each class alone.
 */
void coco_average_precision(const struct detections *detections, int class_count, enum difficult difficult,
                            double numbers[COCO_NUMBERS], double (*per_class)[COCO_NUMBERS]);

#endif
