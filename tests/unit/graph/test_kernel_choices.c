/* test_kernel_choices.c: a program computes with the kernels that a table says, and adds what it measured. */
#include "engine/graph/kernel_choices.h"

#include <stdio.h>
#include <string.h>

#include "build_config.h"
#include "engine/backends/cpu/gemm.h"
#include "engine/graph/program.h"
#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

/* Of two convolutions the second is on layouts on which several kernels compute, where oneDNN is. */
static char *describe(struct kernel_choices *choices, int threads)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    struct init zero = {.kind = INIT_CONSTANT};
    struct value *x = graph_input(graph, "images", DTYPE_F32, SHAPE(2, 64, 16, 16));
    struct value *first = graph_parameter(graph, "first", SHAPE(64, 64, 3, 3), zero);
    struct value *second = graph_parameter(graph, "second", SHAPE(64, 64, 3, 3), zero);
    const struct conv2d_attributes attributes = {.stride = {1, 1}, .padding = {1, 1}, .dilation = {1, 1}, .groups = 1};
    x = conv2d(graph, conv2d(graph, x, first, NULL, &attributes), second, NULL, &attributes);
    graph_keep(graph, x);
    ck_ok(graph_check(graph, &error), error);
    struct parameters *parameters = parameters_create(graph, NULL, 1, &error);
    struct program_options options = {.threads = threads, .choices = choices};
    struct program *program = program_create(graph, parameters, &options, &error);
    ck_ok(program != NULL, error);
    struct text text = TEXT_INIT;
    program_describe(program, &text);
    program_destroy(&program);
    parameters_destroy(&parameters);
    graph_destroy(&graph);
    return text_take(&text);
}

static bool has_several_kernels(void)
{
    struct error error = ERROR_INIT;
    return gemm_open_best(&error) && LRUN_HAVE_ONEDNN;
}

/* Whether the program of this table has its convolution computed by this kernel. */
static bool computes_by(struct kernel_choices *choices, const char *kernel)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "conv2d by %s ", kernel);
    char *text = describe(choices, 1);
    bool found = strstr(text, wanted) != NULL;
    free(text);
    return found;
}

START_TEST(test_choices_keep_what_was_set)
{
    struct kernel_choices *choices = kernel_choices_create();
    ck_assert_ptr_null(kernel_choices_find(choices, "a"));
    for (int i = 0; i < 300; i++) {
        char name[16];
        snprintf(name, sizeof name, "case %d", i);
        kernel_choices_set(choices, name, i % 2 == 0 ? "one" : "two");
    }
    kernel_choices_set(choices, "case 7", "three")->is_new = true;
    ck_assert_int_eq(choices->count, 300);
    ck_assert_str_eq(kernel_choices_find(choices, "case 7"), "three");
    ck_assert_str_eq(kernel_choices_find(choices, "case 298"), "one");
    ck_assert(choices->items[7].is_new && !choices->items[8].is_new);
    kernel_choices_destroy(&choices);
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_program_measures_once_and_then_keeps_to_it)
{
    if (!has_several_kernels())
        return;
    struct kernel_choices *choices = kernel_choices_create();
    choices->measures = true;
    free(describe(choices, 1));
    ck_assert_int_eq(choices->count, 1);
    ck_assert(choices->items[0].is_new);
    ck_assert_msg(strstr(choices->items[0].name, "1 thread: conv2d float32 2x64x16x16 ") == choices->items[0].name,
                  "%s", choices->items[0].name);
    ck_assert(computes_by(choices, choices->items[0].kernel));
    ck_assert_int_eq(choices->count, 1);
    free(describe(choices, 2));
    ck_assert_int_eq(choices->count, LRUN_HAVE_OPENMP ? 2 : 1);
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_program_computes_with_the_kernel_that_the_table_says)
{
    if (!has_several_kernels())
        return;
    struct kernel_choices *choices = kernel_choices_create();
    choices->measures = true;
    free(describe(choices, 1));
    const char *name = choices->items[0].name;
    kernel_choices_set(choices, name, "onednn");
    ck_assert(computes_by(choices, "onednn"));
    kernel_choices_set(choices, name, "onednn_winograd");
    ck_assert(computes_by(choices, "onednn_winograd") == computes_by(NULL, "onednn_winograd"));
    kernel_choices_destroy(&choices);
}
END_TEST

START_TEST(test_a_kernel_that_cannot_run_here_is_measured_anew_or_ruled)
{
    if (!has_several_kernels())
        return;
    struct kernel_choices *choices = kernel_choices_create();
    choices->measures = true;
    free(describe(choices, 1));
    const char *name = choices->items[0].name;
    static const char *const useless[] = {"", "reference", "a kernel of another machine"};
    for (size_t i = 0; i < sizeof useless / sizeof *useless; i++) {
        kernel_choices_set(choices, name, useless[i]);
        choices->measures = false;
        char *ruled = describe(NULL, 1), *found = describe(choices, 1);
        ck_assert_str_eq(found, ruled);
        ck_assert_str_eq(choices->items[0].kernel, useless[i]);
        choices->measures = true;
        ck_assert(!computes_by(choices, "reference"));
        ck_assert(choices->items[0].is_new && strcmp(choices->items[0].kernel, useless[i]) != 0);
        free(ruled);
        free(found);
    }
    kernel_choices_destroy(&choices);
}
END_TEST

UNIT_MAIN("kernel_choices", test_choices_keep_what_was_set, test_program_measures_once_and_then_keeps_to_it,
          test_program_computes_with_the_kernel_that_the_table_says,
          test_a_kernel_that_cannot_run_here_is_measured_anew_or_ruled)
