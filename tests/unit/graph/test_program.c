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
    c.parameters = parameters_create(graph, 3, &error);
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
        float *values = parameters_values(c.parameters);
        int64_t count = parameters_flat_count(c.parameters);
        float *gradients = malloc((size_t)count * sizeof *gradients);
        memcpy(gradients, parameters_gradients(c.parameters), (size_t)count * sizeof *gradients);
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

UNIT_MAIN("program", test_gradients_agree_with_finite_differences, test_a_run_repeats_bit_for_bit)
