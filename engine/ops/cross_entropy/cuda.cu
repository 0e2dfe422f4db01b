/* cuda.cu: cross entropy and its gradient on a GPU: rows in parallel, then one block adds what they lose, in order. */
#include "engine/backends/cuda/rows.h"
#include "engine/ops/cross_entropy/cross_entropy.h"

struct cross_entropy_arguments {
    const void *logits;
    void *probabilities;
    const int32_t *labels;
    void *loss;
    enum dtype dtype, probabilities_dtype, loss_dtype;
    int64_t rows, classes;
    double smoothing;
    /** Scratch: [rows]. */
    double *losses;
};

BODY bool is_counted(int32_t label, int64_t classes)
{
    return label >= 0 && label < classes;
}

struct rows_shared {
    struct row_exponentials exponentials;
    double logits[BLOCK_THREADS];
};

/* Writes the probabilities, and adds up the logits. */
BODY void write_row(struct row_place row, struct rows_shared *shared, const struct cross_entropy_arguments *a)
{
    float largest = row_largest(row, &shared->exponentials);
    float factor = (float)(1 / row_sum(row, shared->exponentials.sums));
    double sum = 0;
    for (int64_t c = row.lane; c < a->classes; c += ROW_THREADS) {
        float logit = float_get(a->logits, a->dtype, row.number * a->classes + c);
        float_set(a->probabilities, a->probabilities_dtype, row.number * a->classes + c,
                  expf(logit - largest) * factor);
        sum += logit;
    }
    shared->logits[row.first + row.lane] = sum;
}

BODY double row_loss(struct row_place row, const struct rows_shared *shared, const struct cross_entropy_arguments *a)
{
    int32_t label = a->labels[row.number];
    double log_sum = row_log_sum(row, &shared->exponentials), loss = 0;
    if (!is_counted(label, a->classes))
        return 0;
    loss = (1 - a->smoothing) * (log_sum - float_get(a->logits, a->dtype, row.number * a->classes + label));
    if (a->smoothing > 0)
        loss += a->smoothing * (log_sum - row_sum(row, shared->logits) / (double)a->classes);
    return loss;
}

BODY void rows_body(struct block_place place, int phase, struct rows_shared *shared,
                    const struct cross_entropy_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->rows)
        return;
    row_exponentials_find(row, phase, &shared->exponentials, a->logits, a->dtype, row.number * a->classes, a->classes);
    if (phase == 2)
        write_row(row, shared, a);
    else if (phase == 3 && row.lane == 0)
        a->losses[row.number] = row_loss(row, shared, a);
}
LAUNCHER_OF_BLOCKS(rows, struct cross_entropy_arguments, 4)

struct mean_shared {
    double losses[BLOCK_THREADS], counts[BLOCK_THREADS];
};

BODY void mean_body(struct block_place place, int phase, struct mean_shared *shared,
                    const struct cross_entropy_arguments *a)
{
    double loss = 0, count = 0;
    if (phase == 0) {
        for (int64_t i = place.thread; i < a->rows; i += BLOCK_THREADS) {
            loss += a->losses[i];
            count += is_counted(a->labels[i], a->classes) ? 1 : 0;
        }
        shared->losses[place.thread] = loss;
        shared->counts[place.thread] = count;
    } else if (place.thread == 0) {
        float mean = (float)(parts_sum(shared->losses, BLOCK_THREADS) / parts_sum(shared->counts, BLOCK_THREADS));
        float_set(a->loss, a->loss_dtype, 0, mean);
    }
}
LAUNCHER_OF_BLOCKS(mean, struct cross_entropy_arguments, 2)

static bool cross_entropy_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    instance->scratch_bytes = sizeof(double) * (size_t)instance->node->inputs[0]->shape.size[0];
    return true;
}

static void cross_entropy_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct cross_entropy_arguments a;
    a.logits = run->inputs[0];
    a.probabilities = run->outputs[1];
    a.labels = (const int32_t *)run->inputs[1];
    a.loss = run->outputs[0];
    a.dtype = node->inputs[0]->dtype;
    a.probabilities_dtype = node->outputs[1]->dtype;
    a.loss_dtype = node->outputs[0]->dtype;
    a.rows = node->inputs[0]->shape.size[0];
    a.classes = node->inputs[0]->shape.size[1];
    a.smoothing = ((const struct cross_entropy_attributes *)node->attributes)->label_smoothing;
    a.losses = (double *)run->scratch;
    rows_launch(instance->device, row_blocks(a.rows), &a);
    mean_launch(instance->device, 1, &a);
}

struct gradient_arguments {
    const void *loss_gradient;
    const void *probabilities;
    const int32_t *labels;
    void *result;
    enum dtype loss_dtype, probabilities_dtype, dtype;
    int64_t rows, classes;
    float smoothing;
    /** Scratch: the gradient of each label's loss. */
    float *share;
};

struct share_shared {
    double counts[BLOCK_THREADS];
};

BODY void share_body(struct block_place place, int phase, struct share_shared *shared,
                     const struct gradient_arguments *a)
{
    double count = 0;
    if (phase == 0) {
        for (int64_t i = place.thread; i < a->rows; i += BLOCK_THREADS)
            count += is_counted(a->labels[i], a->classes) ? 1 : 0;
        shared->counts[place.thread] = count;
    } else if (place.thread == 0) {
        *a->share = (float)(float_get(a->loss_gradient, a->loss_dtype, 0) / parts_sum(shared->counts, BLOCK_THREADS));
    }
}
LAUNCHER_OF_BLOCKS(share, struct gradient_arguments, 2)

BODY void slopes_body(struct place place, const struct gradient_arguments *a)
{
    float floor = a->smoothing / (float)a->classes;
    for (int64_t i = place.index; i < a->rows * a->classes; i += place.count) {
        int32_t label = a->labels[i / a->classes];
        float target = floor + (i % a->classes == label ? 1 - a->smoothing : 0);
        float slope = *a->share * (float_get(a->probabilities, a->probabilities_dtype, i) - target);
        float_set(a->result, a->dtype, i, is_counted(label, a->classes) ? slope : 0);
    }
}
LAUNCHER(slopes, struct gradient_arguments)

static bool backward_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    instance->scratch_bytes = sizeof(float);
    return true;
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct gradient_arguments a;
    a.loss_gradient = run->inputs[0];
    a.probabilities = run->inputs[1];
    a.labels = (const int32_t *)run->inputs[2];
    a.result = run->outputs[0];
    a.loss_dtype = node->inputs[0]->dtype;
    a.probabilities_dtype = node->inputs[1]->dtype;
    a.dtype = node->outputs[0]->dtype;
    a.rows = node->inputs[1]->shape.size[0];
    a.classes = node->inputs[1]->shape.size[1];
    a.smoothing = (float)((const struct cross_entropy_attributes *)node->attributes)->label_smoothing;
    a.share = (float *)run->scratch;
    share_launch(instance->device, 1, &a);
    slopes_launch(instance->device, a.rows * a.classes, &a);
}

const struct kernel cross_entropy_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_is_plain,
    .create = cross_entropy_create,
    .run = cross_entropy_run,
};
const struct kernel cross_entropy_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_is_plain,
    .create = backward_create,
    .run = backward_run,
};
