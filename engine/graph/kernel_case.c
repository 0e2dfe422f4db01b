/* kernel_case.c: what a kernel's time depends on, in words. */
#include <inttypes.h>

#include "engine/graph/op.h"
#include "engine/graph/passes.h"

static void format_value(const struct value *value, struct text *text)
{
    if (value == NULL) {
        text_append(text, " -");
        return;
    }
    text_format(text, " %s", dtype_name(value->dtype));
    for (int i = 0; i < value->shape.rank; i++)
        text_format(text, "%c%" PRId64, i == 0 ? ' ' : 'x', value->shape.size[i]);
    if (value->shape.rank == 4)
        text_format(text, " %s", layout_name(value->layout));
}

void node_format_case(const struct node *node, struct text *text)
{
    text_append(text, node->op->name);
    for (int i = 0; i < node->input_count; i++) {
        text_append(text, i > 0 ? "," : "");
        format_value(node->inputs[i], text);
    }
    text_append(text, " ->");
    for (int i = 0; i < node->output_count; i++) {
        text_append(text, i > 0 ? "," : "");
        format_value(node->outputs[i], text);
    }
    text_append(text, "; ");
    node->op->format_attributes(node, text);
}
