/* test_average_precision.c: VOC's and COCO's numbers are those of the programs that defined them. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "components/metrics/average_precision.h"
#include "components/metrics/coco_json.h"
#include "components/metrics/voc_files.h"
#include "engine/base/file.h"
#include "tests/unit/unit.h"

#define TOLERANCE 1e-6
#define MAX_CLASSES 32

static char path_buffers[4][4096];

/* A path under the source root, or beside it the folder of real data; up to four live at a time. */
static const char *path_of(const char *folder, const char *name)
{
    static int next;
    char *path = path_buffers[next++ % 4];
    snprintf(path, sizeof path_buffers[0], "%s/%s/%s", getenv("LRUN_SOURCE_ROOT"), folder, name);
    return path;
}

#define REFERENCE "../shared/data/map_reference"
#define FIXTURES "tests/fixtures/detection_score"

static json_t *expected_load(const char *folder, const char *name)
{
    json_t *expected = json_load_file(path_of(folder, name), 0, NULL);
    if (expected == NULL)
        printf("skipped: no %s/%s\n", folder, name);
    return expected;
}

static void check_numbers(const json_t *expected, const double numbers[COCO_NUMBERS])
{
    for (int i = 0; i < COCO_NUMBERS; i++) {
        const json_t *number = json_object_get(expected, coco_number_name(i));
        ck_assert(json_is_number(number));
        ck_assert_msg(fabs(json_number_value(number) - numbers[i]) <= TOLERANCE, "%s: wanted %.9f, found %.9f",
                      coco_number_name(i), json_number_value(number), numbers[i]);
    }
}

static void check_coco(const struct detection_set *set, enum difficult difficult, const json_t *expected)
{
    double numbers[COCO_NUMBERS];
    coco_average_precision(&set->detections, set->classes.count, difficult, numbers, NULL);
    check_numbers(expected, numbers);
}

static void check_voc(const struct detection_set *set, const json_t *expected)
{
    static const double thresholds[] = {0.5, 0.75};
    static const char *const keys[2][2] = {{"voc_ap_area_iou0.5", "voc_ap_11point_iou0.5"},
                                           {"voc_ap_area_iou0.75", "voc_ap_11point_iou0.75"}};
    struct voc_precision precisions[2 * MAX_CLASSES];
    ck_assert_int_le(set->classes.count, MAX_CLASSES);
    voc_average_precision(&set->detections, set->classes.count, thresholds, 2, precisions);
    for (int t = 0; t < 2; t++) {
        const json_t *area = json_object_get(expected, keys[t][0]), *points = json_object_get(expected, keys[t][1]);
        struct voc_precision mean = voc_mean_precision(precisions, set->classes.count, 2, t);
        ck_assert_double_eq_tol(mean.area, json_number_value(json_object_get(area, "mAP")), TOLERANCE);
        ck_assert_double_eq_tol(mean.eleven_point, json_number_value(json_object_get(points, "mAP")), TOLERANCE);
        for (int c = 0; c < set->classes.count; c++) {
            const json_t *of_area = json_object_get(json_object_get(area, "per_class"), set->classes.items[c]);
            const json_t *of_points = json_object_get(json_object_get(points, "per_class"), set->classes.items[c]);
            ck_assert(json_is_number(of_area) && json_is_number(of_points));
            ck_assert_double_eq_tol(precisions[2 * c + t].area, json_number_value(of_area), TOLERANCE);
            ck_assert_double_eq_tol(precisions[2 * c + t].eleven_point, json_number_value(of_points), TOLERANCE);
        }
    }
}

static void check_reference(const struct detection_set *set, const json_t *expected)
{
    check_voc(set, expected);
    check_coco(set, DIFFICULT_ALL, json_object_get(expected, "coco_all_objects"));
    check_coco(set, DIFFICULT_CROWD, json_object_get(expected, "coco_difficult_as_crowd"));
    check_coco(set, DIFFICULT_DROP, json_object_get(expected, "coco_difficult_dropped"));
}

#define VOC2007 REFERENCE "/voc2007_real_gt_synthetic_dets_A"

START_TEST(test_voc_files_give_the_reference_numbers)
{
    json_t *expected = expected_load(VOC2007, "expected.json");
    if (expected == NULL)
        return;
    struct detection_set set = DETECTION_SET_INIT;
    struct error error = ERROR_INIT;
    ck_ok(voc_truths_load(&set, path_of(VOC2007, "Annotations"), path_of(VOC2007, "imageset.txt"), &error), error);
    ck_ok(voc_detections_load(&set, path_of(VOC2007, "detections"), &error), error);
    ck_assert_uint_eq(set.detections.truth_count, 464);
    ck_assert_uint_eq(set.detections.count, 629);
    check_reference(&set, expected);
    detection_set_finish(&set);
    json_decref(expected);
}
END_TEST

START_TEST(test_coco_files_give_the_reference_numbers)
{
    json_t *expected = expected_load(VOC2007, "expected.json");
    if (expected == NULL)
        return;
    struct detection_set set = DETECTION_SET_INIT;
    struct error error = ERROR_INIT;
    ck_ok(coco_truths_load(&set, path_of(VOC2007, "coco_gt_all.json"), NULL, &error), error);
    ck_ok(coco_detections_load(&set, path_of(VOC2007, "coco_results.json"), &error), error);
    check_reference(&set, expected);
    detection_set_finish(&set);
    json_decref(expected);
}
END_TEST

START_TEST(test_ground_truth_that_spells_out_the_reading_of_difficult_gives_the_same)
{
    json_t *expected = expected_load(VOC2007, "expected.json");
    static const char *const files[] = {"coco_gt_difficult_as_crowd.json", "coco_gt_difficult_dropped.json"};
    static const char *const keys[] = {"coco_difficult_as_crowd", "coco_difficult_dropped"};
    for (int i = 0; expected != NULL && i < 2; i++) {
        struct detection_set set = DETECTION_SET_INIT;
        struct error error = ERROR_INIT;
        ck_ok(coco_truths_load(&set, path_of(VOC2007, files[i]), NULL, &error), error);
        ck_ok(coco_detections_load(&set, path_of(VOC2007, "coco_results.json"), &error), error);
        check_coco(&set, DIFFICULT_ALL, json_object_get(expected, keys[i]));
        detection_set_finish(&set);
    }
    json_decref(expected);
}
END_TEST

/* Reads lines of "class [score] x y width height" whose last pixel is included. */
static void sample_read(struct detections *detections, const char *folder, const char *part, bool scored)
{
    for (int image = 0; image < 7; image++) {
        char name[64], label[32];
        snprintf(name, sizeof name, "%s/%05d.txt", part, image + 1);
        FILE *file = fopen(path_of(folder, name), "r");
        ck_assert_ptr_nonnull(file);
        double score = 0, x, y, width, height;
        while ((scored ? fscanf(file, "%31s %lf %lf %lf %lf %lf", label, &score, &x, &y, &width, &height) == 6
                       : fscanf(file, "%31s %lf %lf %lf %lf", label, &x, &y, &width, &height) == 5)) {
            if (scored)
                detections_add(detections, &(struct detection){.image = image,
                                                               .corners = {x, y, x + width + 1, y + height + 1},
                                                               .score = score});
            else
                detections_add_truth(detections,
                                     &(struct truth){.image = image, .corners = {x, y, x + width + 1, y + height + 1}});
        }
        fclose(file);
    }
}

#define REVIEW REFERENCE "/review_metrics_test_case_1"
#define SAMPLE REFERENCE "/object_detection_metrics_sample"

START_TEST(test_review_of_metrics_gives_its_numbers_at_four_thresholds)
{
    json_t *expected = expected_load(REVIEW, "expected.json");
    if (expected == NULL)
        return;
    static const double thresholds[] = {0.1, 0.3, 0.5, 0.75};
    static const char *const keys[] = {"0.1", "0.3", "0.5", "0.75"};
    struct detections detections = {0};
    struct voc_precision precisions[4];
    sample_read(&detections, REVIEW, "gts", false);
    sample_read(&detections, REVIEW, "dets", true);
    voc_average_precision(&detections, 1, thresholds, 4, precisions);
    for (int t = 0; t < 4; t++) {
        const json_t *points = json_object_get(json_object_get(expected, "ap_11point"), keys[t]);
        const json_t *area = json_object_get(json_object_get(expected, "ap_every_point"), keys[t]);
        ck_assert_double_eq_tol(precisions[t].eleven_point, json_number_value(points), TOLERANCE);
        ck_assert_double_eq_tol(precisions[t].area, json_number_value(area), TOLERANCE);
    }
    detections_finish(&detections);
    json_decref(expected);
}
END_TEST

START_TEST(test_object_detection_metrics_sample_gives_its_number)
{
    if (!file_exists(path_of(SAMPLE, "results.txt"))) {
        printf("skipped: no " SAMPLE "\n");
        return;
    }
    static const double threshold = 0.3;
    struct detections detections = {0};
    struct voc_precision precision;
    sample_read(&detections, SAMPLE, "groundtruths", false);
    sample_read(&detections, SAMPLE, "detections", true);
    voc_average_precision(&detections, 1, &threshold, 1, &precision);
    ck_assert_double_eq_tol(precision.area, 0.2457, 5e-5);
    detections_finish(&detections);
}
END_TEST

START_TEST(test_coco_numbers_are_those_of_pycocotools)
{
    static const char *const cases[] = {"many", "crowded", "single"};
    for (int i = 0; i < 3; i++) {
        char truth[64], results[64], numbers[64];
        snprintf(truth, sizeof truth, "%s_truth.json", cases[i]);
        snprintf(results, sizeof results, "%s_results.json", cases[i]);
        snprintf(numbers, sizeof numbers, "%s_expected.json", cases[i]);
        struct detection_set set = DETECTION_SET_INIT;
        struct error error = ERROR_INIT;
        ck_ok(coco_truths_load(&set, path_of(FIXTURES, truth), NULL, &error), error);
        ck_ok(coco_detections_load(&set, path_of(FIXTURES, results), &error), error);
        json_t *expected = expected_load(FIXTURES, numbers);
        ck_assert_ptr_nonnull(expected);
        check_coco(&set, DIFFICULT_CROWD, expected);
        json_decref(expected);
        detection_set_finish(&set);
    }
}
END_TEST

static const struct truth square = {.corners = {0, 0, 10, 10}, .area = 100};

static struct voc_precision measure(const struct detections *detections)
{
    static const double threshold = 0.5;
    struct voc_precision precision;
    voc_average_precision(detections, 1, &threshold, 1, &precision);
    return precision;
}

START_TEST(test_voc_wants_an_overlap_strictly_above_the_threshold)
{
    struct detections detections = {0};
    detections_add_truth(&detections, &square);
    detections_add(&detections, &(struct detection){.corners = {0, 0, 10, 5}, .score = 1}); /* overlap is one half */
    ck_assert_double_eq(measure(&detections).area, 0);
    detections.items[0].corners[3] = 5.01;
    ck_assert_double_eq(measure(&detections).area, 1);
    detections_finish(&detections);
}
END_TEST

START_TEST(test_voc_counts_a_second_detection_of_an_object_as_a_false_alarm)
{
    struct detections detections = {0};
    detections_add_truth(&detections, &square);
    detections_add_truth(&detections, &(struct truth){.image = 1, .corners = {0, 0, 10, 10}, .area = 100});
    for (int i = 0; i < 3; i++)
        detections_add(&detections,
                       &(struct detection){.image = i == 2, .corners = {0, 0, 10, 10}, .score = 0.9 - 0.1 * i});
    ck_assert_double_eq_tol(measure(&detections).area, 0.5 + 0.5 * 2 / 3, 1e-12);
    detections_finish(&detections);
}
END_TEST

START_TEST(test_a_difficult_object_counts_neither_way)
{
    struct detections detections = {0};
    struct truth difficult = square;
    difficult.image = 1;
    difficult.difficult = true;
    detections_add_truth(&detections, &square);
    detections_add_truth(&detections, &difficult);
    detections_add(&detections, &(struct detection){.corners = {0, 0, 10, 10}, .score = 0.5});
    ck_assert_double_eq(measure(&detections).area, 1);
    detections_add(&detections, &(struct detection){.image = 1, .corners = {0, 0, 10, 10}, .score = 0.9});
    ck_assert_double_eq(measure(&detections).area, 1);
    double numbers[COCO_NUMBERS];
    coco_average_precision(&detections, 1, DIFFICULT_DROP, numbers, NULL);
    ck_assert_double_eq_tol(numbers[COCO_AP], 0.5, 1e-12);
    coco_average_precision(&detections, 1, DIFFICULT_CROWD, numbers, NULL);
    ck_assert_double_eq_tol(numbers[COCO_AP], 1, 1e-12);
    detections_finish(&detections);
}
END_TEST

START_TEST(test_a_class_without_objects_is_left_out_of_means)
{
    struct detections detections = {0};
    detections_add(&detections, &(struct detection){.class_index = 1, .corners = {0, 0, 10, 10}, .score = 0.5});
    double numbers[COCO_NUMBERS], per_class[2][COCO_NUMBERS];
    coco_average_precision(&detections, 2, DIFFICULT_CROWD, numbers, per_class);
    ck_assert_double_eq(numbers[COCO_AP], -1);
    ck_assert_double_eq(measure(&detections).area, -1);
    detections_add_truth(&detections, &square);
    coco_average_precision(&detections, 2, DIFFICULT_CROWD, numbers, per_class);
    ck_assert_double_eq(numbers[COCO_AP], 0);
    ck_assert_double_eq(per_class[0][COCO_AP], 0);
    ck_assert_double_eq(per_class[1][COCO_AP], -1);
    detections_finish(&detections);
}
END_TEST

UNIT_MAIN("average_precision", test_voc_files_give_the_reference_numbers, test_coco_files_give_the_reference_numbers,
          test_ground_truth_that_spells_out_the_reading_of_difficult_gives_the_same,
          test_review_of_metrics_gives_its_numbers_at_four_thresholds,
          test_object_detection_metrics_sample_gives_its_number, test_coco_numbers_are_those_of_pycocotools,
          test_voc_wants_an_overlap_strictly_above_the_threshold,
          test_voc_counts_a_second_detection_of_an_object_as_a_false_alarm, test_a_difficult_object_counts_neither_way,
          test_a_class_without_objects_is_left_out_of_means)
