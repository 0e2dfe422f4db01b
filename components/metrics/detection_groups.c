/* detection_groups.c: ground truth and detections sorted by class and image. */
#include "components/metrics/detection_groups.h"

#include <stdlib.h>

#include "engine/base/memory.h"

/* qsort is not stable: the position among the given ones breaks every tie. */
static int truth_compare(const void *a, const void *b)
{
    const struct truth *x = *(const struct truth *const *)a, *y = *(const struct truth *const *)b;
    if (x->class_index != y->class_index)
        return x->class_index < y->class_index ? -1 : 1;
    if (x->image != y->image)
        return x->image < y->image ? -1 : 1;
    return (x > y) - (x < y);
}

static int judged_compare(const void *a, const void *b)
{
    const struct judged *x = a, *y = b;
    if (x->detection->class_index != y->detection->class_index)
        return x->detection->class_index < y->detection->class_index ? -1 : 1;
    if (x->detection->image != y->detection->image)
        return x->detection->image < y->detection->image ? -1 : 1;
    if (x->detection->score != y->detection->score)
        return x->detection->score > y->detection->score ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

static void groups_set_ranks(struct detection_groups *groups)
{
    for (size_t i = 1; i < groups->detection_count; i++) {
        const struct detection *before = groups->detections[i - 1].detection;
        const struct detection *here = groups->detections[i].detection;
        if (before->class_index == here->class_index && before->image == here->image)
            groups->detections[i].rank = groups->detections[i - 1].rank + 1;
    }
}

void detection_groups_init(struct detection_groups *groups, const struct detections *detections)
{
    *groups = (struct detection_groups){.truth_count = detections->truth_count, .detection_count = detections->count};
    groups->truths = memory_allocate(groups->truth_count, sizeof *groups->truths);
    for (size_t i = 0; i < groups->truth_count; i++)
        groups->truths[i] = &detections->truths[i];
    qsort(groups->truths, groups->truth_count, sizeof *groups->truths, truth_compare);
    groups->detections = memory_allocate(groups->detection_count, sizeof *groups->detections);
    for (size_t i = 0; i < groups->detection_count; i++)
        groups->detections[i] = (struct judged){.detection = &detections->items[i], .position = i};
    qsort(groups->detections, groups->detection_count, sizeof *groups->detections, judged_compare);
    groups_set_ranks(groups);
}

void detection_groups_finish(struct detection_groups *groups)
{
    memory_free(groups->truths);
    memory_free(groups->detections);
    *groups = (struct detection_groups){0};
}

static size_t truths_lower_bound(const struct detection_groups *groups, int class_index)
{
    size_t low = 0, high = groups->truth_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (groups->truths[middle]->class_index < class_index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t detections_lower_bound(const struct detection_groups *groups, int class_index)
{
    size_t low = 0, high = groups->detection_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (groups->detections[middle].detection->class_index < class_index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct class_groups detection_groups_class(const struct detection_groups *groups, int class_index)
{
    size_t truths = truths_lower_bound(groups, class_index);
    size_t detections = detections_lower_bound(groups, class_index);
    return (struct class_groups){
        .truths = groups->truths + truths,
        .truth_count = truths_lower_bound(groups, class_index + 1) - truths,
        .detections = groups->detections + detections,
        .detection_count = detections_lower_bound(groups, class_index + 1) - detections,
    };
}

bool class_groups_next(struct class_groups *groups, struct group *group)
{
    size_t truth = groups->truth_at, detection = groups->detection_at;
    bool has_truth = truth < groups->truth_count, has_detection = detection < groups->detection_count;
    if (!has_truth && !has_detection)
        return false;
    int image = has_truth ? groups->truths[truth]->image : groups->detections[detection].detection->image;
    if (has_detection && groups->detections[detection].detection->image < image)
        image = groups->detections[detection].detection->image;
    while (groups->truth_at < groups->truth_count && groups->truths[groups->truth_at]->image == image)
        groups->truth_at++;
    while (groups->detection_at < groups->detection_count &&
           groups->detections[groups->detection_at].detection->image == image)
        groups->detection_at++;
    *group = (struct group){
        .truths = groups->truths + truth,
        .truth_count = (int)(groups->truth_at - truth),
        .detections = groups->detections + detection,
        .detection_count = (int)(groups->detection_at - detection),
    };
    return true;
}

static int score_compare(const void *a, const void *b)
{
    const struct judged *x = a, *y = b;
    if (x->detection->score != y->detection->score)
        return x->detection->score > y->detection->score ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

void class_groups_sort(struct class_groups *groups)
{
    qsort(groups->detections, groups->detection_count, sizeof *groups->detections, score_compare);
}
