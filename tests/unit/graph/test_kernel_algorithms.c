/*
 * test_kernel_algorithms.c: which of a library's algorithms computes, with a library that is made up here: it has a list of
 * algorithms, each of which takes its time by the device's clock.
 */
#include <string.h>

#include "engine/graph/kernel_choices.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "tests/unit/far_device.h"
#include "tests/unit/unit.h"

static const struct algorithm {
    const char *name;
    int64_t time;
    size_t scratch;
} * algorithms;
static int algorithm_count;
/* The one that an instance has, and how many instances there are. */
static int at[2], created, destroyed, runs;

static void take(struct kernel_instance *instance, int index)
{
    *(int *)instance->state = index;
    instance->implementation = algorithms[index].name;
    instance->scratch_bytes = algorithms[index].scratch;
}

static bool fake_create(struct kernel_instance *instance, struct error *error)
{
    int index = 0;
    instance->state = &at[created++ % 2];
    if (algorithm_count == 0)
        return error_set(error, ERROR_CONFIG, "it names none");
    for (int i = 0; i < algorithm_count && instance->algorithm != NULL; i++)
        if (strcmp(algorithms[i].name, instance->algorithm) == 0)
            index = i;
    take(instance, index);
    return true;
}

static bool fake_next(struct kernel_instance *instance)
{
    int index = *(int *)instance->state + 1;
    if (index == algorithm_count)
        return false;
    take(instance, index);
    return true;
}

static void fake_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    ck_assert(instance->scratch_bytes == 0 || run->scratch != NULL);
    far.now += algorithms[*(int *)instance->state].time;
    runs++;
}

static void fake_destroy(struct kernel_instance *instance)
{
    (void)instance;
    destroyed++;
}

static const struct kernel kernel = {
    .name = "fake", .create = fake_create, .run = fake_run, .next = fake_next, .destroy = fake_destroy};

static void fake_attributes(const struct node *node, struct text *text)
{
    (void)node;
    text_append(text, "stride 1");
}

static const struct op op = {.name = "conv2d", .format_attributes = fake_attributes};

#define CASE "Far 100: conv2d float32 4x8, - -> float32 4x2; stride 1"

static const struct algorithm list[] = {
    {"engine 1", 1000000, 64}, {"engine 2", 990000, 0}, {"engine 3", 500000, 1 << 20}, {"engine 4", 490000, 0}};

/* The algorithm that an instance gets, or the error's message. */
static const char *choose(struct kernel_choices *choices, const struct algorithm *items, int count)
{
    static struct error error;
    struct value x = {.dtype = DTYPE_F32, .shape = SHAPE(4, 8)}, y = {.dtype = DTYPE_F32, .shape = SHAPE(4, 2)};
    struct node node = {.op = &op, .inputs = {&x}, .input_count = 2, .outputs = {&y}, .output_count = 1};
    struct kernel_instance instance = {.kernel = &kernel, .node = &node, .device = far_device_create(false)};
    far.limit = (size_t)16 << 20;
    algorithms = items;
    algorithm_count = count;
    created = destroyed = runs = 0;
    error_clear(&error);
    bool ok = instance_create(&instance, choices, &error);
    fake_destroy(&instance);
    ck_assert_int_eq(created, destroyed);
    ck_assert_ptr_null(far.account.blocks);
    return ok ? instance.implementation : error.message;
}

static struct kernel_choices *make_choices(bool measures)
{
    struct kernel_choices *choices = kernel_choices_create();
    choices->measures = measures;
    return choices;
}

START_TEST(test_the_librarys_rule_is_written_down)
{
    struct kernel_choices *choices = make_choices(false);
    ck_assert_str_eq(choose(NULL, list, 4), "engine 1");
    ck_assert_str_eq(choose(choices, list, 4), "engine 1");
    ck_assert_int_eq(runs, 0);
    ck_assert_int_eq(choices->count, 1);
    ck_assert_str_eq(choices->items[0].name, CASE);
    ck_assert_str_eq(choices->items[0].kernel, "engine 1");
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_what_is_written_down_computes_again)
{
    struct kernel_choices *choices = make_choices(false);
    kernel_choices_set(choices, CASE, "engine 3");
    ck_assert_str_eq(choose(choices, list, 4), "engine 3");
    ck_assert_int_eq(choices->missed, 0);
    ck_assert(!choices->items[0].is_new);
    choices->measures = true;
    ck_assert_str_eq(choose(choices, list, 4), "engine 3");
    ck_assert_int_eq(runs, 0);
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_what_the_library_has_no_longer_is_counted_and_replaced)
{
    struct kernel_choices *choices = make_choices(false);
    kernel_choices_set(choices, CASE, "engine 3");
    ck_assert_str_eq(choose(choices, list, 2), "engine 1");
    ck_assert_int_eq(choices->missed, 1);
    ck_assert_str_eq(choices->items[0].kernel, "engine 1");
    ck_assert_str_eq(choose(choices, list, 2), "engine 1");
    ck_assert_int_eq(choices->missed, 1);
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_the_fastest_by_the_devices_clock_is_taken_and_written_down)
{
    struct kernel_choices *choices = make_choices(true);
    ck_assert_str_eq(choose(choices, list, 4), "engine 4");
    ck_assert_int_gt(runs, 8);
    ck_assert_str_eq(kernel_choices_find(choices, CASE), "engine 4");
    ck_assert(choices->items[0].is_new);
    ck_assert_int_eq(choices->missed, 0);
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_one_that_is_hardly_faster_than_the_rules_is_not_taken)
{
    struct kernel_choices *choices = make_choices(true);
    ck_assert_str_eq(choose(choices, list, 2), "engine 1");
    ck_assert_str_eq(kernel_choices_find(choices, CASE), "engine 1");
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_what_has_no_memory_to_be_measured_is_not_taken)
{
    static const struct algorithm large[] = {{"engine 1", 1000, 0}, {"engine 2", 10, (size_t)1 << 40}};
    struct kernel_choices *choices = make_choices(true);
    ck_assert_str_eq(choose(choices, large, 2), "engine 1");
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_a_library_that_names_none_is_an_error_of_the_kernel)
{
    struct kernel_choices *choices = make_choices(true);
    ck_assert_str_eq(choose(choices, list, 0), "it names none");
    ck_assert_int_eq(choices->count, 0);
    kernel_choices_destroy(&choices);
}
END_TEST

UNIT_MAIN("kernel_algorithms", test_the_librarys_rule_is_written_down, test_what_is_written_down_computes_again,
          test_what_the_library_has_no_longer_is_counted_and_replaced,
          test_the_fastest_by_the_devices_clock_is_taken_and_written_down,
          test_one_that_is_hardly_faster_than_the_rules_is_not_taken,
          test_what_has_no_memory_to_be_measured_is_not_taken, test_a_library_that_names_none_is_an_error_of_the_kernel)
