/*
 * detection_metric.h: the mean average precision of a detector over an epoch: map, map_50, map_75, as torchmetrics'
 * MeanAveragePrecision (COCO's rules: see average_precision.h), difficult objects counting neither way.
 */
#ifndef LRUN_COMPONENTS_METRICS_DETECTION_METRIC_H
#define LRUN_COMPONENTS_METRICS_DETECTION_METRIC_H

#include "components/metrics/metric.h"

/**
 * Reads the batch's boxes and the output "detections" [n, d, 6]: x1, y1, x2, y2, score, label (1 and up; 0: no detection).
 * With `class_names` (NULL: not wanted; lent) the classes' own figures follow as "map_50_<name>". Never NULL.
 */
struct metric *detection_metric_create(int class_count, const char *const *class_names);

#endif
