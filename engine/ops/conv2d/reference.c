/* reference.c: convolution and its gradients as plain loops, summed in double. */
#include "engine/ops/conv2d/conv2d.h"
#include "engine/ops/value_view.h"

/* Row or column of x that tap `tap` of the kernel reads for the output at `out`; may lie in the padding. */
static int64_t tap_position(const struct conv2d_attributes *attributes, int axis, int64_t out, int64_t tap)
{
    return out * attributes->stride[axis] - attributes->padding[axis] + tap * attributes->dilation[axis];
}

/* Output that reads position `in` through tap `tap`; -1 when there is none among `count`. */
static int64_t tap_output(const struct conv2d_attributes *attributes, int axis, int64_t in, int64_t tap, int64_t count)
{
    int64_t scaled = in + attributes->padding[axis] - tap * attributes->dilation[axis];
    if (scaled < 0 || scaled % attributes->stride[axis] != 0 || scaled / attributes->stride[axis] >= count)
        return -1;
    return scaled / attributes->stride[axis];
}

/* One output: the taps of all channels of its group. `x` is the image, `weight` the filter of channel k. */
static double convolve_pixel(const struct conv2d_geometry *g, struct numbers x, struct numbers weight, int64_t row,
                             int64_t column)
{
    double sum = 0;
    for (int64_t c = 0; c < g->group_c; c++)
        for (int64_t i = 0; i < g->kh; i++) {
            int64_t y = tap_position(g->attributes, 0, row, i);
            if (y < 0 || y >= g->h)
                continue;
            for (int64_t j = 0; j < g->kw; j++) {
                int64_t at = tap_position(g->attributes, 1, column, j);
                if (at >= 0 && at < g->w)
                    sum += numbers_get(x, (c * g->h + y) * g->w + at) *
                           numbers_get_as(weight, (c * g->kh + i) * g->kw + j, x.dtype);
            }
        }
    return sum;
}

static void conv2d_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct conv2d_geometry g = conv2d_forward_geometry(instance->node);
    struct numbers x = input_numbers(instance, run, 0), weight = input_numbers(instance, run, 1);
    struct numbers bias = input_numbers(instance, run, 2), y = output_numbers(instance, run, 0);
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < g.n; n++)
        for (int64_t k = 0; k < g.k; k++) {
            struct numbers group = numbers_from(x, (n * g.c + k / g.group_k * g.group_c) * g.h * g.w);
            struct numbers filter = numbers_from(weight, k * g.group_c * g.kh * g.kw);
            struct numbers out = numbers_from(y, (n * g.k + k) * g.oh * g.ow);
            double start = bias.data != NULL ? numbers_get(bias, k) : 0;
            for (int64_t i = 0; i < g.oh; i++)
                for (int64_t j = 0; j < g.ow; j++) {
                    double sum = convolve_pixel(&g, group, filter, i, j) + start;
                    numbers_set(out, i * g.ow + j, g.attributes->relu && sum < 0 ? 0 : sum);
                }
        }
}

/* The gradient of one pixel of x: every output that read it. `gradient` is the group's first channel of the image. */
static double gather_pixel(const struct conv2d_geometry *g, struct numbers gradient, struct numbers weight, int64_t row,
                           int64_t column)
{
    double sum = 0;
    for (int64_t k = 0; k < g->group_k; k++)
        for (int64_t i = 0; i < g->kh; i++) {
            int64_t y = tap_output(g->attributes, 0, row, i, g->oh);
            if (y < 0)
                continue;
            for (int64_t j = 0; j < g->kw; j++) {
                int64_t at = tap_output(g->attributes, 1, column, j, g->ow);
                if (at >= 0)
                    sum += numbers_get(gradient, (k * g->oh + y) * g->ow + at) *
                           numbers_get_as(weight, (k * g->group_c * g->kh + i) * g->kw + j, gradient.dtype);
            }
        }
    return sum;
}

static void backward_data_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct conv2d_geometry g = conv2d_backward_data_geometry(instance->node);
    struct numbers gradient = input_numbers(instance, run, 0), weight = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < g.n; n++)
        for (int64_t c = 0; c < g.c; c++) {
            int64_t first = c / g.group_c * g.group_k;
            struct numbers image = numbers_from(gradient, (n * g.k + first) * g.oh * g.ow);
            struct numbers filter = numbers_from(weight, (first * g.group_c + c % g.group_c) * g.kh * g.kw);
            struct numbers out = numbers_from(result, (n * g.c + c) * g.h * g.w);
            for (int64_t i = 0; i < g.h; i++)
                for (int64_t j = 0; j < g.w; j++)
                    numbers_set(out, i * g.w + j, gather_pixel(&g, image, filter, i, j));
        }
}

/* The gradient of one weight: tap (i, j) of channel c of filter k, over all images and pixels. */
static double correlate_tap(const struct conv2d_geometry *g, struct numbers x, struct numbers gradient, int64_t i,
                            int64_t j)
{
    double sum = 0;
    for (int64_t n = 0; n < g->n; n++)
        for (int64_t row = 0; row < g->oh; row++) {
            int64_t y = tap_position(g->attributes, 0, row, i);
            if (y < 0 || y >= g->h)
                continue;
            for (int64_t column = 0; column < g->ow; column++) {
                int64_t at = tap_position(g->attributes, 1, column, j);
                if (at >= 0 && at < g->w)
                    sum += numbers_get(x, (n * g->c * g->h + y) * g->w + at) *
                           numbers_get(gradient, (n * g->k * g->oh + row) * g->ow + column);
            }
        }
    return sum;
}

static double sum_channel(const struct conv2d_geometry *g, struct numbers gradient, int64_t k)
{
    double sum = 0;
    for (int64_t n = 0; n < g->n; n++)
        for (int64_t i = 0; i < g->oh * g->ow; i++)
            sum += numbers_get(gradient, (n * g->k + k) * g->oh * g->ow + i);
    return sum;
}

static void backward_weights_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct conv2d_geometry g = conv2d_backward_weights_geometry(instance->node);
    struct numbers x = input_numbers(instance, run, 0), gradient = input_numbers(instance, run, 1);
    struct numbers weight = output_numbers(instance, run, 0), bias = output_numbers(instance, run, 1);
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t k = 0; k < g.k; k++)
        for (int64_t c = 0; c < g.group_c; c++)
            for (int64_t i = 0; i < g.kh; i++)
                for (int64_t j = 0; j < g.kw; j++)
                    numbers_set(weight, ((k * g.group_c + c) * g.kh + i) * g.kw + j,
                                correlate_tap(&g, numbers_from(x, (k / g.group_k * g.group_c + c) * g.h * g.w),
                                              numbers_from(gradient, k * g.oh * g.ow), i, j));
    for (int64_t k = 0; k < g.k && bias.data != NULL; k++)
        numbers_set(bias, k, sum_channel(&g, gradient, k));
}

const struct kernel conv2d_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = conv2d_run};
const struct kernel conv2d_backward_data_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_data_run};
const struct kernel conv2d_backward_weights_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_weights_run};
