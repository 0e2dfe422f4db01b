/* test_state_dict.c: a run's arrays by name, and weights from files. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "runner/train/state_dict.h"
#include "runner/train/weights.h"
#include "tests/unit/unit.h"
#include "tiny_run.h"

static struct graph *graph;

static struct parameters *make(int64_t outputs)
{
    struct error error = ERROR_INIT;
    graph = graph_create();
    graph_parameter(graph, "fc.weight", SHAPE(outputs, 5), (struct init){.kind = INIT_UNIFORM, .a = -1, .b = 1});
    graph_parameter(graph, "fc.bias", SHAPE(outputs), (struct init){.kind = INIT_CONSTANT, .a = 3});
    graph_buffer(graph, "bn.num_batches_tracked", DTYPE_I64, (struct shape){0}, (struct init){0});
    struct parameters *parameters = parameters_create(graph, NULL, 1, &error);
    ck_ok(parameters != NULL, error);
    return parameters;
}

static void discard(struct parameters **parameters)
{
    parameters_destroy(parameters);
    graph_destroy(&graph);
}

static void save(const struct parameters *parameters, float *state, const char *path, int skip)
{
    static const char *const names[] = {"momentum_buffer", NULL};
    struct error error = ERROR_INIT;
    struct state_dict dict;
    state_dict_init(&dict, parameters, state != NULL ? names : NULL, (const struct numbers[]){{state, DTYPE_F32}});
    struct safetensors_contents contents = {.items = dict.items + skip, .item_count = dict.count - skip};
    ck_ok(safetensors_save(path, &contents, &error), error);
    state_dict_finish(&dict);
}

static const float *values(const struct parameters *parameters, const char *name)
{
    return parameters_find(parameters, name)->tensor.data;
}

static char *directory;
static char path[512];

static void begin(void)
{
    directory = tiny_directory();
    snprintf(path, sizeof path, "%s/weights.safetensors", directory);
}

START_TEST(test_weights_go_through_a_file_unchanged)
{
    begin();
    struct error error = ERROR_INIT;
    struct parameters *parameters = make(4);
    float before[20], *state = memory_allocate((size_t)parameters_flat_count(parameters), sizeof *state);
    save(parameters, state, path, 0);
    memcpy(before, values(parameters, "fc.weight"), sizeof before);
    memset(parameters_values(parameters).data, 0, (size_t)parameters_flat_count(parameters) * sizeof(float));
    ck_ok(weights_load(parameters, path, true, &progress_silent, &error), error);
    ck_assert_mem_eq(before, values(parameters, "fc.weight"), sizeof before);
    ck_assert_float_eq(values(parameters, "fc.bias")[3], 3);
    char url[600];
    snprintf(url, sizeof url, "file://%s", path);
    ck_ok(weights_load(parameters, url, true, &progress_silent, &error), error);
    memory_free(state);
    discard(&parameters);
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_what_does_not_fit_is_listed_and_changes_nothing)
{
    begin();
    struct error error = ERROR_INIT;
    struct parameters *parameters = make(4);
    save(parameters, NULL, path, 1);
    discard(&parameters);
    parameters = make(6);
    float before = values(parameters, "fc.weight")[0];
    ck_assert(!weights_load(parameters, path, true, &progress_silent, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_msg(strstr(error.message, "2 arrays of '") != NULL, "%s", error.message);
    ck_assert_msg(strstr(error.message, "'fc.bias' is float32 [4], wanted float32 [6];'fc.weight' is float32 [4, 5]") !=
                      NULL,
                  "%s", error.message);
    ck_assert_float_eq(values(parameters, "fc.weight")[0], before);
    error_clear(&error);
    ck_ok(weights_load(parameters, path, false, &progress_silent, &error), error);
    ck_assert_float_eq(values(parameters, "fc.weight")[0], before);
    discard(&parameters);
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_missing_and_unexpected_arrays_are_named)
{
    begin();
    struct error error = ERROR_INIT;
    struct parameters *parameters = make(4);
    float zero[20] = {0};
    struct safetensors_item items[] = {
        {"fc.bias", {DTYPE_F32, SHAPE(4), zero}},
        {"head.weight", {DTYPE_F32, SHAPE(2), zero}},
    };
    struct safetensors_contents contents = {.items = items, .item_count = 2};
    ck_ok(safetensors_save(path, &contents, &error), error);
    ck_assert(!weights_load(parameters, path, true, &progress_silent, &error));
    ck_assert_msg(strstr(error.message, "missing 'fc.weight' [4, 5];unexpected 'head.weight'") != NULL, "%s",
                  error.message);
    error_clear(&error);
    ck_ok(weights_load(parameters, path, false, &progress_silent, &error), error);
    ck_assert_float_eq(values(parameters, "fc.bias")[0], 0);
    discard(&parameters);
    tiny_directory_remove(directory);
}
END_TEST

START_TEST(test_a_file_cut_anywhere_is_refused_and_changes_nothing)
{
    begin();
    struct parameters *parameters = make(4);
    save(parameters, NULL, path, 0);
    size_t size;
    char *bytes = tiny_read(directory, "weights.safetensors", &size);
    memset(parameters_values(parameters).data, 0, (size_t)parameters_flat_count(parameters) * sizeof(float));
    for (size_t length = 0; length < size; length += 1 + length / 100) {
        struct error error = ERROR_INIT;
        FILE *file = fopen(path, "wb");
        fwrite(bytes, 1, length, file);
        fclose(file);
        ck_assert(!weights_load(parameters, path, true, &progress_silent, &error));
        ck_assert_int_eq(error.code, ERROR_STORAGE);
        ck_assert_float_eq(values(parameters, "fc.bias")[0], 0);
    }
    memory_free(bytes);
    discard(&parameters);
    tiny_directory_remove(directory);
}
END_TEST

UNIT_MAIN("state_dict", test_weights_go_through_a_file_unchanged, test_what_does_not_fit_is_listed_and_changes_nothing,
          test_missing_and_unexpected_arrays_are_named, test_a_file_cut_anywhere_is_refused_and_changes_nothing)
