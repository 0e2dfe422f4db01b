/* cuda.cu: softmax and its gradient on a GPU. */
#include "engine/backends/cuda/rows.h"
#include "engine/ops/softmax/softmax.h"

struct softmax_arguments {
    /** Of the gradient: the gradient of y, and y. */
    const void *x;
    const void *y;
    void *result;
    enum dtype x_dtype, y_dtype, dtype;
    int64_t rows, count;
};

struct softmax_shared {
    struct row_exponentials exponentials;
};

BODY void softmax_body(struct block_place place, int phase, struct softmax_shared *shared,
                       const struct softmax_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->rows)
        return;
    int64_t first = row.number * a->count;
    row_exponentials_find(row, phase, &shared->exponentials, a->x, a->x_dtype, first, a->count);
    if (phase < 2)
        return;
    float largest = row_largest(row, &shared->exponentials);
    float factor = (float)(1 / row_sum(row, shared->exponentials.sums));
    for (int64_t i = first + row.lane; i < first + a->count; i += ROW_THREADS)
        float_set(a->result, a->dtype, i, expf(float_get(a->x, a->x_dtype, i) - largest) * factor);
}
LAUNCHER_OF_BLOCKS(softmax, struct softmax_arguments, 3)

struct backward_shared {
    double parts[BLOCK_THREADS];
};

BODY void backward_body(struct block_place place, int phase, struct backward_shared *shared,
                        const struct softmax_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->rows)
        return;
    int64_t first = row.number * a->count;
    float along = phase == 1 ? (float)row_sum(row, shared->parts) : 0;
    double sum = 0;
    for (int64_t i = first + row.lane; i < first + a->count; i += ROW_THREADS) {
        float gradient = float_get(a->x, a->x_dtype, i), y = float_get(a->y, a->y_dtype, i);
        if (phase == 0)
            sum += (double)gradient * y;
        else
            float_set(a->result, a->dtype, i, y * (gradient - along));
    }
    if (phase == 0)
        shared->parts[place.thread] = sum;
}
LAUNCHER_OF_BLOCKS(backward, struct softmax_arguments, 2)

static struct softmax_arguments arguments_of(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    const struct shape *shape = &node->outputs[0]->shape;
    int other = node->input_count - 1;
    struct softmax_arguments a;
    a.x = run->inputs[0];
    a.y = run->inputs[other];
    a.result = run->outputs[0];
    a.x_dtype = node->inputs[0]->dtype;
    a.y_dtype = node->inputs[other]->dtype;
    a.dtype = node->outputs[0]->dtype;
    a.count = shape->size[shape->rank - 1];
    a.rows = shape_count(shape) / a.count;
    return a;
}

static void softmax_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct softmax_arguments a = arguments_of(instance, run);
    softmax_launch(instance->device, row_blocks(a.rows), &a);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct softmax_arguments a = arguments_of(instance, run);
    backward_launch(instance->device, row_blocks(a.rows), &a);
}

const struct kernel softmax_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_is_plain,
    .run = softmax_run,
};
const struct kernel softmax_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_is_plain,
    .run = backward_run,
};
