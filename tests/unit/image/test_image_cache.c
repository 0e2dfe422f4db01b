/* test_image_cache.c: kept pictures are what decoding gives, whatever becomes of files, disk and other programs. */
#include "engine/image/image_cache.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jpeglib.h>

#include "engine/base/durable_file.h"
#include "engine/image/jpeg.h"
#include "tests/unit/scratch.h"

#define PICTURES 6
#define ROOM ((int64_t)1 << 20)

/* Takes the place of the library's: how often a picture was decoded. */
static atomic_int decoded;

int jpeg_read_header(j_decompress_ptr library, boolean require_image)
{
    int (*real)(j_decompress_ptr, boolean) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "jpeg_read_header");
    atomic_fetch_add(&decoded, 1);
    return real(library, require_image);
}

static struct scratch scratch;
static struct arena arena;
static char paths[PICTURES][96], directory[128];

static void picture_write(const char *path, int number)
{
    struct error error = ERROR_INIT;
    struct image image;
    struct text file = TEXT_INIT;
    ck_ok(image_init(&image, 40 + number, 30, 3, DTYPE_U8, &arena, &error), error);
    for (size_t i = 0; i < image_count(&image); i++)
        image.bytes[i] = (uint8_t)(i * (size_t)(3 + number) >> 4);
    ck_ok(jpeg_encode(&image, 90, &file, &error), error);
    ck_ok(durable_file_save(path, file.data, file.length, &error), error);
    text_finish(&file);
}

static void begin(void)
{
    scratch_init(&scratch);
    arena = (struct arena)ARENA_INIT;
    snprintf(directory, sizeof directory, "%s/cache", scratch.path);
    for (int i = 0; i < PICTURES; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%d.jpg", scratch.path, i);
        picture_write(paths[i], i);
    }
}

static void end(void)
{
    arena_finish(&arena);
    scratch_finish(&scratch);
}

static struct image_cache *make_cache(enum image_cache_kind kind, int64_t bytes)
{
    struct error error = ERROR_INIT;
    struct image_cache_options options = {.kind = kind, .bytes = bytes, .directory = directory};
    struct image_cache *cache = image_cache_create(&options, &error);
    ck_ok(cache != NULL, error);
    return cache;
}

/* For threads and other programs too, where check's own checks are not to be used. */
static bool load_is_right(struct image_cache *cache, const char *path, int channels, struct arena *into)
{
    struct error error = ERROR_INIT;
    struct decode_options options = {.channels = channels};
    struct image wanted, found;
    return image_load(path, &options, into, &wanted, &error) &&
           image_cache_load(cache, path, &options, into, &found, &error) && found.dtype == DTYPE_U8 &&
           found.width == wanted.width && found.height == wanted.height && found.channels == wanted.channels &&
           memcmp(found.bytes, wanted.bytes, image_count(&wanted)) == 0;
}

static void check_load(struct image_cache *cache, const char *path, int channels)
{
    ck_assert_msg(load_is_right(cache, path, channels, &arena), "'%s' is another picture", path);
}

/* Loads every picture, and says how many of them were decoded for it; -1 when one was not right. */
static int load_all(struct image_cache *cache)
{
    int before = atomic_load(&decoded);
    bool right = true;
    for (int i = 0; i < PICTURES; i++)
        right = load_is_right(cache, paths[i], 3, &arena) && right;
    return right ? atomic_load(&decoded) - before - PICTURES : -1; /* without those to compare with */
}

/* What the cache directory's files take, and the path of one of them. */
static int64_t directory_bytes(char path[512])
{
    int64_t bytes = 0;
    struct stat status;
    DIR *stream = opendir(directory);
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (strstr(entry->d_name, ".pixels") == NULL)
            continue;
        snprintf(path, 512, "%s/%s", directory, entry->d_name);
        ck_assert_int_eq(stat(path, &status), 0);
        bytes += (status.st_size + 4095) / 4096 * 4096;
    }
    closedir(stream);
    return bytes;
}

START_TEST(test_pictures_are_decoded_once_and_come_back_the_same)
{
    begin();
    for (int kind = IMAGE_CACHE_KIND_MEMORY; kind <= IMAGE_CACHE_KIND_DISK; kind++) {
        struct image_cache *cache = make_cache(kind, ROOM);
        char note[IMAGE_CACHE_NOTE_BYTES];
        ck_assert_int_eq(load_all(cache), PICTURES);
        ck_assert_int_eq(load_all(cache), 0);
        check_load(cache, paths[0], 1); /* grey is another picture */
        check_load(cache, paths[0], 3);
        ck_assert(!image_cache_take_note(cache, note));
        image_cache_destroy(&cache);
        ck_assert_ptr_null(cache);
    }
    ck_assert_int_eq(load_all(NULL), PICTURES);
    end();
}
END_TEST

START_TEST(test_the_pixels_that_were_lent_may_be_changed)
{
    begin();
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_MEMORY, ROOM);
    struct error error = ERROR_INIT;
    for (int i = 0; i < 3; i++) {
        struct image image;
        ck_ok(image_cache_load(cache, paths[0], &(struct decode_options){.channels = 3}, &arena, &image, &error),
              error);
        memset(image.bytes, 0, image_count(&image));
        check_load(cache, paths[0], 3);
    }
    image_cache_destroy(&cache);
    end();
}
END_TEST

START_TEST(test_a_changed_file_is_decoded_anew)
{
    begin();
    for (int kind = IMAGE_CACHE_KIND_MEMORY; kind <= IMAGE_CACHE_KIND_DISK; kind++) {
        struct image_cache *cache = make_cache(kind, ROOM);
        ck_assert_int_ge(load_all(cache), 0);
        picture_write(paths[2], 9);
        ck_assert_int_eq(load_all(cache), 1);
        /* On disk the new one takes the old one's place; in memory it finds none. */
        ck_assert_int_eq(load_all(cache), kind == IMAGE_CACHE_KIND_DISK ? 0 : 1);
        picture_write(paths[2], 2);
        image_cache_destroy(&cache);
    }
    end();
}
END_TEST

START_TEST(test_a_file_that_cannot_be_read_fails_as_without_a_cache)
{
    begin();
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_MEMORY, ROOM);
    struct image image;
    struct error error = ERROR_INIT, wanted = ERROR_INIT;
    struct decode_options options = {.channels = 3};
    ck_assert_int_eq(truncate(paths[1], 200), 0);
    unlink(paths[2]);
    for (int i = 1; i <= 2; i++)
        for (int again = 0; again < 2; again++) {
            error_clear(&error);
            error_clear(&wanted);
            ck_assert(!image_load(paths[i], &options, &arena, &image, &wanted));
            ck_assert(!image_cache_load(cache, paths[i], &options, &arena, &image, &error));
            ck_assert_str_eq(error.message, wanted.message);
            ck_assert_int_eq(error.code, wanted.code);
        }
    image_cache_destroy(&cache);
    end();
}
END_TEST

START_TEST(test_what_does_not_fit_is_decoded_each_time)
{
    begin();
    for (int kind = IMAGE_CACHE_KIND_MEMORY; kind <= IMAGE_CACHE_KIND_DISK; kind++) {
        char note[IMAGE_CACHE_NOTE_BYTES], path[512];
        struct image_cache *cache = make_cache(kind, 14000);
        ck_assert(!image_cache_take_note(cache, note));
        ck_assert_int_eq(load_all(cache), PICTURES);
        int left = load_all(cache);
        ck_assert_msg(left > 0 && left < PICTURES, "%d decoded", left);
        ck_assert_int_eq(load_all(cache), left);
        ck_assert(image_cache_take_note(cache, note));
        ck_assert_str_eq(note, "decoded images are no longer kept: the cache's 14000 bytes are used up; the others are "
                               "decoded each time");
        ck_assert(!image_cache_take_note(cache, note));
        image_cache_destroy(&cache);
        if (kind == IMAGE_CACHE_KIND_DISK)
            ck_assert_int_le(directory_bytes(path), 14000);
    }
    end();
}
END_TEST

START_TEST(test_more_memory_than_there_is_is_refused)
{
    struct error error = ERROR_INIT;
    struct image_cache_options options = {.kind = IMAGE_CACHE_KIND_MEMORY, .bytes = INT64_MAX};
    ck_assert_ptr_null(image_cache_create(&options, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    ck_assert_str_eq(error.message, "not enough memory for the cache of images: wanted 8796093022208.0 MiB");
    ck_assert_str_eq(error.hint, "lower 'cache_bytes'");
}
END_TEST

START_TEST(test_later_programs_find_what_is_on_disk)
{
    begin();
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_DISK, ROOM);
    ck_assert_int_ge(load_all(cache), 0);
    /* This one may not add, as the first one does; it reads. */
    struct image_cache *reader = make_cache(IMAGE_CACHE_KIND_DISK, ROOM);
    ck_assert_int_eq(load_all(reader), 0);
    picture_write(paths[0], 12);
    ck_assert_int_eq(load_all(reader), 1);
    ck_assert_int_eq(load_all(reader), 1);
    image_cache_destroy(&cache);
    ck_assert_int_eq(load_all(reader), 1); /* now it adds */
    ck_assert_int_eq(load_all(reader), 0);
    image_cache_destroy(&reader);
    end();
}
END_TEST

/* Pictures of which one is not what it was: loads it right, and mends it. */
static void check_mended(void)
{
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_DISK, ROOM);
    ck_assert_int_eq(load_all(cache), 1);
    ck_assert_int_eq(load_all(cache), 0);
    image_cache_destroy(&cache);
}

static void byte_flip(const char *path, long at)
{
    FILE *file = fopen(path, "r+");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
    int byte = fgetc(file);
    ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
    fputc(byte ^ 0x10, file);
    fclose(file);
}

START_TEST(test_damaged_files_are_as_good_as_none)
{
    begin();
    char path[512];
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_DISK, ROOM);
    ck_assert_int_ge(load_all(cache), 0);
    image_cache_destroy(&cache);
    directory_bytes(path);
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    for (long at = 0; at < status.st_size; at += at < 128 ? 1 : 97) {
        byte_flip(path, at);
        check_mended();
        ck_assert_int_eq(truncate(path, at), 0);
        check_mended();
    }
    ck_assert_int_eq(truncate(path, status.st_size + 1), 0);
    check_mended();
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    check_mended();
    unlink(path);
    ck_assert_int_eq(symlink("/dev/zero", path), 0);
    check_mended();
    end();
}
END_TEST

START_TEST(test_a_file_under_the_name_of_another_is_not_taken_for_it)
{
    begin();
    char one[512], two[512], away[512];
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_DISK, ROOM);
    check_load(cache, paths[0], 1);
    check_load(cache, paths[0], 3);
    snprintf(away, sizeof away, "%s/away", scratch.path);
    directory_bytes(one);
    ck_assert_int_eq(rename(one, away), 0);
    directory_bytes(two);
    ck_assert_int_eq(rename(two, one), 0);
    ck_assert_int_eq(rename(away, two), 0);
    check_load(cache, paths[0], 1);
    check_load(cache, paths[0], 3);
    image_cache_destroy(&cache);
    end();
}
END_TEST

START_TEST(test_a_disk_that_takes_no_more_is_told_once)
{
    begin();
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_DISK, ROOM);
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){1000, before.rlim_max}); /* for check's own files too */
    int first = load_all(cache), second = load_all(cache);
    setrlimit(RLIMIT_FSIZE, &before);
    ck_assert_int_eq(first, PICTURES);
    ck_assert_int_eq(second, PICTURES);
    char note[IMAGE_CACHE_NOTE_BYTES], path[512];
    ck_assert(image_cache_take_note(cache, note));
    ck_assert_msg(strncmp(note, "decoded images are no longer kept: cannot write '", 49) == 0, "%s", note);
    ck_assert_int_eq(directory_bytes(path), 0);
    ck_assert(!image_cache_take_note(cache, note));
    image_cache_destroy(&cache);
    end();
}
END_TEST

START_TEST(test_a_directory_that_cannot_be_is_told_once)
{
    begin();
    snprintf(directory, sizeof directory, "%s/below", paths[0]);
    struct image_cache *cache = make_cache(IMAGE_CACHE_KIND_DISK, ROOM);
    ck_assert_int_eq(load_all(cache), PICTURES);
    char note[IMAGE_CACHE_NOTE_BYTES];
    ck_assert(image_cache_take_note(cache, note));
    ck_assert_msg(strstr(note, "no longer kept: cannot make the directory '") != NULL, "%s", note);
    image_cache_destroy(&cache);
    end();
}
END_TEST

static bool load_often(struct image_cache *cache)
{
    struct arena own = ARENA_INIT;
    bool right = true;
    for (int i = 0; i < 30 * PICTURES; i++, arena_reset(&own))
        right = load_is_right(cache, paths[i * 5 % PICTURES], 3, &own) && right;
    arena_finish(&own);
    return right;
}

static void *run_thread(void *cache)
{
    return load_often(cache) ? cache : NULL;
}

START_TEST(test_threads_share_a_cache)
{
    begin();
    for (int kind = IMAGE_CACHE_KIND_MEMORY; kind <= IMAGE_CACHE_KIND_DISK; kind++) {
        struct image_cache *cache = make_cache(kind, kind == IMAGE_CACHE_KIND_MEMORY ? 14000 : ROOM);
        pthread_t threads[4];
        for (int i = 0; i < 4; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, run_thread, cache), 0);
        for (int i = 0; i < 4; i++) {
            void *right = NULL;
            pthread_join(threads[i], &right);
            ck_assert_ptr_nonnull(right);
        }
        image_cache_destroy(&cache);
    }
    end();
}
END_TEST

static _Noreturn void run_child(void)
{
    struct error error = ERROR_INIT;
    struct image_cache_options options = {.kind = IMAGE_CACHE_KIND_DISK, .bytes = 14000, .directory = directory};
    struct image_cache *cache = image_cache_create(&options, &error);
    bool right = cache != NULL && load_often(cache);
    image_cache_destroy(&cache);
    _exit(right ? 0 : 1);
}

START_TEST(test_programs_share_a_directory)
{
    begin();
    pid_t children[3];
    for (int i = 0; i < 3; i++) {
        children[i] = fork();
        if (children[i] == 0)
            run_child();
    }
    for (int i = 0; i < 3; i++) {
        int status = 0;
        ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
        ck_assert_int_eq(status, 0);
    }
    char path[512];
    int64_t bytes = directory_bytes(path);
    ck_assert_int_le(bytes, 14000);
    ck_assert_int_gt(bytes, 0);
    end();
}
END_TEST

UNIT_MAIN("image_cache", test_pictures_are_decoded_once_and_come_back_the_same,
          test_the_pixels_that_were_lent_may_be_changed, test_a_changed_file_is_decoded_anew,
          test_a_file_that_cannot_be_read_fails_as_without_a_cache, test_what_does_not_fit_is_decoded_each_time,
          test_more_memory_than_there_is_is_refused, test_later_programs_find_what_is_on_disk,
          test_damaged_files_are_as_good_as_none, test_a_file_under_the_name_of_another_is_not_taken_for_it,
          test_a_disk_that_takes_no_more_is_told_once, test_a_directory_that_cannot_be_is_told_once,
          test_threads_share_a_cache, test_programs_share_a_directory)
