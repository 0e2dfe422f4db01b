/* fixture.h: reads the lines of a table in tests/fixtures that hold images. */
#ifndef LRUN_TESTS_UNIT_IMAGE_FIXTURE_H
#define LRUN_TESTS_UNIT_IMAGE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/image/image.h"
#include "tests/unit/unit.h"

#define FIXTURE_COLUMNS 8
#define FIXTURE_ARGUMENTS 64

/** One line, cut at its tabs. */
struct fixture_line {
    char *columns[FIXTURE_COLUMNS];
    int count;
};

struct fixture {
    struct text text;
    struct fixture_line lines[512];
    int count;
};

static inline void fixture_load(struct fixture *fixture, const char *name)
{
    char path[512];
    struct error error = ERROR_INIT;
    *fixture = (struct fixture){.text = TEXT_INIT};
    snprintf(path, sizeof path, "%s/tests/fixtures/%s", getenv("LRUN_SOURCE_ROOT"), name);
    ck_ok(file_read(path, (size_t)1 << 24, &fixture->text, ERROR_DATA, &error), error);
    char *rest = fixture->text.data;
    for (char *line = strsep(&rest, "\n"); line != NULL && *line != '\0'; line = strsep(&rest, "\n")) {
        ck_assert_int_lt(fixture->count, 512);
        struct fixture_line *into = &fixture->lines[fixture->count++];
        for (char *column = strsep(&line, "\t"); column != NULL; column = strsep(&line, "\t")) {
            ck_assert_int_lt(into->count, FIXTURE_COLUMNS);
            into->columns[into->count++] = column;
        }
    }
    ck_assert_int_gt(fixture->count, 0);
}

/** The numbers of a column; returns how many. */
static inline int fixture_numbers(const char *column, double numbers[FIXTURE_ARGUMENTS])
{
    int count = 0;
    char *end = NULL;
    for (double number = strtod(column, &end); end != column; number = strtod(column, &end)) {
        ck_assert_int_lt(count, FIXTURE_ARGUMENTS);
        numbers[count++] = number;
        column = end;
    }
    return count;
}

static inline unsigned fixture_digit(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static inline void fixture_bytes(const char *hexadecimal, void *bytes, size_t count)
{
    ck_assert_uint_eq(strlen(hexadecimal), 2 * count);
    for (size_t i = 0; i < count; i++)
        ((uint8_t *)bytes)[i] =
            (uint8_t)(fixture_digit(hexadecimal[2 * i]) << 4 | fixture_digit(hexadecimal[2 * i + 1]));
}

/** The image of columns `first` (width), height, channels, samples; floats when the samples' text is that long. */
static inline void fixture_image(const struct fixture_line *line, int first, struct arena *arena, struct image *image)
{
    struct error error = ERROR_INIT;
    int width = atoi(line->columns[first]), height = atoi(line->columns[first + 1]);
    int channels = atoi(line->columns[first + 2]);
    const char *samples = line->columns[first + 3];
    bool bytes = strlen(samples) == (size_t)(2 * width * height * channels);
    ck_ok(image_init(image, width, height, channels, bytes ? DTYPE_U8 : DTYPE_F32, arena, &error), error);
    fixture_bytes(samples, image->pixels, image_count(image) * dtype_size(image->dtype));
}

/** Most that two images of one size and type differ by. */
static inline double image_difference(const struct image *a, const struct image *b)
{
    double most = 0;
    ck_assert_int_eq(a->width, b->width);
    ck_assert_int_eq(a->height, b->height);
    ck_assert_int_eq(a->channels, b->channels);
    ck_assert_int_eq(a->dtype, b->dtype);
    for (size_t i = 0; i < image_count(a); i++) {
        double difference =
            a->dtype == DTYPE_U8 ? a->bytes[i] - b->bytes[i] : (double)a->floats[i] - (double)b->floats[i];
        difference = difference < 0 ? -difference : difference;
        most = difference > most ? difference : most;
    }
    return most;
}

#endif
