/* png.c: reading and writing PNG, on libpng. */
#include "engine/image/png.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#include "engine/image/colour.h"

#define CHUNK_BYTES_LIMIT ((png_alloc_size_t)8 << 20)
#define CHUNK_COUNT_LIMIT 128

/* Everything lives in here: a failed call of the library jumps over the frames between. */
struct file_reader {
    png_structp library;
    png_infop info;
    const unsigned char *bytes;
    size_t left;
    const struct decode_options *options;
    struct arena *arena;
    struct image *image;
    struct error *error;
    /* What the library delivers: `image`, or RGB that is still to become grey. */
    struct image decoded;
    char message[128];
};

struct file_writer {
    png_structp library;
    png_infop info;
    char message[128];
};

static void reader_fail(png_structp library, png_const_charp message)
{
    struct file_reader *reader = png_get_error_ptr(library);
    snprintf(reader->message, sizeof reader->message, "%s", message);
    png_longjmp(library, 1);
}

static void writer_fail(png_structp library, png_const_charp message)
{
    struct file_writer *writer = png_get_error_ptr(library);
    snprintf(writer->message, sizeof writer->message, "%s", message);
    png_longjmp(library, 1);
}

/* The library warns of what does not touch the pixels: profiles, text, times. */
static void ignore_warning(png_structp library, png_const_charp message)
{
    (void)library;
    (void)message;
}

static void reader_take(png_structp library, png_bytep into, size_t count)
{
    struct file_reader *reader = png_get_io_ptr(library);
    if (count > reader->left)
        png_error(library, "premature end of the file");
    memcpy(into, reader->bytes, count);
    reader->bytes += count;
    reader->left -= count;
}

static void reader_set_limits(png_structp library)
{
    png_set_user_limits(library, IMAGE_MAX_SIDE, IMAGE_MAX_SIDE);
    png_set_chunk_malloc_max(library, CHUNK_BYTES_LIMIT);
    png_set_chunk_cache_max(library, CHUNK_COUNT_LIMIT);
    png_set_crc_action(library, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
}

/* Tells the library what to deliver: bytes of grey, RGB or palette indices. Returns the channels of that. */
static int reader_choose_output(struct file_reader *reader)
{
    png_structp library = reader->library;
    png_byte type = png_get_color_type(library, reader->info);
    bool palette = type == PNG_COLOR_TYPE_PALETTE;
    bool grey = type == PNG_COLOR_TYPE_GRAY || type == PNG_COLOR_TYPE_GRAY_ALPHA;
    if (png_get_bit_depth(library, reader->info) == 16)
        png_set_strip_16(library);
    if (palette && reader->options->palette_indices) {
        png_set_packing(library);
        return 1;
    }
    if (palette)
        png_set_palette_to_rgb(library);
    else if (type == PNG_COLOR_TYPE_GRAY)
        png_set_expand_gray_1_2_4_to_8(library);
    png_set_strip_alpha(library);
    if (grey && reader->options->channels == 3)
        png_set_gray_to_rgb(library);
    return grey && reader->options->channels != 3 ? 1 : 3;
}

static bool reader_prepare(struct file_reader *reader)
{
    int channels = reader_choose_output(reader);
    png_set_interlace_handling(reader->library);
    png_read_update_info(reader->library, reader->info);
    int width = (int)png_get_image_width(reader->library, reader->info);
    int height = (int)png_get_image_height(reader->library, reader->info);
    if (!image_init(&reader->decoded, width, height, channels, DTYPE_U8, reader->arena, reader->error))
        return false;
    if (png_get_rowbytes(reader->library, reader->info) != (size_t)width * (size_t)channels)
        return error_set(reader->error, ERROR_DATA, "bad PNG image: rows have an unexpected size");
    return true;
}

static void reader_read_rows(struct file_reader *reader)
{
    const struct image *image = &reader->decoded;
    size_t stride = (size_t)image->width * (size_t)image->channels;
    int passes = png_get_interlace_type(reader->library, reader->info) == PNG_INTERLACE_NONE ? 1 : 7;
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < image->height; y++)
            png_read_row(reader->library, image->bytes + stride * (size_t)y, NULL);
    png_read_end(reader->library, NULL);
}

static bool reader_run(struct file_reader *reader)
{
    if (setjmp(png_jmpbuf(reader->library)) != 0)
        return error_set(reader->error, ERROR_DATA, "bad PNG image: %s", reader->message);
    reader_set_limits(reader->library);
    png_set_read_fn(reader->library, reader, reader_take);
    png_read_info(reader->library, reader->info);
    if (!reader_prepare(reader))
        return false;
    reader_read_rows(reader);
    return true;
}

/* Colours become grey where only grey is wanted; indices of a palette are what they are. */
static bool reader_deliver(struct file_reader *reader)
{
    *reader->image = reader->decoded;
    if (reader->options->channels == 1 && reader->decoded.channels == 3)
        return colour_to_luma(&reader->decoded, reader->arena, reader->image, reader->error);
    return true;
}

bool png_decode(const void *bytes, size_t length, const struct decode_options *options, struct arena *arena,
                struct image *image, struct error *error)
{
    struct file_reader reader = {
        .bytes = bytes, .left = length, .options = options, .arena = arena, .image = image, .error = error};
    reader.library = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, reader_fail, ignore_warning);
    if (reader.library == NULL)
        return error_set(error, ERROR_MEMORY, "not enough memory to read a PNG image");
    reader.info = png_create_info_struct(reader.library);
    bool done = reader.info != NULL ? reader_run(&reader)
                                    : error_set(error, ERROR_MEMORY, "not enough memory to read a PNG image");
    png_destroy_read_struct(&reader.library, &reader.info, NULL);
    return done && reader_deliver(&reader);
}

static void append_bytes(png_structp library, png_bytep bytes, size_t count)
{
    text_append_bytes(png_get_io_ptr(library), bytes, count);
}

static void flush_nothing(png_structp library)
{
    (void)library;
}

static bool writer_run(struct file_writer *writer, const struct image *image, struct text *file, struct error *error)
{
    if (setjmp(png_jmpbuf(writer->library)) != 0)
        return error_set(error, ERROR_RUN, "cannot write a PNG image: %s", writer->message);
    png_set_write_fn(writer->library, file, append_bytes, flush_nothing);
    png_set_IHDR(writer->library, writer->info, (png_uint_32)image->width, (png_uint_32)image->height, 8,
                 image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(writer->library, writer->info);
    for (int y = 0; y < image->height; y++)
        png_write_row(writer->library, image->bytes + (size_t)y * (size_t)image->width * (size_t)image->channels);
    png_write_end(writer->library, NULL);
    return true;
}

bool png_encode(const struct image *image, struct text *file, struct error *error)
{
    assert(image->dtype == DTYPE_U8);
    struct file_writer writer = {.library = NULL};
    writer.library = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer, writer_fail, ignore_warning);
    if (writer.library == NULL)
        return error_set(error, ERROR_MEMORY, "not enough memory to write a PNG image");
    writer.info = png_create_info_struct(writer.library);
    bool done = writer.info != NULL ? writer_run(&writer, image, file, error)
                                    : error_set(error, ERROR_MEMORY, "not enough memory to write a PNG image");
    png_destroy_write_struct(&writer.library, &writer.info);
    return done;
}
