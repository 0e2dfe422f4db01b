/* test_durable_file.c: a file is whole and new, or as it was. */
#include "engine/base/durable_file.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "tests/unit/unit.h"

static char directory[64];

static const char *make_directory(void)
{
    strcpy(directory, "/tmp/lrun_durable_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    return directory;
}

static int count_entries(const char *path)
{
    DIR *stream = opendir(path);
    int count = -2;
    while (readdir(stream) != NULL)
        count++;
    closedir(stream);
    return count;
}

static void check_holds(const char *path, const char *expected)
{
    struct error error = ERROR_INIT;
    struct text bytes = TEXT_INIT;
    ck_ok(file_read(path, 1 << 20, &bytes, ERROR_STORAGE, &error), error);
    ck_assert_str_eq(text_string(&bytes), expected);
    text_finish(&bytes);
}

START_TEST(test_commit_replaces_the_file_and_leaves_no_other)
{
    char path[128];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/file", make_directory());
    ck_ok(durable_file_save(path, "old", 3, &error), error);
    ck_ok(durable_file_save(path, "newer", 5, &error), error);
    check_holds(path, "newer");
    ck_assert_int_eq(count_entries(directory), 1);
    unlink(path);
    rmdir(directory);
}
END_TEST

START_TEST(test_abandon_leaves_the_old_file)
{
    char path[128];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/file", make_directory());
    ck_ok(durable_file_save(path, "old", 3, &error), error);
    struct durable_file *file = durable_file_begin(path, 3, &error);
    ck_assert_ptr_nonnull(file);
    ck_ok(durable_file_write(file, "new", 3, &error), error);
    durable_file_abandon(&file);
    check_holds(path, "old");
    ck_assert_int_eq(count_entries(directory), 1);
    unlink(path);
    rmdir(directory);
}
END_TEST

START_TEST(test_a_write_that_fails_says_so_and_leaves_the_old_file)
{
    char path[128];
    struct error error = ERROR_INIT;
    static char block[1 << 16];
    snprintf(path, sizeof path, "%s/file", make_directory());
    ck_ok(durable_file_save(path, "old", 3, &error), error);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, small = {.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    bool saved = durable_file_save(path, block, sizeof block, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    ck_assert(!saved);
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    ck_assert_ptr_nonnull(strstr(error.message, path));
    check_holds(path, "old");
    ck_assert_int_eq(count_entries(directory), 1);
    unlink(path);
    rmdir(directory);
}
END_TEST

START_TEST(test_a_directory_that_is_not_there_is_an_error)
{
    struct error error = ERROR_INIT;
    ck_assert(!durable_file_save("/tmp/lrun_no_such_directory/file", "x", 1, &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
}
END_TEST

START_TEST(test_clean_removes_what_dead_processes_left_and_nothing_else)
{
    char stale[128], alive[128], other[128];
    make_directory();
    snprintf(stale, sizeof stale, "%s/.a.tmp.999999999.0", directory);
    snprintf(alive, sizeof alive, "%s/.a.tmp.%ld.0", directory, (long)getppid());
    snprintf(other, sizeof other, "%s/.a.tmp", directory);
    const char *paths[] = {stale, alive, other};
    for (int i = 0; i < 3; i++)
        fclose(fopen(paths[i], "w"));
    durable_directory_clean(directory);
    ck_assert(!file_exists(stale));
    ck_assert(file_exists(alive));
    ck_assert(file_exists(other));
    unlink(alive);
    unlink(other);
    rmdir(directory);
}
END_TEST

UNIT_MAIN("durable_file", test_commit_replaces_the_file_and_leaves_no_other, test_abandon_leaves_the_old_file,
          test_a_write_that_fails_says_so_and_leaves_the_old_file, test_a_directory_that_is_not_there_is_an_error,
          test_clean_removes_what_dead_processes_left_and_nothing_else)
