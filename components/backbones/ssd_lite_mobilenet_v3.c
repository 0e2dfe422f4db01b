/* ssd_lite_mobilenet_v3.c: SSDLiteMobileNetV3Large. */
#include "components/backbones/ssd_lite_mobilenet_v3.h"

#include <stdio.h>

#include "components/backbones/mobilenet_v3_blocks.h"
#include "engine/base/memory.h"

/* The block that is cut: the last strided one. */
#define CUT 12

struct ssd_lite_backbone {
    struct backbone base;
    struct mobilenet_block blocks[MOBILENET_LARGE_BLOCKS];
};

/* Up to the expansion of the block that is cut: features.0. Sets what goes into that block. */
static struct value *add_fine_part(const struct ssd_lite_backbone *net, struct graph *graph, struct value *images,
                                   const struct mobilenet_style *style, struct value **into_cut)
{
    char name[12];
    snprintf(name, sizeof name, "%d", CUT + 1);
    graph_enter(graph, "0");
    struct value *x = mobilenet_stem(graph, images, "0", style);
    for (int i = 0; i < CUT; i++) {
        graph_enter(graph, "%d.block", i + 1);
        x = mobilenet_add_block(graph, x, &net->blocks[i], style);
        graph_leave(graph);
    }
    *into_cut = x;
    x = mobilenet_expand(graph, x, name, &net->blocks[CUT], style);
    graph_leave(graph);
    return x;
}

/* The rest of the block that is cut and what follows: features.1. */
static struct value *add_coarse_part(const struct ssd_lite_backbone *net, struct graph *graph, struct value *expanded,
                                     struct value *into_cut, const struct mobilenet_style *style)
{
    char name[12];
    snprintf(name, sizeof name, "%d", MOBILENET_LARGE_BLOCKS - CUT);
    graph_enter(graph, "1");
    graph_enter(graph, "0");
    struct value *x = mobilenet_finish(graph, expanded, into_cut, &net->blocks[CUT], style);
    graph_leave(graph);
    for (int i = CUT + 1; i < MOBILENET_LARGE_BLOCKS; i++) {
        graph_enter(graph, "%d.block", i - CUT);
        x = mobilenet_add_block(graph, x, &net->blocks[i], style);
        graph_leave(graph);
    }
    x = mobilenet_last(graph, x, name, style);
    graph_leave(graph);
    return x;
}

static void ssd_lite_backbone_build(const struct backbone *base, struct graph *graph, struct value *images,
                                    bool training, struct features *features)
{
    const struct ssd_lite_backbone *net = (const struct ssd_lite_backbone *)base;
    struct mobilenet_style style = mobilenet_style_ssd_lite(training);
    struct value *into_cut = NULL;
    graph_enter(graph, "features");
    features->count = 2;
    features->maps[0] = add_fine_part(net, graph, images, &style, &into_cut);
    features->maps[1] = add_coarse_part(net, graph, features->maps[0], into_cut, &style);
    graph_leave(graph);
}

static int ssd_lite_backbone_channels(const struct backbone *base)
{
    const struct ssd_lite_backbone *net = (const struct ssd_lite_backbone *)base;
    return MOBILENET_LAST_EXPANSION * net->blocks[MOBILENET_LARGE_BLOCKS - 1].channels;
}

static void ssd_lite_backbone_destroy(struct backbone *base)
{
    memory_free(base);
}

static const struct backbone_interface ssd_lite_backbone_interface = {
    .build = ssd_lite_backbone_build,
    .channels = ssd_lite_backbone_channels,
    .destroy = ssd_lite_backbone_destroy,
};

struct backbone *ssd_lite_mobilenet_v3_large_create(const struct ssd_lite_mobilenet_v3_large_params *params,
                                                    struct error *error)
{
    (void)error;
    struct ssd_lite_backbone *net = memory_allocate(1, sizeof *net);
    net->base.interface = &ssd_lite_backbone_interface;
    mobilenet_large_blocks(params->reduced_tail, net->blocks);
    return &net->base;
}
