/* test_graph.c: names, scopes, the first failure, and what gradients flow to. */
#include "engine/graph/graph.h"

#include <string.h>

#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

static const struct init zeros = {.kind = INIT_CONSTANT};

START_TEST(test_names_are_those_of_the_scope_and_different)
{
    struct graph *graph = graph_create();
    struct value *x = graph_input(graph, "images", DTYPE_F32, SHAPE(2, 3));
    graph_enter(graph, "layer%d", 1);
    graph_enter(graph, "%d", 0);
    struct value *weight = graph_parameter(graph, "weight", SHAPE(4, 3), zeros);
    struct value *first = relu(graph, x), *second = relu(graph, first), *third = relu(graph, second);
    graph_leave(graph);
    struct value *outer = relu(graph, third);
    graph_leave(graph);
    ck_assert_str_eq(x->name, "images");
    ck_assert_str_eq(weight->name, "layer1.0.weight");
    ck_assert_str_eq(first->name, "layer1.0.relu");
    ck_assert_str_eq(second->name, "layer1.0.relu_2");
    ck_assert_str_eq(third->name, "layer1.0.relu_3");
    ck_assert_str_eq(outer->name, "layer1.relu");
    ck_assert_ptr_eq(graph_find_input(graph, "images"), x);
    ck_assert_ptr_null(graph_find_input(graph, "layer1.0.weight"));
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_many_nodes_and_values_keep_their_numbers)
{
    struct graph *graph = graph_create();
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(1));
    for (int i = 0; i < 1000; i++)
        x = relu(graph, x);
    ck_assert_int_eq(graph_node_count(graph), 1000);
    ck_assert_str_eq(x->name, "relu_1000");
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(graph_get_node(graph, i)->index, i);
    for (int i = 0; i < graph_value_count(graph); i++)
        ck_assert_int_eq(graph_get_value(graph, i)->index, i);
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_a_parameter_asked_for_twice_is_the_same)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    struct value *weight = graph_parameter(graph, "weight", SHAPE(4, 3), zeros);
    ck_assert_ptr_eq(graph_parameter(graph, "weight", SHAPE(4, 3), zeros), weight);
    ck_assert(graph_check(graph, &error));
    ck_assert_ptr_null(graph_parameter(graph, "weight", SHAPE(3, 4), zeros));
    ck_assert(!graph_check(graph, &error));
    ck_assert_str_eq(error.message, "wanted 'weight' as float32 [3, 4], but it is already there as float32 [4, 3]");
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_the_first_failure_stays_with_its_node_and_place)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    graph_set_mark(graph, (struct mark){.source = "voc.yaml", .line = 7, .column = 3});
    graph_enter(graph, "head");
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(2, 3)),
                 *y = graph_input(graph, "y", DTYPE_F32, SHAPE(3));
    struct value *sum = add(graph, x, y);
    ck_assert_ptr_null(sum);
    ck_assert_ptr_null(relu(graph, sum));
    ck_assert_ptr_null(graph_parameter(graph, "weight", SHAPE(1), zeros));
    graph_set_mark(graph, (struct mark){.source = "voc.yaml", .line = 9, .column = 1});
    graph_fail(graph, "something later");
    graph_differentiate(graph, sum);
    ck_assert(!graph_check(graph, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_int_eq(error.mark.line, 7);
    ck_assert_str_eq(error.message, "'head.add': wanted an input of shape [2, 3], found [3]");
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_sizes_that_overflow_are_an_error)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    ck_assert_ptr_null(graph_input(graph, "x", DTYPE_F32, SHAPE(INT64_C(1) << 40, INT64_C(1) << 40)));
    ck_assert(!graph_check(graph, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "'x' is too large"));
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_only_what_depends_on_parameters_has_a_gradient)
{
    struct graph *graph = graph_create();
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(2, 3));
    struct value *used = graph_parameter(graph, "used", SHAPE(4, 3), zeros);
    struct value *unused = graph_parameter(graph, "unused", SHAPE(4, 3), zeros);
    struct value *labels = graph_input(graph, "labels", DTYPE_I32, SHAPE(2));
    struct value *scaled = scale(graph, x, 2);
    struct value *logits = linear(graph, scaled, used, NULL);
    struct value *loss = cross_entropy(graph, logits, labels, 0);
    ck_assert(!scaled->needs_gradient);
    ck_assert(logits->needs_gradient);
    int forward = graph_node_count(graph);
    graph_differentiate(graph, loss);
    ck_assert_ptr_nonnull(graph_gradient(graph, used));
    ck_assert(shape_equal(&graph_gradient(graph, used)->shape, &used->shape));
    ck_assert_ptr_null(graph_gradient(graph, unused));
    for (int i = forward; i < graph_node_count(graph); i++)
        ck_assert_ptr_null(strstr(graph_get_node(graph, i)->name, "backward_data"));
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_a_loss_must_be_one_number_that_depends_on_parameters)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    graph_differentiate(graph, relu(graph, graph_input(graph, "x", DTYPE_F32, SHAPE(2))));
    ck_assert(!graph_check(graph, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "wanted a loss of one floating number"));
    graph_destroy(&graph);
}
END_TEST

UNIT_MAIN("graph", test_names_are_those_of_the_scope_and_different, test_many_nodes_and_values_keep_their_numbers,
          test_a_parameter_asked_for_twice_is_the_same, test_the_first_failure_stays_with_its_node_and_place,
          test_sizes_that_overflow_are_an_error, test_only_what_depends_on_parameters_has_a_gradient,
          test_a_loss_must_be_one_number_that_depends_on_parameters)
