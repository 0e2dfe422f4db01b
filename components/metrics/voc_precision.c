/* voc_precision.c: VOC's average precision. */
#include <assert.h>
#include <math.h>

#include "components/metrics/average_precision.h"
#include "components/metrics/detection_groups.h"
#include "engine/base/memory.h"

static bool truth_counts(const struct truth *truth)
{
    return !truth->difficult && !truth->crowd;
}

/* The object that a detection overlaps most; NULL when it overlaps none. */
static int group_find_best(const struct group *group, const struct detection *detection, double *overlap)
{
    int best = -1;
    *overlap = 0;
    for (int i = 0; i < group->truth_count; i++) {
        double candidate = box_overlap(detection->corners, group->truths[i]->corners, false);
        if (candidate > *overlap) {
            *overlap = candidate;
            best = i;
        }
    }
    return best;
}

static void group_judge(const struct group *group, const double thresholds[], int threshold_count)
{
    uint16_t *claimed = memory_allocate((size_t)group->truth_count, sizeof *claimed);
    for (int d = 0; d < group->detection_count; d++) {
        struct judged *judged = &group->detections[d];
        double overlap;
        int best = group_find_best(group, judged->detection, &overlap);
        judged->right[0] = judged->ignored[0] = 0;
        for (int t = 0; t < threshold_count && best >= 0; t++) {
            uint16_t bit = (uint16_t)(1u << t);
            if (overlap <= thresholds[t])
                continue;
            if (!truth_counts(group->truths[best]))
                judged->ignored[0] |= bit;
            else if (!(claimed[best] & bit))
                judged->right[0] |= bit;
            claimed[best] |= bit;
        }
    }
    memory_free(claimed);
}

/* Precision and recall after each detection that counts; returns how many there are. */
static size_t curve_fill(const struct class_groups *groups, int threshold, int objects, double *recall,
                         double *precision)
{
    size_t count = 0, right = 0;
    for (size_t i = 0; i < groups->detection_count; i++) {
        const struct judged *judged = &groups->detections[i];
        if (judged->ignored[0] >> threshold & 1)
            continue;
        right += judged->right[0] >> threshold & 1;
        recall[count] = (double)right / objects;
        precision[count] = (double)right / (double)(count + 1);
        count++;
    }
    return count;
}

static struct voc_precision curve_summarize(const double *recall, double *precision, size_t count)
{
    struct voc_precision result = {0, 0};
    for (size_t i = count; i-- > 1;)
        precision[i - 1] = fmax(precision[i - 1], precision[i]);
    for (size_t i = 0; i < count; i++)
        result.area += (recall[i] - (i > 0 ? recall[i - 1] : 0)) * precision[i];
    size_t at = 0;
    for (int point = 0; point <= 10; point++) {
        while (at < count && recall[at] < point * 0.1) /* the products, not the decimals, as numpy.arange makes them */
            at++;
        result.eleven_point += at < count ? precision[at] / 11 : 0;
    }
    return result;
}

static int class_count_objects(const struct class_groups *groups)
{
    int objects = 0;
    for (size_t i = 0; i < groups->truth_count; i++)
        objects += truth_counts(groups->truths[i]);
    return objects;
}

static void class_measure(struct class_groups *groups, const double thresholds[], int threshold_count,
                          struct voc_precision precisions[])
{
    int objects = class_count_objects(groups);
    struct group group;
    while (class_groups_next(groups, &group))
        group_judge(&group, thresholds, threshold_count);
    class_groups_sort(groups);
    double *recall = memory_allocate(groups->detection_count, sizeof *recall);
    double *precision = memory_allocate(groups->detection_count, sizeof *precision);
    for (int t = 0; t < threshold_count; t++) {
        precisions[t] = (struct voc_precision){-1, -1};
        if (objects > 0) {
            size_t count = curve_fill(groups, t, objects, recall, precision);
            precisions[t] = curve_summarize(recall, precision, count);
        }
    }
    memory_free(recall);
    memory_free(precision);
}

void voc_average_precision(const struct detections *detections, int class_count, const double thresholds[],
                           int threshold_count, struct voc_precision precisions[])
{
    assert(threshold_count <= VOC_MAX_THRESHOLDS);
    struct detection_groups groups;
    detection_groups_init(&groups, detections);
    for (int class_index = 0; class_index < class_count; class_index++) {
        struct class_groups of_class = detection_groups_class(&groups, class_index);
        class_measure(&of_class, thresholds, threshold_count,
                      precisions + (size_t)class_index * (size_t)threshold_count);
    }
    detection_groups_finish(&groups);
}

struct voc_precision voc_mean_precision(const struct voc_precision precisions[], int class_count, int threshold_count,
                                        int threshold)
{
    struct voc_precision mean = {0, 0};
    int count = 0;
    for (int class_index = 0; class_index < class_count; class_index++) {
        const struct voc_precision *of_class =
            &precisions[(size_t)class_index * (size_t)threshold_count + (size_t)threshold];
        if (of_class->area < 0)
            continue;
        mean.area += of_class->area;
        mean.eleven_point += of_class->eleven_point;
        count++;
    }
    if (count == 0)
        return (struct voc_precision){-1, -1};
    return (struct voc_precision){mean.area / count, mean.eleven_point / count};
}
