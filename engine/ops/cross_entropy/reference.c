/* reference.c: cross entropy and its gradient as plain loops, summed in double. */
#include <math.h>

#include "engine/ops/cross_entropy/cross_entropy.h"
#include "engine/ops/log_sum_exp.h"
#include "engine/ops/value_view.h"

static bool is_counted(int32_t label, int64_t classes)
{
    return label >= 0 && label < classes;
}

static int64_t count_labels(const int32_t *labels, int64_t n, int64_t classes)
{
    int64_t counted = 0;
    for (int64_t i = 0; i < n; i++)
        counted += is_counted(labels[i], classes);
    return counted;
}

/* Writes the probabilities of one row; returns the logarithm of the sum of exponentials. */
static double row_softmax(struct numbers logits, struct numbers probabilities, int64_t classes)
{
    double log_sum = log_sum_exp(logits, classes);
    for (int64_t c = 0; c < classes; c++)
        numbers_set(probabilities, c, exp(numbers_get(logits, c) - log_sum));
    return log_sum;
}

static double row_loss(struct numbers logits, double log_sum, int64_t classes, int32_t label, double smoothing)
{
    double all = 0;
    for (int64_t c = 0; c < classes && smoothing > 0; c++)
        all += log_sum - numbers_get(logits, c);
    return (1 - smoothing) * (log_sum - numbers_get(logits, label)) + smoothing * all / (double)classes;
}

static void cross_entropy_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct cross_entropy_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t n = size[0], classes = size[1];
    struct numbers logits = input_numbers(instance, run, 0), probabilities = output_numbers(instance, run, 1);
    const int32_t *labels = run->inputs[1];
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        struct numbers row = numbers_from(logits, i * classes);
        double log_sum = row_softmax(row, numbers_from(probabilities, i * classes), classes);
        if (is_counted(labels[i], classes))
            sum += row_loss(row, log_sum, classes, labels[i], attributes->label_smoothing);
    }
    numbers_set(output_numbers(instance, run, 0), 0, sum / (double)count_labels(labels, n, classes));
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct cross_entropy_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[1]->shape.size;
    int64_t n = size[0], classes = size[1];
    struct numbers probabilities = input_numbers(instance, run, 1), result = output_numbers(instance, run, 0);
    const int32_t *labels = run->inputs[2];
    double share = numbers_get(input_numbers(instance, run, 0), 0) / (double)count_labels(labels, n, classes);
    double floor = attributes->label_smoothing / (double)classes;
    for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < classes; c++) {
            double target = floor + (c == labels[i] ? 1 - attributes->label_smoothing : 0);
            bool counted = is_counted(labels[i], classes);
            double slope = counted ? share * (numbers_get(probabilities, i * classes + c) - target) : 0;
            numbers_set(result, i * classes + c, slope);
        }
}

const struct kernel cross_entropy_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = cross_entropy_run};
const struct kernel cross_entropy_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_run};
