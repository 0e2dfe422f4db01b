/* cpu.c: x + y on any layout, by all threads. */
#include "engine/backends/cpu/elementwise.h"
#include "engine/ops/add/add.h"
#include "engine/ops/value_view.h"

ELEMENTWISE(add, x + y)

const struct kernel add_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = add_run};
