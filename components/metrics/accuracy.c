/* accuracy.c: the share of samples that a classifier gets right. */
#include "components/metrics/accuracy.h"

#include <assert.h>

#include "engine/base/memory.h"

#define TOP 5

struct accuracy {
    struct metric base;
    int class_count;
    int64_t samples;
    int64_t right;
    int64_t right_top;
};

/* How many classes come before the right one; all of them when its logit is no number. */
static int label_rank(const float *logits, int class_count, int32_t label)
{
    int rank = 0;
    for (int i = 0; i < class_count; i++) {
        bool behind = logits[label] > logits[i] || (logits[label] == logits[i] && label < i);
        rank += i != label && !behind;
    }
    return rank;
}

static void accuracy_update(struct metric *base, const struct batch *batch, const struct step_outputs *outputs)
{
    struct accuracy *accuracy = (struct accuracy *)base;
    const struct tensor *logits = step_outputs_find(outputs, "logits");
    assert(logits != NULL && logits->dtype == DTYPE_F32 && logits->shape.size[1] == accuracy->class_count);
    const int32_t *labels = batch->labels.data;
    if (labels == NULL)
        return;
    for (int i = 0; i < batch->size; i++) {
        const float *row = (const float *)logits->data + (int64_t)i * accuracy->class_count;
        if (labels[i] < 0 || labels[i] >= accuracy->class_count)
            continue;
        int rank = label_rank(row, accuracy->class_count, labels[i]);
        accuracy->samples++;
        accuracy->right += rank == 0;
        accuracy->right_top += rank < TOP;
    }
}

static void accuracy_compute(struct metric *base, const char *prefix, struct scalars *scalars)
{
    struct accuracy *accuracy = (struct accuracy *)base;
    double samples = accuracy->samples > 0 ? (double)accuracy->samples : 1;
    scalars_set(scalars, (double)accuracy->right / samples, "%sacc", prefix);
    if (accuracy->class_count > TOP)
        scalars_set(scalars, (double)accuracy->right_top / samples, "%sacc_top5", prefix);
}

static void accuracy_reset(struct metric *base)
{
    struct accuracy *accuracy = (struct accuracy *)base;
    accuracy->samples = accuracy->right = accuracy->right_top = 0;
}

static void accuracy_destroy(struct metric *base)
{
    memory_free(base);
}

static const struct metric_interface accuracy_interface = {
    .update = accuracy_update,
    .compute = accuracy_compute,
    .reset = accuracy_reset,
    .destroy = accuracy_destroy,
};

struct metric *accuracy_create(int class_count)
{
    struct accuracy *accuracy = memory_allocate(1, sizeof *accuracy);
    accuracy->base.interface = &accuracy_interface;
    accuracy->class_count = class_count;
    return &accuracy->base;
}
