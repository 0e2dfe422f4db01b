/* stage.c: which of Lightning's four loops runs. */
#include "components/stage.h"

const char *stage_name(enum stage stage)
{
    static const char *const names[STAGE_COUNT] = {"train", "val", "test", "predict"};
    return names[stage];
}
