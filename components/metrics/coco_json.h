/*
 * coco_json.h: COCO's files: ground truth ("instances") and results.
 *
 * Read as pycocotools reads them, from anywhere: whatever a file holds, the worst is an error that names the file and the
 * place in it ("annotations[12].bbox"). One more field than COCO's is known: an annotation's `difficult` (0 or 1).
 */
#ifndef LRUN_COMPONENTS_METRICS_COCO_JSON_H
#define LRUN_COMPONENTS_METRICS_COCO_JSON_H

#include "components/metrics/detection_set.h"

/**
 * Reads images, categories and annotations. `image_set` (NULL: all) is a text file that names the images to keep, as
 * VOC's ImageSets do. Fails with ERROR_DATA.
 */
bool coco_truths_load(struct detection_set *set, const char *path, const char *image_set, struct error *error);

/**
 * Reads results: a list of {image_id, category_id, bbox: [x, y, width, height], score}. An image_id may be a name, and
 * `category_name`, where present, goes before `category_id`. The set must have its ground truth. Fails with ERROR_DATA.
 */
bool coco_detections_load(struct detection_set *set, const char *path, struct error *error);

#endif
