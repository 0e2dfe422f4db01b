/*
 * op.h: what an operation is, and who can compute it.
 *
 * One folder per operation under engine/ops/: definition (shape rule, gradient rule, cost), reference.c (plain loops over
 * plain layouts: the oracle), one file per fast library. A definition lists its kernels, those of every backend together,
 * fastest first; the reference is the processor's and last and supports every shape in the plain layout (and every layout that is a choice of nothing else: elementwise).
 */
#ifndef LRUN_ENGINE_GRAPH_OP_H
#define LRUN_ENGINE_GRAPH_OP_H

#include <stdbool.h>
#include <stddef.h>

#include "build_config.h"
#include "engine/backends/device.h"
#include "engine/base/text.h"
#include "engine/graph/graph.h"

/** Work that a node does. Estimates for summaries and for shares of the machine's limit. */
struct op_cost {
    double flops;
    double bytes;
};

/** What a kernel was prepared with: made once by `create`, used by every run. */
struct kernel_instance {
    const struct kernel *kernel;
    const struct node *node;
    /** Where it runs, and in whose memory the arrays lie. Planned only (device_planned): scratch_bytes is all that is wanted. */
    struct device *device;
    /** float32 may be rounded to TF32 on its way into a product, by kernels of a GPU (struct program_options). */
    bool tf32;
    /** The kernel's own: library primitives, tables. NULL when it needs nothing. */
    void *state;
    /** Bytes of scratch that every run may use; shared with other nodes, so it holds nothing between runs. */
    size_t scratch_bytes;
    /** Planned only: so much more at most, where only a library on the device knows it. */
    size_t unknown_bytes;
    /** Which of its library's algorithms it is to be, as `implementation` called it, if the library has it; NULL: the library's rule. */
    const char *algorithm;
    /** An algorithm may be one that gives other bits in every run. */
    bool may_vary;
    /** What the library chose, for records, profiles and tests: "jit:avx512_core". Lent or owned by state. */
    const char *implementation;
    /** Arrays of rank 4, parameters and their gradients left out, that every run reorders for the library. */
    int reorders;
};

/** The memory of one run of a node. Pointers are to elements in the layouts of the node's values. */
struct kernel_run {
    /** One per input; NULL where the input is absent. Only buffers that the op `updates` may be written. */
    void *const *inputs;
    void *const *outputs;
    void *scratch;
};

/** Sets of element types, for what a kernel takes: bit i is enum dtype i. */
#define FLOATS_F32 (1U << DTYPE_F32)
#define FLOATS_F32_BF16 (1U << DTYPE_F32 | 1U << DTYPE_BF16)
#define FLOATS_UP_TO_32 (FLOATS_F32_BF16 | 1U << DTYPE_F16)
#define FLOATS_ALL (FLOATS_UP_TO_32 | 1U << DTYPE_F64)

/** One way to compute an operation. */
struct kernel {
    /** "reference", "onednn", "openblas", "cpu", "cuda", "cudnn". */
    const char *name;
    /** Whose devices it runs on. */
    enum backend backend;
    /** True when the library that it needs is on this machine. NULL: it needs none. Asked before anything else. */
    bool (*is_available)(void);
    /** The floating types that its values may have, each by itself: FLOATS_...; 0: float32 only. Asked before `supports`. */
    unsigned floats;
    /** True when it can compute this node with the layouts that its values have. */
    bool (*supports)(const struct node *node);
    /**
     * True where it is faster than those behind it in the operation's list: a fixed rule, so that a run can be repeated. NULL:
     * always. Asked last, and not where kernels are chosen by timing.
     */
    bool (*pays)(const struct node *node);
    /** Makes what runs need. NULL: nothing to make. */
    bool (*create)(struct kernel_instance *instance, struct error *error);
    /** Computes, or hands it to the device. Allocates nothing, waits for nothing, cannot fail. */
    void (*run)(const struct kernel_instance *instance, const struct kernel_run *run);
    /**
     * Prepares the next of its library's algorithms in the place of the one that it has; false when there is none left, and then
     * it cannot run. NULL: the library has one. `implementation` names them, and they differ in bits.
     */
    bool (*next)(struct kernel_instance *instance);
    /** Frees what create made; accepts half-made. NULL: nothing to free. */
    void (*destroy)(struct kernel_instance *instance);
};

/** In a list of kernels: "CUDA_KERNEL(relu_cuda)"; nothing in a build without CUDA. */
#if LRUN_HAVE_CUDA
#define CUDA_KERNEL(kernel) &(kernel),
#else
#define CUDA_KERNEL(kernel)
#endif

/** True when the kernel takes the floating types of the node's values. */
bool kernel_takes_types(const struct kernel *kernel, const struct node *node);

/** True when the kernel can compute the node here. */
bool kernel_can_run(const struct kernel *kernel, const struct node *node);

/** In which of a graph's floating types (struct number_types) an operation computes. See engine/graph/precision.c. */
enum op_precision {
    OP_WIDE,    /* the wide one: exponentials, sums over a whole image, losses */
    OP_NARROW,  /* the narrow one: products of many numbers, where the processor gains most */
    OP_FOLLOW,  /* narrow if its inputs are computed so, else wide: what passes over memory once */
    OP_FLOAT32, /* float32 always: what is compared with numbers that are float32 everywhere */
};

/** What an operation is. One constant table per operation. */
struct op {
    /** "conv2d". */
    const char *name;
    /**
     * The shape rule: checks the inputs, adds the outputs with node_add_output. On failure sets the error (ERROR_CONFIG;
     * the graph adds the node's name and the config's place).
     */
    bool (*infer)(struct graph *graph, struct node *node, struct error *error);
    /**
     * The gradient rule: given the gradient of each output (NULL where none flows), adds backward nodes and sets the
     * gradient of each input that has needs_gradient (others may stay NULL). NULL: not differentiable.
     */
    void (*differentiate)(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                          struct value *input_gradients[]);
    struct op_cost (*cost)(const struct node *node);
    /** Bit i: output 0 may use the memory of input i when that input dies here. */
    unsigned in_place;
    /** Bit i: input i is a buffer that the node updates (running statistics). */
    unsigned updates;
    /** The type of output 0, and of all outputs of OP_WIDE and OP_FLOAT32; other outputs are wide. */
    enum op_precision precision;
    /** Bit i: input i is taken in the type of `precision`, and decides OP_FOLLOW; others are wide. 0: all are. */
    unsigned narrow_inputs;
    /** Bit i: input i is taken in the type in which it is stored or given. */
    unsigned stored_inputs;
    /** Works on any layout, as long as all rank-4 inputs and outputs have the same one (elementwise). */
    bool any_layout;
    /**
     * True when output 0 is input 0 byte for byte, given their layouts (a reshape): the plan gives both the same memory
     * where it can and then does not run the node. NULL: never.
     */
    bool (*is_view)(const struct node *node);
    /**
     * Writes, in a few words, what the time of its kernels depends on besides types, shapes and layouts of its values. NULL: they
     * are never chosen by timing, which gives them memory that holds any numbers.
     */
    void (*format_attributes)(const struct node *node, struct text *text);
    /** Kernels, fastest first, ended by NULL. */
    const struct kernel *const *kernels;
};

/** Adds an output to a node; for shape rules. */
struct value *node_add_output(struct graph *graph, struct node *node, enum dtype dtype, struct shape shape);

#endif
