/* monitor.c: what callbacks that watch a logged number share. */
#include "components/callbacks/monitor.h"

#include <math.h>

#include "engine/base/text.h"

const double *monitor_find(const struct run_view *view, const char *callback, const char *name, struct error *error)
{
    const double *score = scalars_find(view->metrics, name);
    if (score != NULL)
        return score;
    struct text logged = TEXT_INIT;
    for (size_t i = 0; i < view->metrics->count; i++)
        text_format(&logged, "%s%s", i > 0 ? ", " : "", view->metrics->items[i].name);
    error_set(error, ERROR_CONFIG, "%s monitors '%s', which is not logged", callback, name);
    error_hint(error, "set 'monitor' to one of: %s", text_string(&logged));
    text_finish(&logged);
    return NULL;
}

bool monitor_is_better(enum monitor_mode mode, double score, double than, double by)
{
    if (!isfinite(score))
        return false;
    if (isnan(than))
        return true;
    return mode == MONITOR_MODE_MIN ? score < than - by : score > than + by;
}
