/* reference.c: batch normalisation and its gradient as plain loops, summed in double. */
#include "engine/ops/batch_norm/batch_norm.h"
#include "engine/ops/value_view.h"

/* The c-th channel of image n is at (n * channels + c) * pixels. */
struct channel {
    int64_t images;
    int64_t pixels;
    /* From one image's channel to the next image's. */
    int64_t stride;
};

static struct channel channel_of(const struct node *node)
{
    const int64_t *size = node->inputs[0]->shape.size;
    return (struct channel){size[0], size[2] * size[3], size[1] * size[2] * size[3]};
}

static double channel_mean(const struct channel *channel, const float *x)
{
    double sum = 0;
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++)
            sum += x[n * channel->stride + i];
    return sum / (double)(channel->images * channel->pixels);
}

static double channel_variance(const struct channel *channel, const float *x, double mean)
{
    double sum = 0;
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++)
            sum += (x[n * channel->stride + i] - mean) * (x[n * channel->stride + i] - mean);
    return sum / (double)(channel->images * channel->pixels);
}

static void normalize_channel(const struct channel *channel, const float *x, float *y, float factor, float offset,
                              bool relu)
{
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++) {
            float result = factor * x[n * channel->stride + i] + offset;
            y[n * channel->stride + i] = relu && result < 0 ? 0 : result;
        }
}

static void batch_norm_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct channel channel = channel_of(instance->node);
    const float *x = run->inputs[0], *weight = run->inputs[1], *bias = run->inputs[2];
    const float *means = run->outputs[1], *inverse = run->outputs[2];
    float *y = run->outputs[0];
    if (attributes->training)
        *(int64_t *)run->inputs[5] += 1;
    else
        batch_norm_use_running(instance, run);
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < channel.stride / channel.pixels; c++) {
        const float *source = x + c * channel.pixels;
        if (attributes->training) {
            double mean = channel_mean(&channel, source);
            batch_norm_finish_channel(instance, run, c, mean, channel_variance(&channel, source, mean));
        }
        float factor = batch_norm_factor(weight[c], inverse[c]);
        float offset = batch_norm_offset(bias[c], means[c], factor);
        normalize_channel(&channel, source, y + c * channel.pixels, factor, offset, attributes->relu);
    }
}

static bool is_masked(const struct batch_norm_terms *terms, float x)
{
    return !(terms->factor * x + terms->offset > 0);
}

/* The sums over a channel of the gradient, and of gradient * (x - mean). */
static void channel_sums(const struct channel *channel, const float *x, const float *gradient,
                         const struct batch_norm_terms *terms, bool relu, double sums[2])
{
    sums[0] = sums[1] = 0;
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++) {
            int64_t at = n * channel->stride + i;
            if (relu && is_masked(terms, x[at]))
                continue;
            sums[0] += gradient[at];
            sums[1] += gradient[at] * ((double)x[at] - terms->mean);
        }
}

static void channel_gradient(const struct channel *channel, const float *x, const float *gradient,
                             const struct batch_norm_terms *terms, bool relu, float *result)
{
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++) {
            int64_t at = n * channel->stride + i;
            float passed = relu && is_masked(terms, x[at]) ? 0 : gradient[at];
            result[at] = terms->factor * (passed - terms->a - (x[at] - terms->mean) * terms->b);
        }
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct channel channel = channel_of(instance->node);
    const float *x = run->inputs[0], *gradient = run->inputs[1], *weight = run->inputs[2], *bias = run->inputs[3];
    const float *means = run->inputs[4], *inverse = run->inputs[5];
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < channel.stride / channel.pixels; c++) {
        int64_t at = c * channel.pixels;
        float factor = batch_norm_factor(weight[c], inverse[c]);
        struct batch_norm_terms terms = {
            .mean = means[c], .factor = factor, .offset = batch_norm_offset(bias[c], means[c], factor)};
        double sums[2];
        channel_sums(&channel, x + at, gradient + at, &terms, attributes->relu, sums);
        terms = batch_norm_channel_terms(instance, run, c, sums[0], sums[1]);
        channel_gradient(&channel, x + at, gradient + at, &terms, attributes->relu, (float *)run->outputs[0] + at);
    }
}

const struct kernel batch_norm_reference = {.name = "reference", .supports = node_is_plain, .run = batch_norm_run};
const struct kernel batch_norm_backward_reference = {
    .name = "reference", .supports = node_is_plain, .run = backward_run};
