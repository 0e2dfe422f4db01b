/* accuracy.h: the share of samples that a classifier gets right: acc, and with more than five classes acc_top5. */
#ifndef LRUN_COMPONENTS_METRICS_ACCURACY_H
#define LRUN_COMPONENTS_METRICS_ACCURACY_H

#include "components/metrics/metric.h"

/** Reads the batch's labels and the output "logits" [n, classes]. Of equal logits the first class wins. Never NULL. */
struct metric *accuracy_create(int class_count);

#endif
