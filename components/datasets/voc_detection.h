/*
 * voc_detection.h: VOCDetection: images with labelled boxes in PASCAL VOC's layout.
 *
 * Under `root` lies `folder` with `Annotations/<id>.xml`, `JPEGImages/<id>.jpg` (or .jpeg, .png) and
 * `ImageSets/Main/<image_set>.txt`: as torchvision leaves it, or as an archive that lrun fetched (archive_store.h).
 * Images and annotations are paired by <id>; boxes keep the file's own numbers (voc_xml.h). A box without area (xmax <=
 * xmin or ymax <= ymin) teaches nothing and breaks the losses: it is left out, and opening says how many there were.
 */
#ifndef LRUN_COMPONENTS_DATASETS_VOC_DETECTION_H
#define LRUN_COMPONENTS_DATASETS_VOC_DETECTION_H

#include "components/datasets/dataset.h"
#include "engine/base/params.h"

/** The years of the challenge. */
enum voc_year {
    VOC_YEAR_2007,
    VOC_YEAR_2008,
    VOC_YEAR_2009,
    VOC_YEAR_2010,
    VOC_YEAR_2011,
    VOC_YEAR_2012,
};

/** Images with labelled boxes in PASCAL VOC's layout. As torchvision.datasets.VOCDetection. Name: VOCDetection. */
struct voc_detection_params {
    /** Directory of the data: downloads go there, and it is torchvision's root. Default: data. */
    const char *root;
    /** Year of the challenge: chooses the official archive and its folder. Default: 2012. */
    enum voc_year year;
    /** The list of images: the name of a file in `ImageSets/Main`, without `.txt`. Default: train. */
    const char *image_set;
    /** Fetches the archive when the images are not there. Default: false. */
    bool download;
    /** Address of an archive (tar or zip): https, http, file, or a path. null: the year's official one. Default: null. */
    const char *url;
    /** Other addresses of the same archive, tried in order. Default: []. */
    struct string_list mirrors;
    /** The archive's digest: "md5:...", "sha256:...", or its digits alone. null: the official one's, if that is used. Default: null. */
    const char *checksum;
    /** Names of the classes, in the order of their numbers. []: VOC's twenty. Default: []. */
    struct string_list classes;
    /** Folder that holds `Annotations`, `JPEGImages` and `ImageSets`. null: the year's, `VOCdevkit/VOC2012`. Default: null. */
    const char *folder;
    /** Keeps boxes that are marked difficult. Default: true. */
    bool keep_difficult;
};

/** Makes the dataset. Fails with ERROR_CONFIG when `checksum` is no digest. */
struct dataset *voc_detection_create(const struct voc_detection_params *params, struct error *error);

/** VOC's twenty classes, in their alphabetical order. */
extern const struct string_list voc_class_names;

#endif
