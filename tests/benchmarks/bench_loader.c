/*
 * bench_loader.c: images per second from JPEG files to batches: decode, flip, resize to 300 x 300, normalise.
 *
 *     bench_loader ROOT FOLDER SET CLASSES [workers] [epochs] [none|memory|disk]
 *
 * CLASSES are joined by commas. Epochs after the first are counted; cpu_ms is processor time per image. The last word says where decoded images are kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "components/datamodules/voc_data_module.h"
#include "components/transforms/normalize.h"
#include "components/transforms/random_horizontal_flip.h"
#include "components/transforms/resize.h"
#include "components/transforms/to_dtype.h"
#include "runner/data/loader.h"

#define MAX_CLASSES 64
#define CACHE_BYTES ((int64_t)2 << 30)

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static _Noreturn void fail(const struct error *error)
{
    fprintf(stderr, "bench_loader: %s\n", error->message);
    exit(1);
}

static enum image_cache_kind parse_kind(const char *word)
{
    return strcmp(word, "memory") == 0 ? IMAGE_CACHE_KIND_MEMORY
           : strcmp(word, "disk") == 0 ? IMAGE_CACHE_KIND_DISK
                                       : IMAGE_CACHE_KIND_NONE;
}

static struct data_module *make_data(char **argv, int workers, enum image_cache_kind cache, struct error *error)
{
    static const int64_t size[] = {300, 300};
    static const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
    static struct transform *transforms[4];
    static const char *classes[MAX_CLASSES];
    size_t count = 0;
    for (char *name = strtok(argv[4], ","); name != NULL && count < MAX_CLASSES; name = strtok(NULL, ","))
        classes[count++] = name;
    transforms[0] = random_horizontal_flip_create(&(struct random_horizontal_flip_params){.p = 0.5}, error);
    transforms[1] = resize_create(
        &(struct resize_params){.size = {size, 2}, .interpolation = INTERPOLATION_BILINEAR, .antialias = true}, error);
    transforms[2] = to_dtype_create(&(struct to_dtype_params){.dtype = IMAGE_DTYPE_FLOAT32, .scale = true}, error);
    transforms[3] = normalize_create(&(struct normalize_params){.mean = {mean, 3}, .std = {deviation, 3}}, error);
    const struct voc_data_module_params params = {
        .root = argv[1],
        .year = VOC_YEAR_2012,
        .folder = argv[2],
        .train_set = argv[3],
        .classes = {classes, count},
        .train_transforms = {transforms, 4},
        .batch_size = 8,
        .num_workers = workers,
        .prefetch_factor = 2,
        .shuffle = true,
        .keep_difficult = true,
        .cache = cache,
        .cache_bytes = CACHE_BYTES,
    };
    return voc_data_module_create(&params, error);
}

/* Takes every batch of an epoch; returns how many images there were. */
static int64_t take_epoch(struct loader *loader, int64_t epoch, struct error *error)
{
    int64_t images = 0;
    const struct batch *batch = NULL;
    loader_start(loader, epoch, 0);
    for (int64_t i = 0; i < loader_batch_count(loader); i++) {
        if (!loader_next(loader, &batch, error))
            fail(error);
        images += batch->size;
    }
    return images;
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    if (argc < 5)
        return fprintf(stderr, "bench_loader ROOT FOLDER SET CLASSES [workers] [epochs] [none|memory|disk]\n"), 2;
    int workers = argc > 5 ? atoi(argv[5]) : 2, epochs = argc > 6 ? atoi(argv[6]) : 3;
    struct data_module *data = make_data(argv, workers, parse_kind(argc > 7 ? argv[7] : "none"), &error);
    if (data == NULL || !data->interface->open(data, STAGE_TRAIN, &progress_silent, &error))
        fail(&error);
    struct loader_options options = {
        .plan = data->interface->plan(data, STAGE_TRAIN), .seed = 1, .progress = &progress_silent};
    if (!loader_probe(&options.plan, options.seed, &options.layout, &error))
        fail(&error);
    struct loader *loader = loader_create(&options, &error);
    if (loader == NULL)
        fail(&error);
    int64_t images = 0;
    take_epoch(loader, 0, &error);
    double start = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (int epoch = 1; epoch <= epochs; epoch++)
        images += take_epoch(loader, epoch, &error);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("images_per_s %.1f cpu_ms %.3f\n", (double)images / (now(CLOCK_MONOTONIC) - start),
           cpu * 1e3 / (double)images);
    loader_destroy(&loader);
    data_module_destroy(&data);
    return 0;
}
