/* voc_years.h: PASCAL VOC's archives: where each is, its digest, and the folder that it holds. */
#ifndef LRUN_COMPONENTS_DATASETS_VOC_YEARS_H
#define LRUN_COMPONENTS_DATASETS_VOC_YEARS_H

#include "components/datasets/archive_store.h"
#include "components/datasets/voc_detection.h"

/** One archive. */
struct voc_archive {
    struct download_source source;
    /** "VOCdevkit/VOC2012". */
    const char *folder;
};

/** The archive of this year that holds this image set: 2007's `test` has one of its own. */
const struct voc_archive *voc_archive_get(enum voc_year year, const char *image_set);

#endif
