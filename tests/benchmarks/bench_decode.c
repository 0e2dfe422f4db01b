/*
 * bench_decode.c: what decoding costs by libjpeg-turbo alone, as it is called by default: the limit of a data path.
 *
 *     bench_decode THREADS EPOCHS FILE.jpg...
 *
 * The files are read before the time is taken; each thread decodes its share of them into rows of its own, EPOCHS times.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jpeglib.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"

#define MAX_THREADS 64

struct share {
    pthread_t thread;
    const struct text *files;
    int first;
    int count;
    int step;
    int epochs;
};

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void decode(const struct text *file, unsigned char **pixels)
{
    struct jpeg_decompress_struct library;
    struct jpeg_error_mgr errors;
    library.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&library);
    jpeg_mem_src(&library, (const unsigned char *)file->data, file->length);
    jpeg_read_header(&library, TRUE);
    library.out_color_space = JCS_RGB;
    jpeg_start_decompress(&library);
    size_t stride = 3 * (size_t)library.output_width;
    *pixels = memory_resize(*pixels, library.output_height, stride);
    while (library.output_scanline < library.output_height) {
        JSAMPROW row = *pixels + library.output_scanline * stride;
        jpeg_read_scanlines(&library, &row, 1);
    }
    jpeg_finish_decompress(&library);
    jpeg_destroy_decompress(&library);
}

static void *run(void *argument)
{
    const struct share *share = argument;
    unsigned char *pixels = NULL;
    for (int epoch = 0; epoch < share->epochs; epoch++)
        for (int i = share->first; i < share->count; i += share->step)
            decode(&share->files[i], &pixels);
    memory_free(pixels);
    return NULL;
}

static void run_threads(const struct text *files, int count, int threads, int epochs)
{
    static struct share shares[MAX_THREADS];
    for (int i = 0; i < threads; i++) {
        shares[i] = (struct share){.files = files, .first = i, .count = count, .step = threads, .epochs = epochs};
        pthread_create(&shares[i].thread, NULL, run, &shares[i]);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(shares[i].thread, NULL);
}

int main(int argc, char **argv)
{
    int threads = argc > 3 ? atoi(argv[1]) : 0, epochs = argc > 3 ? atoi(argv[2]) : 0, count = argc - 3;
    if (threads < 1 || threads > MAX_THREADS || epochs < 1)
        return fprintf(stderr, "bench_decode THREADS EPOCHS FILE.jpg...\n"), 2;
    struct error error = ERROR_INIT;
    struct text *files = memory_allocate((size_t)count, sizeof *files);
    for (int i = 0; i < count; i++)
        if (!file_read(argv[3 + i], (size_t)1 << 28, &files[i], ERROR_DATA, &error))
            return fprintf(stderr, "bench_decode: %s\n", error.message), 1;
    run_threads(files, count, threads, 1); /* warm */
    double start = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    run_threads(files, count, threads, epochs);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    double images = (double)count * epochs;
    printf("images_per_s %.1f cpu_ms %.3f\n", images / (now(CLOCK_MONOTONIC) - start), cpu * 1e3 / images);
    for (int i = 0; i < count; i++)
        text_finish(&files[i]);
    memory_free(files);
    return 0;
}
