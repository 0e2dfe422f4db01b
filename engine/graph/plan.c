/* plan.c: which values share memory, how long each lives, and where it lies. */
#include "engine/graph/plan.h"

#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/op.h"

static size_t round_up(size_t bytes)
{
    return (bytes + PLAN_ALIGNMENT - 1) / PLAN_ALIGNMENT * PLAN_ALIGNMENT;
}

static size_t value_bytes(const struct value *value)
{
    return (size_t)shape_count(&value->shape) * dtype_size(value->dtype);
}

/* What the plan works with besides what it answers. */
struct planning {
    struct plan *plan;
    const struct graph *graph;
    /* By index of the value: the last node that reads it; -1: none. */
    int *last_use;
};

/* The parameter whose final gradient this value is; NULL for every other value. */
static const struct value *value_bound_parameter(const struct value *value)
{
    const struct value *parameter = value->gradient_of;
    return parameter != NULL && parameter->kind == VALUE_PARAMETER && parameter->gradient == value ? parameter : NULL;
}

static void find_last_uses(const struct planning *planning)
{
    for (int i = 0; i < graph_value_count(planning->graph); i++)
        planning->last_use[i] = -1;
    for (int i = 0; i < graph_node_count(planning->graph); i++) {
        const struct node *node = graph_get_node(planning->graph, i);
        for (int j = 0; j < node->input_count; j++)
            if (node->inputs[j] != NULL)
                planning->last_use[node->inputs[j]->index] = i;
    }
}

/* A storage that holds this value alone so far. */
static void storage_add(const struct planning *planning, const struct value *value, enum home home, int first)
{
    struct plan *plan = planning->plan;
    int last = planning->last_use[value->index];
    plan->storages[plan->storage_count] = (struct storage){
        .home = home,
        .bytes = round_up(value_bytes(value)),
        .first = first,
        .last = last > first ? last : first,
        .parameter = value,
    };
    plan->storage_of[value->index] = plan->storage_count++;
}

static void storage_join(const struct planning *planning, struct storage *storage, const struct value *value)
{
    int last = planning->last_use[value->index];
    if (last > storage->last)
        storage->last = last;
    planning->plan->storage_of[value->index] = (int)(storage - planning->plan->storages);
}

static struct storage *storage_find(const struct planning *planning, const struct value *value)
{
    int index = value != NULL ? planning->plan->storage_of[value->index] : -1;
    return index >= 0 ? &planning->plan->storages[index] : NULL;
}

/* Lets output 0 of a view be its input. Not when that would bind one storage to two places. */
static bool join_view(const struct planning *planning, const struct node *node)
{
    const struct value *output = node->outputs[0], *parameter = value_bound_parameter(output);
    if (node->op->is_view == NULL || !node->op->is_view(node) || node->inputs[0]->kind == VALUE_BUFFER)
        return false;
    struct storage *storage = storage_find(planning, node->inputs[0]);
    if (parameter != NULL && storage->home != HOME_ARENA)
        return false;
    if (parameter != NULL) {
        storage->home = HOME_GRADIENT;
        storage->parameter = parameter;
    } else if (output->kept && storage->home == HOME_ARENA) {
        storage->home = HOME_OWN;
    }
    storage_join(planning, storage, output);
    planning->plan->is_skipped[node->index] = true;
    return true;
}

static int count_inputs_in(const struct planning *planning, const struct node *node, const struct storage *storage)
{
    int count = 0;
    for (int i = 0; i < node->input_count; i++)
        count += storage_find(planning, node->inputs[i]) == storage;
    return count;
}

/* Lets output 0 overwrite an input that nobody reads after this node. */
static bool join_in_place(const struct planning *planning, const struct node *node)
{
    const struct value *output = node->outputs[0];
    if (output->kept || value_bound_parameter(output) != NULL)
        return false;
    for (int i = 0; i < node->input_count; i++) {
        struct storage *storage = storage_find(planning, node->inputs[i]);
        if ((node->op->in_place >> i & 1) == 0 || storage == NULL || storage->home != HOME_ARENA ||
            storage->last > node->index || storage->bytes != round_up(value_bytes(output)) ||
            value_bytes(node->inputs[i]) != value_bytes(output) || count_inputs_in(planning, node, storage) != 1)
            continue;
        storage_join(planning, storage, output);
        return true;
    }
    return false;
}

static void place_outputs(const struct planning *planning, const struct node *node)
{
    for (int i = 0; i < node->output_count; i++) {
        const struct value *output = node->outputs[i], *parameter = value_bound_parameter(output);
        if (parameter == NULL)
            planning->plan->unplanned_bytes += round_up(value_bytes(output));
        if (i == 0 && (join_view(planning, node) || join_in_place(planning, node)))
            continue;
        enum home home = output->kept ? HOME_OWN : HOME_ARENA;
        storage_add(planning, output, parameter != NULL ? HOME_GRADIENT : home, node->index);
        if (parameter != NULL)
            planning->plan->storages[planning->plan->storage_count - 1].parameter = parameter;
    }
}

static void place_values(const struct planning *planning)
{
    const struct graph *graph = planning->graph;
    for (int i = 0; i < graph_value_count(graph); i++) {
        const struct value *value = graph_get_value(graph, i);
        planning->plan->storage_of[i] = -1;
        if (value->kind != VALUE_RESULT)
            storage_add(planning, value, value->kind == VALUE_INPUT ? HOME_OWN : HOME_PARAMETER, 0);
    }
    for (int i = 0; i < graph_node_count(graph); i++)
        place_outputs(planning, graph_get_node(graph, i));
}

/* Packs the arena twice: without scratch to know what the values alone take, then with it. */
static void pack_arena(struct plan *plan, const size_t *scratch_bytes, int node_count)
{
    struct span *spans = memory_allocate((size_t)plan->storage_count + (size_t)node_count, sizeof *spans);
    int count = 0;
    for (int i = 0; i < plan->storage_count; i++)
        if (plan->storages[i].home == HOME_ARENA)
            spans[count++] = (struct span){plan->storages[i].bytes, plan->storages[i].first, plan->storages[i].last, 0};
    plan->value_bytes = spans_pack(spans, count);
    for (int i = 0; i < node_count; i++)
        spans[count + i] = (struct span){round_up(plan->is_skipped[i] ? 0 : scratch_bytes[i]), i, i, 0};
    plan->arena_bytes = spans_pack(spans, count + node_count);
    for (int i = 0; i < node_count; i++)
        plan->scratch_offsets[i] = spans[count + i].offset;
    for (int i = plan->storage_count - 1; i >= 0; i--)
        if (plan->storages[i].home == HOME_ARENA)
            plan->storages[i].offset = spans[--count].offset;
    memory_free(spans);
}

void plan_init(struct plan *plan, const struct graph *graph, const size_t *scratch_bytes)
{
    size_t value_count = (size_t)graph_value_count(graph), node_count = (size_t)graph_node_count(graph);
    *plan = (struct plan){
        .storages = memory_allocate(value_count, sizeof *plan->storages),
        .storage_of = memory_allocate(value_count, sizeof *plan->storage_of),
        .is_skipped = memory_allocate(node_count, sizeof *plan->is_skipped),
        .scratch_offsets = memory_allocate(node_count, sizeof *plan->scratch_offsets),
    };
    struct planning planning = {plan, graph, memory_allocate(value_count, sizeof(int))};
    find_last_uses(&planning);
    place_values(&planning);
    memory_free(planning.last_use);
    for (int i = 0; i < plan->storage_count; i++)
        if (plan->storages[i].home == HOME_OWN) {
            plan->storages[i].offset = plan->own_bytes;
            plan->own_bytes += plan->storages[i].bytes;
        }
    pack_arena(plan, scratch_bytes, (int)node_count);
}

void plan_finish(struct plan *plan)
{
    memory_free(plan->storages);
    memory_free(plan->storage_of);
    memory_free(plan->is_skipped);
    memory_free(plan->scratch_offsets);
    *plan = (struct plan){0};
}
