/*
 * backbone.h: the part of a model that turns images into feature maps: ResNet18, VGG16. Shared by classifiers and detectors.
 */
#ifndef LRUN_COMPONENTS_BACKBONES_BACKBONE_H
#define LRUN_COMPONENTS_BACKBONES_BACKBONE_H

#include <stdbool.h>

#include "engine/graph/graph.h"

struct backbone;

#define BACKBONE_MAX_FEATURES 8

/** Feature maps, finest first, with what a detector needs to know of them. */
struct features {
    struct value *maps[BACKBONE_MAX_FEATURES]; /* [n, channels, h, w] */
    int count;
};

struct backbone_interface {
    /** Adds the feature extractor up to the last map. Parameters are named as torchvision's, in the current scope. */
    void (*build)(const struct backbone *backbone, struct graph *graph, struct value *images, bool training,
                  struct features *features);
    /** Channels of the last map. */
    int (*channels)(const struct backbone *backbone);
    /** Adds a classifier's end with its own parameters: `pooled` [n, channels] -> [n, classes]. NULL: one linear layer, fc. */
    struct value *(*classify)(const struct backbone *backbone, struct graph *graph, struct value *pooled, int classes,
                              bool training);
    void (*destroy)(struct backbone *backbone);
};

/** A backbone; the first member of every component's own struct. */
struct backbone {
    const struct backbone_interface *interface;
};

void backbone_destroy(struct backbone **backbone);

#endif
