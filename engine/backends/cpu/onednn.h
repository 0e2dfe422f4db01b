/*
 * onednn.h: calls of oneDNN primitives, prepared once and run many times.
 *
 * A call binds each argument of a primitive to an input or output of a node. Where the primitive wants another format than
 * the value has, the call reorders through scratch memory. All scratch, the primitive's own included, is the program's, so
 * that it is planned.
 *
 *     struct onednn_call *call = onednn_call_create(descriptor);
 *     onednn_call_bind(call, DNNL_ARG_SRC, onednn_input(0), &format_of_x);
 *     instance->scratch_bytes = onednn_call_scratch(call);
 *     ...
 *     onednn_call_run(call, run);
 */
#ifndef LRUN_ENGINE_BACKENDS_CPU_ONEDNN_H
#define LRUN_ENGINE_BACKENDS_CPU_ONEDNN_H

#include <dnnl.h>

#include "engine/base/library.h"
#include "engine/graph/op.h"

/* The functions of oneDNN that are used anywhere. */
/* clang-format off */
#define ONEDNN_FUNCTIONS(function) \
    function(dnnl_, dilated_convolution_backward_data_desc_init) \
    function(dnnl_, dilated_convolution_backward_weights_desc_init) \
    function(dnnl_, dilated_convolution_forward_desc_init) \
    function(dnnl_, engine_create) \
    function(dnnl_, inner_product_backward_data_desc_init) \
    function(dnnl_, inner_product_backward_weights_desc_init) \
    function(dnnl_, inner_product_forward_desc_init) \
    function(dnnl_, memory_create) \
    function(dnnl_, memory_desc_equal) \
    function(dnnl_, memory_desc_get_size) \
    function(dnnl_, memory_desc_init_by_tag) \
    function(dnnl_, memory_destroy) \
    function(dnnl_, memory_set_data_handle) \
    function(dnnl_, post_ops_append_eltwise) \
    function(dnnl_, post_ops_create) \
    function(dnnl_, post_ops_destroy) \
    function(dnnl_, primitive_attr_create) \
    function(dnnl_, primitive_attr_destroy) \
    function(dnnl_, primitive_attr_set_post_ops) \
    function(dnnl_, primitive_attr_set_scratchpad_mode) \
    function(dnnl_, primitive_create) \
    function(dnnl_, primitive_desc_create) \
    function(dnnl_, primitive_desc_destroy) \
    function(dnnl_, primitive_desc_query) \
    function(dnnl_, primitive_desc_query_md) \
    function(dnnl_, primitive_destroy) \
    function(dnnl_, primitive_execute) \
    function(dnnl_, reorder_primitive_desc_create) \
    function(dnnl_, sgemm) \
    function(dnnl_, stream_create) \
    function(dnnl_, version)
/* clang-format on */

/** `dnnl.memory_create(...)` is dnnl_memory_create(...): NULL until the library is open. */
extern struct onednn_functions {
    ONEDNN_FUNCTIONS(LIBRARY_POINTER)
} dnnl;

/** Opens the library; must have succeeded before anything below is called. Fails with ERROR_RUN. */
bool onednn_open(struct error *error);
bool onednn_is_available(void);

struct onednn_call;

/** Which array of a node an argument is. */
struct onednn_place {
    bool is_output;
    int number;
};

/** The format of a rank-4 value in its layout. */
dnnl_memory_desc_t onednn_format(const struct value *value);

/** A dense row-major format. `rank` at most 6. */
dnnl_memory_desc_t onednn_plain_format(int rank, const dnnl_dim_t sizes[], enum dtype dtype);

/** The same sizes, the format left to the primitive, the type perhaps another: what is bound to it is converted. */
dnnl_memory_desc_t onednn_any_format(const dnnl_memory_desc_t *format, enum dtype dtype);

/**
 * Finds an implementation for an operation descriptor (and, if `relu`, max(result, 0) after it). NULL when there is none, or
 * only a reference one, which would be slower than ours. Freed with dnnl.primitive_desc_destroy.
 */
dnnl_primitive_desc_t onednn_find(const_dnnl_op_desc_t descriptor, bool relu);

/** The name of an implementation that was found: "jit:avx512_core". A constant of the library. */
const char *onednn_implementation(const_dnnl_primitive_desc_t descriptor);

/** Prepares a call; takes `descriptor` over. NULL with ERROR_RUN when the library fails. */
struct onednn_call *onednn_call_create(dnnl_primitive_desc_t descriptor, struct error *error);
void onednn_call_destroy(struct onednn_call *call);

/** Binds an argument to an array that lies in `format`. False when the library cannot reorder it. */
bool onednn_call_bind(struct onednn_call *call, int argument, struct onednn_place place,
                      const dnnl_memory_desc_t *format, struct error *error);

size_t onednn_call_scratch(const struct onednn_call *call);

/** The name of the implementation: "jit:avx512_core"; that of a reorder where it is only a reference. Lent. */
const char *onednn_call_implementation(const struct onednn_call *call);

void onednn_call_run(const struct onednn_call *call, const struct kernel_run *run);

/** One argument of a primitive, one array of a node. */
struct onednn_binding {
    int argument;
    struct onednn_place place;
    const dnnl_memory_desc_t *format;
};

/**
 * For `create` of a kernel whose state is one call: makes it, with its arguments. Takes `descriptor` over; when it is NULL,
 * fails with ERROR_RUN.
 */
bool onednn_kernel_create(struct kernel_instance *instance, dnnl_primitive_desc_t descriptor,
                          const struct onednn_binding *bindings, int count, struct error *error);

/** `run` and `destroy` of such a kernel. */
void onednn_kernel_run(const struct kernel_instance *instance, const struct kernel_run *run);
void onednn_kernel_destroy(struct kernel_instance *instance);

static inline struct onednn_place onednn_input(int number)
{
    return (struct onednn_place){false, number};
}

static inline struct onednn_place onednn_output(int number)
{
    return (struct onednn_place){true, number};
}

#endif
