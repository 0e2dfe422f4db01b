/*
 * voc_files.h: VOC's files: a folder of annotations with an image set, and results ("comp4_det_test_cat.txt").
 *
 * Read as they are meant (see voc_xml.h), from anywhere: whatever a file holds, the worst is an error that names the file
 * and the line.
 */
#ifndef LRUN_COMPONENTS_METRICS_VOC_FILES_H
#define LRUN_COMPONENTS_METRICS_VOC_FILES_H

#include "components/metrics/detection_set.h"

/**
 * Reads the annotations (FOLDER/NAME.xml) of the images that `image_set` names, one per line, or with NULL of all in the
 * folder. Classes are those found, sorted by name. Fails with ERROR_DATA.
 */
bool voc_truths_load(struct detection_set *set, const char *folder, const char *image_set, struct error *error);

/**
 * Reads results: a folder of files "comp4_det_SET_CLASS.txt", or one such file: lines of image, score, xmin, ymin, xmax,
 * ymax. Files of classes that the ground truth has not are left out. The set must have its ground truth. Fails with
 * ERROR_DATA.
 */
bool voc_detections_load(struct detection_set *set, const char *path, struct error *error);

/** Adds the names of an image set (voc_image_set.h), each once. They lie in `arena`. Fails with ERROR_DATA. */
bool image_set_load(const char *path, struct arena *arena, struct name_list *names, struct error *error);

#endif
