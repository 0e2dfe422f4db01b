/*
 * test_kernels.c: every fast kernel gives what the reference gives, on every mixture of layouts that it says it supports.
 *
 * Compiled three times: for the processor's kernels; for a GPU's, on a GPU (TESTS_GPU); and for those of cuda.cu files as the
 * loops that the C compiler makes of them (TESTS_LOOPS).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "build_config.h"
#include "engine/backends/cpu/amx.h"
#include "engine/base/memory.h"
#include "engine/ops/conv2d/conv2d.h"
#include "engine/ops/reorder/reorder.h"
#include "tests/ops/interpreter.h"
#include "tests/unit/gpu.h"
#include "tests/unit/unit.h"

#if LRUN_HAVE_OPENMP
#include <omp.h>
#endif

#define LAYOUTS 4
#define MAX_VALUES (NODE_MAX_INPUTS + NODE_MAX_OUTPUTS)

/* A copy of a node whose values can be laid out, and their memory. */
struct trial {
    struct node node;
    struct value values[MAX_VALUES];
    void *data[MAX_VALUES];
    const void *plain[MAX_VALUES];
    int count;
};

static const struct value *node_value(const struct node *node, int index)
{
    return index < node->input_count ? node->inputs[index] : node->outputs[index - node->input_count];
}

static size_t value_bytes(const struct value *value)
{
    return (size_t)shape_count(&value->shape) * dtype_size(value->dtype);
}

static void trial_init(struct trial *trial, const struct interpreter *interpreter, const struct node *node)
{
    *trial = (struct trial){.node = *node, .count = node->input_count + node->output_count};
    for (int i = 0; i < trial->count; i++) {
        const struct value *value = node_value(node, i);
        if (value == NULL)
            continue;
        trial->values[i] = *value;
        trial->data[i] = memory_allocate(value_bytes(value) + 64, 1);
        trial->plain[i] = interpreter->data[value->index];
        *(i < node->input_count ? &trial->node.inputs[i] : &trial->node.outputs[i - node->input_count]) =
            &trial->values[i];
    }
}

static void trial_finish(struct trial *trial)
{
    for (int i = 0; i < trial->count; i++)
        memory_free(trial->data[i]);
}

/* Parameters and their gradients stay plain. */
static bool is_movable(const struct value *value)
{
    return value->shape.rank == 4 && value->kind == VALUE_RESULT &&
           (value->gradient_of == NULL || value->gradient_of->kind == VALUE_RESULT);
}

static bool layout_fits(const struct value *value, enum layout layout)
{
    int64_t block = layout == LAYOUT_BLOCKED_16 ? 16 : layout == LAYOUT_BLOCKED_8 ? 8 : 1;
    return value->shape.size[1] % block == 0;
}

/* Lays out the values by the digits of `mixture`; false when one cannot be. */
static bool trial_lay_out(struct trial *trial, int mixture)
{
    for (int i = 0; i < trial->count; i++) {
        if (trial->data[i] == NULL || !is_movable(&trial->values[i]))
            continue;
        trial->values[i].layout = (enum layout)(mixture % LAYOUTS);
        mixture /= LAYOUTS;
        if (!layout_fits(&trial->values[i], trial->values[i].layout))
            return false;
    }
    return mixture == 0;
}

/* From the plain layout into another, or back. */
static void relayout(const struct value *value, enum layout from_layout, enum layout to_layout, const void *from,
                     void *to)
{
    struct value in = *value, out = *value;
    in.layout = from_layout;
    out.layout = to_layout;
    struct node node = {.inputs = {&in}, .input_count = 1, .outputs = {&out}, .output_count = 1};
    void *source = (void *)(uintptr_t)from;
    ck_assert(interpreter_run_node(&node, &reorder_reference, &source, &to));
}

static void trial_fill(struct trial *trial)
{
    for (int i = 0; i < trial->count; i++) {
        const struct value *value = &trial->values[i];
        if (trial->data[i] == NULL)
            continue;
        if (i >= trial->node.input_count)
            memset(trial->data[i], 0x7f, value_bytes(value));
        else if (value->shape.rank == 4)
            relayout(value, LAYOUT_PLAIN, value->layout, trial->plain[i], trial->data[i]);
        else
            memcpy(trial->data[i], trial->plain[i], value_bytes(value));
    }
}

/* The largest difference, over the largest number. */
static double relative_difference(struct numbers a, struct numbers b, int64_t count)
{
    double difference = 0, largest = 1e-6;
    for (int64_t i = 0; i < count; i++) {
        double found = numbers_get(a, i), wanted = numbers_get(b, i);
        difference = fmax(difference, isfinite(found) ? fabs(found - wanted) : INFINITY);
        largest = fmax(largest, fabs(wanted));
    }
    return difference / largest;
}

/* Sums that differ in their last bits may be rounded to neighbours, which are 2^-8 apart in bfloat16, 2^-11 in float16. */
static double tolerance_of(enum dtype dtype)
{
    return dtype == DTYPE_BF16 ? 1.01 / 256 : dtype == DTYPE_F16 ? 1.01 / 2048 : 2e-5;
}

/* cuDNN rounds gradients of weights to the type of what they are made of, before they are stored in the weights' type. */
static enum dtype rounded_type(const struct trial *trial, const struct kernel *kernel, int index)
{
    const struct value *value = &trial->values[index];
    enum dtype made_of = trial->node.inputs[0] != NULL ? trial->node.inputs[0]->dtype : value->dtype;
    return strcmp(kernel->name, "cudnn") == 0 && value->shape.rank == 4 ? made_of : value->dtype;
}

static bool output_matches(const struct trial *trial, const struct kernel *kernel, int index)
{
    const struct value *value = &trial->values[index];
    int64_t count = shape_count(&value->shape);
    char *plain = memory_allocate(value_bytes(value) + 64, 1);
    if (value->shape.rank == 4)
        relayout(value, value->layout, LAYOUT_PLAIN, trial->data[index], plain);
    else
        memcpy(plain, trial->data[index], value_bytes(value));
    struct numbers found = {plain, value->dtype}, wanted = {(void *)(uintptr_t)trial->plain[index], value->dtype};
    bool matches = dtype_is_float(value->dtype)
                       ? relative_difference(found, wanted, count) < tolerance_of(rounded_type(trial, kernel, index))
                       : memcmp(plain, trial->plain[index], value_bytes(value)) == 0;
    memory_free(plain);
    return matches;
}

/* How often our own kernels for AMX were compared. */
static int amx_checks;

static void check_kernel(struct trial *trial, const struct kernel *kernel, const char *case_name)
{
    trial_fill(trial);
    char layouts[MAX_VALUES + 1] = "";
    for (int i = 0; i < trial->count; i++)
        layouts[i] = "pc8x"[trial->values[i].layout];
    ck_assert_msg(interpreter_run_node(&trial->node, kernel, trial->data, trial->data + trial->node.input_count),
                  "%s: %s by %s cannot be made for %s", case_name, trial->node.op->name, kernel->name, layouts);
    for (int i = trial->node.input_count; i < trial->count; i++)
        ck_assert_msg(output_matches(trial, kernel, i), "%s: %s by %s on %s: output %d differs", case_name,
                      trial->node.op->name, kernel->name, layouts, i - trial->node.input_count);
}

static bool is_tested(const struct kernel *kernel)
{
#ifdef TESTS_GPU
    return kernel->backend == BACKEND_CUDA;
#elif defined(TESTS_LOOPS)
    return kernel->backend == BACKEND_CUDA && strcmp(kernel->name, "cuda") == 0;
#else
    return kernel->backend == BACKEND_CPU;
#endif
}

/* Buffers that a node updates hold what the reference made of them, so that one more update would differ. */
static int check_node(const struct interpreter *interpreter, const struct node *node, const char *case_name)
{
    int checked = 0;
    struct trial trial;
    trial_init(&trial, interpreter, node);
    for (int mixture = 0; mixture < LAYOUTS * LAYOUTS * LAYOUTS; mixture++) {
        if (!trial_lay_out(&trial, mixture))
            continue;
        for (const struct kernel *const *kernel = node->op->kernels; *kernel != NULL; kernel++)
            if (is_tested(*kernel) && (kernel[1] != NULL || mixture != 0) && kernel_can_run(*kernel, &trial.node)) {
                check_kernel(&trial, *kernel, case_name);
                checked++;
                amx_checks += strcmp((*kernel)->name, "amx") == 0;
            }
    }
    trial_finish(&trial);
    return checked;
}

/* All cases in these types; returns how many kernels were compared. */
static int check_cases(const struct number_types *types)
{
    int checked = 0;
    for (int i = 0; i < ops_case_count; i++) {
        struct interpreter interpreter;
        interpreter_init(&interpreter, &ops_cases[i], types);
        interpreter_run(&interpreter);
        for (int j = 0; j < graph_node_count(interpreter.graph); j++)
            checked += check_node(&interpreter, graph_get_node(interpreter.graph, j), ops_cases[i].name);
        interpreter_finish(&interpreter);
    }
    ck_assert_int_gt(checked, 100);
    return checked;
}

START_TEST(test_fast_kernels_give_what_the_reference_gives)
{
    printf("%d kernels on layouts compared\n", check_cases(NULL));
}
END_TEST

/* Weights are float32 in one, bfloat16 in the other. */
START_TEST(test_fast_kernels_give_what_the_reference_gives_in_bfloat16)
{
    const struct number_types mixed = {DTYPE_F32, DTYPE_BF16, DTYPE_F32}, all = {DTYPE_BF16, DTYPE_BF16, DTYPE_F32};
    int checked = check_cases(&mixed) + check_cases(&all);
    printf("%d kernels on layouts compared in bfloat16, %d of them AMX's\n", checked, amx_checks);
    if (!is_tested(&conv2d_reference))
        return;
    if (amx_is_available())
        ck_assert_int_gt(amx_checks, 10);
    else
        printf("skipped: AMX's kernels, as this machine has no AMX\n");
}
END_TEST

#if defined(TESTS_GPU) || defined(TESTS_LOOPS)
START_TEST(test_fast_kernels_give_what_the_reference_gives_in_float16)
{
    const struct number_types mixed = {DTYPE_F32, DTYPE_F16, DTYPE_F32}, all = {DTYPE_F16, DTYPE_F16, DTYPE_F32};
    printf("%d kernels on layouts compared in float16\n", check_cases(&mixed) + check_cases(&all));
}
END_TEST
#endif

/* Runs the kernel with so many threads and copies its first output. */
static void run_with_threads(struct trial *trial, const struct kernel *kernel, int threads, void *copy)
{
    trial_fill(trial);
#if LRUN_HAVE_OPENMP
    int before = omp_get_max_threads();
    omp_set_num_threads(threads);
#endif
    ck_assert(interpreter_run_node(&trial->node, kernel, trial->data, trial->data + trial->node.input_count));
#if LRUN_HAVE_OPENMP
    omp_set_num_threads(before);
#endif
    (void)threads;
    memcpy(copy, trial->data[trial->node.input_count], value_bytes(&trial->values[trial->node.input_count]));
}

static void check_threads(const struct interpreter *interpreter, const struct node *node, const char *case_name)
{
    struct trial trial;
    trial_init(&trial, interpreter, node);
    for (int i = 0; i < trial.count; i++)
        if (trial.data[i] != NULL && is_movable(&trial.values[i]))
            trial.values[i].layout = LAYOUT_CHANNELS_LAST;
    const struct kernel *kernel = node->op->kernels[0];
    if (strcmp(kernel->name, "amx") == 0 && kernel_can_run(kernel, &trial.node)) {
        size_t bytes = value_bytes(node->outputs[0]);
        char *one = memory_allocate(bytes, 1), *three = memory_allocate(bytes, 1);
        run_with_threads(&trial, kernel, 1, one);
        run_with_threads(&trial, kernel, 3, three);
        ck_assert_msg(memcmp(one, three, bytes) == 0, "%s: %s differs with the number of threads", case_name,
                      node->op->name);
        memory_free(one);
        memory_free(three);
    }
    trial_finish(&trial);
}

START_TEST(test_amx_kernels_give_the_same_bits_with_any_number_of_threads)
{
    const struct number_types mixed = {DTYPE_F32, DTYPE_BF16, DTYPE_F32};
    for (int i = 0; i < ops_case_count && amx_is_available(); i++) {
        struct interpreter interpreter;
        interpreter_init(&interpreter, &ops_cases[i], &mixed);
        interpreter_run(&interpreter);
        for (int j = 0; j < graph_node_count(interpreter.graph); j++)
            check_threads(&interpreter, graph_get_node(interpreter.graph, j), ops_cases[i].name);
        interpreter_finish(&interpreter);
    }
}
END_TEST

/* What the reference makes of the buffers in its second run, the kernel makes of those of the first. */
static int check_updates(const struct interpreter *first, const struct interpreter *second, const struct node *node,
                         enum layout layout)
{
    int checked = 0;
    struct trial trial;
    trial_init(&trial, first, node);
    for (int i = 0; i < trial.count; i++)
        if (is_movable(&trial.values[i]) && layout_fits(&trial.values[i], layout))
            trial.values[i].layout = layout;
    for (const struct kernel *const *kernel = node->op->kernels; *kernel != NULL; kernel++) {
        if (!is_tested(*kernel) || !kernel_can_run(*kernel, &trial.node))
            continue;
        trial_fill(&trial);
        ck_assert(interpreter_run_node(&trial.node, *kernel, trial.data, trial.data + trial.node.input_count));
        for (int k = 3; k < 5; k++)
            ck_assert_double_lt(relative_difference((struct numbers){trial.data[k], DTYPE_F32},
                                                    interpreter_numbers(second, node->inputs[k]),
                                                    shape_count(&node->inputs[k]->shape)),
                                1e-6);
        ck_assert_int_eq(*(int64_t *)trial.data[5], *(int64_t *)second->data[node->inputs[5]->index]);
        checked++;
    }
    trial_finish(&trial);
    return checked;
}

START_TEST(test_batch_norm_kernels_update_running_statistics_alike)
{
    int checked = 0;
    for (int i = 0; i < ops_case_count; i++) {
        struct interpreter first, second;
        interpreter_init(&first, &ops_cases[i], NULL);
        interpreter_init(&second, &ops_cases[i], NULL);
        interpreter_run(&first);
        interpreter_run(&second);
        interpreter_run(&second);
        for (int j = 0; j < graph_node_count(first.graph); j++) {
            const struct node *node = graph_get_node(first.graph, j);
            for (int layout = 0; layout < LAYOUTS && strcmp(node->op->name, "batch_norm") == 0; layout++)
                checked += check_updates(&first, &second, node, (enum layout)layout);
        }
        interpreter_finish(&first);
        interpreter_finish(&second);
    }
    ck_assert_int_gt(checked, 1);
}
END_TEST

int main(void)
{
    static const TTest *tests[5];
    size_t count = 0;
    tests[count++] = test_fast_kernels_give_what_the_reference_gives;
    tests[count++] = test_fast_kernels_give_what_the_reference_gives_in_bfloat16;
#if defined(TESTS_GPU) || defined(TESTS_LOOPS)
    tests[count++] = test_fast_kernels_give_what_the_reference_gives_in_float16;
#endif
#ifdef TESTS_GPU
    interpreter_device = gpu_open();
#endif
    tests[count++] = test_amx_kernels_give_the_same_bits_with_any_number_of_threads;
    tests[count++] = test_batch_norm_kernels_update_running_statistics_alike;
    return unit_run("kernels", tests, count);
}
