/* jpeg.c: reading and writing JPEG, on libjpeg-turbo. */
#include "engine/image/jpeg.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "engine/image/colour.h"
#include "engine/image/geometry.h"

#define SCAN_LIMIT 100
#define WORKING_MEMORY_LIMIT ((long)256 << 20)
#define APP1 (JPEG_APP0 + 1)

/* The library leaves a failed call by a long jump to the only frame that set it, so everything lives in here. */
struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
    char message[JMSG_LENGTH_MAX];
};

struct reader {
    struct jpeg_decompress_struct library;
    struct failure failure;
    struct jpeg_progress_mgr progress;
    const struct decode_options *options;
    struct arena *arena;
    struct image *image;
    struct error *error;
    unsigned char *cmyk_row;
    int orientation;
};

struct writer {
    struct jpeg_compress_struct library;
    struct failure failure;
    unsigned char *bytes;
    unsigned long length;
};

_Noreturn static void fail(j_common_ptr library)
{
    struct failure *failure = (struct failure *)library->err;
    failure->manager.format_message(library, failure->message);
    longjmp(failure->escape, 1);
}

/* Negative levels are warnings: the data is damaged, and what the library makes of it is a guess. */
static void refuse_warning(j_common_ptr library, int level)
{
    if (level < 0)
        fail(library);
}

static void ignore_message(j_common_ptr library)
{
    (void)library;
}

static void limit_scans(j_common_ptr library)
{
    const struct jpeg_decompress_struct *reader = (const struct jpeg_decompress_struct *)(void *)library;
    struct failure *failure = (struct failure *)library->err;
    if (reader->input_scan_number > SCAN_LIMIT) {
        snprintf(failure->message, sizeof failure->message, "more than %d scans", SCAN_LIMIT);
        longjmp(failure->escape, 1);
    }
}

static struct jpeg_error_mgr *failure_init(struct failure *failure)
{
    jpeg_std_error(&failure->manager);
    failure->manager.error_exit = fail;
    failure->manager.emit_message = refuse_warning;
    failure->manager.output_message = ignore_message;
    return &failure->manager;
}

static unsigned tiff_number(const unsigned char *bytes, int count, bool big_endian)
{
    unsigned number = 0;
    for (int i = 0; i < count; i++)
        number = number << 8 | bytes[big_endian ? i : count - 1 - i];
    return number;
}

int exif_orientation_find(const unsigned char *segment, size_t length)
{
    enum { HEADER = 6, ENTRY = 12, TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, TYPE_LONG = 4 };
    static const unsigned char header[HEADER] = {'E', 'x', 'i', 'f', 0, 0};
    for (size_t i = 0; i < HEADER; i++)
        if (length < HEADER + 8 || segment[i] != header[i])
            return 1;
    const unsigned char *tiff = segment + HEADER;
    size_t size = length - HEADER;
    bool big_endian = tiff[0] == 'M';
    size_t at = tiff_number(tiff + 4, 4, big_endian);
    if (at + 2 > size)
        return 1;
    unsigned entries = tiff_number(tiff + at, 2, big_endian);
    for (at += 2; entries > 0 && at + ENTRY <= size; entries--, at += ENTRY) {
        const unsigned char *entry = tiff + at;
        if (tiff_number(entry, 2, big_endian) != TAG_ORIENTATION)
            continue;
        unsigned type = tiff_number(entry + 2, 2, big_endian);
        unsigned value = type == TYPE_SHORT  ? tiff_number(entry + 8, 2, big_endian)
                         : type == TYPE_LONG ? tiff_number(entry + 8, 4, big_endian)
                                             : 1;
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

static int reader_find_orientation(const struct reader *reader)
{
    for (jpeg_saved_marker_ptr marker = reader->library.marker_list; marker != NULL; marker = marker->next) {
        int orientation = exif_orientation_find(marker->data, marker->data_length);
        if (orientation != 1)
            return orientation;
    }
    return 1;
}

/* Decides what the library shall deliver, and makes the image for it. */
static bool reader_prepare(struct reader *reader)
{
    struct jpeg_decompress_struct *library = &reader->library;
    if (library->num_components != 1 && library->num_components != 3 && library->num_components != 4)
        return error_set(reader->error, ERROR_DATA, "bad JPEG image: wanted 1, 3 or 4 components, found %d",
                         library->num_components);
    int channels = reader->options->channels;
    if (channels == 0)
        channels = library->num_components == 1 ? 1 : 3;
    if (!image_init(reader->image, (int)library->image_width, (int)library->image_height, channels, DTYPE_U8,
                    reader->arena, reader->error))
        return false;
    if (library->num_components == 4) {
        library->out_color_space = JCS_CMYK;
        reader->cmyk_row = arena_allocate(reader->arena, (size_t)library->image_width, 4);
    } else {
        library->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    }
    library->dct_method = JDCT_ISLOW;
    library->do_fancy_upsampling = TRUE;
    reader->orientation = reader->options->apply_orientation ? reader_find_orientation(reader) : 1;
    return true;
}

static void reader_read_rows(struct reader *reader)
{
    struct image *image = reader->image;
    size_t stride = (size_t)image->width * (size_t)image->channels;
    while (reader->library.output_scanline < reader->library.output_height) {
        JSAMPROW row = image->bytes + stride * reader->library.output_scanline;
        JSAMPROW into = reader->cmyk_row != NULL ? reader->cmyk_row : row;
        jpeg_read_scanlines(&reader->library, &into, 1);
        if (reader->cmyk_row != NULL)
            colour_cmyk_row(reader->cmyk_row, image->width, image->channels, row);
    }
}

static bool reader_run(struct reader *reader, const unsigned char *bytes, size_t length)
{
    if (setjmp(reader->failure.escape) != 0)
        return error_set(reader->error, ERROR_DATA, "bad JPEG image: %s", reader->failure.message);
    jpeg_create_decompress(&reader->library);
    reader->library.mem->max_memory_to_use = WORKING_MEMORY_LIMIT;
    reader->library.progress = &reader->progress;
    jpeg_mem_src(&reader->library, bytes, length);
    if (reader->options->apply_orientation)
        jpeg_save_markers(&reader->library, APP1, 0xFFFF);
    jpeg_read_header(&reader->library, TRUE);
    if (!reader_prepare(reader))
        return false;
    jpeg_start_decompress(&reader->library);
    reader_read_rows(reader);
    jpeg_finish_decompress(&reader->library);
    return true;
}

bool jpeg_decode(const void *bytes, size_t length, const struct decode_options *options, struct arena *arena,
                 struct image *image, struct error *error)
{
    struct reader reader = {
        .progress = {.progress_monitor = limit_scans},
        .options = options,
        .arena = arena,
        .image = image,
        .error = error,
        .orientation = 1,
    };
    reader.library.err = failure_init(&reader.failure);
    bool done = reader_run(&reader, bytes, length);
    jpeg_destroy_decompress(&reader.library);
    return done && image_orient(image, reader.orientation, arena, error);
}

static bool writer_run(struct writer *writer, const struct image *image, int quality, struct error *error)
{
    if (setjmp(writer->failure.escape) != 0)
        return error_set(error, ERROR_RUN, "cannot write a JPEG image: %s", writer->failure.message);
    struct jpeg_compress_struct *library = &writer->library;
    jpeg_create_compress(library);
    jpeg_mem_dest(library, &writer->bytes, &writer->length);
    library->image_width = (JDIMENSION)image->width;
    library->image_height = (JDIMENSION)image->height;
    library->input_components = image->channels;
    library->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(library);
    jpeg_set_quality(library, quality, TRUE);
    jpeg_start_compress(library, TRUE);
    while (library->next_scanline < library->image_height) {
        JSAMPROW row = image->bytes + (size_t)library->next_scanline * image->width * image->channels;
        jpeg_write_scanlines(library, &row, 1);
    }
    jpeg_finish_compress(library);
    return true;
}

bool jpeg_encode(const struct image *image, int quality, struct text *file, struct error *error)
{
    assert(image->dtype == DTYPE_U8);
    struct writer writer = {.bytes = NULL};
    writer.library.err = failure_init(&writer.failure);
    bool done = writer_run(&writer, image, quality, error);
    if (done)
        text_append_bytes(file, writer.bytes, writer.length);
    jpeg_destroy_compress(&writer.library);
    free(writer.bytes);
    return done;
}
