/* test_detection_files.c: ground truth and detections from files; what is wrong with one is said with its place. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "components/metrics/coco_json.h"
#include "components/metrics/voc_files.h"
#include "tests/unit/unit.h"

static char folder[] = "/tmp/test_detection_files_XXXXXX";

/* Writes a file in the test's folder; returns its path, valid until the next call but three. */
static const char *file_write(const char *name, const char *content)
{
    static char paths[4][128];
    static int next;
    if (strstr(folder, "XXXXXX") != NULL)
        ck_assert_ptr_nonnull(mkdtemp(folder));
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(content, file);
    fclose(file);
    return path;
}

#define TRUTH                                                                                                          \
    "{\"images\": [{\"id\": 0, \"file_name\": \"a/one.jpg\"}, {\"id\": 5, \"file_name\": \"two.png\"}],"               \
    " \"categories\": [{\"id\": 9, \"name\": \"cat\"}, {\"id\": 2, \"name\": \"wild_cat\"}],"                          \
    " \"annotations\": [{\"image_id\": 5, \"category_id\": 9, \"bbox\": [1, 2, 3.5, 4], \"iscrowd\": 1}]}"

static void truth_load(struct detection_set *set, const char *image_set)
{
    struct error error = ERROR_INIT;
    ck_ok(coco_truths_load(set, file_write("truth.json", TRUTH), image_set, &error), error);
}

START_TEST(test_coco_ground_truth_is_read)
{
    struct detection_set set = DETECTION_SET_INIT;
    truth_load(&set, NULL);
    ck_assert_int_eq(set.images.count, 2);
    ck_assert_str_eq(set.images.items[0], "one");
    ck_assert_uint_eq(set.detections.truth_count, 1);
    const struct truth *truth = &set.detections.truths[0];
    ck_assert_int_eq(truth->image, 1);
    ck_assert_int_eq(truth->class_index, 0);
    ck_assert(truth->crowd && !truth->difficult);
    ck_assert_double_eq(truth->corners[2], 4.5);
    ck_assert_double_eq(truth->area, 14);
    detection_set_finish(&set);
}
END_TEST

START_TEST(test_an_image_set_keeps_only_its_images)
{
    struct detection_set set = DETECTION_SET_INIT;
    struct error error = ERROR_INIT;
    truth_load(&set, file_write("set.txt", "one 1\r\n\ntwo -1\none  0\n"));
    ck_assert_int_eq(set.images.count, 1);
    ck_assert_uint_eq(set.detections.truth_count, 0);
    ck_ok(voc_detections_load(&set, file_write("comp4_det_x_cat.txt", "two 0.5 1 2 3 4\none 0.5 1 2 3 4\n"), &error),
          error);
    ck_assert_uint_eq(set.detections.count, 1);
    ck_assert_uint_eq(set.left_out, 1);
    detection_set_finish(&set);
}
END_TEST

START_TEST(test_a_result_file_belongs_to_the_longest_class_that_it_ends_with)
{
    struct detection_set set = DETECTION_SET_INIT;
    struct error error = ERROR_INIT;
    truth_load(&set, NULL);
    ck_ok(voc_detections_load(&set, file_write("comp4_det_x_wild_cat.txt", "one 0.5 1 2 3 4"), &error), error);
    ck_assert_int_eq(set.detections.items[0].class_index, 1);
    ck_assert_double_eq(set.detections.items[0].corners[0], 0);
    ck_assert_double_eq(set.detections.items[0].corners[2], 3);
    detection_set_finish(&set);
}
END_TEST

static void check_truth_error(const char *content, const char *wanted)
{
    struct detection_set set = DETECTION_SET_INIT;
    struct error error = ERROR_INIT;
    ck_assert(!coco_truths_load(&set, file_write("bad.json", content), NULL, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
    ck_assert_msg(strstr(error.message, wanted) != NULL && strstr(error.message, "bad.json") != NULL,
                  "wanted '%s' in: %s", wanted, error.message);
    detection_set_finish(&set);
}

#define HEAD "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}], \"categories\": [{\"id\": 1, \"name\": \"c\"}], "

START_TEST(test_errors_of_coco_ground_truth_name_the_place)
{
    check_truth_error("", "not valid JSON");
    check_truth_error("{\"images\": [}", ":1:13: not valid JSON");
    check_truth_error("[]", "wanted an object with images");
    check_truth_error("{}", "wanted a list named images");
    check_truth_error("{\"images\": [3]}", "images[0]: wanted an object");
    check_truth_error("{\"images\": [{\"id\": 1}, {\"id\": 1}]}", "images[1].id: another image has the id '1' too");
    check_truth_error("{\"images\": [{\"id\": 1.5}]}", "images[0].id: wanted an integer or a name");
    check_truth_error("{\"images\": [], \"categories\": [{\"id\": 1}]}", "categories[0].name: wanted a string");
    check_truth_error(HEAD "\"annotations\": [{\"image_id\": 2}]}", "annotations[0].image_id: there is no image '2'");
    check_truth_error(HEAD "\"annotations\": [{\"image_id\": 1, \"category_id\": 7}]}",
                      "annotations[0].category_id: there is no category '7'");
    check_truth_error(HEAD "\"annotations\": [{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3]}]}",
                      "annotations[0].bbox: wanted [x, y, width, height]");
    check_truth_error(HEAD "\"annotations\": [{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, -4]}]}",
                      "annotations[0].bbox: wanted four numbers");
    check_truth_error(
        HEAD "\"annotations\": [{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"iscrowd\": 2}]}",
        "annotations[0].iscrowd: wanted 0 or 1");
}
END_TEST

static void check_result_error(const char *name, const char *content, const char *wanted)
{
    struct detection_set set = DETECTION_SET_INIT;
    struct error error = ERROR_INIT;
    truth_load(&set, NULL);
    const char *path = file_write(name, content);
    bool json = strstr(name, ".json") != NULL;
    ck_assert(!(json ? coco_detections_load(&set, path, &error) : voc_detections_load(&set, path, &error)));
    ck_assert_int_eq(error.code, ERROR_DATA);
    ck_assert_msg(strstr(error.message, wanted) != NULL && strstr(error.message, name) != NULL, "wanted '%s' in: %s",
                  wanted, error.message);
    detection_set_finish(&set);
}

START_TEST(test_errors_of_results_name_the_place)
{
    check_result_error("r.json", "{}", "wanted a list");
    check_result_error("r.json", "[{\"image_id\": 77}]", "[0]: image '77' is not in the ground truth");
    check_result_error("r.json", "[{\"image_id\": 0, \"category_name\": \"dog\"}]",
                       "[0].category_name: the ground truth has no 'dog'");
    check_result_error("r.json", "[{\"image_id\": 0, \"category_id\": 9, \"bbox\": [1, 2, 3, 1e300], \"score\": 1}]",
                       "[0].bbox: wanted four numbers");
    check_result_error("r.json", "[{\"image_id\": 0, \"category_id\": 9, \"bbox\": [1, 2, 3, 4]}]",
                       "[0].score: wanted a number");
    check_result_error("comp4_det_x_cat.txt", "\none 0.5 1 2 3\n", ":2: wanted 'image score xmin ymin xmax ymax'");
    check_result_error("comp4_det_x_cat.txt", "one nan 1 2 3 4\n", ":1: wanted 'image score xmin ymin xmax ymax'");
    check_result_error("comp4_det_x_cat.txt", "six 0.5 1 2 3 4\n", ":1: image 'six' is not in the ground truth");
    check_result_error("comp4_det_x_dog.txt", "one 0.5 1 2 3 4\n", "is named for no class of the ground truth");
}
END_TEST

START_TEST(test_voc_names_give_coco_numbers)
{
    int64_t number;
    ck_assert(image_name_number("2007_000027", &number) && number == 2007000027);
    ck_assert(image_name_number("000012", &number) && number == 12);
    ck_assert(!image_name_number("img_12", &number));
    ck_assert(!image_name_number("", &number));
    ck_assert(!image_name_number("12345678901234567890", &number));
}
END_TEST

UNIT_MAIN("detection_files", test_coco_ground_truth_is_read, test_an_image_set_keeps_only_its_images,
          test_a_result_file_belongs_to_the_longest_class_that_it_ends_with,
          test_errors_of_coco_ground_truth_name_the_place, test_errors_of_results_name_the_place,
          test_voc_names_give_coco_numbers)
