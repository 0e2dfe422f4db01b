/* test_colour.c: changes of colour, crops and pads equal torchvision's. */
#include "engine/image/colour.h"
#include "engine/image/geometry.h"

#include "tests/unit/image/fixture.h"

static void cut(struct image *image, const double numbers[FIXTURE_ARGUMENTS], bool crop, struct arena *arena)
{
    struct error error = ERROR_INIT;
    struct window window = {.left = (int)numbers[0], (int)numbers[1], (int)numbers[2], (int)numbers[3], .fill = {0}};
    if (!crop) {
        static const float fill[] = {200, 100, 7};
        window.left = -(int)numbers[0];
        window.top = -(int)numbers[1];
        window.width = image->width + (int)numbers[0] + (int)numbers[2];
        window.height = image->height + (int)numbers[1] + (int)numbers[3];
        window.mode = (enum padding_mode)numbers[4];
        memcpy(window.fill, fill, sizeof fill);
    }
    ck_ok(image_cut(image, &window, arena, image, &error), error);
}

static void normalize(struct image *image, const double *numbers)
{
    float mean[3] = {0}, deviation[3] = {0};
    for (int channel = 0; channel < image->channels; channel++) {
        mean[channel] = (float)numbers[channel];
        deviation[channel] = (float)numbers[image->channels + channel];
    }
    colour_normalize(image, mean, deviation);
}

/* Does what the line says; false when it says something else. */
static bool apply(const char *operation, const double *numbers, struct image *image, struct arena *arena)
{
    struct error error = ERROR_INIT;
    if (strcmp(operation, "brightness") == 0)
        colour_adjust_brightness(image, numbers[0]);
    else if (strcmp(operation, "contrast") == 0)
        colour_adjust_contrast(image, numbers[0]);
    else if (strcmp(operation, "saturation") == 0)
        colour_adjust_saturation(image, numbers[0]);
    else if (strcmp(operation, "hue") == 0)
        colour_adjust_hue(image, numbers[0]);
    else if (strcmp(operation, "grey") == 0)
        ck_ok(colour_to_grey_channel(image, arena, image, &error), error);
    else if (strcmp(operation, "grey3") == 0)
        colour_to_grey(image);
    else if (strcmp(operation, "permute") == 0)
        colour_permute_channels(image, (int[]){(int)numbers[0], (int)numbers[1], (int)numbers[2]});
    else if (strcmp(operation, "convert") == 0 && image->dtype == DTYPE_U8)
        ck_ok(colour_to_float(image, numbers[0] != 0, arena, &error), error);
    else if (strcmp(operation, "convert") == 0)
        ck_ok(colour_to_bytes(image, numbers[0] != 0, arena, &error), error);
    else if (strcmp(operation, "normalize") == 0)
        normalize(image, numbers);
    else if (strcmp(operation, "crop") == 0 || strcmp(operation, "pad") == 0)
        cut(image, numbers, strcmp(operation, "crop") == 0, arena);
    else
        return false;
    return true;
}

START_TEST(test_every_operation_equals_torchvisions)
{
    struct fixture fixture;
    struct arena arena = ARENA_INIT;
    int checked = 0;
    fixture_load(&fixture, "images.tsv");
    for (int i = 0; i < fixture.count; i++) {
        const struct fixture_line *line = &fixture.lines[i];
        double numbers[FIXTURE_ARGUMENTS];
        struct image image, expected;
        arena_reset(&arena);
        for (int j = 0; j < fixture.count; j++)
            if (strcmp(fixture.lines[j].columns[0], "input") == 0 &&
                strcmp(fixture.lines[j].columns[1], line->columns[1]) == 0)
                fixture_image(&fixture.lines[j], 3, &arena, &image);
        fixture_numbers(line->columns[2], numbers);
        if (strcmp(line->columns[1], "large") == 0 || !apply(line->columns[0], numbers, &image, &arena))
            continue;
        fixture_image(line, 3, &arena, &expected);
        double difference = image_difference(&image, &expected);
        ck_assert_msg(difference <= (image.dtype == DTYPE_U8 ? 0 : 1e-6), "%s of %s by %s: differs by %g",
                      line->columns[0], line->columns[1], line->columns[2], difference);
        checked++;
    }
    ck_assert_int_gt(checked, 70);
    text_finish(&fixture.text);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_flips_of_flips_are_no_change)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    for (int width = 1; width < 40; width++) {
        struct image image, kept;
        ck_ok(image_init(&image, width, 3, 3, DTYPE_U8, &arena, &error), error);
        for (size_t i = 0; i < image_count(&image); i++)
            image.bytes[i] = (uint8_t)i;
        ck_ok(image_cut(&image, &(struct window){.width = width, .height = 3}, &arena, &kept, &error), error);
        image_flip_horizontal(&image);
        for (int x = 0; x < width; x++)
            ck_assert_mem_eq(image.bytes + 3 * (width + x), kept.bytes + 3 * (2 * width - 1 - x), 3);
        image_flip_horizontal(&image);
        image_flip_vertical(&image);
        ck_assert_mem_eq(image.bytes, kept.bytes + 6 * width, 3 * (size_t)width);
        image_flip_vertical(&image);
        ck_assert_mem_eq(image.bytes, kept.bytes, image_count(&image));
    }
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("colour", test_every_operation_equals_torchvisions, test_flips_of_flips_are_no_change)
