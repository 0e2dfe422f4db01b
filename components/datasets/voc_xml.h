/*
 * voc_xml.h: reading PASCAL VOC's annotation files.
 *
 * Made for files from anywhere: at most 1 MiB, no DOCTYPE, no entity definitions, no network, nothing outside the bytes.
 * What real sets contain is read as it is meant: objects are the root's own `object` children (a `part` inside an object
 * is not one), numbers may be long floats and come in any order, `difficult`, `truncated` and `size` may be missing,
 * `filename`, `folder` and `path` are ignored (they are often wrong: files are paired by their stem).
 *
 * Boxes are given in the file's own numbers. VOC counts pixels from 1 and includes the last one; like torchvision's
 * VOCDetection and its references, nothing is subtracted. Boxes without area and duplicates are given as they are.
 */
#ifndef LRUN_COMPONENTS_DATASETS_VOC_XML_H
#define LRUN_COMPONENTS_DATASETS_VOC_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"

/** Largest file that is read. */
#define VOC_XML_MAX_BYTES ((size_t)1 << 20)
/** Most objects of a file. */
#define VOC_XML_MAX_OBJECTS 10000

/** One `object`. */
struct voc_object {
    /** Its class, without surrounding blanks. In the caller's arena. */
    const char *name;
    double xmin;
    double ymin;
    double xmax;
    double ymax;
    bool difficult;
    bool truncated;
};

/** One file. `width`, `height` and `depth` are what the file says (0 where it does not), which may be wrong. */
struct voc_annotation {
    int width;
    int height;
    int depth;
    struct voc_object *objects;
    int count;
};

/**
 * Reads an annotation from memory; what it holds lies in `arena`. Thread-safe. Fails with ERROR_DATA when it is not
 * well-formed, declares a DOCTYPE or an entity, is no `annotation`, or has an object without a name or a whole box.
 */
bool voc_xml_parse(const char *bytes, size_t size, struct voc_annotation *annotation, struct arena *arena,
                   struct error *error);

/** As voc_xml_parse, from a file, which errors name. */
bool voc_xml_load(const char *path, struct voc_annotation *annotation, struct arena *arena, struct error *error);

#endif
