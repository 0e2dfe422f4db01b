/* test_checkpoint.c: checkpoints that are damaged, cut, or not written because the disk is full. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "tests/unit/unit.h"
#include "tiny_run.h"

#define CHECKPOINTS "lightning_logs/version_0/checkpoints/"
#define LAST CHECKPOINTS "last.safetensors"

static void write_file(const char *directory, const char *name, const char *bytes, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fwrite(bytes, 1, size, file);
    fclose(file);
}

/* A run that was killed at its fifth step, with a checkpoint of it. */
static char *killed_run(struct tiny_options *options)
{
    char *directory = tiny_directory();
    *options = (struct tiny_options){.epochs = 1, .augment = true, .save_every_step = true, .kill_at = 5};
    ck_assert_int_eq(tiny_run(directory, options), -SIGKILL);
    options->kill_at = 0;
    return directory;
}

START_TEST(test_a_checkpoint_that_is_cut_or_changed_anywhere_is_refused)
{
    struct tiny_options options;
    char *directory = killed_run(&options);
    size_t size;
    char *bytes = tiny_read(directory, LAST, &size);
    options.resume_from = "damaged.safetensors";
    for (size_t length = 0; length < size; length += 1 + size / 20) {
        write_file(directory, "damaged.safetensors", bytes, length);
        ck_assert_int_eq(tiny_run(directory, &options), ERROR_STORAGE);
    }
    for (size_t at = 9; at < size; at += 1 + size / 20) {
        bytes[at] ^= 1;
        write_file(directory, "damaged.safetensors", bytes, size);
        int status = tiny_run(directory, &options);
        ck_assert_msg(status == ERROR_STORAGE || status == ERROR_CONFIG, "byte %zu of %zu: status %d", at, size,
                      status);
        bytes[at] ^= 1;
    }
    memory_free(bytes);
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_what_a_killed_save_left_behind_is_removed)
{
    struct tiny_options options;
    char *directory = killed_run(&options);
    write_file(directory, CHECKPOINTS ".last.safetensors.tmp.4194999.0", "half", 4);
    options.resume = true;
    ck_assert_int_eq(tiny_run(directory, &options), 0);
    size_t size;
    ck_assert_ptr_null(tiny_read(directory, CHECKPOINTS ".last.safetensors.tmp.4194999.0", &size));
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_a_full_disk_is_a_clear_error_and_harms_no_older_checkpoint)
{
    struct tiny_options options;
    char *directory = killed_run(&options);
    size_t size, after;
    char *before = tiny_read(directory, LAST, &size);
    options.resume = true;
    options.file_limit = (int64_t)size / 2;
    ck_assert_int_eq(tiny_run(directory, &options), ERROR_STORAGE);
    ck_assert_msg(strstr(tiny_run_message(), "safetensors") != NULL, "%s", tiny_run_message());
    char *still = tiny_read(directory, LAST, &after);
    ck_assert_uint_eq(size, after);
    ck_assert_mem_eq(before, still, size);
    options.file_limit = 0;
    ck_assert_int_eq(tiny_run(directory, &options), 0);
    memory_free(before);
    memory_free(still);
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_weights_from_elsewhere_are_no_checkpoint)
{
    struct tiny_options options;
    char *directory = killed_run(&options);
    static const char header[] = "\x08\0\0\0\0\0\0\0{}      ";
    write_file(directory, "foreign.safetensors", header, sizeof header - 1);
    options.resume_from = "foreign.safetensors";
    ck_assert_int_eq(tiny_run(directory, &options), ERROR_STORAGE);
    ck_assert_msg(strstr(tiny_run_message(), "is no checkpoint of this program") != NULL, "%s", tiny_run_message());
    tiny_directory_remove(directory);
}
END_TEST

UNIT_MAIN("checkpoint", test_a_checkpoint_that_is_cut_or_changed_anywhere_is_refused,
          test_what_a_killed_save_left_behind_is_removed,
          test_a_full_disk_is_a_clear_error_and_harms_no_older_checkpoint,
          test_weights_from_elsewhere_are_no_checkpoint)
