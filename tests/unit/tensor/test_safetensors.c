/* test_safetensors.c: files come back as they were written, and nothing broken is believed. */
#include "engine/tensor/safetensors.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "tests/unit/unit.h"

static char path[64];

/* Writes a file as it is given. */
static void write_bytes(const void *bytes, size_t size)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(write(descriptor, bytes, size), (ssize_t)size);
    close(descriptor);
}

/* Writes a file of this header with `data_size` zeros behind it. */
static void write_file(const char *header, size_t header_size, size_t data_size)
{
    char bytes[4096] = {0};
    ck_assert_uint_le(8 + header_size + data_size, sizeof bytes);
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(unsigned char)((uint64_t)header_size >> (8 * i));
    memcpy(bytes + 8, header, header_size);
    write_bytes(bytes, 8 + header_size + data_size);
}

static void check_refused(const char *words)
{
    struct error error = ERROR_INIT;
    struct safetensors *file = safetensors_open(path, 1024, &error);
    ck_assert_msg(file == NULL, "wanted a refusal with '%s'", words);
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    ck_assert_msg(strstr(error.message, words) != NULL, "wanted '%s' in '%s'", words, error.message);
    ck_assert_msg(strstr(error.message, path) != NULL, "wanted the file's name in '%s'", error.message);
}

/* A weight of odd length first, so that the wide type must be moved in front of it. */
static float weight[] = {1.5F, -2, 3, 0.25F, 7};
static int64_t batches = 42;
static const struct safetensors_item items[] = {
    {"layer1.0.weight", {DTYPE_F32, {.rank = 2, .size = {1, 5}}, weight}},
    {"bn.num_batches_tracked", {DTYPE_I64, {.rank = 0}, &batches}},
    {"empty", {DTYPE_F32, {.rank = 1, .size = {0}}, NULL}},
};
static const struct safetensors_metadata metadata[] = {{"format", "pt"}, {"state", "{\"epoch\": 3}"}};
static const struct safetensors_contents contents = {items, 3, metadata, 2};

START_TEST(test_what_was_saved_is_read_again)
{
    struct error error = ERROR_INIT;
    ck_ok(safetensors_save(path, &contents, &error), error);
    struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, &error);
    ck_ok(file != NULL, error);
    ck_assert_int_eq(safetensors_count(file), 3);
    ck_assert_str_eq(safetensors_find_metadata(file, "state"), "{\"epoch\": 3}");
    ck_assert_ptr_null(safetensors_find_metadata(file, "epoch"));
    ck_assert_ptr_null(safetensors_find(file, "layer1.0.bias"));
    float values[5] = {0};
    struct tensor tensor = {DTYPE_F32, SHAPE(1, 5), values};
    const struct safetensors_entry *entry = safetensors_find(file, "layer1.0.weight");
    ck_ok(safetensors_read(file, entry, &tensor, &error), error);
    ck_assert_mem_eq(values, weight, sizeof weight);
    ck_assert_uint_eq(safetensors_find(file, "bn.num_batches_tracked")->offset % 8, 0);
    safetensors_close(&file);
}
END_TEST

START_TEST(test_a_read_wants_the_right_type_and_shape)
{
    struct error error = ERROR_INIT;
    ck_ok(safetensors_save(path, &contents, &error), error);
    struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, &error);
    const struct safetensors_entry *entry = safetensors_find(file, "layer1.0.weight");
    float values[5];
    struct tensor wrong_shape = {DTYPE_F32, SHAPE(5), values}, wrong_type = {DTYPE_I32, SHAPE(1, 5), values};
    ck_assert(!safetensors_read(file, entry, &wrong_shape, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "wanted 'layer1.0.weight' as float32 [5], found float32 [1, 5]"));
    error_clear(&error);
    ck_assert(!safetensors_read(file, entry, &wrong_type, &error));
    safetensors_close(&file);
}
END_TEST

START_TEST(test_a_file_cut_while_open_is_an_error)
{
    struct error error = ERROR_INIT;
    ck_ok(safetensors_save(path, &contents, &error), error);
    struct safetensors *file = safetensors_open(path, SAFETENSORS_HEADER_LIMIT, &error);
    const struct safetensors_entry *entry = safetensors_find(file, "layer1.0.weight");
    ck_assert_int_eq(truncate(path, (off_t)entry->offset + 3), 0);
    float values[5];
    struct tensor tensor = {DTYPE_F32, SHAPE(1, 5), values};
    ck_assert(!safetensors_read(file, entry, &tensor, &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    safetensors_close(&file);
}
END_TEST

START_TEST(test_every_shorter_file_is_refused)
{
    struct error error = ERROR_INIT;
    struct text bytes = TEXT_INIT;
    ck_ok(safetensors_save(path, &contents, &error), error);
    ck_ok(file_read(path, 1 << 20, &bytes, ERROR_STORAGE, &error), error);
    for (size_t size = 0; size < bytes.length; size++) {
        write_bytes(bytes.data, size);
        check_refused("");
    }
    text_append(&bytes, "x");
    write_bytes(bytes.data, bytes.length);
    check_refused("found 1 bytes behind the last array");
    text_finish(&bytes);
}
END_TEST

#define A "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"

/* Headers that are wrong with 8 bytes of data behind them, and the words that say why. */
static const struct {
    const char *header;
    const char *words;
} bad_headers[] = {
    {"", "does not fit"},
    {"[" A "]", "begins with '{'"},
    {" {" A "}", "begins with '{'"},
    {"{" A, "not valid JSON"},
    {"{" A "}x", "not valid JSON"},
    {"{\"\xff\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "not valid JSON"},
    {"{\"a\\u0000\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "not valid JSON"},
    {"{\"a\\n\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "control characters"},
    {"{" A "," A "}", "not valid JSON: duplicate object key"},
    {"{" A ",\"__metadata__\":[]}", "__metadata__ as an object"},
    {"{" A ",\"__metadata__\":{\"epoch\":3}}", "only strings in __metadata__, found another under 'epoch'"},
    {"{\"a\":[]}", "'a': wanted dtype, shape and data_offsets"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "'a': wanted dtype, shape and data_offsets"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"run\":\"x\"}}", "and nothing else"},
    {"{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}}", "'a': its dtype 'F33' is not one we read"},
    {"{\"a\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}", "its dtype as a string"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", "its shape as a list"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", "its shape as a list"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", "its shape as a list"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}", "at most 6 dimensions, found 7"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}", "shape is too large"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}", "not valid JSON"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", "its data_offsets as two numbers"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", "its data_offsets as two numbers"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", "its data_offsets in order"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "within 8 bytes, found [0, 12]"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", "take 4 bytes, but it has 8"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "'a': there is a hole in front of it"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "found 4 bytes behind the last array"},
    {"{" A ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "'b': it overlaps another array"},
    {"{}", "found 8 bytes behind the last array"},
};

START_TEST(test_broken_headers_are_refused_with_the_reason)
{
    for (size_t i = 0; i < sizeof bad_headers / sizeof *bad_headers; i++) {
        write_file(bad_headers[i].header, strlen(bad_headers[i].header), 8);
        check_refused(bad_headers[i].words);
    }
}
END_TEST

START_TEST(test_a_header_that_is_too_long_is_refused)
{
    unsigned char huge[16] = {0, 0, 0, 0, 0, 0, 0, 0x80, '{', '}'}, past_end[10] = {3, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    write_bytes(huge, sizeof huge);
    check_refused("wanted a header of at most 1024 bytes, found 9223372036854775808");
    write_bytes(past_end, sizeof past_end);
    check_refused("its header of 3 bytes does not fit");
}
END_TEST

START_TEST(test_what_is_no_file_is_refused)
{
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(safetensors_open("/nonexistent/file", 1024, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "'/nonexistent/file': cannot open it: No such file"));
    error_clear(&error);
    ck_assert_ptr_null(safetensors_open("/dev/null", 1024, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "not a regular file"));
}
END_TEST

START_TEST(test_names_that_meet_or_are_no_text_cannot_be_saved)
{
    struct error error = ERROR_INIT;
    struct safetensors_item twice[] = {items[1], items[1]}, broken = items[1];
    broken.name = "\xff";
    struct safetensors_contents same = {twice, 2, NULL, 0}, not_text = {&broken, 1, NULL, 0};
    ck_assert(!safetensors_save(path, &same, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "there are two of this name"));
    error_clear(&error);
    ck_assert(!safetensors_save(path, &not_text, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "not valid UTF-8"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_what_was_saved_is_read_again,
        test_a_read_wants_the_right_type_and_shape,
        test_a_file_cut_while_open_is_an_error,
        test_every_shorter_file_is_refused,
        test_broken_headers_are_refused_with_the_reason,
        test_a_header_that_is_too_long_is_refused,
        test_what_is_no_file_is_refused,
        test_names_that_meet_or_are_no_text_cannot_be_saved,
    };
    snprintf(path, sizeof path, "/tmp/lrun_safetensors_%d", (int)getpid());
    int status = unit_run("safetensors", tests, sizeof tests / sizeof *tests);
    unlink(path);
    return status;
}
