/* cpu.c: relu and its gradient on any layout, by all threads. */
#include "engine/backends/cpu/elementwise.h"
#include "engine/ops/relu/relu.h"
#include "engine/ops/value_view.h"

ELEMENTWISE(relu, x < 0 ? 0 : x)

/* x is the gradient, y the output. */
ELEMENTWISE(relu_backward, y > 0 ? x : 0)

const struct kernel relu_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = relu_run};
const struct kernel relu_backward_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = relu_backward_run};
