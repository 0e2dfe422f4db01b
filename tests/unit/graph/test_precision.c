/* test_precision.c: which type each value of a graph has, and where casts are. */
#include <string.h>

#include "engine/graph/passes.h"
#include "engine/graph/program.h"
#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

/* Two convolutions of one input, normalised, added; a classifier behind them. */
struct network {
    struct graph *graph;
    struct value *logits;
    struct value *loss;
};

static struct value *convolution(struct graph *graph, struct value *x, const char *name, int64_t channels)
{
    struct conv2d_attributes attributes = {.stride = {1, 1}, .padding = {1, 1}, .dilation = {1, 1}, .groups = 1};
    struct init spread = {.kind = INIT_UNIFORM, .a = -0.1, .b = 0.1};
    return conv2d(graph, x, graph_parameter(graph, name, SHAPE(channels, x->shape.size[1], 3, 3), spread), NULL,
                  &attributes);
}

static struct network network_make(const struct number_types *types)
{
    struct network network = {.graph = graph_create()};
    struct graph *graph = network.graph;
    struct init one = {.kind = INIT_CONSTANT, .a = 1}, zero = {.kind = INIT_CONSTANT};
    graph_set_types(graph, types);
    struct value *images = graph_input(graph, "images", DTYPE_F32, SHAPE(4, 16, 24, 24));
    struct value *x =
        batch_norm(graph, convolution(graph, images, "one", 32), graph_parameter(graph, "weight", SHAPE(32), one),
                   graph_parameter(graph, "bias", SHAPE(32), zero),
                   graph_buffer(graph, "running_mean", DTYPE_F32, SHAPE(32), zero),
                   graph_buffer(graph, "running_var", DTYPE_F32, SHAPE(32), one),
                   graph_buffer(graph, "batches", DTYPE_I64, (struct shape){0}, zero),
                   &(struct batch_norm_attributes){.epsilon = 1e-5, .momentum = 0.1, .training = true});
    x = relu(graph, add(graph, relu(graph, x), convolution(graph, images, "two", 32)));
    x = global_average_pool(graph, x);
    network.logits =
        linear(graph, x,
               graph_parameter(graph, "fc", SHAPE(5, 32), (struct init){.kind = INIT_UNIFORM, .a = -1, .b = 1}), NULL);
    network.loss = cross_entropy(graph, network.logits, graph_input(graph, "labels", DTYPE_I32, SHAPE(4)), 0);
    graph_keep(graph, network.logits);
    graph_keep(graph, network.loss);
    graph_differentiate(graph, network.loss);
    struct error error = ERROR_INIT;
    ck_ok(graph_check(graph, &error), error);
    return network;
}

static int count_nodes(const struct graph *graph, const struct op *op)
{
    int count = 0;
    for (int i = 0; i < graph_node_count(graph); i++)
        count += graph_get_node(graph, i)->op == op;
    return count;
}

/* The type of a node's result, which all nodes of this operation share. */
static enum dtype type_of(const struct graph *graph, const struct op *op, int output)
{
    for (int i = 0; i < graph_node_count(graph); i++)
        if (graph_get_node(graph, i)->op == op)
            return graph_get_node(graph, i)->outputs[output]->dtype;
    ck_abort_msg("no %s", op->name);
    return DTYPE_COUNT;
}

static enum dtype gradient_type(const struct graph *graph, const char *name)
{
    for (int i = 0; i < graph_value_count(graph); i++)
        if (strcmp(graph_get_value(graph, i)->name, name) == 0)
            return graph_get_value(graph, i)->gradient->dtype;
    ck_abort_msg("no '%s'", name);
    return DTYPE_COUNT;
}

START_TEST(test_float32_needs_no_casts)
{
    struct network network = network_make(&(struct number_types){DTYPE_F32, DTYPE_F32, DTYPE_F32});
    ck_assert_int_eq(count_nodes(network.graph, &cast_op), 0);
    graph_destroy(&network.graph);
}
END_TEST

START_TEST(test_mixed_types_are_where_the_policy_says)
{
    struct network network = network_make(&(struct number_types){DTYPE_F32, DTYPE_BF16, DTYPE_F32});
    const struct graph *graph = network.graph;
    ck_assert_int_eq(type_of(graph, &conv2d_op, 0), DTYPE_BF16);
    ck_assert_int_eq(type_of(graph, &batch_norm_op, 0), DTYPE_BF16);
    ck_assert_int_eq(type_of(graph, &batch_norm_op, 1), DTYPE_F32);
    ck_assert_int_eq(type_of(graph, &add_relu_op, 0), DTYPE_BF16);
    ck_assert_int_eq(type_of(graph, &global_average_pool_op, 0), DTYPE_BF16);
    ck_assert_int_eq(type_of(graph, &linear_op, 0), DTYPE_BF16);
    ck_assert_int_eq(type_of(graph, &cross_entropy_op, 0), DTYPE_F32);
    ck_assert_int_eq(type_of(graph, &cross_entropy_backward_op, 0), DTYPE_F32);
    ck_assert_int_eq(type_of(graph, &linear_backward_data_op, 0), DTYPE_BF16);
    ck_assert_int_eq(type_of(graph, &batch_norm_backward_op, 0), DTYPE_BF16);
    ck_assert_int_eq(network.logits->dtype, DTYPE_F32);
    static const char *const names[] = {"one", "two", "weight", "bias", "fc"};
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(gradient_type(graph, names[i]), DTYPE_F32);
    /* The images once for both convolutions, the logits for the loss and whoever reads them, their gradient back. */
    ck_assert_int_eq(count_nodes(graph, &cast_op), 3);
    graph_destroy(&network.graph);
}
END_TEST

START_TEST(test_true_types_are_the_parameters_too)
{
    struct network half = network_make(&(struct number_types){DTYPE_BF16, DTYPE_BF16, DTYPE_F32});
    ck_assert_int_eq(gradient_type(half.graph, "one"), DTYPE_BF16);
    ck_assert_int_eq(gradient_type(half.graph, "weight"), DTYPE_BF16);
    ck_assert_int_eq(type_of(half.graph, &batch_norm_op, 1), DTYPE_F32);
    graph_destroy(&half.graph);
    struct network wide = network_make(&(struct number_types){DTYPE_F64, DTYPE_F64, DTYPE_F64});
    ck_assert_int_eq(gradient_type(wide.graph, "one"), DTYPE_F64);
    ck_assert_int_eq(type_of(wide.graph, &batch_norm_op, 1), DTYPE_F64);
    ck_assert_int_eq(type_of(wide.graph, &cross_entropy_op, 0), DTYPE_F64);
    ck_assert_int_eq(wide.loss->dtype, DTYPE_F32);
    graph_destroy(&wide.graph);
}
END_TEST

static size_t planned_activations(const struct number_types *types)
{
    struct error error = ERROR_INIT;
    struct network network = network_make(types);
    struct program *program = program_create(network.graph, NULL, &(struct program_options){.threads = 1}, &error);
    ck_ok(program != NULL, error);
    size_t bytes = program_memory(program).activations;
    program_destroy(&program);
    graph_destroy(&network.graph);
    return bytes;
}

START_TEST(test_activations_take_half_the_memory)
{
    size_t single = planned_activations(&(struct number_types){DTYPE_F32, DTYPE_F32, DTYPE_F32});
    size_t half = planned_activations(&(struct number_types){DTYPE_F32, DTYPE_BF16, DTYPE_F32});
    /* Beside the halves lies what stays float32; where no fast kernel chooses layouts, that makes two thirds of it all. */
    ck_assert_uint_lt(half, single * 7 / 10);
}
END_TEST

/* One step of training as every type has it: what is written is a number, and the loss is the same to its digits. */
static double loss_of(const struct number_types *types)
{
    struct error error = ERROR_INIT;
    struct network network = network_make(types);
    struct parameters *parameters = parameters_create(network.graph, NULL, 1, &error);
    ck_ok(parameters != NULL, error);
    struct program *program =
        program_create(network.graph, parameters, &(struct program_options){.threads = 1}, &error);
    ck_ok(program != NULL, error);
    float *images = program_data(program, graph_find_input(network.graph, "images"));
    for (int i = 0; i < 4 * 16 * 24 * 24; i++)
        images[i] = (float)(i * 7919 % 1000) / 500 - 1;
    ck_assert_ptr_null(program_run_checked(program));
    double loss = *(const float *)program_data(program, network.loss);
    program_destroy(&program);
    parameters_destroy(&parameters);
    graph_destroy(&network.graph);
    return loss;
}

START_TEST(test_every_type_computes_the_same_loss)
{
    double wanted = loss_of(&(struct number_types){DTYPE_F32, DTYPE_F32, DTYPE_F32});
    ck_assert_double_eq_tol(loss_of(&(struct number_types){DTYPE_F64, DTYPE_F64, DTYPE_F64}), wanted, 1e-6);
    ck_assert_double_eq_tol(loss_of(&(struct number_types){DTYPE_F32, DTYPE_BF16, DTYPE_F32}), wanted, 1e-2);
    ck_assert_double_eq_tol(loss_of(&(struct number_types){DTYPE_BF16, DTYPE_BF16, DTYPE_F32}), wanted, 1e-2);
    ck_assert_double_eq_tol(loss_of(&(struct number_types){DTYPE_F32, DTYPE_F16, DTYPE_F32}), wanted, 1e-2 / 8);
    ck_assert_double_eq_tol(loss_of(&(struct number_types){DTYPE_F16, DTYPE_F16, DTYPE_F32}), wanted, 1e-2 / 8);
}
END_TEST

UNIT_MAIN("precision", test_float32_needs_no_casts, test_mixed_types_are_where_the_policy_says,
          test_true_types_are_the_parameters_too, test_activations_take_half_the_memory,
          test_every_type_computes_the_same_loss)
