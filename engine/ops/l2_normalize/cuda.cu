/*
 * cuda.cu: l2_normalize and its gradient, plain or channels last, on a GPU.
 *
 * A pixel is a row. The gradient of the weight is a sum over the pixels of each image, then over images, in order.
 */
#include "engine/backends/cuda/channel_sums.h"
#include "engine/backends/cuda/rows.h"
#include "engine/ops/l2_normalize/l2_normalize.h"

struct normalize_arguments {
    const void *x;
    const void *weight;
    const void *gradient;
    void *result;
    enum dtype dtype, weight_dtype;
    int64_t rows;
    float epsilon;
    struct image_grid grid;
    /** Of the gradient, scratch: 1 over the length of each pixel, [rows]. */
    float *inverse;
};

struct normalize_shared {
    double squares[BLOCK_THREADS];
};

/* Where channel c of a pixel is. */
BODY int64_t pixel_offset(const struct normalize_arguments *a, int64_t row, int64_t channel)
{
    int64_t pixels = a->grid.height * a->grid.width;
    return image_offset(&a->grid, row / pixels, channel, row % pixels);
}

BODY void normalize_body(struct block_place place, int phase, struct normalize_shared *shared,
                         const struct normalize_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->rows)
        return;
    float length = phase == 1 ? fmaxf((float)sqrt(row_sum(row, shared->squares)), a->epsilon) : 1;
    double sum = 0;
    for (int64_t c = row.lane; c < a->grid.channels; c += ROW_THREADS) {
        int64_t offset = pixel_offset(a, row.number, c);
        float x = float_get(a->x, a->dtype, offset);
        sum += (double)x * x;
        if (phase == 1)
            float_set(a->result, a->dtype, offset, float_get(a->weight, a->weight_dtype, c) * (x / length));
    }
    if (phase == 0)
        shared->squares[place.thread] = sum;
}
LAUNCHER_OF_BLOCKS(normalize, struct normalize_arguments, 2)

struct backward_shared {
    double squares[BLOCK_THREADS], along[BLOCK_THREADS];
};

/* The squares of x, and the weighted gradient along x. */
BODY void backward_find(struct row_place row, struct backward_shared *shared, const struct normalize_arguments *a)
{
    double squares = 0, along = 0;
    for (int64_t c = row.lane; c < a->grid.channels; c += ROW_THREADS) {
        int64_t offset = pixel_offset(a, row.number, c);
        double x = float_get(a->x, a->dtype, offset);
        squares += x * x;
        along += float_get(a->weight, a->weight_dtype, c) * float_get(a->gradient, a->dtype, offset) * x;
    }
    shared->squares[row.first + row.lane] = squares;
    shared->along[row.first + row.lane] = along;
}

BODY void backward_write(struct row_place row, const struct backward_shared *shared,
                         const struct normalize_arguments *a)
{
    double length = sqrt(row_sum(row, shared->squares)), along = row_sum(row, shared->along);
    float inverse = (float)(1 / fmax(length, (double)a->epsilon));
    float shrink = length > a->epsilon ? (float)(along / (length * length * length)) : 0;
    for (int64_t c = row.lane; c < a->grid.channels; c += ROW_THREADS) {
        int64_t offset = pixel_offset(a, row.number, c);
        float slope = float_get(a->weight, a->weight_dtype, c) * float_get(a->gradient, a->dtype, offset);
        float_set(a->result, a->dtype, offset, slope * inverse - float_get(a->x, a->dtype, offset) * shrink);
    }
    if (row.lane == 0)
        a->inverse[row.number] = inverse;
}

BODY void backward_body(struct block_place place, int phase, struct backward_shared *shared,
                        const struct normalize_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->rows)
        return;
    if (phase == 0)
        backward_find(row, shared, a);
    else
        backward_write(row, shared, a);
}
LAUNCHER_OF_BLOCKS(backward, struct normalize_arguments, 2)

CHANNEL_SUMS(weight, x *y *weight)

/* The sums of all images. */
struct total_arguments {
    const float *sums;
    void *result;
    enum dtype dtype;
    int64_t images, channels;
};

BODY void total_body(struct place place, const struct total_arguments *a)
{
    for (int64_t c = place.index; c < a->channels; c += place.count) {
        double sum = 0;
        for (int64_t i = 0; i < a->images; i++)
            sum += a->sums[i * a->channels + c];
        float_set(a->result, a->dtype, c, (float)sum);
    }
}
LAUNCHER(total, struct total_arguments)

/* `first`: the number of the input x; its weight is the next. */
static struct normalize_arguments arguments_of(const struct kernel_instance *instance, const struct kernel_run *run,
                                               int first)
{
    const struct node *node = instance->node;
    const int64_t *size = node->inputs[first]->shape.size;
    struct normalize_arguments a;
    a.x = run->inputs[first];
    a.weight = run->inputs[first + 1];
    a.gradient = run->inputs[0];
    a.result = run->outputs[0];
    a.dtype = node->inputs[first]->dtype;
    a.weight_dtype = node->inputs[first + 1]->dtype;
    a.rows = size[0] * size[2] * size[3];
    a.epsilon = (float)((const struct l2_normalize_attributes *)node->attributes)->epsilon;
    a.grid = image_grid_of(node->inputs[first]);
    a.inverse = (float *)run->scratch;
    return a;
}

static void normalize_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct normalize_arguments a = arguments_of(instance, run, 0);
    normalize_launch(instance->device, row_blocks(a.rows), &a);
}

static void weight_run(const struct kernel_instance *instance, const struct kernel_run *run,
                       const struct normalize_arguments *a)
{
    struct channel_sums sums = channel_sums_of(instance, run);
    struct total_arguments total;
    sums.weights = a->inverse;
    sums.sums = a->inverse + a->rows;
    sums.sums_dtype = DTYPE_F32;
    weight_sums(instance->device, &sums);
    total.sums = a->inverse + a->rows;
    total.result = run->outputs[1];
    total.dtype = instance->node->outputs[1]->dtype;
    total.images = sums.images;
    total.channels = sums.grid.channels;
    total_launch(instance->device, total.channels, &total);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct normalize_arguments a = arguments_of(instance, run, 1);
    backward_launch(instance->device, row_blocks(a.rows), &a);
    weight_run(instance, run, &a);
}

static bool backward_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const int64_t *size = instance->node->inputs[1]->shape.size;
    instance->scratch_bytes = sizeof(float) * (size_t)(size[0] * (size[2] * size[3] + size[1]));
    return true;
}

const struct kernel l2_normalize_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .run = normalize_run,
};
const struct kernel l2_normalize_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .create = backward_create,
    .run = backward_run,
};
