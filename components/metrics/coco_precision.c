/* coco_precision.c: COCO's twelve numbers. */
#include <math.h>

#include "components/metrics/average_precision.h"
#include "components/metrics/detection_groups.h"
#include "engine/base/memory.h"

#define THRESHOLDS 10
#define RECALLS 101
#define MAX_DETECTIONS 100

struct area_range {
    double low;
    double high;
};

/* All, small, medium, large; both ends belong to a range. */
static const struct area_range area_ranges[COCO_AREAS] = {
    {0, 1e10},
    {0, 32 * 32},
    {32 * 32, 96 * 96},
    {96 * 96, 1e10},
};

/* One image and class being matched in one range of areas. */
struct matching {
    const struct group *group;
    /* Detections that take part: the best MAX_DETECTIONS. */
    int detection_count;
    /* overlaps[detection * truth_count + truth] */
    double *overlaps;
    /* Truths that count, then the ignored ones; each part in the order given. */
    int *order;
    int counting;
    /* Bit t: taken at threshold t. */
    uint16_t *taken;
    enum difficult difficult;
};

/* One class in one range of areas. */
struct curve {
    int objects;
    /* By threshold. */
    double precision[THRESHOLDS];
    double recall[THRESHOLDS];
};

const char *coco_number_name(enum coco_number number)
{
    static const char *const names[COCO_NUMBERS] = {"AP",  "AP50", "AP75",  "APs", "APm", "APl",
                                                    "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"};
    return names[number];
}

/* As numpy.linspace makes them. */
static double overlap_threshold(int index)
{
    double step = (0.95 - 0.5) / (THRESHOLDS - 1);
    return index == THRESHOLDS - 1 ? 0.95 : index * step + 0.5;
}

static bool area_is_outside(double area, int range)
{
    return area < area_ranges[range].low || area > area_ranges[range].high;
}

static bool truth_is_crowd(const struct truth *truth, enum difficult difficult)
{
    return truth->crowd || (truth->difficult && difficult == DIFFICULT_CROWD);
}

static bool truth_is_dropped(const struct truth *truth, enum difficult difficult)
{
    return truth->difficult && difficult == DIFFICULT_DROP;
}

static bool truth_is_ignored(const struct truth *truth, enum difficult difficult, int range)
{
    return truth_is_crowd(truth, difficult) || area_is_outside(truth->area, range);
}

static void matching_init(struct matching *matching, const struct group *group, enum difficult difficult)
{
    size_t truths = (size_t)group->truth_count;
    *matching = (struct matching){.group = group, .difficult = difficult};
    matching->detection_count = group->detection_count < MAX_DETECTIONS ? group->detection_count : MAX_DETECTIONS;
    matching->overlaps = memory_allocate((size_t)matching->detection_count * truths, sizeof *matching->overlaps);
    matching->order = memory_allocate(truths, sizeof *matching->order);
    matching->taken = memory_allocate(truths, sizeof *matching->taken);
    for (int d = 0; d < matching->detection_count; d++)
        for (int t = 0; t < group->truth_count; t++)
            matching->overlaps[(size_t)d * truths + (size_t)t] =
                box_overlap(group->detections[d].detection->corners, group->truths[t]->corners,
                            truth_is_crowd(group->truths[t], difficult));
}

static void matching_finish(struct matching *matching)
{
    memory_free(matching->overlaps);
    memory_free(matching->order);
    memory_free(matching->taken);
}

/* Puts the range's truths in order; returns how many there are (dropped ones are not). */
static int matching_order(struct matching *matching, int range)
{
    int count = 0;
    for (int ignored = 0; ignored < 2; ignored++) {
        for (int t = 0; t < matching->group->truth_count; t++) {
            const struct truth *truth = matching->group->truths[t];
            if (!truth_is_dropped(truth, matching->difficult) &&
                truth_is_ignored(truth, matching->difficult, range) == (ignored == 1))
                matching->order[count++] = t;
        }
        if (ignored == 0)
            matching->counting = count;
    }
    for (int t = 0; t < matching->group->truth_count; t++)
        matching->taken[t] = 0;
    return count;
}

/* The position in the order of the truth that a detection gets; -1: none. A counting one is preferred to an ignored one. */
static int matching_find(const struct matching *matching, int truth_count, int detection, int threshold)
{
    const double *overlaps = matching->overlaps + (size_t)detection * (size_t)matching->group->truth_count;
    double best_overlap = overlap_threshold(threshold);
    int best = -1;
    for (int i = 0; i < truth_count; i++) {
        int truth = matching->order[i];
        bool taken = matching->taken[truth] >> threshold & 1;
        if (taken && !truth_is_crowd(matching->group->truths[truth], matching->difficult))
            continue;
        if (best >= 0 && best < matching->counting && i >= matching->counting)
            break;
        if (overlaps[truth] < best_overlap)
            continue;
        best_overlap = overlaps[truth];
        best = i;
    }
    return best;
}

static void matching_run(struct matching *matching, int range)
{
    int truth_count = matching_order(matching, range);
    for (int d = 0; d < matching->detection_count; d++) {
        struct judged *judged = &matching->group->detections[d];
        bool outside = area_is_outside(box_area(judged->detection->corners), range);
        for (int threshold = 0; threshold < THRESHOLDS; threshold++) {
            uint16_t bit = (uint16_t)(1u << threshold);
            int found = matching_find(matching, truth_count, d, threshold);
            if (found >= 0)
                matching->taken[matching->order[found]] |= bit;
            if (found >= 0 && found < matching->counting)
                judged->right[range] |= bit;
            else if (found >= 0 || outside)
                judged->ignored[range] |= bit;
        }
    }
}

static void class_match(struct class_groups *groups, enum difficult difficult)
{
    struct group group;
    while (class_groups_next(groups, &group)) {
        struct matching matching;
        matching_init(&matching, &group, difficult);
        for (int range = 0; range < COCO_AREAS; range++)
            matching_run(&matching, range);
        matching_finish(&matching);
    }
}

/* By falling score; ties in the order of the images, as pycocotools' merge sort leaves them. */
static void class_sort(struct class_groups *groups)
{
    for (size_t i = 0; i < groups->detection_count; i++)
        groups->detections[i].position = i;
    class_groups_sort(groups);
}

static int class_count_objects(const struct class_groups *groups, enum difficult difficult, int range)
{
    int objects = 0;
    for (size_t i = 0; i < groups->truth_count; i++)
        objects +=
            !truth_is_dropped(groups->truths[i], difficult) && !truth_is_ignored(groups->truths[i], difficult, range);
    return objects;
}

/* Mean precision at 101 recalls; precision is made monotone in place. */
static double curve_average(const double *recall, double *precision, size_t count)
{
    for (size_t i = count; i-- > 1;)
        precision[i - 1] = fmax(precision[i - 1], precision[i]);
    double sum = 0;
    size_t at = 0;
    for (int point = 0; point < RECALLS; point++) {
        double wanted = point == RECALLS - 1 ? 1.0 : point * 0.01;
        while (at < count && recall[at] < wanted)
            at++;
        sum += at < count ? precision[at] : 0;
    }
    return sum / RECALLS;
}

/* `work` has room for two numbers per detection. */
static struct curve class_curve(const struct class_groups *groups, int range, int max_detections, int objects,
                                double *work)
{
    struct curve curve = {.objects = objects};
    double *recall = work, *precision = work + groups->detection_count;
    for (int threshold = 0; threshold < THRESHOLDS && objects > 0; threshold++) {
        size_t count = 0, right = 0;
        for (size_t i = 0; i < groups->detection_count; i++) {
            const struct judged *judged = &groups->detections[i];
            if (judged->rank >= max_detections || (judged->ignored[range] >> threshold & 1))
                continue;
            right += judged->right[range] >> threshold & 1;
            recall[count] = (double)right / objects;
            precision[count] = (double)right / (double)(count + 1);
            count++;
        }
        curve.precision[threshold] = curve_average(recall, precision, count);
        curve.recall[threshold] = (double)right / objects;
    }
    return curve;
}

static double curve_mean(const struct curve *curve, const double values[THRESHOLDS])
{
    double sum = 0;
    for (int threshold = 0; threshold < THRESHOLDS; threshold++)
        sum += values[threshold];
    return curve->objects > 0 ? sum / THRESHOLDS : -1;
}

static void class_measure(struct class_groups *groups, enum difficult difficult, double numbers[COCO_NUMBERS])
{
    static const enum coco_number precisions[COCO_AREAS] = {COCO_AP, COCO_AP_SMALL, COCO_AP_MEDIUM, COCO_AP_LARGE};
    static const enum coco_number recalls[COCO_AREAS] = {COCO_AR_100, COCO_AR_SMALL, COCO_AR_MEDIUM, COCO_AR_LARGE};
    class_match(groups, difficult);
    class_sort(groups);
    double *work = memory_allocate(2 * groups->detection_count, sizeof *work);
    for (int range = 0; range < COCO_AREAS; range++) {
        int objects = class_count_objects(groups, difficult, range);
        struct curve curve = class_curve(groups, range, MAX_DETECTIONS, objects, work);
        numbers[precisions[range]] = curve_mean(&curve, curve.precision);
        numbers[recalls[range]] = curve_mean(&curve, curve.recall);
        if (range > 0)
            continue;
        numbers[COCO_AP_50] = objects > 0 ? curve.precision[0] : -1;
        numbers[COCO_AP_75] = objects > 0 ? curve.precision[5] : -1;
        struct curve one = class_curve(groups, range, 1, objects, work);
        struct curve ten = class_curve(groups, range, 10, objects, work);
        numbers[COCO_AR_1] = curve_mean(&one, one.recall);
        numbers[COCO_AR_10] = curve_mean(&ten, ten.recall);
    }
    memory_free(work);
}

void coco_average_precision(const struct detections *detections, int class_count, enum difficult difficult,
                            double numbers[COCO_NUMBERS], double (*per_class)[COCO_NUMBERS])
{
    struct detection_groups groups;
    detection_groups_init(&groups, detections);
    double sums[COCO_NUMBERS] = {0};
    int counts[COCO_NUMBERS] = {0};
    for (int class_index = 0; class_index < class_count; class_index++) {
        double of_class[COCO_NUMBERS];
        struct class_groups class_groups = detection_groups_class(&groups, class_index);
        class_measure(&class_groups, difficult, of_class);
        for (int i = 0; i < COCO_NUMBERS; i++) {
            if (per_class != NULL)
                per_class[class_index][i] = of_class[i];
            if (of_class[i] < 0)
                continue;
            sums[i] += of_class[i];
            counts[i]++;
        }
    }
    detection_groups_finish(&groups);
    for (int i = 0; i < COCO_NUMBERS; i++)
        numbers[i] = counts[i] > 0 ? sums[i] / counts[i] : -1;
}
