/*
 * test_cudnn_plan.c: which of cuDNN's algorithms is taken, and what is told when none is, with a library that is made up here: it
 * names a list of algorithms, counts descriptors, and prepares nothing.
 */
#include <string.h>

#include "engine/backends/cuda/cudnn.h"
#include "engine/backends/cuda/cudnn_plan.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "tests/unit/unit.h"

#define ENGINES 6

/* An algorithm: its notes, ended by CUDNN_NUMERICAL_NOTE_TYPE_COUNT, what it wants, and whether it can be prepared. */
struct engine {
    cudnnBackendNumericalNote_t notes[4];
    int64_t workspace;
    bool fails;
    /* Of how many knobs it has, each twice its number. */
    int64_t knobs;
};

#define NONE CUDNN_NUMERICAL_NOTE_TYPE_COUNT

static struct engine engines[ENGINES];
static int engine_count;
static int descriptors;
/* The algorithm that was asked about last, counted from 1. */
static int64_t asked;
/* The knob of it that was asked about last. */
static int knob;
static cudnnStatus_t creation, describing;

/* Every descriptor, and the handle. */
static char any;

static cudnnStatus_t fake_create(cudnnBackendDescriptorType_t type, cudnnBackendDescriptor_t *descriptor)
{
    if (type == CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR)
        asked = 0;
    *descriptor = &any;
    descriptors++;
    return CUDNN_STATUS_SUCCESS;
}

static cudnnStatus_t fake_destroy(cudnnBackendDescriptor_t descriptor)
{
    (void)descriptor;
    descriptors--;
    return CUDNN_STATUS_SUCCESS;
}

static cudnnStatus_t fake_set(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                              cudnnBackendAttributeType_t type, int64_t count, const void *values)
{
    (void)descriptor, (void)type, (void)count, (void)values;
    return name == CUDNN_ATTR_OPERATIONGRAPH_OPS ? describing : CUDNN_STATUS_SUCCESS;
}

static cudnnStatus_t fake_finalize(cudnnBackendDescriptor_t descriptor)
{
    (void)descriptor;
    return asked > 0 && engines[asked - 1].fails ? CUDNN_STATUS_NOT_SUPPORTED : CUDNN_STATUS_SUCCESS;
}

static cudnnStatus_t fake_get(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                              cudnnBackendAttributeType_t type, int64_t wanted, int64_t *count, void *values)
{
    (void)descriptor, (void)type, (void)wanted;
    *count = 1;
    if (name == CUDNN_ATTR_ENGINEHEUR_RESULTS)
        *count = engine_count;
    else if (name == CUDNN_ATTR_ENGINECFG_ENGINE)
        asked++, knob = 0;
    else if (name == CUDNN_ATTR_ENGINECFG_KNOB_CHOICES)
        *count = engines[asked - 1].knobs;
    else if (name == CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE)
        *(cudnnBackendKnobType_t *)values = (cudnnBackendKnobType_t)(++knob);
    else if (name == CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE)
        *(int64_t *)values = 2 * knob;
    else if (name == CUDNN_ATTR_ENGINE_GLOBAL_INDEX)
        *(int64_t *)values = asked;
    else if (name == CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE)
        *(int64_t *)values = engines[asked - 1].workspace;
    else if (name == CUDNN_ATTR_ENGINE_NUMERICAL_NOTE)
        for (*count = 0; engines[asked - 1].notes[*count] != NONE; ++*count)
            ((cudnnBackendNumericalNote_t *)values)[*count] = engines[asked - 1].notes[*count];
    return CUDNN_STATUS_SUCCESS;
}

static const char *fake_string(cudnnStatus_t status)
{
    return status == CUDNN_STATUS_NOT_SUPPORTED ? "not supported" : "another";
}

/* Instead of engine/backends/cuda/cudnn.c. */
struct cudnn_functions cudnn = {
    .BackendCreateDescriptor = fake_create,
    .BackendDestroyDescriptor = fake_destroy,
    .BackendFinalize = fake_finalize,
    .BackendGetAttribute = fake_get,
    .BackendSetAttribute = fake_set,
    .GetErrorString = fake_string,
};
struct cublaslt_functions cublaslt;

bool cudnn_open(struct error *error)
{
    return error_set(error, ERROR_RUN, "not here");
}

bool cublaslt_open(struct error *error)
{
    return error_set(error, ERROR_RUN, "not here");
}

cudnnHandle_t cudnn_handle(struct device *device, struct error *error)
{
    (void)device;
    if (creation == CUDNN_STATUS_SUCCESS)
        return (cudnnHandle_t)&any;
    error_set(error, ERROR_RUN, "no handle");
    return NULL;
}

void cudnn_note(struct device *device, cudnnStatus_t status)
{
    (void)device, (void)status;
}

void cublaslt_note(struct device *device, cublasStatus_t status)
{
    (void)device, (void)status;
}

cublasLtHandle_t cublaslt_handle(struct device *device, struct error *error)
{
    (void)device, (void)error;
    return NULL;
}

static struct cudnn_convolution convolution_in(enum dtype dtype, bool tf32)
{
    return (struct cudnn_convolution){CUDNN_FORWARD,
                                      {dtype, {2, 4, 8, 8}},
                                      {dtype, {6, 4, 3, 3}},
                                      {dtype, {2, 6, 6, 6}},
                                      {1, 1},
                                      {0, 0},
                                      {1, 1},
                                      tf32,
                                      NULL,
                                      false};
}

static void set_engines(const struct engine *list, int count)
{
    memset(engines, 0, sizeof engines);
    if (count > 0)
        memcpy(engines, list, sizeof *list * (size_t)count);
    engine_count = count;
}

/* Asks for a plan among these algorithms; compares its name, or the error's message. */
static void check_plan(enum dtype dtype, bool tf32, const struct engine *list, int count, const char *wanted)
{
    struct error error = ERROR_INIT;
    struct cudnn_convolution convolution = convolution_in(dtype, tf32);
    set_engines(list, count);
    struct cudnn_plan *plan = cudnn_plan_create(device_cpu(), &convolution, &error);
    ck_assert_str_eq(plan != NULL ? cudnn_plan_name(plan) : error.message, wanted);
    ck_assert_int_eq(descriptors > 0, plan != NULL);
    cudnn_plan_destroy(&plan);
    ck_assert_int_eq(descriptors, 0);
}

static const struct engine list[ENGINES] = {
    {{CUDNN_NUMERICAL_NOTE_TENSOR_CORE, CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC, NONE}, 0, false, 0},
    {{NONE}, (int64_t)CUDA_WORKSPACE_MAX + 1, false, 0},
    {{NONE}, 0, true, 0},
    {{CUDNN_NUMERICAL_NOTE_TENSOR_CORE, NONE}, 0, false, 0},
    {{CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS, NONE}, 0, false, 0},
    {{CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP, NONE}, (int64_t)CUDA_WORKSPACE_MAX, false, 0},
};

START_TEST(test_the_first_algorithm_is_taken_that_repeats_its_bits_and_fits)
{
    check_plan(DTYPE_BF16, false, list, ENGINES, "cuDNN engine 4");
    check_plan(DTYPE_F16, false, list, ENGINES, "cuDNN engine 4");
}
END_TEST

START_TEST(test_float32_is_not_rounded_on_its_way_to_tensor_cores)
{
    check_plan(DTYPE_F32, false, list, ENGINES, "cuDNN engine 6");
}
END_TEST

START_TEST(test_float32_is_rounded_to_tf32_where_it_may_be)
{
    check_plan(DTYPE_F32, true, list, ENGINES, "cuDNN engine 4");
}
END_TEST

START_TEST(test_an_error_says_why_no_algorithm_is_taken)
{
    check_plan(DTYPE_F32, false, NULL, 0,
               "cuDNN has no way to convolve that repeats its bits in 512 MiB: none is allowed");
    check_plan(DTYPE_F32, false, list + 2, 1,
               "cuDNN has no way to convolve that repeats its bits in 512 MiB: not supported");
}
END_TEST

/* The names of all algorithms, one after another, to be freed: from `algorithm` on, which the library may not have. */
static char *list_plans(const char *algorithm, bool may_vary)
{
    struct error error = ERROR_INIT;
    struct text names = TEXT_INIT;
    struct cudnn_convolution convolution = convolution_in(DTYPE_BF16, false);
    convolution.algorithm = algorithm;
    convolution.may_vary = may_vary;
    struct cudnn_plan *plan = cudnn_plan_create(device_cpu(), &convolution, &error);
    ck_ok(plan != NULL, error);
    do
        text_format(&names, "%s, ", cudnn_plan_name(plan) + strlen("cuDNN engine "));
    while (cudnn_plan_next(plan));
    cudnn_plan_destroy(&plan);
    ck_assert_int_eq(descriptors, 0);
    return text_take(&names);
}

static void check_plans(const char *algorithm, bool may_vary, const char *wanted)
{
    char *names = list_plans(algorithm, may_vary);
    ck_assert_str_eq(names, wanted);
    memory_free(names);
}

/* The library here gives the same list by both of its rules. */
START_TEST(test_algorithms_are_named_with_their_knobs_and_gone_through)
{
    static const struct engine several[] = {{{NONE}, 0, false, 2},
                                            {{CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC, NONE}, 0, false, 0},
                                            {{CUDNN_NUMERICAL_NOTE_FFT, NONE}, 0, false, 0},
                                            {{NONE}, 0, false, 0}};
    set_engines(several, 4);
    check_plans(NULL, false, "1 k1=2 k2=4, 4, 1 k1=2 k2=4, 4, ");
    check_plans(NULL, true, "1 k1=2 k2=4, 2, 4, 1 k1=2 k2=4, 2, 4, ");
    check_plans("cuDNN engine 4", false, "4, 1 k1=2 k2=4, 4, ");
    check_plans("cuDNN engine 1 k1=2 k2=5", false, "1 k1=2 k2=4, 4, 1 k1=2 k2=4, 4, ");
    check_plans("cuDNN engine 2", false, "1 k1=2 k2=4, 4, 1 k1=2 k2=4, 4, ");
}
END_TEST

START_TEST(test_an_error_says_what_cannot_be_described)
{
    describing = CUDNN_STATUS_NOT_SUPPORTED;
    check_plan(DTYPE_F32, false, list, ENGINES, "cuDNN cannot prepare a convolution: not supported");
    describing = CUDNN_STATUS_SUCCESS;
    creation = CUDNN_STATUS_NOT_INITIALIZED;
    check_plan(DTYPE_F32, false, list, ENGINES, "no handle");
    creation = CUDNN_STATUS_SUCCESS;
}
END_TEST

UNIT_MAIN("cudnn_plan", test_the_first_algorithm_is_taken_that_repeats_its_bits_and_fits,
          test_float32_is_not_rounded_on_its_way_to_tensor_cores, test_float32_is_rounded_to_tf32_where_it_may_be,
          test_an_error_says_why_no_algorithm_is_taken, test_algorithms_are_named_with_their_knobs_and_gone_through,
          test_an_error_says_what_cannot_be_described)
