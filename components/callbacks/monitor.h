/* monitor.h: what callbacks that watch a logged number share: finding it, and telling better from worse. */
#ifndef LRUN_COMPONENTS_CALLBACKS_MONITOR_H
#define LRUN_COMPONENTS_CALLBACKS_MONITOR_H

#include "components/callbacks/callback.h"

/** Which numbers are better. */
enum monitor_mode {
    MONITOR_MODE_MIN, /**< "min": smaller is better */
    MONITOR_MODE_MAX, /**< "max": larger is better */
};

/** The watched number; NULL with ERROR_CONFIG, naming the logged ones, when nothing of that name was logged. */
const double *monitor_find(const struct run_view *view, const char *callback, const char *name, struct error *error);

/** True when `score` is better than `than` by more than `by`. A number that is not finite is never better. */
bool monitor_is_better(enum monitor_mode mode, double score, double than, double by);

#endif
