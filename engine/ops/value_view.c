/* value_view.c: where the elements of a value lie. */
#include "engine/ops/value_view.h"

static int64_t divide_up(int64_t count, int64_t block)
{
    return (count + block - 1) / block;
}

struct value_view value_view(const struct value *value)
{
    const int64_t *size = value->shape.size;
    if (value->shape.rank != 4)
        return (struct value_view){1, shape_count(&value->shape), 1, 1};
    int64_t pixels = size[2] * size[3];
    switch (value->layout) {
    case LAYOUT_CHANNELS_LAST:
        return (struct value_view){size[0], pixels, size[1], 1};
    case LAYOUT_BLOCKED_8:
        return (struct value_view){size[0] * divide_up(size[1], 8), pixels, 8, divide_up(size[1], 8)};
    case LAYOUT_BLOCKED_16:
        return (struct value_view){size[0] * divide_up(size[1], 16), pixels, 16, divide_up(size[1], 16)};
    case LAYOUT_PLAIN:
        break;
    }
    return (struct value_view){size[0] * size[1], pixels, 1, size[1]};
}

int64_t value_storage_count(const struct value *value)
{
    struct value_view view = value_view(value);
    return view.groups * view.pixels * view.lanes;
}

/* Calls nothing twice: every value of a node, inputs first; NULL for an absent input. */
static const struct value *node_value(const struct node *node, int index)
{
    return index < node->input_count ? node->inputs[index] : node->outputs[index - node->input_count];
}

bool node_is_plain(const struct node *node)
{
    for (int i = 0; i < node->input_count + node->output_count; i++) {
        const struct value *value = node_value(node, i);
        if (value != NULL && value->shape.rank == 4 && value->layout != LAYOUT_PLAIN)
            return false;
    }
    return true;
}

bool node_has_one_layout(const struct node *node)
{
    const struct value *first = NULL;
    for (int i = 0; i < node->input_count + node->output_count; i++) {
        const struct value *value = node_value(node, i);
        if (value == NULL || value->shape.rank != 4)
            continue;
        if (first == NULL)
            first = value;
        else if (value->layout != first->layout)
            return false;
    }
    return true;
}
