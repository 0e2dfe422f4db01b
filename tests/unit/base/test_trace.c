/* test_trace.c: what each thread did when. */
#include "engine/base/trace.h"

#include <jansson.h>
#include <pthread.h>

#include "tests/unit/scratch.h"

static void *add_from_another_thread(void *trace)
{
    trace_add(trace, "loader", "a \"name\"", trace_now());
    return NULL;
}

static json_t *save_and_read(struct trace *trace)
{
    struct error error = ERROR_INIT;
    struct scratch scratch;
    char path[128];
    scratch_init(&scratch);
    snprintf(path, sizeof path, "%s/trace.json", scratch.path);
    ck_ok(trace_save(trace, path, &error), error);
    json_t *read = json_load_file(path, 0, NULL);
    ck_assert_ptr_nonnull(read);
    scratch_finish(&scratch);
    return read;
}

START_TEST(test_trace_keeps_spans_of_all_threads)
{
    struct trace *trace = trace_create(10);
    pthread_t thread;
    int64_t start = trace_now();
    trace_add_span(trace, "loop", "step", start, start + 1500000);
    ck_assert_int_eq(pthread_create(&thread, NULL, add_from_another_thread, trace), 0);
    pthread_join(thread, NULL);
    json_t *read = save_and_read(trace), *events = json_object_get(read, "traceEvents");
    ck_assert_uint_eq(json_array_size(events), 2);
    json_t *first = json_array_get(events, 0), *second = json_array_get(events, 1);
    ck_assert_str_eq(json_string_value(json_object_get(first, "name")), "step");
    ck_assert_double_eq_tol(json_real_value(json_object_get(first, "dur")), 1500, 1e-9);
    ck_assert_str_eq(json_string_value(json_object_get(second, "name")), "a \"name\"");
    ck_assert_str_eq(json_string_value(json_object_get(second, "cat")), "loader");
    ck_assert(json_integer_value(json_object_get(first, "tid")) != json_integer_value(json_object_get(second, "tid")));
    json_decref(read);
    trace_destroy(&trace);
}
END_TEST

START_TEST(test_trace_counts_what_it_has_no_room_for)
{
    struct trace *trace = trace_create(3);
    for (int i = 0; i < 8; i++)
        trace_add(trace, "loop", "\xff no UTF-8", trace_now());
    json_t *read = save_and_read(trace);
    json_t *left_out = json_object_get(json_object_get(read, "otherData"), "spans_left_out");
    ck_assert_uint_eq(json_array_size(json_object_get(read, "traceEvents")), 3);
    ck_assert_str_eq(json_string_value(left_out), "5");
    json_decref(read);
    trace_destroy(&trace);
}
END_TEST

START_TEST(test_no_trace_takes_nothing)
{
    trace_add(NULL, "loop", "step", 0);
    trace_add_span(NULL, "loop", "step", 0, 1);
}
END_TEST

UNIT_MAIN("trace", test_trace_keeps_spans_of_all_threads, test_trace_counts_what_it_has_no_room_for,
          test_no_trace_takes_nothing)
