/* test_decode.c: decoded pictures equal those of djpeg and libpng, and damaged ones are refused with a reason. */
#include "engine/image/decode.h"

#include <archive.h>
#include <archive_entry.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/image/jpeg.h"
#include "engine/image/png.h"
#include "tests/unit/unit.h"

#define DATA "/../shared/data/"

static const char *data_path(struct arena *arena, const char *name)
{
    const char *root = getenv("LRUN_SOURCE_ROOT");
    return arena_format(arena, "%s" DATA "%s", root != NULL ? root : ".", name);
}

/* Whether real data is here; says so when it is not. */
static bool data_exists(const char *path)
{
    if (file_exists(path))
        return true;
    printf("skipped: '%s' is absent\n", path);
    return false;
}

/* A manifest: the columns of a line, by djpeg: file, bytes, verdict, width, height, channels, .., sha256 (11). */
struct manifest {
    struct text text;
    char *lines[1024];
    int count;
};

static void manifest_load(struct manifest *manifest, const char *path)
{
    struct error error = ERROR_INIT;
    *manifest = (struct manifest){.text = TEXT_INIT};
    ck_ok(file_read(path, (size_t)1 << 24, &manifest->text, ERROR_DATA, &error), error);
    for (char *line = strtok(manifest->text.data, "\n"); line != NULL; line = strtok(NULL, "\n"))
        manifest->lines[manifest->count++] = line;
    ck_assert_int_gt(manifest->count, 1);
}

static void column(const char *line, int number, char value[256])
{
    for (; number > 0; number--)
        line = strchr(line, '\t') + 1;
    size_t length = strcspn(line, "\t");
    ck_assert_uint_lt(length, 256);
    memcpy(value, line, length);
    value[length] = '\0';
}

static void format_sha256(const struct image *image, char hexadecimal[65])
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, image_count(image), image->bytes);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hexadecimal + 2 * i, 3, "%02x", digest[i]);
}

static void check_line(const char *line, const void *bytes, size_t length, struct arena *arena)
{
    struct decode_options options = {.channels = 0};
    struct error error = ERROR_INIT;
    struct image image;
    char file[256], verdict[256], width[256], height[256], channels[256], expected[256], found[65];
    column(line, 0, file);
    column(line, 2, verdict);
    column(line, 3, width);
    column(line, 4, height);
    column(line, 5, channels);
    column(line, 11, expected);
    bool decoded = image_decode(bytes, length, &options, arena, &image, &error);
    if (strcmp(verdict, "ok") != 0) {
        if (image_format_find(bytes, length) == IMAGE_FORMAT_JPEG) {
            ck_assert_msg(!decoded, "%s: decoded although djpeg said '%s'", file, verdict);
            ck_assert_msg(strncmp(error.message, "bad JPEG image: ", 16) == 0, "%s: %s", file, error.message);
        }
        return;
    }
    ck_assert_msg(decoded, "%s: %s", file, error.message);
    ck_assert_int_eq(image.width, atoi(width));
    ck_assert_int_eq(image.height, atoi(height));
    ck_assert_int_eq(image.channels, atoi(channels));
    format_sha256(&image, found);
    ck_assert_msg(strcmp(found, expected) == 0, "%s: pixels differ from djpeg's", file);
}

START_TEST(test_conformance_images_equal_djpegs_pixels)
{
    struct arena arena = ARENA_INIT;
    struct manifest manifest;
    struct text bytes = TEXT_INIT;
    const char *path = data_path(&arena, "image_conformance/jpeg_manifest.tsv");
    if (!data_exists(path))
        return;
    manifest_load(&manifest, path);
    for (int i = 1; i < manifest.count; i++) {
        char file[256];
        struct error error = ERROR_INIT;
        arena_reset(&arena);
        column(manifest.lines[i], 0, file);
        path = data_path(&arena, arena_format(&arena, "image_conformance/%s", file));
        ck_ok(file_read(path, (size_t)1 << 26, &bytes, ERROR_DATA, &error), error);
        check_line(manifest.lines[i], bytes.data, bytes.length, &arena);
    }
    text_finish(&bytes);
    text_finish(&manifest.text);
    arena_finish(&arena);
}
END_TEST

static const char *manifest_find(const struct manifest *manifest, const char *path)
{
    for (int i = 1; i < manifest->count; i++) {
        size_t length = strcspn(manifest->lines[i], "\t");
        size_t path_length = strlen(path);
        if (path_length >= length && strncmp(path + path_length - length, manifest->lines[i], length) == 0)
            return manifest->lines[i];
    }
    return NULL;
}

static void check_archive(const char *archive_name, const char *manifest_name)
{
    struct arena arena = ARENA_INIT;
    struct manifest manifest;
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    int checked = 0;
    const char *path = data_path(&arena, archive_name);
    if (!data_exists(path))
        return;
    manifest_load(&manifest, data_path(&arena, manifest_name));
    archive_read_support_format_tar(archive);
    ck_assert_int_eq(archive_read_open_filename(archive, path, 1 << 16), ARCHIVE_OK);
    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        const char *line = manifest_find(&manifest, archive_entry_pathname(entry));
        if (line == NULL)
            continue;
        arena_reset(&arena);
        size_t length = (size_t)archive_entry_size(entry);
        void *bytes = arena_allocate(&arena, length, 1);
        ck_assert_int_eq(archive_read_data(archive, bytes, length), (la_ssize_t)length);
        check_line(line, bytes, length, &arena);
        checked++;
    }
    ck_assert_int_eq(checked, manifest.count - 1);
    archive_read_free(archive);
    text_finish(&manifest.text);
    arena_finish(&arena);
}

START_TEST(test_pascal_voc_images_equal_djpegs_pixels)
{
    check_archive("pascal_voc/VOC2007_test-subset660.tar", "pascal_voc/VOC2007_test-subset660.jpeg_manifest.tsv");
    check_archive("pascal_voc/VOC2012_subset70_seg.tar", "pascal_voc/VOC2012_subset70_seg.jpeg_manifest.tsv");
}
END_TEST

START_TEST(test_bccd_images_equal_djpegs_pixels)
{
    check_archive("bccd/BCCD.tar", "bccd/jpeg_manifest.tsv");
}
END_TEST

static void check_png(const char *line, struct arena *arena)
{
    struct error error = ERROR_INIT;
    struct image image;
    char file[256], verdict[256], expected[256], found[65];
    column(line, 0, file);
    column(line, 1, verdict);
    const char *path = data_path(arena, arena_format(arena, "image_conformance/pngsuite/%s", file));
    bool decoded = image_load(path, &(struct decode_options){.channels = 3}, arena, &image, &error);
    ck_assert_msg(decoded == (strcmp(verdict, "ok") == 0), "%s: %s", file, error.message);
    if (!decoded)
        return;
    column(line, 4, expected);
    format_sha256(&image, found);
    ck_assert_msg(strcmp(found, expected) == 0, "%s: colours differ from Pillow's", file);
    column(line, 5, expected);
    if (strcmp(expected, "-") == 0)
        return;
    ck_ok(image_load(path, &(struct decode_options){.palette_indices = true}, arena, &image, &error), error);
    ck_assert_int_eq(image.channels, 1);
    format_sha256(&image, found);
    ck_assert_msg(strcmp(found, expected) == 0, "%s: indices differ from Pillow's", file);
}

START_TEST(test_pngsuite_equals_pillows_pixels)
{
    struct arena arena = ARENA_INIT;
    struct manifest manifest;
    if (!data_exists(data_path(&arena, "image_conformance/pngsuite/basn0g01.png")))
        return;
    manifest_load(&manifest, arena_format(&arena, "%s/tests/fixtures/pngsuite.tsv", getenv("LRUN_SOURCE_ROOT")));
    for (int i = 0; i < manifest.count; i++) {
        arena_reset(&arena);
        check_png(manifest.lines[i], &arena);
    }
    text_finish(&manifest.text);
    arena_finish(&arena);
}
END_TEST

/* A small picture with an edge, a ramp and a colour. */
static void make_picture(struct image *image, int channels, struct arena *arena)
{
    struct error error = ERROR_INIT;
    ck_ok(image_init(image, 21, 13, channels, DTYPE_U8, arena, &error), error);
    for (size_t i = 0; i < image_count(image); i++)
        image->bytes[i] = (uint8_t)(i * 7 % 256);
}

START_TEST(test_png_comes_back_as_it_was)
{
    for (int channels = 1; channels <= 3; channels += 2) {
        struct arena arena = ARENA_INIT;
        struct error error = ERROR_INIT;
        struct text file = TEXT_INIT;
        struct image image, again;
        make_picture(&image, channels, &arena);
        ck_ok(png_encode(&image, &file, &error), error);
        ck_ok(image_decode(file.data, file.length, &(struct decode_options){0}, &arena, &again, &error), error);
        ck_assert_int_eq(again.width, 21);
        ck_assert_int_eq(again.channels, channels);
        ck_assert_mem_eq(again.bytes, image.bytes, image_count(&image));
        text_finish(&file);
        arena_finish(&arena);
    }
}
END_TEST

START_TEST(test_jpeg_comes_back_nearly_as_it_was)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct text file = TEXT_INIT;
    struct image image, again;
    make_picture(&image, 3, &arena);
    for (size_t i = 0; i < image_count(&image); i++)
        image.bytes[i] = (uint8_t)(40 + i / 3 % 21 * 8);
    ck_ok(jpeg_encode(&image, 95, &file, &error), error);
    ck_ok(image_decode(file.data, file.length, &(struct decode_options){.channels = 3}, &arena, &again, &error), error);
    for (size_t i = 0; i < image_count(&image); i++)
        ck_assert_int_le(abs(again.bytes[i] - image.bytes[i]), 8);
    text_finish(&file);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_every_cut_short_file_is_refused)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct text files[2] = {TEXT_INIT, TEXT_INIT};
    struct image image;
    make_picture(&image, 3, &arena);
    ck_ok(jpeg_encode(&image, 90, &files[0], &error), error);
    ck_ok(png_encode(&image, &files[1], &error), error);
    for (int i = 0; i < 2; i++) {
        for (size_t length = 0; length < files[i].length; length++) {
            struct error reason = ERROR_INIT;
            arena_reset(&arena);
            ck_assert(!image_decode(files[i].data, length, &(struct decode_options){0}, &arena, &image, &reason));
            ck_assert_int_eq(reason.code, ERROR_DATA);
            ck_assert_uint_gt(strlen(reason.message), 10);
        }
        text_finish(&files[i]);
    }
    arena_finish(&arena);
}
END_TEST

START_TEST(test_damaged_files_are_refused_with_a_reason)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct text file = TEXT_INIT;
    struct image image;
    ck_assert(!image_decode("", 0, &(struct decode_options){0}, &arena, &image, &error));
    ck_assert_str_eq(error.message, "wanted a JPEG or PNG image, found an empty file");
    error_clear(&error);
    ck_assert(!image_decode("GIF89a", 6, &(struct decode_options){0}, &arena, &image, &error));
    ck_assert_str_eq(error.message, "wanted a JPEG or PNG image, found a file that begins with bytes 47 49 46 38");
    error_clear(&error);
    make_picture(&image, 3, &arena);
    ck_ok(png_encode(&image, &file, &error), error);
    file.data[file.length - 13] ^= 1; /* the last byte before IEND: of the checksum of IDAT */
    ck_assert(!image_decode(file.data, file.length, &(struct decode_options){0}, &arena, &image, &error));
    ck_assert_str_eq(error.message, "bad PNG image: IDAT: CRC error");
    error_clear(&error);
    text_clear(&file);
    ck_ok(jpeg_encode(&image, 90, &file, &error), error);
    ck_assert(!image_decode(file.data, file.length - 20, &(struct decode_options){0}, &arena, &image, &error));
    ck_assert_str_eq(error.message, "bad JPEG image: Premature end of JPEG file");
    text_finish(&file);
    arena_finish(&arena);
}
END_TEST

/* Width 65,500 in the frame header of a small file: refused before any memory is asked for. */
START_TEST(test_sizes_out_of_range_are_refused)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct text file = TEXT_INIT;
    struct image image;
    make_picture(&image, 3, &arena);
    ck_ok(jpeg_encode(&image, 90, &file, &error), error);
    unsigned char *bytes = (unsigned char *)file.data;
    size_t at = 2;
    while (!(bytes[at] == 0xFF && bytes[at + 1] == 0xC0))
        at++;
    bytes[at + 7] = 0xFF;
    ck_assert(!image_decode(bytes, file.length, &(struct decode_options){0}, &arena, &image, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "65301 x 13 pixels is out of range"));
    text_finish(&file);
    arena_finish(&arena);
}
END_TEST

static void check_orientation(const struct image *upright, int orientation, struct arena *arena)
{
    struct error error = ERROR_INIT;
    struct image image;
    const char *name = arena_format(arena, "image_conformance/exif_orientation/Landscape_%d.jpg", orientation);
    struct decode_options options = {.channels = 3, .apply_orientation = true};
    ck_ok(image_load(data_path(arena, name), &options, arena, &image, &error), error);
    ck_assert_int_eq(image.width, 1800);
    ck_assert_int_eq(image.height, 1200);
    double difference = 0;
    for (size_t i = 0; i < image_count(&image); i++)
        difference += abs(image.bytes[i] - upright->bytes[i]);
    ck_assert_msg(difference / (double)image_count(&image) < 4.0, "orientation %d: mean difference %f", orientation,
                  difference / (double)image_count(&image));
}

START_TEST(test_pictures_of_every_orientation_stand_upright)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct image upright;
    const char *path = data_path(&arena, "image_conformance/exif_orientation/Landscape_1.jpg");
    if (!data_exists(path))
        return;
    ck_ok(image_load(path, &(struct decode_options){.channels = 3}, &arena, &upright, &error), error);
    for (int orientation = 0; orientation <= 8; orientation++)
        check_orientation(&upright, orientation, &arena);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_orientation_out_of_range_counts_as_upright)
{
    unsigned char segment[] = {
        'E', 'x', 'i',  'f',  0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, /* header, first directory at 8 */
        1,   0,   0x12, 0x01, 3, 0, 1,   0,   0,  0, 6, 0, 0, 0, 0, 0, 0, 0};
    ck_assert_int_eq(exif_orientation_find(segment, sizeof segment), 6);
    segment[24] = 0;
    ck_assert_int_eq(exif_orientation_find(segment, sizeof segment), 1);
    segment[24] = 9;
    ck_assert_int_eq(exif_orientation_find(segment, sizeof segment), 1);
    segment[18] = 4, segment[24] = 1, segment[26] = 1; /* 65537 as a long */
    ck_assert_int_eq(exif_orientation_find(segment, sizeof segment), 1);
    for (size_t length = 0; length < sizeof segment; length++)
        exif_orientation_find(segment, length);
}
END_TEST

UNIT_MAIN("decode", test_conformance_images_equal_djpegs_pixels, test_pascal_voc_images_equal_djpegs_pixels,
          test_bccd_images_equal_djpegs_pixels, test_pngsuite_equals_pillows_pixels, test_png_comes_back_as_it_was,
          test_jpeg_comes_back_nearly_as_it_was, test_every_cut_short_file_is_refused,
          test_damaged_files_are_refused_with_a_reason, test_sizes_out_of_range_are_refused,
          test_pictures_of_every_orientation_stand_upright, test_orientation_out_of_range_counts_as_upright)
