/* value_view.c: where the elements of a value lie. */
#include "engine/ops/value_view.h"

#include <string.h>

#include "engine/ops/reorder/reorder.h"

#define LANES 16
#define PART_STEPS 256

struct value_view value_view(const struct value *value)
{
    const int64_t *size = value->shape.size;
    int64_t lanes = layout_block(value), image_groups = lanes > 0 ? size[1] / lanes : 0;
    return (struct value_view){
        .groups = size[0] * image_groups,
        .pixels = size[2] * size[3],
        .lanes = lanes,
        .image_groups = image_groups,
    };
}

/* Pixels of 1, 2, 4, 8 or 16 lanes are taken sixteen floats at a time, pixel after pixel. */
static bool is_dense(const struct value_view *view)
{
    return view->lanes <= LANES && LANES % view->lanes == 0;
}

/* Neighbouring lanes that all pixels of a group have: the whole sixteens of a dense group, then what remains; else by sixteens. */
static int64_t strip_count(const struct value_view *view)
{
    return is_dense(view) ? 2 : (view->lanes + LANES - 1) / LANES;
}

/* The whole sixteens first, then what remains. */
static struct value_run dense_strip(const struct value_view *view, int64_t group, int64_t index)
{
    int64_t count = view->pixels * view->lanes, whole = count / LANES;
    struct value_run run = {.offset = group * count, .steps = whole, .stride = LANES, .width = LANES};
    if (index > 0) {
        run.offset += whole * LANES;
        run.width = (int)(count % LANES);
        run.steps = run.width > 0;
    }
    run.channel = group % view->image_groups * view->lanes;
    run.repeat = view->lanes;
    return run;
}

static struct value_run strip_at(const struct value_view *view, int64_t group, int64_t index)
{
    if (is_dense(view))
        return dense_strip(view, group, index);
    int64_t first = index * LANES;
    return (struct value_run){
        .offset = group * view->pixels * view->lanes + first,
        .steps = view->pixels,
        .stride = view->lanes,
        .width = (int)(view->lanes - first < LANES ? view->lanes - first : LANES),
        .channel = group % view->image_groups * view->lanes + first,
        .repeat = LANES,
    };
}

/* Parts of the longest strip. */
static int64_t part_count(const struct value_view *view)
{
    int64_t steps = is_dense(view) ? view->pixels * view->lanes / LANES : view->pixels;
    return steps > 0 ? (steps + PART_STEPS - 1) / PART_STEPS : 1;
}

int64_t value_run_count(const struct value_view *view)
{
    return strip_count(view) * part_count(view);
}

/* A part of all strips, then the next part. */
struct value_run value_run_at(const struct value_view *view, int64_t group, int64_t index)
{
    struct value_run run = strip_at(view, group, index % strip_count(view));
    int64_t start = index / strip_count(view) * PART_STEPS, rest = run.steps > start ? run.steps - start : 0;
    run.offset += start * run.stride;
    run.steps = rest < PART_STEPS ? rest : PART_STEPS;
    return run;
}

void value_run_spread(const struct value_run *run, struct numbers by_channel, float lanes[16])
{
    bool is_float = by_channel.dtype == DTYPE_F32;
    const float *floats = by_channel.data;
    for (int l = 0, at = 0; l < run->width; l++, at++) {
        at = at == run->repeat ? 0 : at;
        lanes[l] = is_float ? floats[run->channel + at] : (float)numbers_get(by_channel, run->channel + at);
    }
}

struct numbers input_numbers(const struct kernel_instance *instance, const struct kernel_run *run, int index)
{
    const struct value *value = index < instance->node->input_count ? instance->node->inputs[index] : NULL;
    return (struct numbers){value != NULL ? run->inputs[index] : NULL, value != NULL ? value->dtype : DTYPE_F32};
}

struct numbers output_numbers(const struct kernel_instance *instance, const struct kernel_run *run, int index)
{
    const struct value *value = index < instance->node->output_count ? instance->node->outputs[index] : NULL;
    return (struct numbers){value != NULL ? run->outputs[index] : NULL, value != NULL ? value->dtype : DTYPE_F32};
}

/* Every value of a node by number, inputs first; NULL for an absent input. */
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

bool node_has_no_blocks(const struct node *node)
{
    for (int i = 0; i < node->input_count + node->output_count; i++) {
        const struct value *value = node_value(node, i);
        if (value != NULL && (value->layout == LAYOUT_BLOCKED_8 || value->layout == LAYOUT_BLOCKED_16))
            return false;
    }
    return true;
}

bool node_has_one_layout_without_blocks(const struct node *node)
{
    return node_has_one_layout(node) && node_has_no_blocks(node);
}

bool value_memory_order(const struct value *value, int order[SHAPE_MAX_RANK])
{
    static const int plain[SHAPE_MAX_RANK] = {0, 1, 2, 3, 4, 5}, channels_last[SHAPE_MAX_RANK] = {0, 2, 3, 1};
    bool one_block = (value->layout == LAYOUT_BLOCKED_8 && value->shape.size[1] == 8) ||
                     (value->layout == LAYOUT_BLOCKED_16 && value->shape.size[1] == 16);
    bool is_last = value->layout == LAYOUT_CHANNELS_LAST || one_block;
    memcpy(order, is_last ? channels_last : plain, sizeof plain);
    return is_last || value->layout == LAYOUT_PLAIN;
}
