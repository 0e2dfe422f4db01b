/* test_fixtures.c: results and gradients of the reference kernels are PyTorch's (tests/fixtures/ops.txt). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "tests/ops/interpreter.h"
#include "tests/unit/unit.h"

/* One line of the file: a case, the name of an array ("result", or a parameter for its gradient), every step-th number. */
struct line {
    char case_name[64];
    char array_name[64];
    long count;
    long step;
    const char *numbers;
};

static const struct ops_case *find_case(const char *name)
{
    for (int i = 0; i < ops_case_count; i++)
        if (strcmp(ops_cases[i].name, name) == 0)
            return &ops_cases[i];
    return NULL;
}

static const struct value *find_array(const struct interpreter *interpreter, const char *name)
{
    if (strcmp(name, "result") == 0)
        return interpreter->result;
    for (int i = 0; i < interpreter->value_count; i++) {
        const struct value *value = graph_get_value(interpreter->graph, i);
        if (value->kind == VALUE_PARAMETER && strcmp(value->name, name) == 0)
            return graph_gradient(interpreter->graph, value);
    }
    return NULL;
}

/* The largest difference, over the largest number. */
static double compare(const struct line *line, const float *found)
{
    double difference = 0, largest = 1e-6;
    const char *at = line->numbers;
    for (long i = 0; i < line->count; i += line->step) {
        char *end;
        double wanted = strtod(at, &end);
        ck_assert_msg(end != at, "%s %s: %ld numbers are too few", line->case_name, line->array_name, i);
        at = end;
        difference = fmax(difference, isfinite(found[i]) ? fabs(found[i] - wanted) : INFINITY);
        largest = fmax(largest, fabs(wanted));
    }
    return difference / largest;
}

static void check_line(const struct line *line)
{
    const struct ops_case *ops_case = find_case(line->case_name);
    ck_assert_msg(ops_case != NULL, "no case '%s'", line->case_name);
    struct interpreter interpreter;
    interpreter_init(&interpreter, ops_case, NULL);
    interpreter_run(&interpreter);
    const struct value *value = find_array(&interpreter, line->array_name);
    ck_assert_msg(value != NULL, "%s has no '%s'", line->case_name, line->array_name);
    ck_assert_int_eq(shape_count(&value->shape), line->count);
    double difference = compare(line, interpreter.data[value->index]);
    ck_assert_msg(difference < 1e-5, "%s: '%s' differs by %g", line->case_name, line->array_name, difference);
    interpreter_finish(&interpreter);
}

START_TEST(test_results_and_gradients_are_those_of_pytorch)
{
    struct error error = ERROR_INIT;
    struct text path = TEXT_INIT, bytes = TEXT_INIT;
    text_format(&path, "%s/tests/fixtures/ops.txt", getenv("LRUN_SOURCE_ROOT"));
    ck_ok(file_read(text_string(&path), 1 << 20, &bytes, ERROR_DATA, &error), error);
    int checked = 0;
    char *rest = NULL;
    for (char *row = strtok_r(bytes.data, "\n", &rest); row != NULL; row = strtok_r(NULL, "\n", &rest)) {
        struct line line;
        int used = 0;
        ck_assert_int_eq(
            sscanf(row, "%63s %63s %ld %ld%n", line.case_name, line.array_name, &line.count, &line.step, &used), 4);
        ck_assert_int_gt(line.step, 0);
        line.numbers = row + used;
        check_line(&line);
        checked++;
    }
    ck_assert_int_gt(checked, 80);
    text_finish(&bytes);
    text_finish(&path);
}
END_TEST

UNIT_MAIN("fixtures", test_results_and_gradients_are_those_of_pytorch)
