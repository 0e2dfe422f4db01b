/* reference.c: batch normalisation and its gradient as plain loops, summed in double. */
#define REAL double

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

static double channel_mean(const struct channel *channel, struct numbers x)
{
    double sum = 0;
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++)
            sum += numbers_get(x, n * channel->stride + i);
    return sum / (double)(channel->images * channel->pixels);
}

static double channel_variance(const struct channel *channel, struct numbers x, double mean)
{
    double sum = 0;
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++) {
            double difference = numbers_get(x, n * channel->stride + i) - mean;
            sum += difference * difference;
        }
    return sum / (double)(channel->images * channel->pixels);
}

/* Writes channel c of y from that of x, with its statistics. x, weight and bias are the first inputs. */
static void normalize_channel(const struct kernel_instance *instance, const struct kernel_run *run, int64_t c,
                              double mean, double inverse)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct channel channel = channel_of(instance->node);
    struct numbers x = numbers_from(input_numbers(instance, run, 0), c * channel.pixels);
    struct numbers y = numbers_from(output_numbers(instance, run, 0), c * channel.pixels);
    double factor = batch_norm_factor(numbers_get(input_numbers(instance, run, 1), c), inverse);
    double offset = batch_norm_offset(numbers_get(input_numbers(instance, run, 2), c), mean, factor);
    for (int64_t n = 0; n < channel.images; n++)
        for (int64_t i = 0; i < channel.pixels; i++) {
            double result = factor * numbers_get(x, n * channel.stride + i) + offset;
            numbers_set(y, n * channel.stride + i, attributes->relu && result < 0 ? 0 : result);
        }
}

static void batch_norm_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct channel channel = channel_of(instance->node);
    struct numbers x = input_numbers(instance, run, 0);
    struct numbers means = output_numbers(instance, run, 1), inverse = output_numbers(instance, run, 2);
    if (attributes->training)
        *(int64_t *)run->inputs[5] += 1;
    else
        batch_norm_use_running(instance, run);
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < channel.stride / channel.pixels; c++) {
        struct numbers source = numbers_from(x, c * channel.pixels);
        if (attributes->training) {
            double mean = channel_mean(&channel, source);
            batch_norm_finish_channel(instance, run, c, mean, channel_variance(&channel, source, mean));
        }
        normalize_channel(instance, run, c, numbers_get(means, c), numbers_get(inverse, c));
    }
}

static void apply_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct numbers means = input_numbers(instance, run, 3), inverse = input_numbers(instance, run, 4);
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < instance->node->inputs[0]->shape.size[1]; c++)
        normalize_channel(instance, run, c, numbers_get(means, c), numbers_get(inverse, c));
}

static bool is_masked(const struct batch_norm_terms *terms, double x)
{
    return !(terms->factor * x + terms->offset > 0);
}

/* The sums over a channel of the gradient, and of gradient * (x - mean). */
static void channel_sums(const struct channel *channel, struct numbers x, struct numbers gradient,
                         const struct batch_norm_terms *terms, bool relu, double sums[2])
{
    sums[0] = sums[1] = 0;
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++) {
            int64_t at = n * channel->stride + i;
            if (relu && is_masked(terms, numbers_get(x, at)))
                continue;
            sums[0] += numbers_get(gradient, at);
            sums[1] += numbers_get(gradient, at) * (numbers_get(x, at) - terms->mean);
        }
}

static void channel_gradient(const struct channel *channel, struct numbers x, struct numbers gradient,
                             const struct batch_norm_terms *terms, bool relu, struct numbers result)
{
    for (int64_t n = 0; n < channel->images; n++)
        for (int64_t i = 0; i < channel->pixels; i++) {
            int64_t at = n * channel->stride + i;
            double number = numbers_get(x, at), passed = numbers_get(gradient, at);
            if (relu && is_masked(terms, number))
                passed = 0;
            numbers_set(result, at, terms->factor * (passed - terms->a - (number - terms->mean) * terms->b));
        }
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct channel channel = channel_of(instance->node);
    struct numbers x = input_numbers(instance, run, 0), gradient = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < channel.stride / channel.pixels; c++) {
        struct numbers own_x = numbers_from(x, c * channel.pixels);
        struct numbers own_gradient = numbers_from(gradient, c * channel.pixels);
        struct batch_norm_terms terms = batch_norm_mask_terms(instance, run, c);
        double sums[2];
        channel_sums(&channel, own_x, own_gradient, &terms, attributes->relu, sums);
        terms = batch_norm_channel_terms(instance, run, c, sums[0], sums[1]);
        channel_gradient(&channel, own_x, own_gradient, &terms, attributes->relu,
                         numbers_from(result, c * channel.pixels));
    }
}

const struct kernel batch_norm_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = batch_norm_run};
const struct kernel batch_norm_apply_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = apply_run};
const struct kernel batch_norm_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_run};
