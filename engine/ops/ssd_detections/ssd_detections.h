/* ssd_detections.h: the kernels of ssd_detections. */
#ifndef LRUN_ENGINE_OPS_SSD_DETECTIONS_SSD_DETECTIONS_H
#define LRUN_ENGINE_OPS_SSD_DETECTIONS_SSD_DETECTIONS_H

#include "engine/graph/op.h"

extern const struct kernel ssd_detections_cuda;
extern const struct kernel ssd_detections_reference;

#endif
