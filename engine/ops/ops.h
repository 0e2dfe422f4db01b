/*
 * ops.h: the operations that models are made of: one function each, which adds a node to a graph and returns its result.
 *
 * All take and return NULL quietly when an earlier call failed (see graph.h). Shapes: n images, c channels, h x w pixels;
 * everything is float32 unless said. Semantics are PyTorch's function of the same name.
 */
#ifndef LRUN_ENGINE_OPS_OPS_H
#define LRUN_ENGINE_OPS_OPS_H

#include "engine/graph/graph.h"

/** As torch.nn.functional.conv2d. Both sides are padded alike. */
struct conv2d_attributes {
    int stride[2]; /* rows, columns */
    int padding[2];
    int dilation[2];
    int groups;
    /** Fused: max(result, 0). Set by the fuse pass. */
    bool relu;
};

/** x [n, c, h, w] * weight [k, c / groups, kh, kw] (+ bias [k]; NULL: none) -> [n, k, oh, ow]. */
struct value *conv2d(struct graph *graph, struct value *x, struct value *weight, struct value *bias,
                     const struct conv2d_attributes *attributes);

/** As torch.nn.BatchNorm2d. */
struct batch_norm_attributes {
    double epsilon;
    double momentum;
    /** True: statistics of the batch, running ones updated. False: the running ones. */
    bool training;
    /** Fused: max(result, 0). Set by the fuse pass. */
    bool relu;
};

/**
 * x [n, c, h, w]; weight, bias, running_mean, running_var [c]; batches int64 [] (num_batches_tracked) -> [n, c, h, w].
 * Updates the three buffers when training.
 */
struct value *batch_norm(struct graph *graph, struct value *x, struct value *weight, struct value *bias,
                         struct value *running_mean, struct value *running_var, struct value *batches,
                         const struct batch_norm_attributes *attributes);

/** max(x, 0), any shape. */
struct value *relu(struct graph *graph, struct value *x);

/** x + y, same shapes. */
struct value *add(struct graph *graph, struct value *x, struct value *y);

/** max(x + y, 0), same shapes: what the fuse pass makes of add and relu. */
struct value *add_relu(struct graph *graph, struct value *x, struct value *y);

/** Elementwise activations other than relu, as torch.nn.functional's of the same name. */
enum activation {
    ACTIVATION_RELU6,        /* min(max(x, 0), 6) */
    ACTIVATION_HARD_SIGMOID, /* relu6(x + 3) / 6 */
    ACTIVATION_HARD_SWISH,   /* x * relu6(x + 3) / 6 */
};

/** The activation of each element, any shape. */
struct value *activation(struct graph *graph, struct value *x, enum activation kind);

/** x [n, c, h, w], each channel times its own factor [n, c]: what squeeze-and-excitation ends with. */
struct value *scale_channels(struct graph *graph, struct value *x, struct value *factors);

/** The input that dropout takes its draws from, int64 [2]: the seed and the number of the batch. */
#define DROPOUT_KEY "dropout_key"

/**
 * As torch.nn.functional.dropout in training: each element becomes 0 with probability p in [0, 1), else it is divided by
 * 1 - p. Any shape but images. The draws are a function of DROPOUT_KEY, the place in the graph and the element.
 */
struct value *dropout(struct graph *graph, struct value *x, double p);

/** x * factor, any shape. */
struct value *scale(struct graph *graph, struct value *x, double factor);

struct pool2d_attributes {
    int kernel[2];
    int stride[2];
    int padding[2];
    bool ceil_mode;
};

/** As torch.nn.functional.max_pool2d; the window has at most 256 pixels. */
struct value *max_pool2d(struct graph *graph, struct value *x, const struct pool2d_attributes *attributes);

/** Mean over rows and columns: [n, c, h, w] -> [n, c] (adaptive_avg_pool2d to 1 x 1, flattened). */
struct value *global_average_pool(struct graph *graph, struct value *x);

/** x [n, in] * weight [out, in] transposed (+ bias [out]; NULL: none) -> [n, out]. */
struct value *linear(struct graph *graph, struct value *x, struct value *weight, struct value *bias);

/** The same elements in another shape. */
struct value *reshape(struct graph *graph, struct value *x, struct shape shape);

/** As torch.permute: dimension i of the result is dimension order[i] of x. */
struct value *permute(struct graph *graph, struct value *x, const int order[SHAPE_MAX_RANK]);

/** Joins up to NODE_MAX_INPUTS values along `axis`. */
struct value *concat(struct graph *graph, struct value *const values[], int count, int axis);

/** As torch.softmax over the last dimension. */
struct value *softmax(struct graph *graph, struct value *x);

/**
 * As torch.nn.functional.cross_entropy: logits [n, classes], labels int32 [n] -> mean loss []. A label outside
 * [0, classes) is left out of the mean, as torch's ignore_index; with none left the loss is not a number.
 */
struct value *cross_entropy(struct graph *graph, struct value *logits, struct value *labels, double label_smoothing);

/** Scales each pixel's channels to length 1, times weight [c]: SSD's L2 norm of conv4_3. [n, c, h, w] -> same. */
struct value *l2_normalize(struct graph *graph, struct value *x, struct value *weight, double epsilon);

/** What SSD's loss and detections share. Default boxes are centre x, centre y, width, height in 0..1 of the image. */
struct ssd_attributes {
    /** [anchors][4]; lent: lives as long as the graph (graph_arena). */
    const float *default_boxes;
    int64_t anchors;
    int classes; /* with background as class 0 */
    int height;  /* of the images, in pixels */
    int width;
    /** Loss: an anchor matches a box at this IoU or above; negatives per positive. */
    double iou_threshold;
    double negatives_per_positive;
    /** Detections. */
    double score_threshold;
    double nms_threshold;
    int candidates_per_class; /* torchvision's topk_candidates */
    int detections_per_image;
};

/** The two parts of SSD's loss, each a scalar []. */
struct ssd_losses {
    struct value *box_regression;
    struct value *classification;
};

/**
 * As torchvision.models.detection.SSD.compute_loss with its SSDMatcher and BoxCoder(10, 10, 5, 5).
 * regression [n, anchors, 4], logits [n, anchors, classes]; boxes [n, m, 4] (xyxy pixels), labels int32 [n, m] (1 and up),
 * counts int32 [n] (boxes in use).
 */
struct ssd_losses ssd_loss(struct graph *graph, struct value *regression, struct value *logits, struct value *boxes,
                           struct value *labels, struct value *counts, const struct ssd_attributes *attributes);

/**
 * As torchvision.models.detection.SSD.postprocess_detections: softmax, decode, clip, threshold, top-k, NMS per class.
 * -> [n, detections_per_image, 6]: x1, y1, x2, y2 (pixels), score, label; unused rows have label 0. Best first.
 */
struct value *ssd_detections(struct graph *graph, struct value *regression, struct value *logits,
                             const struct ssd_attributes *attributes);

#endif
