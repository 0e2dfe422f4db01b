/*
 * test_loss_scale.c: training in float16 with a scaled loss does what PyTorch does under autocast with torch.amp.GradScaler: which
 * steps are left out, what the scale is behind each, and the weights.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "components/optimizers/adam.h"
#include "components/optimizers/adamw.h"
#include "components/optimizers/sgd.h"
#include "engine/graph/program.h"
#include "engine/ops/arrays/arrays.h"
#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

/* As in make_loss_scale.py. */
enum { COUNT = 4, STEPS = 40, GROWTH_INTERVAL = 3 };

static const double betas[] = {0.9, 0.999};

static struct optimizer *optimizer_for(const char *name, struct error *error)
{
    if (strcmp(name, "sgd") == 0)
        return sgd_create(&(struct sgd_params){.lr = 0.01}, error);
    if (strcmp(name, "sgd_momentum") == 0)
        return sgd_create(&(struct sgd_params){.lr = 0.01, .momentum = 0.9, .dampening = 0.5}, error);
    if (strcmp(name, "adam") == 0)
        return adam_create(&(struct adam_params){.lr = 0.002, .betas = {betas, 2}, .eps = 1e-8}, error);
    return adamw_create(&(struct adamw_params){.lr = 0.002, .betas = {betas, 2}, .eps = 1e-8, .weight_decay = 0.01},
                        error);
}

/* The loss x * weight * divisor * factor, in float16; what it is trained with, and its state. */
struct training {
    struct graph *graph;
    struct value *loss;
    struct parameters *parameters;
    struct program *program;
    struct optimizer *optimizer;
    double norm_limit;
    float states[OPTIMIZER_MAX_STATES][COUNT];
    struct step_state state;
};

static void training_init(struct training *training, const char *name, double divisor)
{
    static const float start[COUNT] = {0.5F, -0.25F, 1, 0};
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    *training = (struct training){.graph = graph,
                                  .optimizer = optimizer_for(name, &error),
                                  .norm_limit = strcmp(name, "adamw_clipped") == 0 ? 1 : (double)INFINITY,
                                  .state = {.loss_scale = LOSS_SCALE_FIRST}};
    ck_ok(training->optimizer != NULL, error);
    graph_set_types(graph, &(struct number_types){DTYPE_F32, DTYPE_F16, DTYPE_F32});
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(1, COUNT));
    struct value *weight = graph_parameter(graph, "weight", SHAPE(1, COUNT), (struct init){.kind = INIT_CONSTANT});
    struct value *factor = graph_input(graph, "factor", DTYPE_F32, SHAPE(1, 1));
    struct value *product = scale(graph, linear(graph, x, weight, NULL), divisor);
    training->loss = reshape(graph, linear(graph, product, factor, NULL), (struct shape){.rank = 0});
    graph_keep(graph, training->loss);
    graph_scale_loss(graph);
    graph_differentiate(graph, training->loss);
    training->parameters = parameters_create(graph, NULL, 1, &error);
    ck_ok(training->parameters != NULL, error);
    training->program = program_create(graph, training->parameters, &(struct program_options){.threads = 1}, &error);
    ck_ok(training->program != NULL, error);
    memcpy(parameters_find(training->parameters, "weight")->tensor.data, start, sizeof start);
}

static void training_finish(struct training *training)
{
    optimizer_destroy(&training->optimizer);
    program_destroy(&training->program);
    parameters_destroy(&training->parameters);
    graph_destroy(&training->graph);
}

static void training_run(struct training *training, const float x[COUNT], float factor)
{
    program_write(training->program, graph_find_input(training->graph, "x"), x);
    program_write(training->program, graph_find_input(training->graph, "factor"), &factor);
    program_copy(training->program, graph_find_input(training->graph, LOSS_SCALE), &training->state.loss_scale);
    program_run(training->program);
}

static void training_update(struct training *training, int step)
{
    const struct optimizer_interface *interface = training->optimizer->interface;
    struct batch_scalars scalars = {{program_data(training->program, training->loss)}, 1, 1};
    struct step_report report = {
        .gradients = {parameters_find(training->parameters, "weight")->gradient.data, DTYPE_F32},
        .count = COUNT,
        .threads = 1,
        .place = {step, step, 0},
        .share = 1,
        .norm_limit = training->norm_limit};
    arrays_note(device_cpu(), &training->state, &scalars);
    arrays_judge(device_cpu(), &training->state, &report);
    struct optimizer_step update = {.arrays = {.parameters = parameters_values(training->parameters),
                                               .gradients = report.gradients,
                                               .count = COUNT,
                                               .state = &training->state},
                                    .step = OPTIMIZER_STEP_COUNTED,
                                    .learning_rate = interface->learning_rate(training->optimizer),
                                    .momentum = -1};
    for (int i = 0; interface->state_names(training->optimizer)[i] != NULL; i++)
        update.arrays.states[i] = (struct numbers){training->states[i], DTYPE_F32};
    interface->step(training->optimizer, &update);
    arrays_rescale(device_cpu(), &training->state, GROWTH_INTERVAL);
}

/* Multiples of 1/4 from -1 to 1; the loss of every seventh step is four times as much. */
static void training_step(struct training *training, int step)
{
    float x[COUNT];
    for (int i = 0; i < COUNT; i++)
        x[i] = 0.25F * (float)((step * 7 + i * 5) % 9 - 4);
    training_run(training, x, step % 7 == 6 ? 4 : 1);
    training_update(training, step);
}

static void check_row(const struct training *training, FILE *file, const char *name, int step)
{
    const float *weight = parameters_find(training->parameters, "weight")->tensor.data;
    double scale, wanted;
    int growth;
    ck_assert_int_eq(fscanf(file, "%lf %d", &scale, &growth), 2);
    ck_assert_msg(training->state.loss_scale == scale && training->state.growth == growth,
                  "%s, step %d: wanted scale %g and growth %d, found %g and %d", name, step, scale, growth,
                  (double)training->state.loss_scale, training->state.growth);
    for (int i = 0; i < COUNT; i++) {
        ck_assert_int_eq(fscanf(file, "%lf", &wanted), 1);
        ck_assert_msg(fabs(weight[i] - wanted) <= 1e-6, "%s, step %d, weight %d: wanted %.9g, found %.9g", name, step,
                      i, wanted, (double)weight[i]);
    }
}

START_TEST(test_scales_and_weights_are_pytorchs)
{
    char path[4096], name[64];
    int step, rows = 0, skipped = 0, grown = 0;
    snprintf(path, sizeof path, "%s/tests/fixtures/loss_scale.txt", getenv("LRUN_SOURCE_ROOT"));
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    struct training training;
    for (; fscanf(file, "%63s %d", name, &step) == 2; rows++) {
        if (step == 0)
            training_init(&training, name, 1);
        float before = training.state.loss_scale;
        training_step(&training, step);
        skipped += training.state.loss_scale < before;
        grown += training.state.loss_scale > before;
        check_row(&training, file, name, step);
        if (step == STEPS - 1)
            training_finish(&training);
    }
    fclose(file);
    ck_assert_int_eq(rows, 4 * STEPS);
    ck_assert_int_gt(skipped, 4 * 3);
    ck_assert_int_gt(grown, 4 * 3);
}
END_TEST

START_TEST(test_a_loss_keeps_its_size_and_gradients_have_the_scales)
{
    static const float x[COUNT] = {0.5F, 1, -0.25F, 0};
    struct training training;
    training_init(&training, "sgd", 1);
    training.state.loss_scale = 1024;
    training_run(&training, x, 1);
    ck_assert_float_eq(*(const float *)program_data(training.program, training.loss), -0.25F);
    const float *gradient = parameters_find(training.parameters, "weight")->gradient.data;
    for (int i = 0; i < COUNT; i++)
        ck_assert_float_eq(gradient[i], 1024 * x[i]);
    training_finish(&training);
}
END_TEST

/* Gradients that are zeros in float16, unless they are scaled. */
START_TEST(test_small_gradients_live_by_the_scale)
{
    static const float x[COUNT] = {0x1p-6F, 0x1p-7F, -0x1p-8F, 0};
    struct training training;
    training_init(&training, "sgd", 0x1p-13);
    for (int i = 0; i < 2; i++) {
        training.state.loss_scale = i == 0 ? 1 : 0x1p15F;
        training_run(&training, x, 0x1p-13F);
        const float *gradient = parameters_find(training.parameters, "weight")->gradient.data;
        for (int j = 0; j < COUNT; j++) {
            float wanted = i == 0 ? 0 : 0x1p-11F * x[j];
            ck_assert_float_eq(gradient[j], wanted);
        }
    }
    training_finish(&training);
}
END_TEST

/* A batch of a step that overflows spoils the step, whichever it is. */
START_TEST(test_a_step_is_skipped_for_any_of_its_batches)
{
    float gradients[COUNT] = {1, 2, 3, 4};
    for (int bad = 0; bad < 3; bad++) {
        struct step_state state = {.loss_scale = 8};
        for (int part = 0; part < 3; part++) {
            struct step_report report = {.gradients = {gradients, DTYPE_F32},
                                         .count = COUNT,
                                         .threads = 1,
                                         .place = {0, 0, part},
                                         .share = 1.0 / 3,
                                         .norm_limit = (double)INFINITY};
            gradients[2] = part == bad ? INFINITY : 3;
            arrays_judge(device_cpu(), &state, &report);
        }
        ck_assert(state.is_skipped && !state.is_at_fault);
        arrays_rescale(device_cpu(), &state, 3);
        ck_assert_float_eq(state.loss_scale, 4);
        ck_assert_int_eq(state.updates, 0);
    }
}
END_TEST

START_TEST(test_limits_are_of_gradients_without_the_scale)
{
    float gradients[COUNT] = {8 * 3, 8 * 4, 0, 0};
    struct step_state state = {.loss_scale = 8};
    struct step_report report = {
        .gradients = {gradients, DTYPE_F32}, .count = COUNT, .threads = 1, .share = 0.5, .norm_limit = 1};
    arrays_judge(device_cpu(), &state, &report);
    ck_assert_double_eq_tol(state.scale, 0.5 / 8 / 2.5, 1e-6);
    report.is_cut = 1;
    arrays_judge(device_cpu(), &state, &report);
    arrays_clip(device_cpu(), &state, report.gradients, COUNT, 1.75);
    ck_assert_float_eq(gradients[0], 1.5F);
    ck_assert_float_eq(gradients[1], 1.75F);
    ck_assert_double_eq(state.scale, 1);
}
END_TEST

/* How many steps that overflow are left out before the run is given up. */
START_TEST(test_what_is_never_finite_is_a_fault_at_the_least_scale)
{
    float gradient = NAN;
    struct step_state state = {.loss_scale = LOSS_SCALE_FIRST, .updates = 5};
    int step = 0;
    for (; !state.is_at_fault && step < 100; step++) {
        struct step_report report = {
            .gradients = {&gradient, DTYPE_F32}, .count = 1, .threads = 1, .place = {step, step, 0}, .share = 1};
        arrays_judge(device_cpu(), &state, &report);
        ck_assert(state.is_skipped);
        arrays_rescale(device_cpu(), &state, LOSS_SCALE_INTERVAL);
    }
    ck_assert_int_eq(step, 31);
    ck_assert_int_eq(state.fault.step, 30);
    ck_assert_float_eq(state.loss_scale, LOSS_SCALE_LEAST);
    ck_assert_int_eq(state.updates, 5);
}
END_TEST

START_TEST(test_a_scale_grows_no_further_than_floats_go)
{
    struct step_state state = {.loss_scale = 0x1p126F};
    for (int i = 0; i < 5; i++)
        arrays_rescale(device_cpu(), &state, 2);
    ck_assert_float_eq(state.loss_scale, 0x1p127F);
    ck_assert_int_eq(state.updates, 5);
    ck_assert_int_eq(state.growth, 1);
}
END_TEST

UNIT_MAIN("loss_scale", test_scales_and_weights_are_pytorchs, test_a_loss_keeps_its_size_and_gradients_have_the_scales,
          test_small_gradients_live_by_the_scale, test_a_step_is_skipped_for_any_of_its_batches,
          test_limits_are_of_gradients_without_the_scale, test_what_is_never_finite_is_a_fault_at_the_least_scale,
          test_a_scale_grows_no_further_than_floats_go)
