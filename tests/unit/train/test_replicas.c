/* test_replicas.c: training on several devices: replicas on the processor, and on a device that the host may not touch. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/tensor/safetensors.h"
#include "tests/unit/unit.h"
#include "tiny_run.h"

#define RUN "lightning_logs/version_0/"
#define LAST RUN "checkpoints/last.safetensors"
#define FLOATS_MAX 256

static void expect_status(const char *directory, const struct tiny_options *options, int status)
{
    int found = tiny_run(directory, options);
    ck_assert_msg(found == status, "wanted status %d, found %d: %s", status, found, tiny_run_message());
}

static void expect_message(const char *part)
{
    ck_assert_msg(strstr(tiny_run_message(), part) != NULL, "'%s' lacks '%s'", tiny_run_message(), part);
}

static struct safetensors *open_last(const char *directory)
{
    struct error error = ERROR_INIT;
    char path[512];
    snprintf(path, sizeof path, "%s/" LAST, directory);
    struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, &error);
    ck_ok(file != NULL, error);
    return file;
}

/* Returns how many. */
static int64_t read_floats(const struct safetensors *file, const char *name, float floats[FLOATS_MAX])
{
    struct error error = ERROR_INIT;
    const struct safetensors_entry *entry = safetensors_find(file, name);
    ck_assert_msg(entry != NULL, "'%s' is missing", name);
    struct tensor tensor = {.dtype = DTYPE_F32, .shape = entry->shape, .data = floats};
    ck_assert_int_le(shape_count(&entry->shape), FLOATS_MAX);
    ck_ok(safetensors_read(file, entry, &tensor, &error), error);
    return shape_count(&entry->shape);
}

static bool is_statistic(const char *name)
{
    return strstr(name, "running_") != NULL || strstr(name, "num_batches_tracked") != NULL;
}

static void expect_same_arrays(const char *a, const char *b)
{
    struct safetensors *first = open_last(a), *second = open_last(b);
    float wanted[FLOATS_MAX], found[FLOATS_MAX];
    ck_assert_int_eq(safetensors_count(first), safetensors_count(second));
    for (int i = 0; i < safetensors_count(first); i++) {
        const char *name = safetensors_get(first, i)->name;
        if (is_statistic(name))
            continue;
        int64_t count = read_floats(first, name, wanted);
        read_floats(second, name, found);
        ck_assert_msg(memcmp(wanted, found, (size_t)count * sizeof *wanted) == 0, "'%s' differs", name);
    }
    safetensors_close(&first);
    safetensors_close(&second);
}

static void expect_same_file(const char *a, const char *b, const char *name)
{
    size_t size_a = 0, size_b = 0;
    char *bytes_a = tiny_read(a, name, &size_a), *bytes_b = tiny_read(b, name, &size_b);
    ck_assert_msg(bytes_a != NULL && bytes_b != NULL, "'%s' is missing", name);
    ck_assert_msg(size_a == size_b && memcmp(bytes_a, bytes_b, size_a) == 0, "'%s' differs", name);
    memory_free(bytes_a);
    memory_free(bytes_b);
}

/* Two trainings in directories of their own; the caller frees both. */
struct pair {
    char *one, *other;
};

static struct pair run_pair(const struct tiny_options *one, const struct tiny_options *other)
{
    struct pair pair = {tiny_directory(), tiny_directory()};
    expect_status(pair.one, one, 0);
    expect_status(pair.other, other, 0);
    return pair;
}

static void pair_remove(const struct pair *pair)
{
    tiny_directory_remove(pair->one);
    tiny_directory_remove(pair->other);
}

START_TEST(test_replicas_give_the_parameters_of_one_device_that_accumulates_their_batches)
{
    for (int devices = 2; devices <= 3; devices++) {
        struct tiny_options together = {
            .devices = devices, .length = 24, .ordered = true, .num_workers = 2, .clip = 0.5};
        struct tiny_options alone = together;
        alone.devices = 1;
        alone.accumulate = devices;
        alone.dealt = devices;
        struct pair pair = run_pair(&together, &alone);
        expect_same_arrays(pair.one, pair.other);
        pair_remove(&pair);
    }
}
END_TEST

/* Starts from the formula that the fixture's script has. */
static void write_start(const char *directory)
{
    float weight[180], zero[3] = {0}, one[3] = {1, 1, 1};
    int64_t tracked = 0;
    char path[512];
    struct error error = ERROR_INIT;
    for (int i = 0; i < 180; i++)
        weight[i] = (float)(i * 7919 % 2001 - 1000) / 8192;
    struct safetensors_item items[] = {
        {.name = "bn.bias", .tensor = {.dtype = DTYPE_F32, .shape = SHAPE(3), .data = zero}},
        {.name = "bn.num_batches_tracked", .tensor = {.dtype = DTYPE_I64, .data = &tracked}},
        {.name = "bn.running_mean", .tensor = {.dtype = DTYPE_F32, .shape = SHAPE(3), .data = zero}},
        {.name = "bn.running_var", .tensor = {.dtype = DTYPE_F32, .shape = SHAPE(3), .data = one}},
        {.name = "bn.weight", .tensor = {.dtype = DTYPE_F32, .shape = SHAPE(3), .data = one}},
        {.name = "fc.bias", .tensor = {.dtype = DTYPE_F32, .shape = SHAPE(3), .data = zero}},
        {.name = "fc.weight", .tensor = {.dtype = DTYPE_F32, .shape = SHAPE(3, 60), .data = weight}},
    };
    struct safetensors_contents contents = {.items = items, .item_count = sizeof items / sizeof *items};
    snprintf(path, sizeof path, "%s/start.safetensors", directory);
    ck_ok(safetensors_save(path, &contents, &error), error);
}

/* One row: "devices name number ...". */
static void compare_row(char *row, int devices, const struct safetensors *file)
{
    char *rest = row, *name;
    float found[FLOATS_MAX];
    if (strtol(strsep(&rest, " "), NULL, 10) != devices)
        return;
    name = strsep(&rest, " ");
    if (strstr(name, "num_batches_tracked") != NULL)
        return;
    int64_t count = read_floats(file, name, found);
    for (int64_t i = 0; i < count; i++) {
        float wanted = strtof(strsep(&rest, " \n"), NULL);
        ck_assert_msg(fabsf(found[i] - wanted) <= 2e-6F + 1e-5F * fabsf(wanted),
                      "%d devices, %s[%lld]: %.9g, wanted %.9g", devices, name, (long long)i, (double)found[i],
                      (double)wanted);
    }
}

static void expect_fixture(const char *directory, int devices)
{
    char path[512];
    char *row = NULL;
    size_t size = 0;
    int rows = 0;
    snprintf(path, sizeof path, "%s/tests/fixtures/ddp.txt", getenv("LRUN_SOURCE_ROOT"));
    FILE *fixture = fopen(path, "re");
    ck_assert_msg(fixture != NULL, "cannot read '%s'", path);
    struct safetensors *file = open_last(directory);
    for (; getline(&row, &size, fixture) > 0; rows++)
        compare_row(row, devices, file);
    ck_assert_int_eq(rows, 14);
    free(row);
    fclose(fixture);
    safetensors_close(&file);
}

/* The last batches are of one sample, and with three devices the first sample comes twice. */
START_TEST(test_replicas_give_what_pytorchs_distributed_data_parallel_gives)
{
    struct tiny_options options = {.devices = 2, .epochs = 2, .ordered = true, .weights = "start.safetensors"};
    char *two = tiny_directory(), *three = tiny_directory();
    write_start(two);
    write_start(three);
    expect_status(two, &options, 0);
    expect_fixture(two, 2);
    options.devices = options.accumulate = 3;
    options.epochs = 4;
    options.clip = 0.5;
    expect_status(three, &options, 0);
    expect_fixture(three, 3);
    tiny_directory_remove(two);
    tiny_directory_remove(three);
}
END_TEST

START_TEST(test_replicas_of_a_far_device_give_the_processors_files)
{
    struct tiny_options near = {.devices = 3, .augment = true, .rich = true, .accumulate = 2, .clip = 0.5}, away = near;
    away.far = true;
    struct pair pair = run_pair(&near, &away);
    expect_same_file(pair.one, pair.other, RUN "metrics.csv");
    expect_same_arrays(pair.one, pair.other);
    pair_remove(&pair);
}
END_TEST

static void expect_resume_equals_uninterrupted(struct tiny_options options, int64_t steps)
{
    char *whole = tiny_directory();
    expect_status(whole, &options, 0);
    for (int64_t step = 1; step <= steps; step++) {
        char *killed = tiny_directory();
        options.kill_at = step;
        options.resume = false;
        expect_status(killed, &options, -SIGKILL);
        options.kill_at = 0;
        options.resume = true;
        expect_status(killed, &options, 0);
        expect_same_file(whole, killed, RUN "metrics.csv");
        expect_same_file(whole, killed, LAST);
        tiny_directory_remove(killed);
    }
    tiny_directory_remove(whole);
}

START_TEST(test_a_killed_run_on_two_devices_resumed_equals_one_never_interrupted)
{
    struct tiny_options options = {
        .devices = 2, .epochs = 2, .num_workers = 2, .augment = true, .rich = true, .save_every_step = true};
    expect_resume_equals_uninterrupted(options, 8);
    options.accumulate = 3;
    expect_resume_equals_uninterrupted(options, 4);
}
END_TEST

START_TEST(test_another_number_of_devices_goes_on_from_the_end_of_an_epoch)
{
    struct tiny_options options = {.devices = 2, .epochs = 1};
    for (int devices = 1; devices <= 3; devices += 2) {
        char *directory = tiny_directory();
        options.devices = 2;
        options.epochs = 1;
        options.resume = false;
        expect_status(directory, &options, 0);
        options.devices = devices;
        options.epochs = 3;
        options.resume = true;
        expect_status(directory, &options, 0);
        size_t size;
        char *csv = tiny_read(directory, RUN "metrics.csv", &size);
        ck_assert_msg(strstr(csv, "\n2,") != NULL || strstr(csv, ",2,") != NULL, "%s", csv);
        memory_free(csv);
        tiny_directory_remove(directory);
    }
}
END_TEST

START_TEST(test_another_number_of_devices_cannot_go_on_within_an_epoch)
{
    char *directory = tiny_directory();
    struct tiny_options options = {.devices = 2, .epochs = 2, .save_every_step = true, .kill_at = 2};
    expect_status(directory, &options, -SIGKILL);
    options.kill_at = 0;
    options.resume = true;
    options.devices = 3;
    expect_status(directory, &options, ERROR_CONFIG);
    expect_message("the checkpoint was made with 2 devices at batch 2 of 4, this run has 3");
    options.devices = 2;
    expect_status(directory, &options, 0);
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_a_fault_of_one_device_is_found_and_named)
{
    for (int far = 0; far < 2; far++) {
        char *directory = tiny_directory();
        expect_status(directory, &(struct tiny_options){.devices = 3, .poison = true, .far = far}, ERROR_NUMERIC);
        expect_message("the loss is nan at step ");
        expect_message("'sample-9'");
        expect_message("first in layer 'bn");
        tiny_directory_remove(directory);
    }
}
END_TEST

/* One worker each, as in test_fit.c. */
START_TEST(test_a_warm_step_allocates_nothing)
{
    char *directory = tiny_directory();
    expect_status(directory, &(struct tiny_options){.devices = 2, .quiet = true, .augment = true, .num_workers = 1}, 0);
    if (tiny_run_allocations() < 0)
        puts("skipped: a sanitizer counts allocations its own way");
    else
        ck_assert_int_eq(tiny_run_allocations(), 0);
    tiny_directory_remove(directory);
}
END_TEST

UNIT_MAIN("replicas", test_replicas_give_the_parameters_of_one_device_that_accumulates_their_batches,
          test_replicas_give_what_pytorchs_distributed_data_parallel_gives,
          test_replicas_of_a_far_device_give_the_processors_files,
          test_a_killed_run_on_two_devices_resumed_equals_one_never_interrupted,
          test_another_number_of_devices_goes_on_from_the_end_of_an_epoch,
          test_another_number_of_devices_cannot_go_on_within_an_epoch, test_a_fault_of_one_device_is_found_and_named,
          test_a_warm_step_allocates_nothing)
