/*
 * test_arrays.c: what a GPU does to whole arrays is what the processor does: optimizers bit for bit, sums to their last digits.
 * Compiled twice: on a GPU (TESTS_GPU), and as the loops that the C compiler makes of cuda.cu files (TESTS_LOOPS).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/rng.h"
#include "engine/ops/arrays/arrays.h"
#include "tests/unit/gpu.h"
#include "tests/unit/unit.h"

/* More than the parts of a sum, and no multiple of anything. */
#define COUNT ((int64_t)70001)
#define ARRAYS 5

static const enum dtype dtypes[] = {DTYPE_F32, DTYPE_BF16, DTYPE_F16};
#define TYPES 3

/* What does the work on the second set of arrays: a device, and its functions. */
static struct device *device;
static const struct array_functions *functions;

/* The same numbers twice: for the processor, and for what is tested, which works on `far`. */
struct pair {
    struct numbers here[ARRAYS];
    struct numbers far[ARRAYS];
    size_t bytes;
};

static void pair_init(struct pair *pair, enum dtype dtype)
{
    struct error error = ERROR_INIT;
    pair->bytes = (size_t)COUNT * dtype_size(dtype);
    for (int i = 0; i < ARRAYS; i++) {
        struct rng rng = rng_make(1, RNG_TEST, 0, (uint64_t)i);
        pair->here[i] = (struct numbers){memory_allocate_large(pair->bytes, "a test", &error), dtype};
        pair->far[i] = (struct numbers){device_allocate(device, pair->bytes, "a test", &error), dtype};
        for (int64_t j = 0; j < COUNT; j++) /* averages of squares are positive */
            numbers_set(pair->here[i], j, i < 3 ? rng_normal(&rng) : (double)rng_uniform(&rng));
        device_write(device, pair->far[i].data, pair->here[i].data, pair->bytes);
    }
}

static void pair_finish(struct pair *pair)
{
    for (int i = 0; i < ARRAYS; i++) {
        memory_free_large(pair->here[i].data);
        device_release(device, pair->far[i].data);
    }
}

static void check_same(const struct pair *pair, const char *what)
{
    struct error error = ERROR_INIT;
    void *found = memory_allocate(1, pair->bytes);
    for (int i = 0; i < ARRAYS; i++) {
        device_read(device, found, pair->far[i].data, pair->bytes);
        ck_assert_msg(memcmp(found, pair->here[i].data, pair->bytes) == 0, "%s: array %d differs", what, i);
    }
    memory_free(found);
    ck_ok(device_check(device, &error), error);
}

/* A step's state here and far, which are the same now. */
struct state_pair {
    struct step_state here;
    struct step_state *far;
};

static struct state_pair state_create(const struct step_state *begin)
{
    struct error error = ERROR_INIT;
    struct state_pair pair = {*begin, device_allocate(device, sizeof *begin, "a test", &error)};
    ck_ok(pair.far != NULL, error);
    device_write(device, pair.far, begin, sizeof *begin);
    return pair;
}

static struct step_state state_read(const struct state_pair *pair)
{
    struct step_state state;
    device_read(device, &state, pair->far, sizeof state);
    return state;
}

/* How many states: of 0 to 3. */
static struct optimizer_arrays take(struct device *of, const struct numbers arrays[ARRAYS], int states,
                                    const struct step_state *state)
{
    struct optimizer_arrays taken = {
        .device = of, .parameters = arrays[0], .gradients = arrays[1], .count = COUNT, .state = state};
    for (int i = 0; i < states; i++)
        taken.states[i] = arrays[2 + i];
    return taken;
}

/* One update of each kind, by the processor and by what is tested. */
static void update_sgd(const struct pair *pair, const struct sgd_formula *formula, int states,
                       const struct state_pair *state)
{
    struct optimizer_arrays here = take(device_cpu(), pair->here, states, &state->here);
    struct optimizer_arrays far = take(device, pair->far, states, state->far);
    array_functions_cpu.sgd(formula, &here);
    functions->sgd(formula, &far);
}

static void update_adam(const struct pair *pair, const struct adam_formula *formula, int states,
                        const struct state_pair *state)
{
    struct optimizer_arrays here = take(device_cpu(), pair->here, states, &state->here);
    struct optimizer_arrays far = take(device, pair->far, states, state->far);
    array_functions_cpu.adam(formula, &here);
    functions->adam(formula, &far);
}

static const struct sgd_formula some_sgd = {.learning_rate = 0.1, .momentum = 0.9, .rest = 1, .weight_decay = 1e-3};
static const struct adam_formula some_adam = {.beta2 = 0.999,
                                              .rest1 = 0.1,
                                              .rest2 = 0.001,
                                              .epsilon = 1e-8,
                                              .decoupled_factor = 1,
                                              .step_size = 1e-3,
                                              .root_correction = 0.5};

START_TEST(test_sgd_is_the_same)
{
    struct state_pair state = state_create(&(struct step_state){.scale = 0.5});
    for (int i = 0; i < 4 * TYPES; i++) {
        struct pair pair;
        struct sgd_formula formula = some_sgd;
        formula.nesterov = i / TYPES & 1;
        formula.first = i / TYPES >> 1;
        pair_init(&pair, dtypes[i % TYPES]);
        for (int states = 0; states < 2; states++)
            update_sgd(&pair, &formula, states, &state);
        check_same(&pair, "sgd");
        pair_finish(&pair);
    }
    device_release(device, state.far);
}
END_TEST

START_TEST(test_adam_is_the_same)
{
    struct state_pair state = state_create(&(struct step_state){.scale = 0.5});
    for (int i = 0; i < 2 * TYPES; i++) {
        struct pair pair;
        struct adam_formula formula = some_adam;
        formula.coupled_decay = i / TYPES ? 1e-2 : 0;
        formula.decoupled_factor = i / TYPES ? 1 : 0.99;
        pair_init(&pair, dtypes[i % TYPES]);
        for (int states = 2; states < 4; states++)
            update_adam(&pair, &formula, states, &state);
        check_same(&pair, "adam");
        pair_finish(&pair);
    }
    device_release(device, state.far);
}
END_TEST

/* What it would have changed is unchanged here too, where the arrays are those that pair_init makes. */
START_TEST(test_a_skipped_step_changes_nothing)
{
    struct state_pair state = state_create(&(struct step_state){.scale = 0.5, .is_skipped = 1});
    struct pair before, pair;
    pair_init(&before, DTYPE_F32);
    pair_init(&pair, DTYPE_F32);
    update_sgd(&pair, &some_sgd, 1, &state);
    update_adam(&pair, &some_adam, 3, &state);
    check_same(&pair, "skipped");
    for (int i = 0; i < ARRAYS; i++)
        ck_assert_mem_eq(pair.here[i].data, before.here[i].data, pair.bytes);
    pair_finish(&before);
    pair_finish(&pair);
    device_release(device, state.far);
}
END_TEST

/* An optimizer that asks the state how many updates were done: none, or some. */
START_TEST(test_what_the_state_counts_is_asked_for_by_both)
{
    for (int i = 0; i < 4; i++) {
        struct pair pair;
        struct state_pair state =
            state_create(&(struct step_state){.scale = 0.5, .loss_scale = 2, .updates = i % 2 == 0 ? 0 : 7});
        struct sgd_formula sgd = some_sgd;
        struct adam_formula adam = some_adam;
        sgd.is_counted = adam.is_counted = 1;
        sgd.rest = 0.5;
        adam.learning_rate = 0.1;
        adam.beta1 = 0.9;
        pair_init(&pair, DTYPE_F32);
        if (i < 2)
            update_sgd(&pair, &sgd, 1, &state);
        else
            update_adam(&pair, &adam, 2, &state);
        check_same(&pair, "a counted update");
        pair_finish(&pair);
        device_release(device, state.far);
    }
}
END_TEST

START_TEST(test_limits_and_sums_are_the_same)
{
    struct state_pair state = state_create(&(struct step_state){.share = 0.7});
    for (int i = 0; i < TYPES; i++) {
        struct pair pair;
        pair_init(&pair, dtypes[i]);
        array_functions_cpu.add(device_cpu(), pair.here[0], pair.here[1], COUNT);
        functions->add(device, pair.far[0], pair.far[1], COUNT);
        array_functions_cpu.clip(device_cpu(), &state.here, pair.here[2], COUNT, 0.5);
        functions->clip(device, state.far, pair.far[2], COUNT, 0.5);
        check_same(&pair, "add and clip");
        pair_finish(&pair);
    }
    device_release(device, state.far);
}
END_TEST

/* Three numbers of a batch. */
static void note(struct state_pair *state, const float numbers[3], double weight)
{
    struct error error = ERROR_INIT;
    float *far = device_allocate(device, 3 * sizeof *far, "a test", &error);
    device_write(device, far, numbers, 3 * sizeof *far);
    struct batch_scalars here = {{numbers, numbers + 1, numbers + 2}, 3, weight},
                         there = {{far, far + 1, far + 2}, 3, weight};
    array_functions_cpu.note(device_cpu(), &state->here, &here);
    functions->note(device, state->far, &there);
    device_synchronize(device);
    device_release(device, far);
}

static void judge(struct state_pair *state, const struct pair *pair, struct step_report report)
{
    report.count = COUNT;
    report.threads = 1;
    report.gradients = pair->here[1];
    array_functions_cpu.judge(device_cpu(), &state->here, &report);
    report.gradients = pair->far[1];
    functions->judge(device, state->far, &report);
}

static void rescale(struct state_pair *state)
{
    array_functions_cpu.rescale(device_cpu(), &state->here, 2);
    functions->rescale(device, state->far, 2);
}

static void check_number(double *found, double wanted, double tolerance)
{
    ck_assert_msg(fabs(*found - wanted) <= tolerance * fabs(wanted) || *found == wanted ||
                      (isnan(*found) && isnan(wanted)),
                  "wanted %.17g, found %.17g", wanted, *found);
    *found = wanted;
}

/* What follows from the norm to its last digits, all else exactly. */
static void check_state(const struct state_pair *pair)
{
    struct step_state found = state_read(pair), wanted = pair->here;
    check_number(&found.norm, wanted.norm, 1e-9);
    check_number(&found.scale, wanted.scale, 1e-9);
    for (int i = 0; i < STEP_SCALARS_MAX; i++) {
        check_number(&found.scalars[i], wanted.scalars[i], 0);
        check_number(&found.sums[i], wanted.sums[i], 0);
    }
    ck_assert_mem_eq(&found, &wanted, sizeof wanted);
}

START_TEST(test_what_a_step_finds_out_is_the_same)
{
    static const float numbers[2][3] = {{0.5F, 2, -3}, {0.1F, 1e30F, 7}};
    for (int i = 0; i < 8; i++) {
        struct pair pair;
        struct state_pair state = state_create(&(struct step_state){.weight = 4, .loss_scale = i % 3 == 0 ? 8 : 0});
        struct step_report report = {
            .place = {i, 2, 1}, .share = 0.25, .norm_limit = i & 2 ? 5 : (double)INFINITY, .is_cut = i >> 2};
        pair_init(&pair, dtypes[i % TYPES]);
        for (int batch = 0; batch < 2; batch++) {
            note(&state, numbers[batch], 3 + batch);
            judge(&state, &pair, report);
            check_state(&state);
            rescale(&state);
            check_state(&state);
        }
        float wanted = i % 3 == 0 ? 16 : 0;
        ck_assert_float_eq(state.here.loss_scale, wanted);
        ck_assert_double_gt(state.here.norm, 100);
        ck_assert_double_eq(state.here.weight, 11);
        ck_assert_double_eq(state.here.sums[0], 3 * 0.5 + 4 * (double)0.1F);
        ck_assert(!state.here.is_skipped && !state.here.is_at_fault);
        pair_finish(&pair);
        device_release(device, state.far);
    }
}
END_TEST

START_TEST(test_the_first_fault_is_kept_and_all_is_skipped_from_there)
{
    static const float good[3] = {1, (float)NAN, 1}, bad[3] = {(float)INFINITY, 1, 1};
    for (int i = 0; i < 2; i++) {
        struct pair pair;
        struct state_pair state = state_create(&(struct step_state){0});
        pair_init(&pair, DTYPE_F32);
        for (int step = 0; step < 4; step++) {
            if (step == 1 && i == 1) {
                numbers_set(pair.here[1], COUNT - 2, (double)NAN);
                device_write(device, pair.far[1].data, pair.here[1].data, pair.bytes);
            }
            note(&state, step == 1 && i == 0 ? bad : good, 1);
            judge(&state, &pair, (struct step_report){.place = {step, 10 * step, i}, .share = 1, .norm_limit = 5});
            check_state(&state);
            ck_assert_int_eq(state.here.is_skipped, step > 0);
            ck_assert_int_eq(state.here.is_at_fault, step > 0);
        }
        ck_assert_int_eq(state.here.fault.step, 1);
        ck_assert_int_eq(state.here.fault.batch, 10);
        ck_assert_int_eq(state.here.fault.part, i);
        pair_finish(&pair);
        device_release(device, state.far);
    }
}
END_TEST

static void set(struct pair *pair, int64_t index, double number)
{
    numbers_set(pair->here[0], index, number);
    device_write(device, pair->far[0].data, pair->here[0].data, pair->bytes);
}

START_TEST(test_what_is_not_finite_is_found_wherever_it_is)
{
    static const int64_t places[] = {0, 65535, 65536, COUNT - 1};
    for (int i = 0; i < 4 * TYPES; i++) {
        struct pair pair;
        int64_t place = places[i / TYPES];
        int kind = (i / TYPES + i) % 3;
        pair_init(&pair, dtypes[i % TYPES]);
        ck_assert(functions->are_finite(device, pair.far[0], COUNT));
        set(&pair, place, kind == 0 ? (double)NAN : kind == 1 ? (double)INFINITY : -(double)INFINITY);
        ck_assert(!functions->are_finite(device, pair.far[0], COUNT));
        ck_assert(functions->are_finite(device, pair.far[0], place));
        pair_finish(&pair);
    }
}
END_TEST

/* Images of these pixels in all, each of another formula. */
#define IMAGES 5
static const struct value_formula formulas[IMAGES] = {
    {1, {0, 0, 0}, {1, 1, 1}},
    {(float)(1.0 / 255.0), {0, 0, 0}, {1, 1, 1}},
    {(float)(1.0 / 255.0), {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}},
    {1, {-1e-3f, 117, 1e9f}, {-3, 1e-9f, 0.7f}},
    {(float)(1.0 / 255.0), {0.286f, 0.286f, 0.286f}, {0.353f, 1e30f, 1e-42f}},
};

static void check_map_pixels(int64_t pixels, int channels)
{
    struct error error = ERROR_INIT;
    size_t count = (size_t)(IMAGES * pixels * channels);
    struct rng rng = rng_make(2, RNG_TEST, (uint64_t)pixels, (uint64_t)channels);
    uint8_t *bytes = memory_allocate(count, 1);
    float *wanted = memory_allocate(count, sizeof *wanted), *found = memory_allocate(count, sizeof *found);
    for (size_t i = 0; i < count; i++)
        bytes[i] = i < 768 ? (uint8_t)(i / 3) : (uint8_t)rng_below(&rng, 256);
    struct pixel_arrays here = {bytes, formulas, wanted, IMAGES, pixels, channels};
    uint8_t *far_bytes = device_allocate(device, count, "a test", &error);
    struct value_formula *far_formulas = device_allocate(device, sizeof formulas, "a test", &error);
    float *far_planes = device_allocate(device, count * sizeof *found, "a test", &error);
    struct pixel_arrays far = {far_bytes, far_formulas, far_planes, IMAGES, pixels, channels};
    device_write(device, far_bytes, bytes, count);
    device_write(device, far_formulas, formulas, sizeof formulas);
    array_functions_cpu.map_pixels(device_cpu(), &here);
    functions->map_pixels(device, &far);
    device_read(device, found, far_planes, count * sizeof *found);
    ck_assert_mem_eq(found, wanted, count * sizeof *found);
    ck_ok(device_check(device, &error), error);
    device_release(device, far_bytes);
    device_release(device, far_formulas);
    device_release(device, far_planes);
    memory_free(bytes);
    memory_free(wanted);
    memory_free(found);
}

START_TEST(test_pixels_become_the_same_floats)
{
    for (int64_t pixels = 1; pixels <= 20; pixels++) {
        check_map_pixels(pixels, 1);
        check_map_pixels(pixels, 3);
    }
    check_map_pixels(300 * 301, 3);
}
END_TEST

int main(void)
{
    static const TTest *tests[9];
    size_t count = 0;
    tests[count++] = test_sgd_is_the_same;
    tests[count++] = test_adam_is_the_same;
    tests[count++] = test_a_skipped_step_changes_nothing;
    tests[count++] = test_what_the_state_counts_is_asked_for_by_both;
    tests[count++] = test_limits_and_sums_are_the_same;
    tests[count++] = test_what_a_step_finds_out_is_the_same;
    tests[count++] = test_the_first_fault_is_kept_and_all_is_skipped_from_there;
    tests[count++] = test_what_is_not_finite_is_found_wherever_it_is;
    tests[count++] = test_pixels_become_the_same_floats;
#ifdef TESTS_LOOPS
    device = device_cpu();
    functions = &array_functions_cuda;
#else
    device = gpu_open();
    functions = device->interface->arrays;
#endif
    return unit_run("arrays", tests, count);
}
