/*
 * cudnn.c: convolution and its gradients by cuDNN, on a GPU: x and y channels last, sums in float32.
 *
 * Weights are stored plain, in the parameters' type; each run puts them channels last, in the type of x and y, into scratch, and
 * their gradients back. These are summed in float32, but the library rounds them to the type of x and y before they are stored, as in
 * PyTorch's autocast: it has no way to write float32 from two bytes (docs/decisions/0018-convolutions-by-cudnns-graphs.md). A bias,
 * and relu, are a pass behind the convolution.
 */
#include "engine/backends/cuda/cudnn.h"
#include "engine/backends/cuda/cudnn_plan.h"
#include "engine/base/memory.h"
#include "engine/ops/conv2d/conv2d.h"
#include "engine/ops/products/products.h"
#include "engine/ops/value_view.h"

struct conv2d_state {
    struct conv2d_geometry geometry;
    struct cudnn_plan *plan;
    /* The weight, or its gradient, as the library has it. */
    enum dtype dtype;
    /* Scratch that is needed besides, when the library's and the weight's are not. */
    size_t least_bytes;
    /* That is not as it is stored: it goes through scratch, of which it has so much. */
    bool is_moved;
    size_t weight_bytes;
};

static int64_t weight_count(const struct conv2d_geometry *g)
{
    return g->k * g->group_c * g->kh * g->kw;
}

/* Where either the taps or the channels are one, channels last is the plain order. */
static void set_weight(struct conv2d_state *state, enum dtype stored, enum dtype dtype)
{
    const struct conv2d_geometry *g = &state->geometry;
    state->dtype = dtype;
    state->is_moved = stored != dtype || (g->group_c > 1 && g->kh * g->kw > 1);
    state->weight_bytes = state->is_moved ? ((size_t)weight_count(g) * dtype_size(dtype) + 255) / 256 * 256 : 0;
}

static struct cudnn_convolution convolution_of(const struct kernel_instance *instance, enum cudnn_direction direction,
                                               enum dtype dtype)
{
    const struct conv2d_state *state = instance->state;
    const struct conv2d_geometry *g = &state->geometry;
    const struct conv2d_attributes *attributes = g->attributes;
    return (struct cudnn_convolution){
        .direction = direction,
        .x = {dtype, {g->n, g->c, g->h, g->w}},
        .weight = {state->dtype, {g->k, g->group_c, g->kh, g->kw}},
        .y = {dtype, {g->n, g->k, g->oh, g->ow}},
        .stride = {attributes->stride[0], attributes->stride[1]},
        .padding = {attributes->padding[0], attributes->padding[1]},
        .dilation = {attributes->dilation[0], attributes->dilation[1]},
        .tf32 = instance->tf32,
        .algorithm = instance->algorithm,
        .may_vary = instance->may_vary,
    };
}

/* What the plan's algorithm wants of scratch, behind the weight. */
static void take_algorithm(struct kernel_instance *instance)
{
    const struct conv2d_state *state = instance->state;
    size_t bytes = state->weight_bytes + cudnn_plan_scratch(state->plan);
    instance->scratch_bytes = bytes > state->least_bytes ? bytes : state->least_bytes;
    instance->implementation = cudnn_plan_name(state->plan);
}

/* Without a device there is the scratch that is ours; what the library will want is not known. */
static bool make_plan(struct kernel_instance *instance, enum cudnn_direction direction, enum dtype dtype,
                      struct error *error)
{
    struct conv2d_state *state = instance->state;
    struct cudnn_convolution wanted = convolution_of(instance, direction, dtype);
    if (instance->device->interface == NULL) {
        instance->scratch_bytes = state->weight_bytes > state->least_bytes ? state->weight_bytes : state->least_bytes;
        instance->unknown_bytes = CUDA_WORKSPACE_MAX;
        return true;
    }
    state->plan = cudnn_plan_create(instance->device, &wanted, error);
    if (state->plan == NULL)
        return false;
    take_algorithm(instance);
    return true;
}

static bool conv2d_next(struct kernel_instance *instance)
{
    struct conv2d_state *state = instance->state;
    if (!cudnn_plan_next(state->plan))
        return false;
    take_algorithm(instance);
    return true;
}

static struct conv2d_state *make_state(struct kernel_instance *instance, struct conv2d_geometry geometry)
{
    struct conv2d_state *state = instance->state = memory_allocate(1, sizeof *state);
    state->geometry = geometry;
    return state;
}

static void conv2d_destroy(struct kernel_instance *instance)
{
    struct conv2d_state *state = instance->state;
    if (state == NULL)
        return;
    cudnn_plan_destroy(&state->plan);
    memory_free(state);
    instance->state = NULL;
}

/* The stored weight as the library has it. */
static const void *laid_out(const struct kernel_instance *instance, struct numbers stored, void *scratch)
{
    const struct conv2d_state *state = instance->state;
    const struct conv2d_geometry *g = &state->geometry;
    if (!state->is_moved)
        return stored.data;
    products_swap(instance->device, stored, (struct numbers){scratch, state->dtype}, g->k, g->group_c, g->kh * g->kw);
    return scratch;
}

static void *library_scratch(const struct conv2d_state *state, void *scratch)
{
    return (char *)scratch + state->weight_bytes;
}

static bool forward_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    enum dtype dtype = node->inputs[0]->dtype;
    set_weight(make_state(instance, conv2d_forward_geometry(node)), node->inputs[1]->dtype, dtype);
    return make_plan(instance, CUDNN_FORWARD, dtype, error);
}

static void forward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct conv2d_state *state = instance->state;
    const struct conv2d_geometry *g = &state->geometry;
    struct numbers bias = input_numbers(instance, run, 2);
    const void *weight = laid_out(instance, input_numbers(instance, run, 1), run->scratch);
    cudnn_plan_run(instance->device, state->plan, run->inputs[0], weight, run->outputs[0],
                   library_scratch(state, run->scratch));
    if (bias.data != NULL || g->attributes->relu)
        products_add_bias(instance->device, output_numbers(instance, run, 0), bias, g->n * g->oh * g->ow, g->k,
                          g->attributes->relu);
}

static bool backward_data_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    enum dtype dtype = node->inputs[0]->dtype;
    set_weight(make_state(instance, conv2d_backward_data_geometry(node)), node->inputs[1]->dtype, dtype);
    return make_plan(instance, CUDNN_BACKWARD_DATA, dtype, error);
}

static void backward_data_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct conv2d_state *state = instance->state;
    const void *weight = laid_out(instance, input_numbers(instance, run, 1), run->scratch);
    cudnn_plan_run(instance->device, state->plan, run->outputs[0], weight, run->inputs[0],
                   library_scratch(state, run->scratch));
}

static bool backward_weights_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    enum dtype dtype = node->inputs[0]->dtype, stored = node->outputs[0]->dtype;
    struct conv2d_state *state = make_state(instance, conv2d_backward_weights_geometry(node));
    const struct conv2d_geometry *g = &state->geometry;
    state->least_bytes = node->output_count > 1 ? products_sum_bytes(g->n * g->oh * g->ow, g->k) : 0;
    set_weight(state, stored, dtype);
    return make_plan(instance, CUDNN_BACKWARD_WEIGHTS, dtype, error);
}

static void backward_weights_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct conv2d_state *state = instance->state;
    const struct conv2d_geometry *g = &state->geometry;
    struct numbers stored = output_numbers(instance, run, 0);
    struct numbers weight = {state->is_moved ? run->scratch : stored.data, state->dtype};
    cudnn_plan_run(instance->device, state->plan, run->inputs[0], weight.data, run->inputs[1],
                   library_scratch(state, run->scratch));
    if (state->is_moved)
        products_swap(instance->device, weight, stored, g->k, g->kh * g->kw, g->group_c);
    if (instance->node->output_count > 1)
        products_sum_columns(instance->device, input_numbers(instance, run, 1), output_numbers(instance, run, 1),
                             g->n * g->oh * g->ow, g->k, run->scratch);
}

/* x and y, or their gradients: of one type and channels last; weights and their gradients as they are stored. */
static bool supports(const struct value *x, const struct value *y, const struct value *weight)
{
    return x->layout == LAYOUT_CHANNELS_LAST && y->layout == LAYOUT_CHANNELS_LAST && weight->layout == LAYOUT_PLAIN &&
           x->dtype == y->dtype && shape_count(&x->shape) > 0;
}

static bool forward_supports(const struct node *node)
{
    return supports(node->inputs[0], node->outputs[0], node->inputs[1]);
}

static bool backward_data_supports(const struct node *node)
{
    return supports(node->outputs[0], node->inputs[0], node->inputs[1]);
}

static bool backward_weights_supports(const struct node *node)
{
    return supports(node->inputs[0], node->inputs[1], node->outputs[0]);
}

const struct kernel conv2d_cudnn = {
    .name = "cudnn",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = forward_supports,
    .create = forward_create,
    .run = forward_run,
    .next = conv2d_next,
    .destroy = conv2d_destroy,
};

const struct kernel conv2d_backward_data_cudnn = {
    .name = "cudnn",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = backward_data_supports,
    .create = backward_data_create,
    .run = backward_data_run,
    .next = conv2d_next,
    .destroy = conv2d_destroy,
};

const struct kernel conv2d_backward_weights_cudnn = {
    .name = "cudnn",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = backward_weights_supports,
    .create = backward_weights_create,
    .run = backward_weights_run,
    .next = conv2d_next,
    .destroy = conv2d_destroy,
};
