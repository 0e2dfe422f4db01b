/* onednn.c: calls of oneDNN primitives. */
#include "engine/backends/cpu/onednn.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

#define MAX_ARGUMENTS 8

/* One argument of the primitive. */
struct argument {
    struct onednn_place place;
    /* The array as it is, and as the primitive wants it: the same memory object unless it must be reordered. */
    dnnl_memory_t outside;
    dnnl_memory_t inside;
    /* Between the two, through scratch at `offset`; NULL: none. */
    dnnl_primitive_t reorder;
    size_t offset;
};

struct onednn_call {
    dnnl_primitive_desc_t descriptor;
    dnnl_primitive_t primitive;
    struct argument arguments[MAX_ARGUMENTS];
    dnnl_exec_arg_t bound[MAX_ARGUMENTS + 1];
    int count;
    /* The primitive's own scratch, at offset 0. */
    dnnl_memory_t scratchpad;
    size_t scratch_bytes;
    /* The name of a reorder that is only a reference; NULL: none is. */
    const char *slow_reorder;
};

struct onednn_functions dnnl;

/* They live as long as the process. */
static dnnl_engine_t cpu_engine;
static dnnl_stream_t cpu_stream;

static bool begin(struct error *error)
{
    return (dnnl.engine_create(&cpu_engine, dnnl_cpu, 0) == dnnl_success &&
            dnnl.stream_create(&cpu_stream, cpu_engine, dnnl_stream_default_flags) == dnnl_success) ||
           error_set(error, ERROR_RUN, "oneDNN finds no processor that it can use");
}

static struct library library = {
    .name = "oneDNN",
    .files = {"libdnnl.so.2"},
    .package = "libdnnl2",
    .functions = LIBRARY_NAMES(ONEDNN_FUNCTIONS),
    .table = &dnnl,
    .begin = begin,
};

bool onednn_open(struct error *error)
{
    return library_open(&library, error);
}

bool onednn_is_available(void)
{
    return library_is_there(&library);
}

static dnnl_data_type_t data_type_of(enum dtype dtype)
{
    assert((dtype == DTYPE_F32 || dtype == DTYPE_BF16) && "kernels of oneDNN say that they take no other");
    return dtype == DTYPE_BF16 ? dnnl_bf16 : dnnl_f32;
}

dnnl_memory_desc_t onednn_format(const struct value *value)
{
    static const dnnl_format_tag_t tags[] = {
        [LAYOUT_PLAIN] = dnnl_nchw,
        [LAYOUT_CHANNELS_LAST] = dnnl_nhwc,
        [LAYOUT_BLOCKED_8] = dnnl_nChw8c,
        [LAYOUT_BLOCKED_16] = dnnl_nChw16c,
    };
    dnnl_dims_t sizes = {0};
    dnnl_memory_desc_t format;
    for (int i = 0; i < 4; i++)
        sizes[i] = value->shape.size[i];
    dnnl_status_t status =
        dnnl.memory_desc_init_by_tag(&format, 4, sizes, data_type_of(value->dtype), tags[value->layout]);
    assert(status == dnnl_success && "a value of rank 4 has a format");
    (void)status;
    return format;
}

dnnl_memory_desc_t onednn_plain_format(int rank, const dnnl_dim_t sizes[], enum dtype dtype)
{
    static const dnnl_format_tag_t tags[] = {
        dnnl_format_tag_undef, dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde, dnnl_abcdef};
    dnnl_dims_t copy = {0};
    dnnl_memory_desc_t format;
    memcpy(copy, sizes, sizeof *sizes * (size_t)rank);
    dnnl_status_t status = dnnl.memory_desc_init_by_tag(&format, rank, copy, data_type_of(dtype), tags[rank]);
    assert(status == dnnl_success && "a dense array has a format");
    (void)status;
    return format;
}

dnnl_memory_desc_t onednn_any_format(const dnnl_memory_desc_t *format, enum dtype dtype)
{
    dnnl_memory_desc_t any;
    dnnl_status_t status =
        dnnl.memory_desc_init_by_tag(&any, format->ndims, format->dims, data_type_of(dtype), dnnl_format_tag_any);
    assert(status == dnnl_success && "sizes that have a format have any");
    (void)status;
    return any;
}

const char *onednn_implementation(const_dnnl_primitive_desc_t descriptor)
{
    const char *name = NULL;
    if (dnnl.primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &name) != dnnl_success)
        return "unknown";
    return name;
}

/* Scratch is the program's; relu comes after the operation if asked. NULL when the library fails. */
static dnnl_primitive_attr_t make_attributes(bool relu)
{
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_post_ops_t after = NULL;
    bool made = dnnl.primitive_attr_create(&attributes) == dnnl_success &&
                dnnl.primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success;
    if (made && relu)
        made = dnnl.post_ops_create(&after) == dnnl_success &&
               dnnl.post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0) == dnnl_success &&
               dnnl.primitive_attr_set_post_ops(attributes, after) == dnnl_success;
    dnnl.post_ops_destroy(after);
    if (!made) {
        dnnl.primitive_attr_destroy(attributes);
        return NULL;
    }
    return attributes;
}

dnnl_primitive_desc_t onednn_find(const_dnnl_op_desc_t descriptor, bool relu)
{
    dnnl_primitive_desc_t found = NULL;
    dnnl_primitive_attr_t attributes = make_attributes(relu);
    if (attributes == NULL)
        return NULL;
    if (dnnl.primitive_desc_create(&found, descriptor, attributes, cpu_engine, NULL) != dnnl_success)
        found = NULL;
    dnnl.primitive_attr_destroy(attributes);
    if (found != NULL && strstr(onednn_implementation(found), "ref") != NULL) {
        dnnl.primitive_desc_destroy(found);
        found = NULL;
    }
    return found;
}

static bool library_failed(struct error *error, const char *what)
{
    return error_set(error, ERROR_RUN, "wanted oneDNN to make %s, it could not", what);
}

/* Reserves scratch; returns its offset. */
static size_t reserve(struct onednn_call *call, const dnnl_memory_desc_t *format)
{
    size_t offset = call->scratch_bytes;
    call->scratch_bytes += (dnnl.memory_desc_get_size(format) + 63) / 64 * 64;
    return offset;
}

struct onednn_call *onednn_call_create(dnnl_primitive_desc_t descriptor, struct error *error)
{
    struct onednn_call *call = memory_allocate(1, sizeof *call);
    call->descriptor = descriptor;
    const dnnl_memory_desc_t *scratch = dnnl.primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    if (dnnl.primitive_create(&call->primitive, descriptor) != dnnl_success) {
        library_failed(error, "a primitive");
        onednn_call_destroy(call);
        return NULL;
    }
    if (scratch != NULL && dnnl.memory_desc_get_size(scratch) > 0) {
        reserve(call, scratch);
        if (dnnl.memory_create(&call->scratchpad, scratch, cpu_engine, DNNL_MEMORY_NONE) != dnnl_success) {
            library_failed(error, "scratch memory");
            onednn_call_destroy(call);
            return NULL;
        }
        call->bound[call->count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, call->scratchpad};
    }
    return call;
}

void onednn_call_destroy(struct onednn_call *call)
{
    if (call == NULL)
        return;
    for (int i = 0; i < MAX_ARGUMENTS; i++) {
        struct argument *argument = &call->arguments[i];
        if (argument->inside != argument->outside)
            dnnl.memory_destroy(argument->inside);
        dnnl.memory_destroy(argument->outside);
        dnnl.primitive_destroy(argument->reorder);
    }
    dnnl.memory_destroy(call->scratchpad);
    dnnl.primitive_destroy(call->primitive);
    dnnl.primitive_desc_destroy(call->descriptor);
    memory_free(call);
}

/* Where a reorder primitive is needed: from the array to the primitive's format, or back for an output. */
static bool make_reorder(struct onednn_call *call, struct argument *argument, const dnnl_memory_desc_t *outside,
                         const dnnl_memory_desc_t *inside)
{
    const dnnl_memory_desc_t *from = argument->place.is_output ? inside : outside;
    const dnnl_memory_desc_t *to = argument->place.is_output ? outside : inside;
    dnnl_primitive_desc_t descriptor = NULL;
    if (dnnl.memory_create(&argument->inside, inside, cpu_engine, DNNL_MEMORY_NONE) != dnnl_success ||
        dnnl.reorder_primitive_desc_create(&descriptor, from, cpu_engine, to, cpu_engine, NULL) != dnnl_success)
        return false;
    bool made = dnnl.primitive_create(&argument->reorder, descriptor) == dnnl_success;
    const char *name = onednn_implementation(descriptor);
    if (strstr(name, "ref") != NULL)
        call->slow_reorder = name;
    dnnl.primitive_desc_destroy(descriptor);
    return made;
}

/* Of one pixel in an image: the channels lie in their order, in blocks or not, nothing is padded. */
static bool is_row_of_channels(const dnnl_memory_desc_t *format)
{
    const dnnl_blocking_desc_t *blocking = &format->format_desc.blocking;
    if (format->ndims != 4 || format->format_kind != dnnl_blocked || format->dims[2] != 1 || format->dims[3] != 1 ||
        format->padded_dims[0] != format->dims[0] || format->padded_dims[1] != format->dims[1] ||
        blocking->strides[0] != format->dims[1])
        return false;
    if (blocking->inner_nblks == 0)
        return blocking->strides[1] == 1;
    return blocking->inner_nblks == 1 && blocking->inner_idxs[0] == 1 &&
           blocking->strides[1] == blocking->inner_blks[0];
}

/* True when the same bytes are the same array in both formats. */
static bool lies_alike(const dnnl_memory_desc_t *a, const dnnl_memory_desc_t *b)
{
    return dnnl.memory_desc_equal(a, b) ||
           (a->data_type == b->data_type && is_row_of_channels(a) && is_row_of_channels(b));
}

bool onednn_call_bind(struct onednn_call *call, int kind, struct onednn_place place, const dnnl_memory_desc_t *format,
                      struct error *error)
{
    assert(call->count <= MAX_ARGUMENTS && "a primitive has few arguments");
    struct argument *argument = &call->arguments[call->count - (call->scratchpad != NULL)];
    const dnnl_memory_desc_t *wanted = dnnl.primitive_desc_query_md(call->descriptor, dnnl_query_exec_arg_md, kind);
    *argument = (struct argument){.place = place};
    bool is_alike = lies_alike(wanted, format);
    if (dnnl.memory_create(&argument->outside, is_alike ? wanted : format, cpu_engine, DNNL_MEMORY_NONE) !=
        dnnl_success)
        return library_failed(error, "a memory object");
    argument->inside = argument->outside;
    if (!is_alike) {
        argument->offset = reserve(call, wanted);
        argument->inside = NULL;
        if (!make_reorder(call, argument, format, wanted))
            return library_failed(error, "a reorder");
    }
    call->bound[call->count++] = (dnnl_exec_arg_t){kind, argument->inside};
    return true;
}

size_t onednn_call_scratch(const struct onednn_call *call)
{
    return call->scratch_bytes;
}

const char *onednn_call_implementation(const struct onednn_call *call)
{
    return call->slow_reorder != NULL ? call->slow_reorder : onednn_implementation(call->descriptor);
}

/* Everything was checked when the call was made, so that execution cannot fail but for a bug. */
static void execute(dnnl_primitive_t primitive, int count, const dnnl_exec_arg_t *arguments)
{
    dnnl_status_t status = dnnl.primitive_execute(primitive, cpu_stream, count, arguments);
    assert(status == dnnl_success && "a prepared primitive runs");
    (void)status;
}

static void set_address(dnnl_memory_t memory, void *address)
{
    dnnl_status_t status = dnnl.memory_set_data_handle(memory, address);
    assert(status == dnnl_success && "a memory object takes an address");
    (void)status;
}

static void run_reorder(const struct argument *argument)
{
    bool is_output = argument->place.is_output;
    dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_FROM, is_output ? argument->inside : argument->outside},
        {DNNL_ARG_TO, is_output ? argument->outside : argument->inside},
    };
    execute(argument->reorder, 2, arguments);
}

void onednn_call_run(const struct onednn_call *call, const struct kernel_run *run)
{
    int count = call->count - (call->scratchpad != NULL);
    if (call->scratchpad != NULL)
        set_address(call->scratchpad, run->scratch);
    for (int i = 0; i < count; i++) {
        const struct argument *argument = &call->arguments[i];
        set_address(argument->outside,
                    (argument->place.is_output ? run->outputs : run->inputs)[argument->place.number]);
        if (argument->reorder != NULL)
            set_address(argument->inside, (char *)run->scratch + argument->offset);
        if (argument->reorder != NULL && !argument->place.is_output)
            run_reorder(argument);
    }
    execute(call->primitive, call->count, call->bound);
    for (int i = 0; i < count; i++)
        if (call->arguments[i].reorder != NULL && call->arguments[i].place.is_output)
            run_reorder(&call->arguments[i]);
}

/* Activations that are reordered in each run. */
static int count_reorders(const struct onednn_call *call, const struct node *node)
{
    int count = 0;
    for (int i = 0; i < call->count - (call->scratchpad != NULL); i++) {
        const struct onednn_place *place = &call->arguments[i].place;
        const struct value *value = place->is_output ? node->outputs[place->number] : node->inputs[place->number];
        const struct value *of = value->gradient_of;
        bool is_stored = value->kind == VALUE_PARAMETER || (of != NULL && of->kind == VALUE_PARAMETER);
        count += call->arguments[i].reorder != NULL && value->shape.rank == 4 && !is_stored;
    }
    return count;
}

bool onednn_kernel_create(struct kernel_instance *instance, dnnl_primitive_desc_t descriptor,
                          const struct onednn_binding *bindings, int count, struct error *error)
{
    if (descriptor == NULL)
        return error_set(error, ERROR_RUN, "wanted oneDNN to have this operation, it has none");
    struct onednn_call *call = onednn_call_create(descriptor, error);
    instance->state = call;
    if (call == NULL)
        return false;
    for (int i = 0; i < count; i++)
        if (!onednn_call_bind(call, bindings[i].argument, bindings[i].place, bindings[i].format, error))
            return false;
    instance->scratch_bytes = onednn_call_scratch(call);
    instance->implementation = onednn_call_implementation(call);
    instance->reorders = count_reorders(call, instance->node);
    return true;
}

void onednn_kernel_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    onednn_call_run(instance->state, run);
}

void onednn_kernel_destroy(struct kernel_instance *instance)
{
    onednn_call_destroy(instance->state);
}
