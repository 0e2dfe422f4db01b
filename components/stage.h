/* stage.h: which of Lightning's four loops runs. */
#ifndef LRUN_COMPONENTS_STAGE_H
#define LRUN_COMPONENTS_STAGE_H

enum stage {
    STAGE_TRAIN,
    STAGE_VALIDATE,
    STAGE_TEST,
    STAGE_PREDICT,
    STAGE_COUNT,
};

/** "train", "val", "test", "predict": the prefix of metric names. */
const char *stage_name(enum stage stage);

#endif
