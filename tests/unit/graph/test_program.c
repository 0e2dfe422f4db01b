/* test_program.c: programs compute what their graph says, and gradients agree with finite differences. */
#include "engine/graph/program.h"

#include <math.h>
#include <string.h>

#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

/* A small classifier: a parameter that is used twice, a view, a sum, and a loss. */
struct classifier {
    struct graph *graph;
    struct parameters *parameters;
    struct program *program;
    struct value *loss;
    struct value *logits;
};

static struct classifier classifier_create(bool differentiate, bool reference)
{
    struct error error = ERROR_INIT;
    struct classifier c = {.graph = graph_create()};
    struct graph *graph = c.graph;
    struct init normal = {.kind = INIT_NORMAL, .a = 0, .b = 0.5};
    struct value *x = graph_input(graph, "images", DTYPE_F32, SHAPE(3, 2, 4));
    struct value *labels = graph_input(graph, "labels", DTYPE_I32, SHAPE(3));
    graph_enter(graph, "layer%d", 1);
    struct value *weight = graph_parameter(graph, "weight", SHAPE(8, 8), normal);
    struct value *bias = graph_parameter(graph, "bias", SHAPE(8), normal);
    x = reshape(graph, x, SHAPE(3, 8));
    struct value *hidden = relu(graph, linear(graph, x, weight, bias));
    hidden = add(graph, hidden, linear(graph, hidden, weight, NULL));
    graph_leave(graph);
    c.logits = scale(graph, hidden, 0.5);
    c.loss = cross_entropy(graph, c.logits, labels, 0);
    graph_keep(graph, c.loss);
    if (differentiate)
        graph_differentiate(graph, c.loss);
    ck_ok(graph_check(graph, &error), error);
    c.parameters = parameters_create(graph, NULL, 3, &error);
    ck_ok(c.parameters != NULL, error);
    struct program_options options = {.threads = 1, .reference = reference};
    c.program = program_create(graph, c.parameters, &options, &error);
    ck_ok(c.program != NULL, error);
    float *images = program_data(c.program, graph_find_input(graph, "images"));
    int32_t *classes = program_data(c.program, graph_find_input(graph, "labels"));
    struct rng rng = rng_make(1, RNG_TEST, 0, 0);
    for (int i = 0; i < 24; i++)
        images[i] = (float)rng_normal(&rng);
    for (int i = 0; i < 3; i++)
        classes[i] = i * 3;
    return c;
}

static void classifier_destroy(struct classifier *c)
{
    program_destroy(&c->program);
    parameters_destroy(&c->parameters);
    graph_destroy(&c->graph);
}

static float classifier_loss(struct classifier *c)
{
    program_run(c->program);
    return *(const float *)program_data(c->program, c->loss);
}

START_TEST(test_gradients_agree_with_finite_differences)
{
    for (int reference = 0; reference < 2; reference++) {
        struct classifier c = classifier_create(true, reference == 1);
        classifier_loss(&c);
        float *values = parameters_values(c.parameters).data;
        int64_t count = parameters_flat_count(c.parameters);
        float *gradients = malloc((size_t)count * sizeof *gradients);
        memcpy(gradients, parameters_gradients(c.parameters).data, (size_t)count * sizeof *gradients);
        for (int64_t i = 0; i < 8 * 8 + 8; i++) { /* no gaps: 64 and 8 elements */
            float old = values[i];
            values[i] = old + 1e-2F;
            double above = classifier_loss(&c);
            values[i] = old - 1e-2F;
            double below = classifier_loss(&c);
            values[i] = old;
            ck_assert_double_eq_tol((above - below) / 2e-2, gradients[i], 1e-3);
        }
        free(gradients);
        classifier_destroy(&c);
    }
}
END_TEST

START_TEST(test_a_run_repeats_bit_for_bit)
{
    struct classifier c = classifier_create(true, false);
    float first = classifier_loss(&c);
    ck_assert_float_eq(first, classifier_loss(&c));
    ck_assert_float_gt(first, 0);
    classifier_destroy(&c);
}
END_TEST

/* y = relu(x * 2) of `count` elements, kept, in a workspace. */
struct doubling {
    struct graph *graph;
    struct parameters *parameters;
    struct program *program;
    struct value *result;
    int64_t count;
};

static struct doubling doubling_create(int64_t count, struct workspace *workspace)
{
    struct error error = ERROR_INIT;
    struct doubling d = {.graph = graph_create(), .count = count};
    struct value *x = graph_input(d.graph, "x", DTYPE_F32, SHAPE(count));
    struct value *doubled = scale(d.graph, x, 2);
    d.result = relu(d.graph, add(d.graph, doubled, scale(d.graph, relu(d.graph, doubled), 3)));
    graph_keep(d.graph, d.result);
    d.parameters = parameters_create(d.graph, NULL, 1, &error);
    struct program_options options = {.threads = 1, .workspace = workspace};
    d.program = program_create(d.graph, d.parameters, &options, &error);
    ck_ok(d.program != NULL, error);
    return d;
}

static void doubling_check(struct doubling *d, float number)
{
    float *x = program_data(d->program, graph_find_input(d->graph, "x"));
    for (int64_t i = 0; i < d->count; i++)
        x[i] = number;
    program_run(d->program);
    const float *y = program_data(d->program, d->result);
    for (int64_t i = 0; i < d->count; i++)
        ck_assert_float_eq(y[i], number * 8);
}

static void doubling_destroy(struct doubling *d)
{
    program_destroy(&d->program);
    parameters_destroy(&d->parameters);
    graph_destroy(&d->graph);
}

START_TEST(test_programs_share_a_workspace_that_grows)
{
    struct workspace *workspace = workspace_create(NULL);
    struct doubling small = doubling_create(100, workspace);
    doubling_check(&small, 1);
    struct doubling large = doubling_create(10000000, workspace);
    doubling_check(&small, 2);
    doubling_check(&large, 3);
    const float *kept = program_data(large.program, large.result);
    doubling_check(&small, 4);
    ck_assert_float_eq(kept[9999999], 24); /* a kept result is its program's own */
    doubling_destroy(&small);
    doubling_destroy(&large);
    workspace_destroy(&workspace);
}
END_TEST

START_TEST(test_a_value_that_is_not_finite_is_found_at_its_node)
{
    struct doubling d = doubling_create(10, NULL);
    float *x = program_data(d.program, graph_find_input(d.graph, "x"));
    for (int i = 0; i < 10; i++)
        x[i] = 1;
    ck_assert_ptr_null(program_run_checked(d.program));
    x[7] = 3e38F;
    const struct node *node = program_run_checked(d.program);
    ck_assert_ptr_nonnull(node);
    ck_assert_str_eq(node->name, "scale");
    doubling_destroy(&d);
}
END_TEST

START_TEST(test_a_program_without_parameters_only_plans)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(1 << 20, 1 << 10)); /* 4 GiB */
    struct value *weight = graph_parameter(graph, "weight", SHAPE(1 << 10, 1 << 10), (struct init){0});
    graph_keep(graph, linear(graph, relu(graph, relu(graph, x)), weight, NULL));
    struct program_options options = {.threads = 1};
    struct program *program = program_create(graph, NULL, &options, &error);
    ck_ok(program != NULL, error);
    struct memory_report report = program_memory(program);
    ck_assert_uint_eq(report.parameters, 4U << 20);
    ck_assert_uint_eq(report.inputs, (size_t)8 << 30); /* and the kept result */
    ck_assert_uint_eq(report.activations, (size_t)4 << 30);
    ck_assert_double_eq(graph_cost(graph).flops, graph_forward_cost(graph).flops);
    ck_assert_double_ge(graph_cost(graph).flops, 2.0 * (1 << 30) * (1 << 10));
    program_destroy(&program);
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_parameters_that_share_a_gradient_each_get_it)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    struct init ones = {INIT_CONSTANT, 1, 0};
    struct value *a = graph_parameter(graph, "a", SHAPE(1, 4), ones),
                 *b = graph_parameter(graph, "b", SHAPE(1, 4), ones);
    struct value *labels = graph_input(graph, "labels", DTYPE_I32, SHAPE(1));
    struct value *flat = reshape(graph, graph_parameter(graph, "c", SHAPE(4), ones), SHAPE(1, 4));
    struct value *loss = cross_entropy(graph, add(graph, add(graph, a, b), flat), labels, 0);
    graph_differentiate(graph, loss);
    struct parameters *parameters = parameters_create(graph, NULL, 1, &error);
    struct program *program = program_create(graph, parameters, &(struct program_options){.threads = 1}, &error);
    ck_ok(program != NULL, error);
    program_run(program);
    static const char *const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        const float *gradient = parameters_find(parameters, names[i])->gradient.data;
        ck_assert_float_eq_tol(gradient[0], -0.75F, 1e-6F);
        ck_assert_float_eq_tol(gradient[3], 0.25F, 1e-6F);
    }
    program_destroy(&program);
    parameters_destroy(&parameters);
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_a_store_that_does_not_fit_is_an_error)
{
    struct error error = ERROR_INIT;
    struct graph *small = graph_create(), *large = graph_create();
    graph_parameter(small, "weight", SHAPE(4), (struct init){0});
    struct value *weight = graph_parameter(large, "weight", SHAPE(5), (struct init){0});
    graph_keep(large, relu(large, weight));
    struct parameters *parameters = parameters_create(small, NULL, 1, &error);
    ck_assert_ptr_null(program_create(large, parameters, &(struct program_options){.threads = 1}, &error));
    ck_assert_str_eq(error.message, "wanted 'weight' of shape [5], found [4]");
    parameters_destroy(&parameters);
    graph_destroy(&small);
    graph_destroy(&large);
}
END_TEST

UNIT_MAIN("program", test_gradients_agree_with_finite_differences, test_a_run_repeats_bit_for_bit,
          test_programs_share_a_workspace_that_grows, test_a_value_that_is_not_finite_is_found_at_its_node,
          test_a_program_without_parameters_only_plans, test_parameters_that_share_a_gradient_each_get_it,
          test_a_store_that_does_not_fit_is_an_error)
