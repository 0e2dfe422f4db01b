/* test_scene.c: drawn scenes are the same every time, and their boxes lie in the image. */
#include "components/datasets/scene.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { WIDTH = 160, HEIGHT = 120 };

START_TEST(test_a_scene_is_a_function_of_seed_and_index)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct scene first, again, other;
    ck_ok(scene_draw(&first, 3, 7, WIDTH, HEIGHT, &arena, &error), error);
    ck_ok(scene_draw(&again, 3, 7, WIDTH, HEIGHT, &arena, &error), error);
    ck_ok(scene_draw(&other, 3, 8, WIDTH, HEIGHT, &arena, &error), error);
    size_t size = image_count(&first.image);
    ck_assert_mem_eq(first.image.bytes, again.image.bytes, size);
    ck_assert_int_ne(memcmp(first.image.bytes, other.image.bytes, size), 0);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_boxes_lie_in_the_image_and_every_mark_occurs)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    int shapes[SCENE_SHAPE_COUNT] = {0}, difficult = 0, truncated = 0;
    for (int index = 0; index < 200; index++) {
        struct scene scene;
        arena_reset(&arena);
        ck_ok(scene_draw(&scene, 1, index, WIDTH, HEIGHT, &arena, &error), error);
        for (int i = 0; i < scene.count; i++) {
            const int *corners = scene.objects[i].corners;
            ck_assert(0 <= corners[0] && corners[0] < corners[2] && corners[2] <= WIDTH);
            ck_assert(0 <= corners[1] && corners[1] < corners[3] && corners[3] <= HEIGHT);
            shapes[scene.objects[i].shape]++;
            difficult += scene.objects[i].difficult;
            truncated += scene.objects[i].truncated;
        }
    }
    for (int shape = 0; shape < SCENE_SHAPE_COUNT; shape++)
        ck_assert_int_gt(shapes[shape], 40);
    ck_assert_int_gt(difficult, 10);
    ck_assert_int_gt(truncated, 50);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_a_size_out_of_range_is_refused)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct scene scene;
    ck_assert(!scene_draw(&scene, 1, 0, 40, 100, &arena, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("scene", test_a_scene_is_a_function_of_seed_and_index, test_boxes_lie_in_the_image_and_every_mark_occurs,
          test_a_size_out_of_range_is_refused)
