/* test_kernel_record.c: what was measured stays, for other runs of this machine and for those who repeat or go on. */
#include "runner/train/kernel_record.h"

#include <string.h>
#include <sys/stat.h>

#include "engine/base/durable_file.h"
#include "engine/base/memory.h"
#include "tests/unit/scratch.h"

static struct scratch scratch;

static void setup(void)
{
    scratch_init(&scratch);
    setenv("XDG_CACHE_HOME", scratch.path, 1);
}

/* What a program does that is made between begin and end. */
static void measure(struct kernel_record *record, const char *name, const char *kernel)
{
    kernel_record_begin(record, &progress_silent);
    if (kernel_choices_find(kernel_record_choices(record), name) == NULL)
        kernel_choices_set(kernel_record_choices(record), name, kernel)->is_new = true;
    kernel_record_end(record, &progress_silent);
}

/* The kernel of a case in a new record, which finds it in the machine's file, or else measures `kernel`. */
static void check_measured(const char *name, const char *kernel, const char *wanted)
{
    struct kernel_record *record = kernel_record_create(true, NULL);
    measure(record, name, kernel);
    ck_assert_str_eq(kernel_choices_find(kernel_record_choices(record), name), wanted);
    kernel_record_destroy(&record);
}

/* The path of the machine's file; there must be one. */
static void find_file(char path[200])
{
    char command[200];
    snprintf(command, sizeof command, "ls %s/lrun/kernels-*.json", scratch.path);
    FILE *list = popen(command, "r");
    ck_assert_ptr_nonnull(list);
    ck_assert_ptr_nonnull(fgets(path, 200, list));
    path[strcspn(path, "\n")] = '\0';
    pclose(list);
}

START_TEST(test_what_was_measured_stays_for_other_runs)
{
    setup();
    check_measured("a", "one", "one");
    check_measured("a", "two", "one");
    check_measured("b", "two", "two");
    check_measured("a", "two", "one");
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_the_fixed_rule_reads_and_writes_nothing)
{
    struct error error = ERROR_INIT;
    setup();
    struct kernel_record *record = kernel_record_create(false, NULL);
    kernel_record_begin(record, &progress_silent);
    kernel_record_end(record, &progress_silent);
    ck_assert_ptr_null(kernel_record_choices(record));
    ck_assert_ptr_null(kernel_record_save(record));
    ck_ok(kernel_record_save_into(record, scratch.path, &error), error);
    json_t *choices = json_pack("{s:s}", "a", "one");
    ck_assert(!kernel_record_load(record, choices));
    json_decref(choices);
    char path[100];
    snprintf(path, sizeof path, "%s/" KERNEL_RECORD_FILE, scratch.path);
    ck_assert(!file_exists(path));
    snprintf(path, sizeof path, "%s/lrun", scratch.path);
    ck_assert(!directory_exists(path));
    kernel_record_destroy(&record);
    kernel_record_begin(NULL, &progress_silent);
    kernel_record_end(NULL, &progress_silent);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_broken_file_is_measured_and_written_anew)
{
    static const char *const broken[] = {
        "",
        "{",
        "[]",
        "7",
        "\xff\xfe",
        "{\"format\": \"lrun.kernels/1\", \"machine\": 7, \"choices\": {\"a\": \"two\"}}",
        "{\"format\": \"lrun.kernels/2\", \"machine\": \"\", \"choices\": {\"a\": \"two\"}}",
        "{\"format\": \"lrun.kernels/1\", \"machine\": \"another\", \"choices\": {\"a\": \"two\"}}",
        "{\"format\": \"lrun.kernels/1\", \"machine\": \"another\", \"choices\": [\"a\"]}",
    };
    struct error error = ERROR_INIT;
    char path[200];
    setup();
    check_measured("a", "one", "one");
    find_file(path);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        ck_ok(durable_file_save(path, broken[i], strlen(broken[i]), &error), error);
        check_measured("a", "one", "one");
        check_measured("a", "two", "one");
    }
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_choices_of_the_wrong_kind_are_passed_over)
{
    struct error error = ERROR_INIT;
    struct text bytes = TEXT_INIT;
    char path[200];
    setup();
    check_measured("a", "one", "one");
    find_file(path);
    ck_ok(file_read(path, 10000, &bytes, ERROR_STORAGE, &error), error);
    char *kernel = strstr(bytes.data, "\"one\"");
    memcpy(kernel, "[{}] ", 5);
    ck_ok(durable_file_save(path, bytes.data, bytes.length, &error), error);
    check_measured("a", "two", "two");
    text_finish(&bytes);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_run_goes_on_without_the_cache)
{
    setup();
    setenv("XDG_CACHE_HOME", "/proc/nothing", 1);
    check_measured("a", "one", "one");
    check_measured("a", "two", "two");
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_record_in_a_directory_comes_before_the_machines)
{
    struct error error = ERROR_INIT;
    setup();
    struct kernel_record *record = kernel_record_create(true, NULL), *repeat = kernel_record_create(true, NULL);
    kernel_choices_set(kernel_record_choices(record), "a", "zero");
    ck_ok(kernel_record_save_into(record, scratch.path, &error), error);
    check_measured("a", "one", "one");
    check_measured("b", "one", "one");
    kernel_record_load_from(repeat, scratch.path);
    measure(repeat, "a", "two");
    measure(repeat, "b", "two");
    ck_assert_str_eq(kernel_choices_find(kernel_record_choices(repeat), "a"), "zero");
    ck_assert_str_eq(kernel_choices_find(kernel_record_choices(repeat), "b"), "one");
    check_measured("a", "two", "one");
    kernel_record_destroy(&record);
    kernel_record_destroy(&repeat);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_loading_says_whether_anything_changes)
{
    setup();
    struct kernel_record *record = kernel_record_create(true, NULL);
    measure(record, "a", "one");
    json_t *same = kernel_record_save(record), *other = json_pack("{s:s}", "a", "two");
    json_t *wrong = json_pack("{s:i}", "a", 2);
    ck_assert(!kernel_record_load(record, same));
    ck_assert(!kernel_record_load(record, NULL));
    ck_assert(!kernel_record_load(record, wrong));
    ck_assert_str_eq(kernel_choices_find(kernel_record_choices(record), "a"), "one");
    ck_assert(kernel_record_load(record, other));
    ck_assert_str_eq(kernel_choices_find(kernel_record_choices(record), "a"), "two");
    ck_assert(kernel_record_choices(record)->measures);
    json_decref(same);
    json_decref(other);
    json_decref(wrong);
    kernel_record_destroy(&record);
    scratch_finish(&scratch);
}
END_TEST

UNIT_MAIN("kernel_record", test_what_was_measured_stays_for_other_runs, test_the_fixed_rule_reads_and_writes_nothing,
          test_a_broken_file_is_measured_and_written_anew, test_choices_of_the_wrong_kind_are_passed_over,
          test_a_run_goes_on_without_the_cache, test_a_record_in_a_directory_comes_before_the_machines,
          test_loading_says_whether_anything_changes)
