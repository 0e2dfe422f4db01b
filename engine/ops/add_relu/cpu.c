/* cpu.c: max(x + y, 0) on any layout, by all threads. */
#include "engine/backends/cpu/elementwise.h"
#include "engine/ops/add_relu/add_relu.h"
#include "engine/ops/value_view.h"

ELEMENTWISE(add_relu, x + y < 0 ? 0 : x + y)

const struct kernel add_relu_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = add_relu_run};
