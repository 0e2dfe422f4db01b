/* picture_writer.h: a detector's predictions as pictures: the original images with boxes, classes and scores drawn. */
#ifndef LRUN_RUNNER_TRAIN_PICTURE_WRITER_H
#define LRUN_RUNNER_TRAIN_PICTURE_WRITER_H

#include "components/datamodules/data_module.h"
#include "runner/train/prediction_writer.h"

/**
 * Writes DIRECTORY/NAME.jpg for the first `limit` images (negative: all), with the detections of at least `score_threshold`;
 * the directory is made. Reads the images again from `module`'s prediction data. `module` and the string are lent. Never NULL.
 */
struct prediction_writer *picture_writer_create(const char *directory, struct data_module *module,
                                                double score_threshold, int limit);

#endif
