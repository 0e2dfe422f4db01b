/*
 * gemm.c: convolution and its gradients as products of matrices: the portable path, where oneDNN is absent.
 *
 * The pixels that each output reads are copied into the columns of a matrix (im2col), one group of one image at a time, so
 * that scratch stays small. Sums over images are taken in their order.
 */
#include "engine/backends/cpu/gemm.h"

#include <string.h>

#include "engine/ops/conv2d/conv2d.h"
#include "engine/ops/value_view.h"

/* Rows and columns of the matrix of one group. */
static int64_t matrix_rows(const struct conv2d_geometry *g)
{
    return g->group_c * g->kh * g->kw;
}

static int64_t matrix_columns(const struct conv2d_geometry *g)
{
    return g->oh * g->ow;
}

/* Position that tap `tap` reads for output `out` along an axis. */
static int64_t tap_position(const struct conv2d_geometry *g, int axis, int64_t out, int64_t tap)
{
    const struct conv2d_attributes *attributes = g->attributes;
    return out * attributes->stride[axis] - attributes->padding[axis] + tap * attributes->dilation[axis];
}

/* Row `row` of the matrix: one tap of one channel, for each output; zero in the padding. */
static void gather_row(const struct conv2d_geometry *g, const float *x, int64_t row, float *out)
{
    const float *channel = x + row / (g->kh * g->kw) * g->h * g->w;
    int64_t tap_row = row / g->kw % g->kh, tap_column = row % g->kw;
    for (int64_t i = 0; i < g->oh; i++) {
        int64_t y = tap_position(g, 0, i, tap_row);
        bool inside = y >= 0 && y < g->h;
        for (int64_t j = 0; j < g->ow; j++) {
            int64_t at = tap_position(g, 1, j, tap_column);
            out[i * g->ow + j] = inside && at >= 0 && at < g->w ? channel[y * g->w + at] : 0;
        }
    }
}

static void gather_matrix(const struct conv2d_geometry *g, const float *x, float *matrix)
{
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < matrix_rows(g); row++)
        gather_row(g, x, row, matrix + row * matrix_columns(g));
}

/* Adds one channel's rows of the matrix back to where they were read. */
static void scatter_channel(const struct conv2d_geometry *g, const float *matrix, int64_t c, float *channel)
{
    memset(channel, 0, sizeof *channel * (size_t)(g->h * g->w));
    for (int64_t tap = 0; tap < g->kh * g->kw; tap++) {
        const float *row = matrix + (c * g->kh * g->kw + tap) * matrix_columns(g);
        for (int64_t i = 0; i < g->oh; i++) {
            int64_t y = tap_position(g, 0, i, tap / g->kw);
            for (int64_t j = 0; j < g->ow && y >= 0 && y < g->h; j++) {
                int64_t at = tap_position(g, 1, j, tap % g->kw);
                if (at >= 0 && at < g->w)
                    channel[y * g->w + at] += row[i * g->ow + j];
            }
        }
    }
}

static bool matrix_create(struct kernel_instance *instance, struct conv2d_geometry g)
{
    instance->scratch_bytes = sizeof(float) * (size_t)(matrix_rows(&g) * matrix_columns(&g));
    return true;
}

static bool forward_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    return matrix_create(instance, conv2d_forward_geometry(instance->node));
}

static bool backward_data_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    return matrix_create(instance, conv2d_backward_data_geometry(instance->node));
}

static bool backward_weights_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    return matrix_create(instance, conv2d_backward_weights_geometry(instance->node));
}

static void forward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct conv2d_geometry g = conv2d_forward_geometry(instance->node);
    const float *x = run->inputs[0], *weight = run->inputs[1], *bias = run->inputs[2];
    int64_t rows = matrix_rows(&g), columns = matrix_columns(&g);
    for (int64_t i = 0; i < g.n * g.attributes->groups; i++) {
        int64_t group = i % g.attributes->groups;
        float *y = (float *)run->outputs[0] + i * g.group_k * columns;
        gather_matrix(&g, x + i * g.group_c * g.h * g.w, run->scratch);
        gemm_run(&(struct gemm){.a = weight + group * g.group_k * rows,
                                .b = run->scratch,
                                .c = y,
                                .m = g.group_k,
                                .n = columns,
                                .k = rows});
        if (bias == NULL && !g.attributes->relu)
            continue;
        for (int64_t j = 0; j < g.group_k * columns; j++) {
            float sum = y[j] + (bias != NULL ? bias[group * g.group_k + j / columns] : 0);
            y[j] = g.attributes->relu && sum < 0 ? 0 : sum;
        }
    }
}

static void backward_data_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct conv2d_geometry g = conv2d_backward_data_geometry(instance->node);
    const float *gradient = run->inputs[0], *weight = run->inputs[1];
    int64_t rows = matrix_rows(&g), columns = matrix_columns(&g);
    for (int64_t i = 0; i < g.n * g.attributes->groups; i++) {
        float *x = (float *)run->outputs[0] + i * g.group_c * g.h * g.w;
        gemm_run(&(struct gemm){.a = weight + i % g.attributes->groups * g.group_k * rows,
                                .b = gradient + i * g.group_k * columns,
                                .c = run->scratch,
                                .m = rows,
                                .n = columns,
                                .k = g.group_k,
                                .transpose_a = true});
#pragma omp parallel for schedule(static)
        for (int64_t c = 0; c < g.group_c; c++)
            scatter_channel(&g, run->scratch, c, x + c * g.h * g.w);
    }
}

static void bias_gradient(const struct conv2d_geometry *g, const float *gradient, float *bias)
{
    int64_t columns = matrix_columns(g);
#pragma omp parallel for schedule(static)
    for (int64_t k = 0; k < g->k; k++) {
        double sum = 0;
        for (int64_t n = 0; n < g->n; n++)
            for (int64_t i = 0; i < columns; i++)
                sum += gradient[(n * g->k + k) * columns + i];
        bias[k] = (float)sum;
    }
}

static void backward_weights_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct conv2d_geometry g = conv2d_backward_weights_geometry(instance->node);
    const float *x = run->inputs[0], *gradient = run->inputs[1];
    int64_t rows = matrix_rows(&g), columns = matrix_columns(&g);
    for (int64_t i = 0; i < g.n * g.attributes->groups; i++) {
        gather_matrix(&g, x + i * g.group_c * g.h * g.w, run->scratch);
        gemm_run(&(struct gemm){.a = gradient + i * g.group_k * columns,
                                .b = run->scratch,
                                .c = (float *)run->outputs[0] + i % g.attributes->groups * g.group_k * rows,
                                .m = g.group_k,
                                .n = rows,
                                .k = columns,
                                .transpose_b = true,
                                .accumulate = i >= g.attributes->groups});
    }
    if (instance->node->output_count > 1)
        bias_gradient(&g, gradient, run->outputs[1]);
}

const struct kernel conv2d_gemm = {.name = "gemm",
                                   .is_available = gemm_is_available,
                                   .supports = node_is_plain,
                                   .create = forward_create,
                                   .run = forward_run};
const struct kernel conv2d_backward_data_gemm = {.name = "gemm",
                                                 .is_available = gemm_is_available,
                                                 .supports = node_is_plain,
                                                 .create = backward_data_create,
                                                 .run = backward_data_run};
const struct kernel conv2d_backward_weights_gemm = {.name = "gemm",
                                                    .is_available = gemm_is_available,
                                                    .supports = node_is_plain,
                                                    .create = backward_weights_create,
                                                    .run = backward_weights_run};
