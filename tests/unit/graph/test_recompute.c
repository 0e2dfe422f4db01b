/* test_recompute.c: activations that are computed again give the same bits and take less memory; nothing happens twice. */
#include <stdio.h>
#include <string.h>

#include "engine/backends/cpu/half.h"
#include "engine/graph/program.h"
#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

#define IMAGES 2
#define SIDE 12
#define STEPS 2

static const struct init one = {.kind = INIT_CONSTANT, .a = 1}, zero = {.kind = INIT_CONSTANT};
static const struct init spread = {.kind = INIT_UNIFORM, .a = -0.2, .b = 0.2};

static const struct number_types single = {DTYPE_F32, DTYPE_F32, DTYPE_F32};

static struct value *convolution(struct graph *graph, struct value *x, const char *name)
{
    struct conv2d_attributes attributes = {.stride = {1, 1}, .padding = {1, 1}, .dilation = {1, 1}, .groups = 1};
    graph_enter(graph, "%s", name);
    x = conv2d(graph, x, graph_parameter(graph, "weight", SHAPE(32, x->shape.size[1], 3, 3), spread),
               graph_parameter(graph, "bias", SHAPE(32), spread), &attributes);
    graph_leave(graph);
    return x;
}

static struct value *normalization(struct graph *graph, struct value *x, const char *name)
{
    struct shape channels = SHAPE(x->shape.size[1]);
    graph_enter(graph, "%s", name);
    x = batch_norm(graph, x, graph_parameter(graph, "weight", channels, one),
                   graph_parameter(graph, "bias", channels, spread),
                   graph_buffer(graph, "running_mean", DTYPE_F32, channels, zero),
                   graph_buffer(graph, "running_var", DTYPE_F32, channels, one),
                   graph_buffer(graph, "num_batches_tracked", DTYPE_I64, (struct shape){0}, zero),
                   &(struct batch_norm_attributes){.epsilon = 1e-5, .momentum = 0.1, .training = true});
    graph_leave(graph);
    return x;
}

/* relu(x + norm(conv(relu(norm(conv(relu(conv(x)))))))), pooled: every fused pair, and a shortcut. */
static struct value *block(struct graph *graph, struct value *x, const char *name)
{
    graph_enter(graph, "%s", name);
    struct value *branch = relu(graph, convolution(graph, x, "conv1"));
    branch = relu(graph, normalization(graph, convolution(graph, branch, "conv2"), "bn2"));
    branch = normalization(graph, convolution(graph, branch, "conv3"), "bn3");
    x = relu(graph, add(graph, branch, x));
    x = max_pool2d(graph, x, &(struct pool2d_attributes){.kernel = {2, 2}, .stride = {2, 2}});
    graph_leave(graph);
    return x;
}

struct network {
    struct graph *graph;
    struct value *loss;
    /** Read from outside, and an activation of a stage. */
    struct value *pooled;
    struct parameters *parameters;
    struct program *program;
};

static struct value *head(struct graph *graph, struct value *x)
{
    graph_enter(graph, "fc");
    x = linear(graph, x, graph_parameter(graph, "one", SHAPE(64, 32), spread), NULL);
    x = relu(graph, dropout(graph, relu(graph, x), 0.5));
    x = linear(graph, x, graph_parameter(graph, "two", SHAPE(5, 64), spread), NULL);
    graph_leave(graph);
    return x;
}

static struct graph *build(struct network *network, const struct number_types *types, struct string_list stages)
{
    struct error error = ERROR_INIT;
    struct graph *graph = network->graph = graph_create();
    graph_set_types(graph, types);
    struct value *x = convolution(graph, graph_input(graph, "images", DTYPE_F32, SHAPE(IMAGES, 3, SIDE, SIDE)), "stem");
    x = block(graph, block(graph, block(graph, x, "layer1"), "layer2"), "layer3");
    graph_enter(graph, "layer3");
    network->pooled = global_average_pool(graph, x);
    graph_leave(graph);
    network->loss =
        cross_entropy(graph, head(graph, network->pooled), graph_input(graph, "labels", DTYPE_I32, SHAPE(IMAGES)), 0);
    graph_keep(graph, network->loss);
    graph_keep(graph, network->pooled);
    graph_differentiate(graph, network->loss);
    graph_recompute(graph, &stages);
    ck_ok(graph_check(graph, &error), error);
    return graph;
}

static void network_init(struct network *network, const struct number_types *types, struct string_list stages,
                         bool reference)
{
    struct error error = ERROR_INIT;
    build(network, types, stages);
    network->parameters = parameters_create(network->graph, NULL, 1, &error);
    ck_ok(network->parameters != NULL, error);
    struct program_options options = {.threads = 1, .reference = reference};
    network->program = program_create(network->graph, network->parameters, &options, &error);
    ck_ok(network->program != NULL, error);
    float *images = program_data(network->program, graph_find_input(network->graph, "images"));
    for (int i = 0; i < IMAGES * 3 * SIDE * SIDE; i++)
        images[i] = (float)(i * 7919 % 1000) / 500 - 1;
    int32_t *labels = program_data(network->program, graph_find_input(network->graph, "labels"));
    for (int i = 0; i < IMAGES; i++)
        labels[i] = i;
}

static void network_finish(struct network *network)
{
    program_destroy(&network->program);
    parameters_destroy(&network->parameters);
    graph_destroy(&network->graph);
}

static void network_run(const struct network *network, int64_t round)
{
    int64_t *key = program_data(network->program, graph_find_input(network->graph, DROPOUT_KEY));
    key[0] = 7;
    key[1] = round;
    ck_assert_ptr_null(program_run_checked(network->program));
}

static void compare_tensors(const struct tensor *found, const struct tensor *wanted, const char *name)
{
    ck_assert_msg(memcmp(found->data, wanted->data, tensor_bytes(wanted)) == 0, "'%s' differs", name);
}

static void compare(const struct network *found, const struct network *wanted)
{
    ck_assert_mem_eq(program_data(found->program, found->loss), program_data(wanted->program, wanted->loss), 4);
    ck_assert_mem_eq(program_data(found->program, found->pooled), program_data(wanted->program, wanted->pooled),
                     sizeof(float) * IMAGES * 32);
    for (int i = 0; i < parameters_count(wanted->parameters); i++) {
        const struct parameter *a = parameters_get(found->parameters, i), *b = parameters_get(wanted->parameters, i);
        compare_tensors(&a->tensor, &b->tensor, b->name);
        if (b->trained)
            compare_tensors(&a->gradient, &b->gradient, b->name);
    }
}

static const char *const layers[] = {"layer1", "layer2", "layer3", "fc"};
static const char *const backwards[] = {"fc", "layer3", "layer2", "layer1"};
static const char *const nested[] = {"layer2", "layer2.conv2", "layer2.bn2", "layer1"};
static const char *const middle[] = {"layer2"};

static const struct string_list lists[] = {{layers, 4}, {backwards, 4}, {nested, 4}, {middle, 1}};

static void check_list(const struct number_types *types, struct string_list stages, bool reference)
{
    struct network plain, recomputed;
    network_init(&plain, types, (struct string_list){NULL, 0}, reference);
    network_init(&recomputed, types, stages, reference);
    for (int64_t round = 0; round < STEPS; round++) {
        network_run(&plain, round);
        network_run(&recomputed, round);
        compare(&recomputed, &plain);
    }
    network_finish(&plain);
    network_finish(&recomputed);
}

static void check_types(const struct number_types *types)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        check_list(types, lists[i], false);
}

START_TEST(test_losses_gradients_and_statistics_are_the_same_bits)
{
    check_types(&single);
    check_list(&single, lists[2], true);
    check_list(&(struct number_types){DTYPE_F64, DTYPE_F64, DTYPE_F64}, lists[0], false);
}
END_TEST

START_TEST(test_bits_are_the_same_in_bfloat16)
{
    if (half_find_implementation() == NULL) {
        printf("skipped: this machine has no bfloat16\n");
        return;
    }
    check_types(&(struct number_types){DTYPE_F32, DTYPE_BF16, DTYPE_F32});
    check_types(&(struct number_types){DTYPE_BF16, DTYPE_BF16, DTYPE_F32});
}
END_TEST

START_TEST(test_running_statistics_are_updated_once)
{
    struct network network;
    network_init(&network, &single, lists[0], false);
    for (int64_t round = 0; round < STEPS; round++)
        network_run(&network, round);
    const struct parameter *batches = parameters_find(network.parameters, "layer2.bn2.num_batches_tracked");
    ck_assert_int_eq(*(const int64_t *)batches->tensor.data, STEPS);
    network_finish(&network);
}
END_TEST

static size_t planned_activations(struct string_list stages)
{
    struct error error = ERROR_INIT;
    struct network network;
    build(&network, &single, stages);
    struct program *program = program_create(network.graph, NULL, &(struct program_options){.threads = 1}, &error);
    ck_ok(program != NULL, error);
    size_t bytes = program_memory(program).activations;
    program_destroy(&program);
    graph_destroy(&network.graph);
    return bytes;
}

START_TEST(test_activations_take_less_memory)
{
    size_t kept = planned_activations((struct string_list){NULL, 0});
    ck_assert_uint_lt(planned_activations(lists[0]), kept * 9 / 10);
}
END_TEST

static int count_nodes(const struct graph *graph, const char *scope, const struct op *op)
{
    int count = 0;
    for (int i = 0; i < graph_node_count(graph); i++)
        count += graph_get_node(graph, i)->op == op && node_is_in(graph_get_node(graph, i), scope);
    return count;
}

START_TEST(test_only_what_the_backward_pass_reads_is_computed_again)
{
    struct network network;
    struct graph *graph = build(&network, &single, lists[3]);
    ck_assert_int_eq(count_nodes(graph, "layer1", &conv2d_op), 3);
    ck_assert_int_eq(count_nodes(graph, "layer2", &conv2d_op), 6);
    ck_assert_int_eq(count_nodes(graph, "layer2", &batch_norm_op), 2);
    ck_assert_int_eq(count_nodes(graph, "layer2", &batch_norm_apply_op), 2); /* the second for the sum's relu */
    ck_assert_int_eq(count_nodes(graph, "layer2", &max_pool2d_op), 1);       /* the next layer's input is kept */
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_a_scope_ends_at_its_name)
{
    ck_assert(node_is_in(&(struct node){.name = "layer1.0.conv1.conv2d"}, "layer1"));
    ck_assert(node_is_in(&(struct node){.name = "layer1.0.conv1.conv2d"}, "layer1.0"));
    ck_assert(!node_is_in(&(struct node){.name = "layer10.conv2d"}, "layer1"));
    ck_assert(!node_is_in(&(struct node){.name = "layer1"}, "layer1"));
    ck_assert(!node_is_in(&(struct node){.name = "relu"}, ""));
}
END_TEST

UNIT_MAIN("recompute", test_losses_gradients_and_statistics_are_the_same_bits, test_bits_are_the_same_in_bfloat16,
          test_running_statistics_are_updated_once, test_activations_take_less_memory,
          test_only_what_the_backward_pass_reads_is_computed_again, test_a_scope_ends_at_its_name)
