/* cudnn_plan.c: convolutions by cuDNN's graph interface. */
#include "engine/backends/cuda/cudnn_plan.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine/backends/cuda/cuda_device.h"
#include "engine/backends/cuda/cudnn.h"
#include "engine/base/memory.h"

/* As many algorithms of each of its rules are asked for. */
#define CONFIGURATIONS 24
#define DESCRIPTORS_MAX 128
#define TENSORS 3

/* The arrays' numbers in the library's graph. */
enum { ID_X = 1, ID_WEIGHT, ID_Y };

/* The algorithms that one of the library's rules names, and how far it was gone through. */
struct list {
    cudnnBackendDescriptor_t items[CONFIGURATIONS];
    int64_t count, at;
    size_t modes_done;
    /* How much was made with the list. */
    int made_count;
};

struct cudnn_plan {
    cudnnHandle_t handle;
    bool exact, may_vary;
    /* All that was made, in this order: what is made of others may need them as long as it lives. */
    cudnnBackendDescriptor_t made[DESCRIPTORS_MAX];
    int made_count;
    /* How much was made to describe the convolution. */
    int described;
    struct list list;
    cudnnBackendDescriptor_t graph;
    cudnnBackendDescriptor_t execution;
    cudnnBackendDescriptor_t arrays;
    /* Those that `arrays` is of. */
    void *pointers[TENSORS];
    void *scratch;
    int64_t scratch_bytes;
    char name[256];
    /* The first failure of what describes the convolution; of algorithms the last one. */
    cudnnStatus_t status;
};

static bool is_well(struct cudnn_plan *plan, cudnnStatus_t status)
{
    if (plan->status == CUDNN_STATUS_SUCCESS)
        plan->status = status;
    return status == CUDNN_STATUS_SUCCESS;
}

/* A descriptor that lives as long as the plan; NULL when there is none. */
static cudnnBackendDescriptor_t make(struct cudnn_plan *plan, cudnnBackendDescriptorType_t type)
{
    cudnnBackendDescriptor_t made = NULL;
    if (plan->made_count == DESCRIPTORS_MAX || !is_well(plan, cudnn.BackendCreateDescriptor(type, &made)))
        return NULL;
    return plan->made[plan->made_count++] = made;
}

/* Destroys what was made since there were `count`. */
static void unmake(struct cudnn_plan *plan, int count)
{
    while (plan->made_count > count)
        (void)cudnn.BackendDestroyDescriptor(plan->made[--plan->made_count]);
}

static void set(struct cudnn_plan *plan, cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                cudnnBackendAttributeType_t type, int64_t count, const void *values)
{
    if (descriptor != NULL && plan->status == CUDNN_STATUS_SUCCESS)
        (void)is_well(plan, cudnn.BackendSetAttribute(descriptor, name, type, count, values));
}

/* An attribute of at most `wanted` elements; sets how many there are. */
static bool get(struct cudnn_plan *plan, cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                cudnnBackendAttributeType_t type, int64_t wanted, int64_t *count, void *values)
{
    return is_well(plan, cudnn.BackendGetAttribute(descriptor, name, type, wanted, count, values));
}

static void set_descriptor(struct cudnn_plan *plan, cudnnBackendDescriptor_t descriptor,
                           cudnnBackendAttributeName_t name, cudnnBackendDescriptor_t value)
{
    set(plan, descriptor, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &value);
}

static void set_float(struct cudnn_plan *plan, cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                      float value)
{
    set(plan, descriptor, name, CUDNN_TYPE_FLOAT, 1, &value);
}

/* The descriptor, for others to use; NULL unless all was well. */
static cudnnBackendDescriptor_t finalized(struct cudnn_plan *plan, cudnnBackendDescriptor_t descriptor)
{
    if (descriptor == NULL || plan->status != CUDNN_STATUS_SUCCESS || !is_well(plan, cudnn.BackendFinalize(descriptor)))
        return NULL;
    return descriptor;
}

static cudnnDataType_t type_of(enum dtype dtype)
{
    return dtype == DTYPE_BF16 ? CUDNN_DATA_BFLOAT16 : dtype == DTYPE_F16 ? CUDNN_DATA_HALF : CUDNN_DATA_FLOAT;
}

static cudnnBackendDescriptor_t make_tensor(struct cudnn_plan *plan, const struct cudnn_tensor *tensor, int64_t id)
{
    const int64_t *size = tensor->size;
    int64_t strides[] = {size[1] * size[2] * size[3], 1, size[3] * size[1], size[1]}, alignment = 64;
    cudnnDataType_t type = type_of(tensor->dtype);
    cudnnBackendDescriptor_t made = make(plan, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    set(plan, made, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    set(plan, made, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4, size);
    set(plan, made, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4, strides);
    set(plan, made, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &id);
    set(plan, made, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &alignment);
    return finalized(plan, made);
}

static cudnnBackendDescriptor_t make_convolution(struct cudnn_plan *plan, const struct cudnn_convolution *wanted)
{
    cudnnDataType_t type = CUDNN_DATA_FLOAT;
    cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
    int64_t axes = 2;
    cudnnBackendDescriptor_t made = make(plan, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    set(plan, made, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    set(plan, made, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode);
    set(plan, made, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, 1, &axes);
    set(plan, made, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, 2, wanted->dilation);
    set(plan, made, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, 2, wanted->stride);
    set(plan, made, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, 2, wanted->padding);
    set(plan, made, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, 2, wanted->padding);
    return finalized(plan, made);
}

/* What the three directions call the same. */
static const struct direction {
    cudnnBackendDescriptorType_t type;
    cudnnBackendAttributeName_t x, weight, y, convolution, alpha, beta;
} directions[] = {
    [CUDNN_FORWARD] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
                       CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
                       CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
                       CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA},
    [CUDNN_BACKWARD_DATA] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
                             CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                             CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
                             CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
                             CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
                             CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA},
    [CUDNN_BACKWARD_WEIGHTS] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
                                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
                                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
                                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
                                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA},
};

/* A graph of one operation. */
static bool make_graph(struct cudnn_plan *plan, const struct cudnn_convolution *wanted)
{
    const struct direction *direction = &directions[wanted->direction];
    cudnnBackendDescriptor_t operation = make(plan, direction->type);
    set_descriptor(plan, operation, direction->x, make_tensor(plan, &wanted->x, ID_X));
    set_descriptor(plan, operation, direction->weight, make_tensor(plan, &wanted->weight, ID_WEIGHT));
    set_descriptor(plan, operation, direction->y, make_tensor(plan, &wanted->y, ID_Y));
    set_descriptor(plan, operation, direction->convolution, make_convolution(plan, wanted));
    set_float(plan, operation, direction->alpha, 1);
    set_float(plan, operation, direction->beta, 0);
    operation = finalized(plan, operation);
    cudnnBackendDescriptor_t graph = make(plan, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    set(plan, graph, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &plan->handle);
    set_descriptor(plan, graph, CUDNN_ATTR_OPERATIONGRAPH_OPS, operation);
    plan->graph = finalized(plan, graph);
    return plan->graph != NULL;
}

/* What an algorithm must not be. float32 on tensor cores is rounded to TF32: `exact` is without that. */
static bool note_is_allowed(const struct cudnn_plan *plan, cudnnBackendNumericalNote_t note)
{
    switch (note) {
    case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
        return plan->may_vary;
    case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
    case CUDNN_NUMERICAL_NOTE_FFT:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13:
        return false;
    case CUDNN_NUMERICAL_NOTE_TENSOR_CORE:
    case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
        return !plan->exact;
    default:
        return true;
    }
}

static bool engine_is_allowed(struct cudnn_plan *plan, cudnnBackendDescriptor_t engine)
{
    cudnnBackendNumericalNote_t notes[CUDNN_NUMERICAL_NOTE_TYPE_COUNT];
    int64_t count = 0;
    if (!get(plan, engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE, CUDNN_NUMERICAL_NOTE_TYPE_COUNT,
             &count, notes))
        return false;
    for (int64_t i = 0; i < count && i < CUDNN_NUMERICAL_NOTE_TYPE_COUNT; i++)
        if (!note_is_allowed(plan, notes[i]))
            return false;
    return true;
}

/* How an engine is set up. Returns the number of knobs; -1: the library does not say. */
static int64_t find_knobs(struct cudnn_plan *plan, cudnnBackendDescriptor_t configuration,
                          cudnnBackendDescriptor_t knobs[CUDNN_KNOB_TYPE_COUNTS])
{
    int64_t count = 0;
    if (!get(plan, configuration, CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, &count, NULL) ||
        count > CUDNN_KNOB_TYPE_COUNTS)
        return -1;
    for (int64_t i = 0; i < count; i++)
        if ((knobs[i] = make(plan, CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR)) == NULL)
            return -1;
    if (count > 0 && !get(plan, configuration, CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_TYPE_BACKEND_DESCRIPTOR, count,
                          &count, knobs))
        return -1;
    return count;
}

/* Behind the engine's number: " k2=19 k5=1". */
static bool append_knobs(struct cudnn_plan *plan, cudnnBackendDescriptor_t configuration)
{
    cudnnBackendDescriptor_t knobs[CUDNN_KNOB_TYPE_COUNTS];
    int64_t count = find_knobs(plan, configuration, knobs), one = 0, value = 0;
    cudnnBackendKnobType_t type;
    for (int64_t i = 0; i < count; i++) {
        size_t length = strlen(plan->name);
        if (!get(plan, knobs[i], CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE, 1, &one, &type) ||
            !get(plan, knobs[i], CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64, 1, &one, &value))
            return false;
        snprintf(plan->name + length, sizeof plan->name - length, " k%d=%lld", (int)type, (long long)value);
    }
    return count >= 0;
}

/* The configuration's algorithm keeps our rules, and is the one that is asked for, if one is. Names the plan after it. */
static bool configuration_is_allowed(struct cudnn_plan *plan, cudnnBackendDescriptor_t configuration,
                                     const char *algorithm)
{
    int64_t number = 0, one = 0;
    cudnnBackendDescriptor_t engine = make(plan, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    if (engine == NULL ||
        !get(plan, configuration, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &one, &engine) ||
        !get(plan, engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, 1, &one, &number) ||
        !engine_is_allowed(plan, engine))
        return false;
    snprintf(plan->name, sizeof plan->name, "cuDNN engine %lld", (long long)number);
    return append_knobs(plan, configuration) && (algorithm == NULL || strcmp(algorithm, plan->name) == 0);
}

/* Makes what runs, of this configuration. */
static bool prepare(struct cudnn_plan *plan, cudnnBackendDescriptor_t configuration)
{
    int64_t count = 0;
    cudnnBackendDescriptor_t execution = make(plan, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    set(plan, execution, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1, &plan->handle);
    set_descriptor(plan, execution, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
    execution = finalized(plan, execution);
    if (execution == NULL ||
        !get(plan, execution, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &count,
             &plan->scratch_bytes) ||
        plan->scratch_bytes > (int64_t)CUDA_WORKSPACE_MAX)
        return false;
    plan->execution = execution;
    return true;
}

/* Lists the algorithms that the next of the library's rules names, best first. False when there is no further rule. */
static bool list_next(struct cudnn_plan *plan)
{
    static const cudnnBackendHeurMode_t modes[] = {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK};
    struct list *list = &plan->list;
    if (list->modes_done == sizeof modes / sizeof *modes)
        return false;
    unmake(plan, plan->described);
    plan->status = CUDNN_STATUS_SUCCESS;
    list->at = list->count = 0;
    cudnnBackendDescriptor_t rule = make(plan, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
    set_descriptor(plan, rule, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, plan->graph);
    set(plan, rule, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &modes[list->modes_done++]);
    rule = finalized(plan, rule);
    for (int i = 0; i < CONFIGURATIONS; i++)
        list->items[i] = make(plan, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    if (rule == NULL || list->items[CONFIGURATIONS - 1] == NULL ||
        !get(plan, rule, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, CONFIGURATIONS, &list->count,
             list->items) ||
        list->count < 0)
        list->count = 0;
    if (list->count > CONFIGURATIONS)
        list->count = CONFIGURATIONS;
    list->made_count = plan->made_count;
    return true;
}

/* The next algorithm of the lists that is allowed and, if one is named, is that. */
static bool advance(struct cudnn_plan *plan, const char *algorithm)
{
    struct list *list = &plan->list;
    plan->execution = NULL;
    do {
        while (list->at < list->count) {
            unmake(plan, list->made_count);
            plan->status = CUDNN_STATUS_SUCCESS;
            cudnnBackendDescriptor_t configuration = list->items[list->at++];
            if (configuration_is_allowed(plan, configuration, algorithm) && prepare(plan, configuration))
                return true;
        }
    } while (list_next(plan));
    return false;
}

static bool choose(struct cudnn_plan *plan, const char *algorithm)
{
    plan->list = (struct list){.count = 0};
    return advance(plan, algorithm);
}

static void drop_arrays(struct cudnn_plan *plan)
{
    if (plan->arrays != NULL)
        (void)cudnn.BackendDestroyDescriptor(plan->arrays);
    plan->arrays = NULL;
}

struct cudnn_plan *cudnn_plan_create(struct device *device, const struct cudnn_convolution *wanted, struct error *error)
{
    struct cudnn_plan *plan = memory_allocate(1, sizeof *plan);
    plan->handle = cudnn_handle(device, error);
    plan->exact = wanted->x.dtype == DTYPE_F32 && !wanted->tf32;
    plan->may_vary = wanted->may_vary;
    bool described = plan->handle != NULL && make_graph(plan, wanted);
    plan->described = plan->made_count;
    if (described && ((wanted->algorithm != NULL && choose(plan, wanted->algorithm)) || choose(plan, NULL)))
        return plan;
    if (plan->handle != NULL && !described)
        error_set(error, ERROR_CONFIG, "cuDNN cannot prepare a convolution: %s", cudnn.GetErrorString(plan->status));
    else if (described)
        error_set(error, ERROR_CONFIG, "cuDNN has no way to convolve that repeats its bits in %zu MiB: %s",
                  CUDA_WORKSPACE_MAX >> 20,
                  plan->status != CUDNN_STATUS_SUCCESS ? cudnn.GetErrorString(plan->status) : "none is allowed");
    cudnn_plan_destroy(&plan);
    return NULL;
}

bool cudnn_plan_next(struct cudnn_plan *plan)
{
    drop_arrays(plan);
    return advance(plan, NULL);
}

void cudnn_plan_destroy(struct cudnn_plan **plan)
{
    if (*plan == NULL)
        return;
    drop_arrays(*plan);
    unmake(*plan, 0);
    memory_free(*plan);
    *plan = NULL;
}

size_t cudnn_plan_scratch(const struct cudnn_plan *plan)
{
    return (size_t)plan->scratch_bytes;
}

const char *cudnn_plan_name(const struct cudnn_plan *plan)
{
    return plan->name;
}

static bool are_bound(const struct cudnn_plan *plan, void *const pointers[TENSORS], const void *scratch)
{
    for (int i = 0; i < TENSORS; i++)
        if (plan->pointers[i] != pointers[i])
            return false;
    return plan->arrays != NULL && plan->scratch == scratch;
}

/* Tells the library where the arrays are, which it keeps in a descriptor that cannot be changed. */
static void bind(struct cudnn_plan *plan, void *const pointers[TENSORS], void *scratch)
{
    static const int64_t ids[] = {ID_X, ID_WEIGHT, ID_Y};
    cudnnBackendDescriptor_t arrays = NULL;
    drop_arrays(plan);
    if (!is_well(plan, cudnn.BackendCreateDescriptor(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, &arrays)))
        return;
    set(plan, arrays, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, TENSORS, pointers);
    set(plan, arrays, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, TENSORS, ids);
    set(plan, arrays, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, &scratch);
    plan->arrays = finalized(plan, arrays);
    if (plan->arrays == NULL)
        (void)cudnn.BackendDestroyDescriptor(arrays);
    for (int i = 0; i < TENSORS; i++)
        plan->pointers[i] = pointers[i];
    plan->scratch = scratch;
}

void cudnn_plan_run(struct device *device, struct cudnn_plan *plan, const void *x, const void *weight, const void *y,
                    void *scratch)
{
    void *pointers[TENSORS] = {(void *)(uintptr_t)x, (void *)(uintptr_t)weight, (void *)(uintptr_t)y};
    plan->status = CUDNN_STATUS_SUCCESS;
    if (!are_bound(plan, pointers, scratch))
        bind(plan, pointers, scratch);
    if (plan->status == CUDNN_STATUS_SUCCESS)
        (void)is_well(plan, cudnn.BackendExecute(plan->handle, plan->execution, plan->arrays));
    cudnn_note(device, plan->status);
}
