/* test_detection_writer.c: predictions reach VOC's and COCO's files in the original images' pixels, and score reads them. */
#include <string.h>

#include "components/metrics/coco_json.h"
#include "components/metrics/voc_files.h"
#include "runner/train/detection_writer.h"
#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

static struct dataset dataset;

static struct loader_plan plan_get(struct data_module *module, enum stage stage)
{
    (void)module;
    (void)stage;
    return (struct loader_plan){.dataset = &dataset};
}

static const struct data_module_interface module_interface = {.plan = plan_get};
static struct data_module module = {&module_interface};

/* Writes two images' detections; the first image was halved and flipped, the second one is as it was. */
static void predictions_write(const char *directory, bool counts_from_one)
{
    static const char *const classes[] = {"cat", "a/b"};
    static float rows[2][2][6] = {{{10, 20, 30, 50, 0.75F, 2}, {0}},
                                  {{1, 2, 3.5F, 4, 0.5F, 1}, {1, 1, 9, 9, 0.25F, 2}}};
    struct batch_item items[] = {{.name = "2007_000027", .scale = {-2, 2}, .offset = {200, 0}},
                                 {.name = "photo", .scale = {1, 1}}};
    struct batch batch = {.size = 2, .items = items};
    struct step_outputs outputs = {.count = 1};
    outputs.items[0].name = "detections";
    outputs.items[0].tensor = (struct tensor){DTYPE_F32, SHAPE(2, 2, 6), rows};
    struct data_info data = {.class_names = classes, .num_classes = 2};
    struct error error = ERROR_INIT;
    dataset.info.name = "test";
    dataset.info.counts_from_one = counts_from_one;
    struct prediction_writer *writer = detection_writer_create(directory, &module);
    ck_ok(writer->interface->begin(writer, &data, &error), error);
    ck_ok(writer->interface->write(writer, &batch, &outputs, &error), error);
    ck_ok(writer->interface->end(writer, &error), error);
    writer->interface->destroy(writer);
}

static void check_file(const char *directory, const char *name, const char *wanted)
{
    char path[256];
    struct text found = TEXT_INIT;
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    ck_ok(file_read(path, 1 << 20, &found, ERROR_DATA, &error), error);
    ck_assert_str_eq(text_string(&found), wanted);
    text_finish(&found);
}

START_TEST(test_predictions_become_files_in_the_pixels_of_the_original_images)
{
    struct scratch scratch;
    scratch_init(&scratch);
    predictions_write(scratch.path, true);
    check_file(scratch.path, "comp4_det_test_cat.txt", "photo 0.500000 1.000 2.000 3.500 4.000\n");
    check_file(scratch.path, "comp4_det_test_a_b.txt",
               "2007_000027 0.750000 140.000 40.000 180.000 100.000\nphoto 0.250000 1.000 1.000 9.000 9.000\n");
    check_file(scratch.path, "coco_results.json",
               "[{\"image_id\":2007000027,\"category_id\":2,\"category_name\":\"a/b\",\"bbox\":[139.0,39.0,41.0,61.0],"
               "\"score\":0.75},\n"
               "{\"image_id\":\"photo\",\"category_id\":1,\"category_name\":\"cat\",\"bbox\":[0.0,1.0,3.5,3.0],"
               "\"score\":0.5},\n"
               "{\"image_id\":\"photo\",\"category_id\":2,\"category_name\":\"a/b\",\"bbox\":[0.0,0.0,9.0,9.0],"
               "\"score\":0.25}]\n");
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_boxes_that_count_from_zero_are_shifted_for_voc_alone)
{
    struct scratch scratch;
    scratch_init(&scratch);
    predictions_write(scratch.path, false);
    check_file(scratch.path, "comp4_det_test_cat.txt", "photo 0.500000 2.000 3.000 3.500 4.000\n");
    struct text found = TEXT_INIT;
    struct error error = ERROR_INIT;
    char path[256];
    snprintf(path, sizeof path, "%s/coco_results.json", scratch.path);
    ck_ok(file_read(path, 1 << 20, &found, ERROR_DATA, &error), error);
    ck_assert_ptr_nonnull(strstr(text_string(&found), "\"bbox\":[1.0,2.0,2.5,2.0]"));
    text_finish(&found);
    scratch_finish(&scratch);
}
END_TEST

UNIT_MAIN("detection_writer", test_predictions_become_files_in_the_pixels_of_the_original_images,
          test_boxes_that_count_from_zero_are_shifted_for_voc_alone)
