/* test_layouts.c: where layouts are chosen, kept, and changed. */
#include <string.h>

#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/graph/program.h"
#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

struct fast_attributes {
    int64_t channels;
};

/* A stand-in for a fast convolution: sums all channels into each; takes every layout but a plain result. */
static bool fast_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct fast_attributes *attributes = node->attributes;
    struct shape shape = node->inputs[0]->shape;
    shape.size[1] = attributes->channels;
    node_add_output(graph, node, DTYPE_F32, shape);
    return true;
}

static bool fast_supports(const struct node *node)
{
    return node->outputs[0]->layout != LAYOUT_PLAIN;
}

static bool plain_supports(const struct node *node)
{
    return node->inputs[0]->layout == LAYOUT_PLAIN && node->outputs[0]->layout == LAYOUT_PLAIN;
}

/* Offset of an element in a value's layout. */
static int64_t element(const struct value *value, int64_t n, int64_t c, int64_t pixel)
{
    int64_t channels = value->shape.size[1], pixels = value->shape.size[2] * value->shape.size[3];
    int64_t block = value->layout == LAYOUT_PLAIN           ? 1
                    : value->layout == LAYOUT_CHANNELS_LAST ? channels
                    : value->layout == LAYOUT_BLOCKED_8     ? 8
                                                            : 16;
    return (n * channels + c / block * block) * pixels + pixel * block + c % block;
}

static void fast_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0], *y = instance->node->outputs[0];
    int64_t pixels = x->shape.size[2] * x->shape.size[3];
    for (int64_t n = 0; n < x->shape.size[0]; n++)
        for (int64_t pixel = 0; pixel < pixels; pixel++) {
            float sum = 0;
            for (int64_t c = 0; c < x->shape.size[1]; c++)
                sum += ((const float *)run->inputs[0])[element(x, n, c, pixel)];
            for (int64_t c = 0; c < y->shape.size[1]; c++)
                ((float *)run->outputs[0])[element(y, n, c, pixel)] = sum + (float)c;
        }
}

static const struct kernel fast_kernel = {.name = "fast", .supports = fast_supports, .run = fast_run};
static const struct kernel plain_kernel = {.name = "reference", .supports = plain_supports, .run = fast_run};
static const struct kernel *const fast_kernels[] = {&fast_kernel, &plain_kernel, NULL};
static const struct kernel *const plain_kernels[] = {&plain_kernel, NULL};
static const struct op fast_op = {.name = "fast", .infer = fast_infer, .kernels = fast_kernels};
static const struct op plain_op = {.name = "slow", .infer = fast_infer, .kernels = plain_kernels};

static struct value *mix(struct graph *graph, const struct op *op, struct value *x, int64_t channels)
{
    struct fast_attributes attributes = {channels};
    return graph_add(graph, op, &x, 1, &attributes, sizeof attributes)->outputs[0];
}

static int count_reorders(const struct graph *graph)
{
    int count = 0;
    for (int i = 0; i < graph_node_count(graph); i++)
        count += graph_get_node(graph, i)->op == &reorder_op;
    return count;
}

/* A trunk of 32 channels with a residual, a head of 84 channels brought to [n, h, w, c], and one slow operation. */
struct network {
    struct graph *graph;
    struct value *trunk;
    struct value *head;
    struct value *last;
    struct value *slow;
};

static struct network network_create(void)
{
    struct network network = {.graph = graph_create()};
    struct graph *graph = network.graph;
    struct value *x = graph_input(graph, "images", DTYPE_F32, SHAPE(2, 3, 4, 5));
    struct value *stem = mix(graph, &fast_op, x, 32);
    struct value *branch = relu(graph, mix(graph, &fast_op, relu(graph, stem), 32));
    network.trunk = add(graph, branch, stem);
    network.head = mix(graph, &fast_op, network.trunk, 84);
    static const int to_last[SHAPE_MAX_RANK] = {0, 2, 3, 1};
    network.last = reshape(graph, permute(graph, network.head, to_last), SHAPE(2, 20, 84));
    network.slow = mix(graph, &plain_op, network.trunk, 8);
    graph_keep(graph, network.last);
    graph_keep(graph, network.slow);
    return network;
}

START_TEST(test_layouts_are_kept_and_reorders_rare)
{
    struct error error = ERROR_INIT;
    struct network network = network_create();
    ck_ok(graph_choose_layouts(network.graph, BACKEND_CPU, false, &error), error);
    ck_assert(network.trunk->layout == LAYOUT_BLOCKED_16 || network.trunk->layout == LAYOUT_BLOCKED_8);
    ck_assert_int_eq(network.head->layout, LAYOUT_CHANNELS_LAST);
    ck_assert_int_eq(network.slow->layout, LAYOUT_PLAIN);
    ck_assert_int_eq(count_reorders(network.graph), 1);
    graph_destroy(&network.graph);
}
END_TEST

START_TEST(test_the_reference_is_plain)
{
    struct error error = ERROR_INIT;
    struct network network = network_create();
    ck_ok(graph_choose_layouts(network.graph, BACKEND_CPU, true, &error), error);
    for (int i = 0; i < graph_value_count(network.graph); i++)
        ck_assert_int_eq(graph_get_value(network.graph, i)->layout, LAYOUT_PLAIN);
    ck_assert_int_eq(count_reorders(network.graph), 0);
    graph_destroy(&network.graph);
}
END_TEST

/* Runs a network; the results are those of `last`, then `slow`. */
static void run_network(bool reference, float *results)
{
    struct error error = ERROR_INIT;
    struct network network = network_create();
    graph_keep(network.graph, network.trunk); /* in blocks: read through a plain copy */
    struct program_options options = {.threads = 1, .reference = reference};
    struct parameters *parameters = parameters_create(network.graph, NULL, 1, &error);
    struct program *program = program_create(network.graph, parameters, &options, &error);
    ck_ok(program != NULL, error);
    float *images = program_data(program, graph_find_input(network.graph, "images"));
    for (int i = 0; i < 2 * 3 * 20; i++)
        images[i] = (float)(i % 17) - 8;
    program_run(program);
    memcpy(results, program_data(program, network.last), 3360 * sizeof(float));
    memcpy(results + 3360, program_data(program, network.slow), 320 * sizeof(float));
    memcpy(results + 3680, program_data(program, network.trunk), 1280 * sizeof(float));
    struct text text = TEXT_INIT;
    program_describe(program, &text);
    ck_assert(reference == (strstr(text_string(&text), "permute: permute by view") == NULL));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "reshape: reshape by view"));
    text_finish(&text);
    program_destroy(&program);
    parameters_destroy(&parameters);
    graph_destroy(&network.graph);
}

START_TEST(test_layouts_do_not_change_results)
{
    static float fast[4960], reference[4960];
    run_network(false, fast);
    run_network(true, reference);
    for (int i = 0; i < 4960; i++)
        ck_assert_float_eq(fast[i], reference[i]);
}
END_TEST

START_TEST(test_every_reorder_is_right_in_both_kernels)
{
    static const int64_t channels[] = {16, 48};
    for (int from = 0; from < 4; from++)
        for (int to = 0; to < 4; to++)
            for (int k = 0; k < 2; k++) {
                struct graph *graph = graph_create();
                struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(2, channels[k], 3, 7));
                x->layout = (enum layout)from;
                struct value *y = reorder(graph, x, (enum layout)to);
                enum { COUNT = 2 * 48 * 21 };
                static float source[COUNT], target[COUNT];
                for (int i = 0; i < COUNT; i++)
                    source[i] = (float)i;
                void *inputs[] = {source}, *outputs[] = {target};
                struct kernel_run run = {inputs, outputs, NULL};
                for (int reference = 0; reference < 2; reference++) {
                    struct kernel_instance instance = {.node = y->producer};
                    instance.kernel = node_find_kernel(y->producer, BACKEND_CPU, reference == 1);
                    memset(target, 0, sizeof target);
                    instance.kernel->run(&instance, &run);
                    for (int64_t i = 0; i < 2 * channels[k] * 21; i++) {
                        int64_t n = i / (channels[k] * 21), c = i / 21 % channels[k], pixel = i % 21;
                        ck_assert_float_eq(target[element(y, n, c, pixel)], source[element(x, n, c, pixel)]);
                    }
                }
                graph_destroy(&graph);
            }
}
END_TEST

/* What squeeze-and-excitation does: x goes two ways, over one pixel each and as it is. */
START_TEST(test_a_gradient_of_two_parts_needs_no_reorder)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    struct init normal = {.kind = INIT_NORMAL, .b = 0.1};
    struct conv2d_attributes attributes = {{1, 1}, {1, 1}, {1, 1}, 1, false}, one = {{1, 1}, {0, 0}, {1, 1}, 1, false};
    struct value *x = graph_input(graph, "images", DTYPE_F32, SHAPE(2, 3, 8, 8));
    struct value *labels = graph_input(graph, "labels", DTYPE_I32, SHAPE(2));
    x = conv2d(graph, x, graph_parameter(graph, "w", SHAPE(32, 3, 3, 3), normal), NULL, &attributes);
    struct value *pooled = reshape(graph, global_average_pool(graph, x), SHAPE(2, 32, 1, 1));
    pooled = conv2d(graph, pooled, graph_parameter(graph, "v", SHAPE(32, 32, 1, 1), normal), NULL, &one);
    x = scale_channels(graph, x, reshape(graph, pooled, SHAPE(2, 32)));
    struct value *loss = cross_entropy(graph, global_average_pool(graph, x), labels, 0);
    graph_differentiate(graph, loss);
    ck_ok(graph_check(graph, &error), error);
    struct parameters *parameters = parameters_create(graph, NULL, 1, &error);
    struct program_options options = {.threads = 1};
    struct program *program = program_create(graph, parameters, &options, &error);
    ck_ok(program != NULL, error);
    ck_assert_int_eq(program_count_reorders(program), 0);
    program_destroy(&program);
    parameters_destroy(&parameters);
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_a_relu_joins_what_is_in_front_of_it)
{
    struct graph *graph = graph_create();
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(1, 3, 4, 4));
    struct value *weight = graph_parameter(graph, "weight", SHAPE(3, 3, 1, 1), (struct init){0});
    struct conv2d_attributes attributes = {{1, 1}, {0, 0}, {1, 1}, 1, false};
    struct value *joined = relu(graph, conv2d(graph, x, weight, NULL, &attributes));
    struct value *sum = relu(graph, add(graph, joined, x));
    struct value *shared = conv2d(graph, sum, weight, NULL, &attributes);
    struct value *kept = add(graph, relu(graph, shared), shared);
    graph_keep(graph, kept);
    graph_keep(graph, relu(graph, kept));
    graph_fuse(graph);
    ck_assert_int_eq(graph_node_count(graph), 6);
    ck_assert_ptr_eq(joined->producer->op, &conv2d_op);
    ck_assert(((const struct conv2d_attributes *)joined->producer->attributes)->relu);
    ck_assert_ptr_eq(sum->producer->op, &add_relu_op);
    ck_assert_ptr_eq(kept->producer->op, &add_op);
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_what_nobody_needs_is_taken_out)
{
    struct graph *graph = graph_create();
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(4));
    struct value *needed = relu(graph, x);
    relu(graph, scale(graph, x, 2));
    graph_keep(graph, scale(graph, needed, 3));
    graph_prune(graph);
    ck_assert_int_eq(graph_node_count(graph), 2);
    ck_assert_ptr_eq(graph_get_node(graph, 0), needed->producer);
    ck_assert_int_eq(graph_get_node(graph, 1)->index, 1);
    graph_destroy(&graph);
}
END_TEST

UNIT_MAIN("layouts", test_layouts_are_kept_and_reorders_rare, test_the_reference_is_plain,
          test_layouts_do_not_change_results, test_every_reorder_is_right_in_both_kernels,
          test_a_gradient_of_two_parts_needs_no_reorder, test_a_relu_joins_what_is_in_front_of_it,
          test_what_nobody_needs_is_taken_out)
