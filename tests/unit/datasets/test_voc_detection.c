/* test_voc_detection.c: real sets through archive, lists and annotations to samples. */
#include "components/datasets/voc_detection.h"

#include <string.h>

#include "components/datasets/archive_store.h"
#include "components/datasets/voc_xml.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shared_data.h"
#include "tests/unit/unit.h"

/* The objects of one file against the table's rows, of which `row` is the first; then `row` is the next file's, or empty. */
static void compare_annotation(const char *directory, const char *folder, char *row, FILE *table)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct voc_annotation annotation;
    char id[128], name[64], path[4096];
    int width, height, depth, index, difficult, truncated;
    double xmin, ymin, xmax, ymax;
    int next = 0;
    sscanf(row, "%127s", id);
    snprintf(path, sizeof path, "%s/%s/Annotations/%s.xml", directory, folder, id);
    ck_ok(voc_xml_load(path, &annotation, &arena, &error), error);
    do {
        char row_id[128];
        ck_assert_int_eq(sscanf(row, "%127s %d %d %d %d %63s %d %d %lf %lf %lf %lf", row_id, &width, &height, &depth,
                                &index, name, &difficult, &truncated, &xmin, &ymin, &xmax, &ymax),
                         12);
        if (strcmp(row_id, id) != 0)
            break;
        ck_assert_int_lt(index, annotation.count);
        const struct voc_object *object = &annotation.objects[index];
        ck_assert_int_eq(index, next++);
        ck_assert_str_eq(object->name, name);
        ck_assert(annotation.width == width && annotation.height == height && annotation.depth == depth);
        ck_assert(object->difficult == (difficult != 0) && object->truncated == (truncated != 0));
        ck_assert(object->xmin == xmin && object->ymin == ymin && object->xmax == xmax && object->ymax == ymax);
        *row = '\0';
    } while (fgets(row, 1024, table) != NULL);
    ck_assert_int_eq(next, annotation.count);
    arena_finish(&arena);
}

START_TEST(test_boxes_read_equal_those_of_an_independent_reader)
{
    static const struct {
        const char *archive;
        const char *table;
        const char *folder;
    } sets[] = {
        {"bccd/BCCD.tar", "bccd/BCCD.objects.tsv", "VOCdevkit/BCCD"},
        {"pascal_voc/VOC2007_test-subset660.tar", "pascal_voc/VOC2007_test-subset660.objects.tsv", "VOCdevkit/VOC2007"},
        {"pascal_voc/VOC2012_subset70_seg.tar", "pascal_voc/VOC2012_subset70_seg.objects.tsv", "VOCdevkit/VOC2012"},
    };
    struct scratch scratch;
    scratch_init(&scratch);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        char archive[4096], table_path[4096], row[1024];
        if (!shared_data_find(sets[i].archive, archive, sizeof archive) ||
            !shared_data_find(sets[i].table, table_path, sizeof table_path))
            break;
        struct download_source source = {.url = archive};
        struct text directory = TEXT_INIT;
        struct error error = ERROR_INIT;
        ck_ok(archive_store_prepare(scratch.path, &source, &progress_silent, &error), error);
        ck_assert(archive_store_find(scratch.path, &source, &directory));
        FILE *table = fopen(table_path, "r");
        ck_assert_ptr_nonnull(fgets(row, sizeof row, table));
        ck_assert_ptr_nonnull(fgets(row, sizeof row, table));
        while (*row != '\0')
            compare_annotation(text_string(&directory), sets[i].folder, row, table);
        fclose(table);
        text_finish(&directory);
    }
    scratch_finish(&scratch);
}
END_TEST

static char noted[512];

static void note(struct progress *progress, const char *line)
{
    (void)progress;
    snprintf(noted, sizeof noted, "%s", line);
}

START_TEST(test_bccd_is_read_from_its_archive)
{
    char archive[4096];
    if (!shared_data_find("bccd/BCCD.tar", archive, sizeof archive))
        return;
    static const char *const classes[] = {"RBC", "WBC", "Platelets"};
    struct scratch scratch;
    scratch_init(&scratch);
    struct voc_detection_params params = {
        .root = scratch.path,
        .year = VOC_YEAR_2012,
        .image_set = "trainval",
        .download = true,
        .url = archive,
        .classes = {.items = classes, .count = 3},
        .folder = "VOCdevkit/BCCD",
        .keep_difficult = true,
    };
    struct error error = ERROR_INIT;
    struct progress progress = progress_silent;
    progress.note = note;
    struct dataset *dataset = voc_detection_create(&params, &error);
    ck_ok(dataset != NULL, error);
    ck_ok(dataset_prepare(dataset, &progress, &error), error);
    ck_ok(dataset_open(dataset, &progress, &error), error);
    ck_assert_int_eq(dataset->info.length, 292);
    ck_assert_int_eq(dataset->info.num_classes, 3);
    ck_assert_int_eq(dataset->info.max_boxes, 30);
    ck_assert_str_eq(noted, "2 boxes are left out: no area (the first in 'BloodImage_00338')");
    struct arena arena = ARENA_INIT;
    struct sample sample;
    sample_begin(&sample, &arena, 0);
    ck_ok(dataset_read(dataset, 0, &sample, &error), error);
    ck_assert(sample.image.width == 640 && sample.image.height == 480 && sample.image.channels == 3);
    ck_assert(sample.original_width == 640 && sample.original_height == 480);
    arena_finish(&arena);
    dataset_destroy(&dataset);
    scratch_finish(&scratch);
}
END_TEST

UNIT_MAIN("voc_detection", test_boxes_read_equal_those_of_an_independent_reader, test_bccd_is_read_from_its_archive)
