/*
 * detection_writer.h: a detector's predictions as files that others read: VOC's "comp4_det_SET_CLASS.txt", one per class, and
 * COCO's results JSON. Boxes are those of the original images.
 */
#ifndef LRUN_RUNNER_TRAIN_DETECTION_WRITER_H
#define LRUN_RUNNER_TRAIN_DETECTION_WRITER_H

#include "components/datamodules/data_module.h"
#include "runner/train/prediction_writer.h"

/**
 * Writes DIRECTORY/comp4_det_SET_CLASS.txt and DIRECTORY/coco_results.json; the directory is made. SET is the dataset's name. An image_id is the number
 * in the image's name where there is one ("000012": 12, "2007_000027": 2007000027), else the name; a category_id is the
 * class's number, from 1. `module` (whose prediction data is read) and the strings are lent. Never NULL.
 */
struct prediction_writer *detection_writer_create(const char *directory, struct data_module *module);

/** A row of the output "detections" as a box of the original image, x1 <= x2 and y1 <= y2, in the dataset's own pixels. */
void detection_map(const float row[6], const struct batch_item *item, double corners[4]);

#endif
