/* test_gpus.c: the GPUs of a machine are found as CUDA would, and named as it names them. */
#include "runner/sweep/gpus.h"

#include <sys/stat.h>

#include "tests/unit/scratch.h"

static void expect(const char *visible, const char *folder, const char *const *wanted, size_t count)
{
    struct gpus gpus;
    gpus_init_from(&gpus, visible, folder);
    ck_assert_uint_eq(gpus.count, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(gpus.names[i], wanted[i]);
    gpus_finish(&gpus);
}

START_TEST(test_gpus_are_those_that_the_driver_has)
{
    struct scratch scratch;
    char path[128];
    scratch_init(&scratch);
    expect(NULL, scratch.path, NULL, 0);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/0000:%d7:00.0", scratch.path, i);
        ck_assert_int_eq(mkdir(path, 0777), 0);
    }
    expect(NULL, scratch.path, (const char *[]){"0", "1", "2"}, 3);
    expect("1", scratch.path, (const char *[]){"1"}, 1);
    scratch_finish(&scratch);
    expect(NULL, scratch.path, NULL, 0);
}
END_TEST

START_TEST(test_gpus_are_those_that_the_variable_leaves)
{
    expect("5,7", "/nowhere", (const char *[]){"5", "7"}, 2);
    expect(" 0 , GPU-8932f937,MIG-1a2b", "/nowhere", (const char *[]){"0", "GPU-8932f937", "MIG-1a2b"}, 3);
    expect("2,-1,3", "/nowhere", (const char *[]){"2"}, 1);
    expect("", "/nowhere", NULL, 0);
    expect("NoDevFiles", "/nowhere", NULL, 0);
}
END_TEST

UNIT_MAIN("sweep_gpus", test_gpus_are_those_that_the_driver_has, test_gpus_are_those_that_the_variable_leaves)
