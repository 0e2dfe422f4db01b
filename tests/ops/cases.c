/* cases.c: the table of operations to test. Shapes are odd where layouts, groups, padding or rounding could go wrong. */
#include "tests/ops/cases.h"

#include <string.h>

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/tensor/numbers.h"

float case_number(const char *name, int64_t i)
{
    uint32_t hash = 2166136261U;
    for (const char *c = name; *c != '\0'; c++)
        hash = (hash ^ (uint32_t)(unsigned char)*c) * 16777619U;
    hash += (uint32_t)i * 2654435761U;
    hash = (hash ^ hash >> 15) * 2246822519U;
    hash = (hash ^ hash >> 13) * 3266489917U;
    hash ^= hash >> 16;
    return (float)((int32_t)(hash >> 8) - (1 << 23)) / (float)(1 << 23);
}

/* Boxes that grow from a corner, inside an image of 60 x 60. */
static float box_coordinate(int64_t i)
{
    float near = 20 + 15 * case_number("boxes", i - i % 4 + i % 2);
    return i % 4 < 2 ? near : near + 12 + 8 * case_number("boxes", i);
}

void case_fill(const struct value *value, void *data)
{
    int64_t count = shape_count(&value->shape);
    struct numbers numbers = {data, value->dtype};
    for (int64_t i = 0; i < count; i++) {
        float number = case_number(value->name, i);
        if (value->dtype == DTYPE_I64)
            ((int64_t *)data)[i] = 0;
        else if (strcmp(value->name, "labels") == 0)
            ((int32_t *)data)[i] = (int32_t)(i * 7 % 4) + (value->shape.rank > 1);
        else if (strcmp(value->name, "counts") == 0)
            ((int32_t *)data)[i] = (int32_t)i;
        else if (strcmp(value->name, "boxes") == 0)
            numbers_set(numbers, i, box_coordinate(i));
        else if (strcmp(value->name, "running_var") == 0)
            numbers_set(numbers, i, 1.5F + number);
        else
            numbers_set(numbers, i, number);
    }
}

static struct value *parameter(struct graph *graph, const char *name, struct shape shape)
{
    return graph_parameter(graph, name, shape, (struct init){0});
}

/* A value that is not a parameter, so that it may lie in any layout, and yet has a gradient. */
static struct value *variable(struct graph *graph, const char *name, struct shape shape)
{
    return scale(graph, parameter(graph, name, shape), 1);
}

static struct value *build_conv(struct graph *graph, struct shape x, struct shape weight, bool bias,
                                struct conv2d_attributes attributes)
{
    return conv2d(graph, variable(graph, "x", x), parameter(graph, "weight", weight),
                  bias ? parameter(graph, "bias", SHAPE(weight.size[0])) : NULL, &attributes);
}

#define CONV(name, x, weight, bias, ...)                                                                               \
    static struct value *name(struct graph *graph)                                                                     \
    {                                                                                                                  \
        return build_conv(graph, x, weight, bias, (struct conv2d_attributes){__VA_ARGS__});                            \
    }

CONV(conv_odd, SHAPE(2, 3, 9, 7), SHAPE(5, 3, 3, 3), true, .stride = {1, 1}, .padding = {1, 1}, .dilation = {1, 1},
     .groups = 1)
CONV(conv_stem, SHAPE(2, 3, 19, 17), SHAPE(16, 3, 7, 7), false, .stride = {2, 2}, .padding = {3, 3}, .dilation = {1, 1},
     .groups = 1)
CONV(conv_strided, SHAPE(2, 16, 9, 8), SHAPE(32, 16, 3, 3), true, .stride = {2, 2}, .padding = {1, 1},
     .dilation = {1, 1}, .groups = 1)
CONV(conv_point, SHAPE(2, 16, 5, 5), SHAPE(8, 16, 1, 1), false, .stride = {1, 1}, .dilation = {1, 1}, .groups = 1)
CONV(conv_dilated, SHAPE(1, 8, 13, 12), SHAPE(16, 8, 3, 3), true, .stride = {1, 1}, .padding = {6, 6},
     .dilation = {6, 6}, .groups = 1)
CONV(conv_groups, SHAPE(2, 12, 6, 7), SHAPE(18, 4, 3, 3), true, .stride = {1, 1}, .padding = {1, 1}, .dilation = {1, 1},
     .groups = 3)
CONV(conv_depthwise, SHAPE(2, 16, 7, 6), SHAPE(16, 1, 3, 3), false, .stride = {2, 1}, .padding = {1, 0},
     .dilation = {1, 1}, .groups = 16)
CONV(conv_oblong, SHAPE(2, 6, 8, 11), SHAPE(4, 6, 1, 4), true, .stride = {3, 2}, .padding = {0, 2}, .dilation = {1, 2},
     .groups = 1)
CONV(conv_head, SHAPE(2, 32, 3, 3), SHAPE(84, 32, 3, 3), true, .stride = {1, 1}, .padding = {1, 1}, .dilation = {1, 1},
     .groups = 1)
CONV(conv_relu, SHAPE(2, 16, 6, 6), SHAPE(16, 16, 3, 3), true, .stride = {1, 1}, .padding = {1, 1}, .dilation = {1, 1},
     .groups = 1, .relu = true)
/* More than 1024 pixels, so that sums over them are taken in several parts; no whole blocks of channels. */
CONV(conv_tail, SHAPE(2, 34, 24, 23), SHAPE(37, 34, 3, 3), true, .stride = {1, 1}, .padding = {1, 1},
     .dilation = {1, 1}, .groups = 1)
CONV(conv_tail_strided, SHAPE(2, 33, 47, 45), SHAPE(35, 33, 4, 3), true, .stride = {2, 2}, .padding = {2, 1},
     .dilation = {1, 1}, .groups = 1)
CONV(conv_pixel, SHAPE(3, 32, 1, 1), SHAPE(48, 32, 1, 1), true, .stride = {1, 1}, .dilation = {1, 1}, .groups = 1)
/* So many that threads share the pixels. */
CONV(conv_large, SHAPE(1, 5, 191, 181), SHAPE(3, 5, 3, 3), true, .stride = {1, 1}, .padding = {1, 1},
     .dilation = {1, 1}, .groups = 1)
CONV(conv_winograd, SHAPE(2, 64, 14, 15), SHAPE(64, 64, 3, 3), true, .stride = {1, 1}, .padding = {1, 1},
     .dilation = {1, 1}, .groups = 1)

static struct value *build_norm(struct graph *graph, struct shape x, bool training, bool relu)
{
    struct shape channels = SHAPE(x.size[1]);
    struct init zero = {0};
    return batch_norm(
        graph, variable(graph, "x", x), parameter(graph, "weight", channels), parameter(graph, "bias", channels),
        graph_buffer(graph, "running_mean", DTYPE_F32, channels, zero),
        graph_buffer(graph, "running_var", DTYPE_F32, channels, zero),
        graph_buffer(graph, "batches", DTYPE_I64, (struct shape){.rank = 0}, zero),
        &(struct batch_norm_attributes){.epsilon = 1e-5, .momentum = 0.1, .training = training, .relu = relu});
}

static struct value *norm_training(struct graph *graph)
{
    return build_norm(graph, SHAPE(3, 16, 5, 7), true, false);
}

static struct value *norm_odd(struct graph *graph)
{
    return build_norm(graph, SHAPE(2, 21, 3, 5), true, false);
}

static struct value *norm_inference(struct graph *graph)
{
    return build_norm(graph, SHAPE(2, 8, 3, 3), false, false);
}

static struct value *norm_relu(struct graph *graph)
{
    return build_norm(graph, SHAPE(2, 24, 9, 2), true, true);
}

/* Statistics of the same x, so that the result is that of batch_norm. */
static struct value *norm_apply(struct graph *graph)
{
    struct value *y = build_norm(graph, SHAPE(2, 24, 9, 2), true, true);
    return y == NULL ? NULL : batch_norm_apply(graph, y->producer->inputs, y->producer);
}

static struct value *relu_case(struct graph *graph)
{
    return relu(graph, variable(graph, "x", SHAPE(2, 16, 3, 5)));
}

static struct value *add_case(struct graph *graph)
{
    return add(graph, variable(graph, "x", SHAPE(2, 8, 3, 5)), variable(graph, "y", SHAPE(2, 8, 3, 5)));
}

static struct value *add_relu_case(struct graph *graph)
{
    return add_relu(graph, variable(graph, "x", SHAPE(2, 16, 3, 5)), variable(graph, "y", SHAPE(2, 16, 3, 5)));
}

static struct value *relu6_case(struct graph *graph)
{
    return activation(graph, scale(graph, variable(graph, "x", SHAPE(2, 16, 3, 5)), 9), ACTIVATION_RELU6);
}

static struct value *hard_sigmoid_case(struct graph *graph)
{
    return activation(graph, scale(graph, variable(graph, "x", SHAPE(2, 19)), 5), ACTIVATION_HARD_SIGMOID);
}

static struct value *hard_swish_case(struct graph *graph)
{
    return activation(graph, scale(graph, variable(graph, "x", SHAPE(2, 24, 3, 5)), 5), ACTIVATION_HARD_SWISH);
}

static struct value *scale_channels_case(struct graph *graph)
{
    return scale_channels(graph, variable(graph, "x", SHAPE(2, 32, 3, 5)), variable(graph, "factors", SHAPE(2, 32)));
}

static struct value *scale_channels_odd(struct graph *graph)
{
    return scale_channels(graph, variable(graph, "x", SHAPE(3, 21, 7, 3)), variable(graph, "factors", SHAPE(3, 21)));
}

static struct value *dropout_case(struct graph *graph)
{
    return dropout(graph, variable(graph, "x", SHAPE(7, 13)), 0.3);
}

static struct value *scale_case(struct graph *graph)
{
    return scale(graph, variable(graph, "x", SHAPE(7, 3)), -0.3);
}

static struct value *build_pool(struct graph *graph, struct shape x, struct pool2d_attributes attributes)
{
    return max_pool2d(graph, variable(graph, "x", x), &attributes);
}

static struct value *pool_resnet(struct graph *graph)
{
    return build_pool(graph, SHAPE(2, 16, 9, 8),
                      (struct pool2d_attributes){.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}});
}

static struct value *pool_tiles(struct graph *graph)
{
    return build_pool(graph, SHAPE(3, 16, 5, 8), (struct pool2d_attributes){.kernel = {2, 3}, .stride = {2, 3}});
}

static struct value *pool_ceil(struct graph *graph)
{
    return build_pool(graph, SHAPE(2, 8, 7, 5),
                      (struct pool2d_attributes){.kernel = {2, 2}, .stride = {2, 2}, .ceil_mode = true});
}

static struct value *pool_same(struct graph *graph)
{
    return build_pool(graph, SHAPE(2, 19, 6, 5),
                      (struct pool2d_attributes){.kernel = {3, 3}, .stride = {1, 1}, .padding = {1, 1}});
}

static struct value *pool_oblong(struct graph *graph)
{
    return build_pool(
        graph, SHAPE(1, 16, 8, 9),
        (struct pool2d_attributes){.kernel = {2, 3}, .stride = {3, 2}, .padding = {1, 0}, .ceil_mode = true});
}

static struct value *global_pool(struct graph *graph)
{
    return global_average_pool(graph, variable(graph, "x", SHAPE(2, 24, 5, 3)));
}

static struct value *linear_case(struct graph *graph)
{
    return linear(graph, variable(graph, "x", SHAPE(3, 13)), parameter(graph, "weight", SHAPE(7, 13)),
                  parameter(graph, "bias", SHAPE(7)));
}

static struct value *linear_no_bias(struct graph *graph)
{
    return linear(graph, variable(graph, "x", SHAPE(2, 8)), parameter(graph, "weight", SHAPE(16, 8)), NULL);
}

static struct value *reshape_case(struct graph *graph)
{
    return reshape(graph, variable(graph, "x", SHAPE(2, 8, 3, 1)), SHAPE(4, 12));
}

static struct value *permute_head(struct graph *graph)
{
    return permute(graph, variable(graph, "x", SHAPE(2, 16, 3, 5)), (const int[SHAPE_MAX_RANK]){0, 2, 3, 1});
}

static struct value *permute_back(struct graph *graph)
{
    return permute(graph, variable(graph, "x", SHAPE(2, 3, 5, 8)), (const int[SHAPE_MAX_RANK]){0, 3, 1, 2});
}

static struct value *permute_five(struct graph *graph)
{
    return permute(graph, variable(graph, "x", SHAPE(2, 3, 2, 4, 3)), (const int[SHAPE_MAX_RANK]){4, 0, 3, 1, 2});
}

static struct value *concat_case(struct graph *graph)
{
    struct value *values[] = {variable(graph, "x", SHAPE(2, 3, 4)), variable(graph, "y", SHAPE(2, 1, 4)),
                              variable(graph, "z", SHAPE(2, 5, 4))};
    return concat(graph, values, 3, 1);
}

static struct value *softmax_case(struct graph *graph)
{
    return softmax(graph, variable(graph, "x", SHAPE(3, 2, 5)));
}

static struct value *entropy_case(struct graph *graph)
{
    return cross_entropy(graph, scale(graph, variable(graph, "x", SHAPE(6, 4)), 3),
                         graph_input(graph, "labels", DTYPE_I32, SHAPE(6)), 0);
}

static struct value *entropy_smooth(struct graph *graph)
{
    return cross_entropy(graph, variable(graph, "x", SHAPE(6, 5)), graph_input(graph, "labels", DTYPE_I32, SHAPE(6)),
                         0.1);
}

/* Three of the four labels exist. */
static struct value *entropy_ignored(struct graph *graph)
{
    return cross_entropy(graph, variable(graph, "x", SHAPE(6, 3)), graph_input(graph, "labels", DTYPE_I32, SHAPE(6)),
                         0);
}

static struct value *normalize_case(struct graph *graph)
{
    return l2_normalize(graph, variable(graph, "x", SHAPE(2, 16, 3, 5)), parameter(graph, "weight", SHAPE(16)), 1e-12);
}

static struct value *normalize_odd(struct graph *graph)
{
    return l2_normalize(graph, variable(graph, "x", SHAPE(2, 40, 3, 5)), parameter(graph, "weight", SHAPE(40)), 1e-12);
}

/* A grid of places with 2 boxes each, `side` in a row, of an image of 60 x 60. */
static const float *default_boxes(struct graph *graph, int side)
{
    int count = 2 * side * side;
    float *boxes = arena_allocate(graph_arena(graph), (size_t)count * 4, sizeof *boxes);
    for (int i = 0; i < count; i++) {
        boxes[4 * i] = ((float)(i / 2 % side) + 0.5F) / (float)side;
        boxes[4 * i + 1] = ((float)(i / (2 * side)) + 0.5F) / (float)side;
        boxes[4 * i + 2] = i % 2 == 0 ? 0.25F : 0.375F;
        boxes[4 * i + 3] = i % 2 == 0 ? 0.25F : 0.1875F;
    }
    return boxes;
}

static struct ssd_attributes ssd_attributes(struct graph *graph, int side)
{
    return (struct ssd_attributes){
        .default_boxes = default_boxes(graph, side),
        .anchors = 2 * side * side,
        .classes = 5,
        .height = 60,
        .width = 60,
        .iou_threshold = 0.5,
        .negatives_per_positive = 3,
        .score_threshold = 0.2,
        .nms_threshold = 0.45,
        .candidates_per_class = 9,
        .detections_per_image = 12,
    };
}

static struct ssd_losses build_ssd(struct graph *graph, const struct ssd_attributes *attributes, struct value *logits)
{
    return ssd_loss(graph, variable(graph, "regression", SHAPE(3, attributes->anchors, 4)), logits,
                    graph_input(graph, "boxes", DTYPE_F32, SHAPE(3, 3, 4)),
                    graph_input(graph, "labels", DTYPE_I32, SHAPE(3, 3)),
                    graph_input(graph, "counts", DTYPE_I32, SHAPE(3)), attributes);
}

static struct ssd_losses build_small_ssd(struct graph *graph)
{
    struct ssd_attributes attributes = ssd_attributes(graph, 6);
    return build_ssd(graph, &attributes, variable(graph, "logits", SHAPE(3, 72, 5)));
}

static struct value *ssd_boxes(struct graph *graph)
{
    return build_small_ssd(graph).box_regression;
}

static struct value *ssd_classes(struct graph *graph)
{
    return build_small_ssd(graph).classification;
}

/* Every anchor has one that is as good. */
static struct value *twice(struct graph *graph, struct value *logits)
{
    return concat(graph, (struct value *[]){logits, logits}, 2, 1);
}

/* More anchors than a GPU's block has threads; few match well; an odd number of negatives is taken from pairs of equals. */
static struct value *ssd_classes_many(struct graph *graph)
{
    struct ssd_attributes attributes = ssd_attributes(graph, 17);
    attributes.iou_threshold = 0.8;
    attributes.negatives_per_positive = 2.5;
    return build_ssd(graph, &attributes, twice(graph, variable(graph, "logits", SHAPE(3, 289, 5)))).classification;
}

static struct value *ssd_found(struct graph *graph)
{
    struct ssd_attributes attributes = ssd_attributes(graph, 6);
    return ssd_detections(graph, variable(graph, "regression", SHAPE(2, 72, 4)),
                          variable(graph, "logits", SHAPE(2, 72, 5)), &attributes);
}

static struct value *ssd_found_many(struct graph *graph)
{
    struct ssd_attributes attributes = ssd_attributes(graph, 17);
    attributes.candidates_per_class = 71;
    attributes.detections_per_image = 150;
    return ssd_detections(graph, variable(graph, "regression", SHAPE(2, 578, 4)),
                          twice(graph, variable(graph, "logits", SHAPE(2, 289, 5))), &attributes);
}

const struct ops_case ops_cases[] = {
    {"conv_odd", conv_odd, false, false, false},
    {"conv_stem", conv_stem, false, false, false},
    {"conv_strided", conv_strided, false, false, false},
    {"conv_point", conv_point, false, false, false},
    {"conv_dilated", conv_dilated, false, false, false},
    {"conv_groups", conv_groups, false, false, false},
    {"conv_depthwise", conv_depthwise, false, false, false},
    {"conv_oblong", conv_oblong, false, false, false},
    {"conv_head", conv_head, false, false, false},
    {"conv_relu", conv_relu, true, false, false},
    {"conv_tail", conv_tail, true, false, true},
    {"conv_tail_strided", conv_tail_strided, true, false, true},
    {"conv_pixel", conv_pixel, true, false, true},
    {"conv_large", conv_large, true, false, true},
    {"conv_winograd", conv_winograd, true, false, true},
    {"norm_training", norm_training, false, false, false},
    {"norm_odd", norm_odd, false, false, false},
    {"norm_inference", norm_inference, false, false, false},
    {"norm_relu", norm_relu, true, false, false},
    {"norm_apply", norm_apply, false, true, false},
    {"relu", relu_case, true, false, false},
    {"add", add_case, false, false, false},
    {"add_relu", add_relu_case, true, false, false},
    {"relu6", relu6_case, true, false, false},
    {"hard_sigmoid", hard_sigmoid_case, true, false, false},
    {"hard_swish", hard_swish_case, true, false, false},
    {"scale_channels", scale_channels_case, false, false, false},
    {"scale_channels_odd", scale_channels_odd, false, false, false},
    {"dropout", dropout_case, false, false, false},
    {"scale", scale_case, false, false, false},
    {"pool_resnet", pool_resnet, true, false, false},
    {"pool_tiles", pool_tiles, true, false, true},
    {"pool_ceil", pool_ceil, true, false, false},
    {"pool_same", pool_same, true, false, false},
    {"pool_oblong", pool_oblong, true, false, false},
    {"global_pool", global_pool, false, false, false},
    {"linear", linear_case, false, false, false},
    {"linear_no_bias", linear_no_bias, false, false, false},
    {"reshape", reshape_case, false, false, false},
    {"permute_head", permute_head, false, false, false},
    {"permute_back", permute_back, false, false, false},
    {"permute_five", permute_five, false, false, false},
    {"concat", concat_case, false, false, false},
    {"softmax", softmax_case, false, false, false},
    {"entropy", entropy_case, false, false, false},
    {"entropy_smooth", entropy_smooth, false, false, false},
    {"entropy_ignored", entropy_ignored, false, false, false},
    {"l2_normalize", normalize_case, false, false, false},
    {"l2_normalize_odd", normalize_odd, false, false, false},
    {"ssd_boxes", ssd_boxes, false, false, false},
    {"ssd_classes", ssd_classes, false, false, false},
    {"ssd_classes_many", ssd_classes_many, true, false, true},
    {"ssd_found", ssd_found, false, true, false},
    {"ssd_found_many", ssd_found_many, true, true, true},
};

const int ops_case_count = sizeof ops_cases / sizeof *ops_cases;
