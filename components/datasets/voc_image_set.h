/* voc_image_set.h: VOC's lists of images: `ImageSets/Main/<set>.txt`. */
#ifndef LRUN_COMPONENTS_DATASETS_VOC_IMAGE_SET_H
#define LRUN_COMPONENTS_DATASETS_VOC_IMAGE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"

/** The names of a list, in its order. In the caller's arena. */
struct voc_image_set {
    const char **ids;
    int64_t count;
};

/**
 * Reads a list: one name per line, blank lines and blanks around it ignored (CRLF too). In a class's list
 * (`cat_train.txt`) a flag -1, 0 or 1 follows the name: the images with 1 or 0 (only difficult ones) hold the class, those
 * with -1 are left out. Fails with ERROR_DATA when the file cannot be read, a line is neither, or nothing is left.
 */
bool voc_image_set_load(const char *path, struct voc_image_set *set, struct arena *arena, struct error *error);

#endif
