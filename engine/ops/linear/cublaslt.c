/*
 * cublaslt.c: linear and its gradients by cuBLASLt, on a GPU.
 *
 * Its matrices lie column by column, so that what is [rows, columns] here is [columns, rows] there, and the product of two is that
 * of the other order. Sums are float32; float32 is rounded to TF32 only where it may be. What is float32 and multiplied in two bytes
 * (weights, and the bias that is added before the result is rounded) is rounded in each run, and gradients of weights are written in the parameters'
 * type. The algorithm is the first that the library's fixed rules name, without sums in the order of arrival: same GPU, same bits.
 */
#include <stdio.h>
#include <string.h>

#include "engine/backends/cuda/cuda_device.h"
#include "engine/backends/cuda/cudnn.h"
#include "engine/base/memory.h"
#include "engine/ops/linear/linear.h"
#include "engine/ops/op_tables.h"
#include "engine/ops/products/products.h"
#include "engine/ops/value_view.h"

/* d [m, n] = op(a) [m, k] * op(b) [k, n], column by column. */
struct product {
    int64_t m, n, k;
    bool transpose_a, transpose_b;
    enum dtype from, to;
    bool bias;
};

/* As many algorithms are asked for. */
#define ALGORITHMS 8

struct linear_state {
    cublasLtHandle_t handle;
    cublasLtMatmulDesc_t product;
    cublasLtMatrixLayout_t a, b, d;
    cublasLtMatmulPreference_t preference;
    /* Algorithms, the library's first one first, and the one that is used. */
    cublasLtMatmulHeuristicResult_t found[ALGORITHMS];
    int count, at;
    char name[192];
    /* Scratch that is ours; and what is needed besides, when the library's is not. */
    size_t own_bytes, least_bytes;
};

/* Scratch: what is rounded, in this order, then the library's; each at a multiple of this. */
#define PART_BYTES ((size_t)256)

static size_t part_bytes(int64_t count, enum dtype dtype)
{
    return ((size_t)count * dtype_size(dtype) + PART_BYTES - 1) / PART_BYTES * PART_BYTES;
}

static cudaDataType_t type_of(enum dtype dtype)
{
    return dtype == DTYPE_BF16 ? CUDA_R_16BF : dtype == DTYPE_F16 ? CUDA_R_16F : CUDA_R_32F;
}

static bool is_well(cublasStatus_t status, struct error *error)
{
    return status == CUBLAS_STATUS_SUCCESS ||
           error_set(error, ERROR_CONFIG, "cuBLASLt cannot prepare a product: %s", cublaslt.GetStatusString(status));
}

static bool set_product(struct linear_state *state, cublasLtMatmulDescAttributes_t name, int32_t value,
                        struct error *error)
{
    return is_well(cublaslt.MatmulDescSetAttribute(state->product, name, &value, sizeof value), error);
}

static bool make_product(struct linear_state *state, const struct product *product, bool tf32, struct error *error)
{
    bool rounds = tf32 && product->from == DTYPE_F32;
    cublasComputeType_t type = rounds ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
    int32_t a = product->transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N, b = product->transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N;
    return is_well(cublaslt.MatmulDescCreate(&state->product, type, CUDA_R_32F), error) &&
           set_product(state, CUBLASLT_MATMUL_DESC_TRANSA, a, error) &&
           set_product(state, CUBLASLT_MATMUL_DESC_TRANSB, b, error) &&
           (!product->bias || set_product(state, CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS, error));
}

static bool make_layout(cublasLtMatrixLayout_t *layout, enum dtype dtype, int64_t rows, int64_t columns,
                        bool transposed, struct error *error)
{
    int64_t stored_rows = transposed ? columns : rows, stored_columns = transposed ? rows : columns;
    return is_well(cublaslt.MatrixLayoutCreate(layout, type_of(dtype), (uint64_t)stored_rows, (uint64_t)stored_columns,
                                               stored_rows),
                   error);
}

/* Arrays of a program begin at multiples of 64 bytes. */
static bool make_preference(struct linear_state *state, struct error *error)
{
    static const cublasLtMatmulPreferenceAttributes_t alignments[] = {
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES};
    size_t most = CUDA_WORKSPACE_MAX;
    uint32_t schemes = CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE, alignment = 64;
    bool ok = is_well(cublaslt.MatmulPreferenceCreate(&state->preference), error) &&
              is_well(cublaslt.MatmulPreferenceSetAttribute(state->preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                                            &most, sizeof most),
                      error) &&
              is_well(cublaslt.MatmulPreferenceSetAttribute(
                          state->preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, &schemes, sizeof schemes),
                      error);
    for (size_t i = 0; i < sizeof alignments / sizeof *alignments && ok; i++)
        ok = is_well(
            cublaslt.MatmulPreferenceSetAttribute(state->preference, alignments[i], &alignment, sizeof alignment),
            error);
    return ok;
}

/* "cuBLASLt algorithm 66 tile=20 splitk=1 ...": all that makes an algorithm what it is. */
static bool name_algorithm(struct linear_state *state)
{
    static const struct {
        cublasLtMatmulAlgoConfigAttributes_t attribute;
        size_t bytes;
        const char *name;
    } parts[] = {
        {CUBLASLT_ALGO_CONFIG_ID, sizeof(int32_t), "cuBLASLt algorithm "},
        {CUBLASLT_ALGO_CONFIG_TILE_ID, sizeof(uint32_t), " tile="},
        {CUBLASLT_ALGO_CONFIG_STAGES_ID, sizeof(uint32_t), " stages="},
        {CUBLASLT_ALGO_CONFIG_SPLITK_NUM, sizeof(int32_t), " splitk="},
        {CUBLASLT_ALGO_CONFIG_REDUCTION_SCHEME, sizeof(uint32_t), " reduction="},
        {CUBLASLT_ALGO_CONFIG_CTA_SWIZZLING, sizeof(uint32_t), " swizzling="},
        {CUBLASLT_ALGO_CONFIG_CUSTOM_OPTION, sizeof(uint32_t), " custom="},
        {CUBLASLT_ALGO_CONFIG_INNER_SHAPE_ID, sizeof(uint16_t), " inner="},
        {CUBLASLT_ALGO_CONFIG_CLUSTER_SHAPE_ID, sizeof(uint16_t), " cluster="},
    };
    state->name[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint32_t value = 0;
        size_t written = 0, length = strlen(state->name);
        if (cublaslt.MatmulAlgoConfigGetAttribute(&state->found[state->at].algo, parts[i].attribute, &value,
                                                  parts[i].bytes, &written) != CUBLAS_STATUS_SUCCESS)
            return false;
        snprintf(state->name + length, sizeof state->name - length, "%s%u", parts[i].name, (unsigned)value);
    }
    return true;
}

/* The next algorithm from `at` on that is usable and, if one is named, is that. */
static bool advance(struct linear_state *state, const char *wanted)
{
    for (; state->at < state->count; state->at++)
        if (state->found[state->at].state == CUBLAS_STATUS_SUCCESS && name_algorithm(state) &&
            (wanted == NULL || strcmp(wanted, state->name) == 0))
            return true;
    return false;
}

static bool choose(struct linear_state *state, const char *wanted)
{
    state->at = 0;
    return advance(state, wanted);
}

static bool find_algorithm(struct linear_state *state, const struct product *product, const char *wanted,
                           struct error *error)
{
    cublasStatus_t status =
        cublaslt.MatmulAlgoGetHeuristic(state->handle, state->product, state->a, state->b, state->d, state->d,
                                        state->preference, ALGORITHMS, state->found, &state->count);
    if (status != CUBLAS_STATUS_SUCCESS)
        state->count = 0;
    if ((wanted != NULL && choose(state, wanted)) || choose(state, NULL))
        return true;
    return error_set(
        error, ERROR_CONFIG,
        "cuBLASLt has no way to multiply [%lld, %lld] by [%lld, %lld] that repeats its bits in %zu MiB: %s",
        (long long)product->m, (long long)product->k, (long long)product->k, (long long)product->n,
        CUDA_WORKSPACE_MAX >> 20, status != CUBLAS_STATUS_SUCCESS ? cublaslt.GetStatusString(status) : "it names none");
}

/* What the algorithm wants of scratch, behind what is ours. */
static void take_algorithm(struct kernel_instance *instance)
{
    struct linear_state *state = instance->state;
    size_t bytes = state->own_bytes + state->found[state->at].workspaceSize;
    instance->implementation = state->name;
    instance->scratch_bytes = bytes > state->least_bytes ? bytes : state->least_bytes;
}

static bool linear_create(struct kernel_instance *instance, const struct product *product, struct error *error)
{
    if (instance->device->interface == NULL) {
        instance->unknown_bytes = CUDA_WORKSPACE_MAX;
        return true;
    }
    struct linear_state *state = instance->state = memory_allocate(1, sizeof *state);
    state->own_bytes = instance->scratch_bytes;
    state->handle = cublaslt_handle(instance->device, error);
    if (state->handle == NULL || !make_product(state, product, instance->tf32, error) ||
        !make_layout(&state->a, product->from, product->m, product->k, product->transpose_a, error) ||
        !make_layout(&state->b, product->from, product->k, product->n, product->transpose_b, error) ||
        !make_layout(&state->d, product->to, product->m, product->n, false, error) || !make_preference(state, error) ||
        !find_algorithm(state, product, instance->algorithm, error))
        return false;
    take_algorithm(instance);
    return true;
}

static bool linear_next(struct kernel_instance *instance)
{
    struct linear_state *state = instance->state;
    state->at++;
    if (!advance(state, NULL))
        return false;
    take_algorithm(instance);
    return true;
}

static void linear_destroy(struct kernel_instance *instance)
{
    struct linear_state *state = instance->state;
    if (state == NULL)
        return;
    if (state->preference != NULL)
        (void)cublaslt.MatmulPreferenceDestroy(state->preference);
    cublasLtMatrixLayout_t layouts[] = {state->a, state->b, state->d};
    for (int i = 0; i < 3; i++)
        if (layouts[i] != NULL)
            (void)cublaslt.MatrixLayoutDestroy(layouts[i]);
    if (state->product != NULL)
        (void)cublaslt.MatmulDescDestroy(state->product);
    memory_free(state);
    instance->state = NULL;
}

/* d = a * b; what the library may use is at `workspace`. */
static void multiply(const struct kernel_instance *instance, const void *a, const void *b, void *d, void *workspace)
{
    const struct linear_state *state = instance->state;
    const float one = 1, zero = 0;
    cublasStatus_t status =
        cublaslt.Matmul(state->handle, state->product, &one, a, state->a, b, state->b, &zero, d, state->d, d, state->d,
                        &state->found[state->at].algo, workspace, state->found[state->at].workspaceSize,
                        cuda_device_stream(instance->device));
    cublaslt_note(instance->device, status);
}

/* The parameters in the type that they are multiplied in: themselves, or rounded into scratch, whose end moves. */
static const void *rounded(struct device *device, struct numbers from, enum dtype dtype, int64_t count, char **scratch)
{
    if (from.dtype == dtype)
        return from.data;
    struct numbers to = {*scratch, dtype};
    products_convert(device, from, to, count);
    *scratch += part_bytes(count, dtype);
    return to.data;
}

static size_t rounded_bytes(const struct value *from, enum dtype dtype)
{
    return from == NULL || from->dtype == dtype ? 0 : part_bytes(shape_count(&from->shape), dtype);
}

/* y [n, out] = x [n, in] * weight [out, in], transposed. */
static bool forward_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    const int64_t *x = node->inputs[0]->shape.size, *y = node->outputs[0]->shape.size;
    enum dtype dtype = node->inputs[0]->dtype;
    instance->scratch_bytes = rounded_bytes(node->inputs[1], dtype) + rounded_bytes(node->inputs[2], dtype);
    return linear_create(instance,
                         &(struct product){.m = y[1],
                                           .n = y[0],
                                           .k = x[1],
                                           .transpose_a = true,
                                           .from = dtype,
                                           .to = dtype,
                                           .bias = node->inputs[2] != NULL},
                         error);
}

static void forward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct linear_state *state = instance->state;
    struct numbers weight = input_numbers(instance, run, 1), bias = input_numbers(instance, run, 2);
    enum dtype dtype = node->inputs[0]->dtype;
    char *scratch = run->scratch;
    const void *a = rounded(instance->device, weight, dtype, shape_count(&node->inputs[1]->shape), &scratch);
    if (bias.data != NULL) {
        const void *added = rounded(instance->device, bias, dtype, shape_count(&node->inputs[2]->shape), &scratch);
        cublaslt_note(instance->device, cublaslt.MatmulDescSetAttribute(
                                            state->product, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &added, sizeof added));
    }
    multiply(instance, a, run->inputs[0], run->outputs[0], scratch);
}

/* The gradient of x [n, in] = that of y [n, out] * weight [out, in]. */
static bool backward_data_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    const int64_t *y = node->inputs[0]->shape.size, *x = node->outputs[0]->shape.size;
    enum dtype dtype = node->inputs[0]->dtype;
    instance->scratch_bytes = rounded_bytes(node->inputs[1], dtype);
    return linear_create(
        instance, &(struct product){.m = x[1], .n = x[0], .k = y[1], .from = dtype, .to = node->outputs[0]->dtype},
        error);
}

static void backward_data_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    char *scratch = run->scratch;
    const void *weight = rounded(instance->device, input_numbers(instance, run, 1), node->inputs[0]->dtype,
                                 shape_count(&node->inputs[1]->shape), &scratch);
    multiply(instance, weight, run->inputs[0], run->outputs[0], scratch);
}

/* The gradient of weight [out, in] = that of y [n, out], transposed, * x [n, in]. */
static bool backward_weights_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    const int64_t *x = node->inputs[0]->shape.size, *y = node->inputs[1]->shape.size;
    size_t sums = node->output_count > 1 ? products_sum_bytes(y[0], y[1]) : 0;
    struct product product = {.m = x[1],
                              .n = y[1],
                              .k = x[0],
                              .transpose_b = true,
                              .from = node->inputs[0]->dtype,
                              .to = node->outputs[0]->dtype};
    if (!linear_create(instance, &product, error))
        return false;
    struct linear_state *state = instance->state;
    if (state != NULL)
        state->least_bytes = sums;
    instance->scratch_bytes = sums > instance->scratch_bytes ? sums : instance->scratch_bytes;
    return true;
}

static void backward_weights_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *y = instance->node->inputs[1]->shape.size;
    multiply(instance, run->inputs[0], run->inputs[1], run->outputs[0], run->scratch);
    if (instance->node->output_count > 1)
        products_sum_columns(instance->device, input_numbers(instance, run, 1), output_numbers(instance, run, 1), y[0],
                             y[1], run->scratch);
}

/* Both factors of one type, and nothing empty. The result is in it or, of gradients of weights, in float32. */
static bool supports(const struct node *node)
{
    const struct value *from = node->inputs[0], *to = node->outputs[0];
    bool of_weights = node->op == &linear_backward_weights_op;
    return (!of_weights || node->inputs[1]->dtype == from->dtype) &&
           (to->dtype == from->dtype || (of_weights && to->dtype == DTYPE_F32)) && shape_count(&from->shape) > 0 &&
           shape_count(&to->shape) > 0;
}

const struct kernel linear_cublaslt = {
    .name = "cublaslt",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = supports,
    .create = forward_create,
    .run = forward_run,
    .next = linear_next,
    .destroy = linear_destroy,
};

const struct kernel linear_backward_data_cublaslt = {
    .name = "cublaslt",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = supports,
    .create = backward_data_create,
    .run = backward_data_run,
    .next = linear_next,
    .destroy = linear_destroy,
};

const struct kernel linear_backward_weights_cublaslt = {
    .name = "cublaslt",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = supports,
    .create = backward_weights_create,
    .run = backward_weights_run,
    .next = linear_next,
    .destroy = linear_destroy,
};
