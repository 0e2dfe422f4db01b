/* test_plan.c: random graphs: no two values that are alive together overlap, and reuse never costs memory. */
#include "engine/graph/plan.h"

#include <stdio.h>

#include "engine/graph/op.h"
#include "tests/unit/unit.h"

#define MAX_VALUES 256

struct sizes {
    int count;
    int64_t size[NODE_MAX_OUTPUTS];
};

static bool infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct sizes *sizes = node->attributes;
    for (int i = 0; i < sizes->count; i++)
        node_add_output(graph, node, DTYPE_F32, SHAPE(sizes->size[i]));
    return true;
}

static bool is_view(const struct node *node)
{
    return node->inputs[0]->shape.size[0] == node->outputs[0]->shape.size[0];
}

static const struct op copying = {.name = "copying", .infer = infer};
static const struct op in_place = {.name = "in_place", .infer = infer, .in_place = 3};
static const struct op viewing = {.name = "viewing", .infer = infer, .is_view = is_view};

static struct value *random_value(const struct graph *graph, struct rng *rng)
{
    return graph_get_value(graph, (int)rng_below(rng, (uint32_t)graph_value_count(graph)));
}

/* Nodes with one to three inputs and outputs, some views, some in place, some kept, some parameters' gradients. */
static struct graph *random_graph(uint64_t index)
{
    struct rng rng = rng_make(1, RNG_TEST, 0, index);
    struct graph *graph = graph_create();
    struct init zeros = {.kind = INIT_CONSTANT};
    graph_input(graph, "x", DTYPE_F32, SHAPE(16));
    struct value *parameter = graph_parameter(graph, "p", SHAPE(16), zeros);
    struct value *other = graph_parameter(graph, "q", SHAPE(32), zeros);
    static const struct op *const ops[] = {&copying, &in_place, &viewing};
    int nodes = 1 + (int)rng_below(&rng, 40);
    for (int i = 0; i < nodes; i++) {
        struct value *inputs[2] = {random_value(graph, &rng), random_value(graph, &rng)};
        struct sizes sizes = {.count = 1 + (int)rng_below(&rng, 3)};
        for (int j = 0; j < sizes.count; j++)
            sizes.size[j] = 16 << rng_below(&rng, 3);
        struct node *node = graph_add(graph, ops[rng_below(&rng, 3)], inputs, 2, &sizes, sizeof sizes);
        if (rng_below(&rng, 8) == 0)
            graph_keep(graph, node->outputs[0]);
        struct value *output = node->outputs[sizes.count - 1];
        struct value *of = output->shape.size[0] == 16 ? parameter : other;
        if (rng_below(&rng, 8) == 0 && output->shape.size[0] <= 32 && of->gradient == NULL) {
            of->gradient = output;
            output->gradient_of = of;
        }
    }
    return graph;
}

/* What the plan says about a value, found without its help where that is possible. */
struct life {
    const struct value *value;
    enum home home;
    const void *parameter;
    size_t begin, end;
    int first, last;
};

static int find_lives(const struct graph *graph, const struct plan *plan, struct life *lives)
{
    int count = 0;
    for (int i = 0; i < graph_value_count(graph); i++) {
        const struct value *value = graph_get_value(graph, i);
        const struct storage *storage = &plan->storages[plan->storage_of[i]];
        struct life life = {value, storage->home, storage->parameter, storage->offset, 0, -1, -1};
        life.end = life.begin + (size_t)shape_count(&value->shape) * 4;
        life.first = life.last = value->producer != NULL ? value->producer->index : -1;
        bool lasting = value->kept || value->kind != VALUE_RESULT ||
                       (value->gradient_of != NULL && value->gradient_of->gradient == value);
        for (int j = 0; j < graph_node_count(graph); j++)
            for (int k = 0; k < graph_get_node(graph, j)->input_count; k++)
                if (graph_get_node(graph, j)->inputs[k] == value)
                    life.last = j;
        if (lasting)
            life.last = graph_node_count(graph);
        lives[count++] = life;
    }
    return count;
}

/* True when b is a view of a, of a view of a, ...: then both may hold the same bytes at the same time. */
static bool shows(const struct plan *plan, const struct value *b, const struct value *a)
{
    while (b->producer != NULL && b->producer->outputs[0] == b && plan->is_skipped[b->producer->index]) {
        b = b->producer->inputs[0];
        if (b == a)
            return true;
    }
    return false;
}

/* A common origin of two views. */
static bool are_one(const struct graph *graph, const struct plan *plan, const struct value *a, const struct value *b)
{
    if (shows(plan, a, b) || shows(plan, b, a))
        return true;
    for (int i = 0; i < graph_value_count(graph); i++)
        if (shows(plan, a, graph_get_value(graph, i)) && shows(plan, b, graph_get_value(graph, i)))
            return true;
    return false;
}

/* b may be written where a lies when a's last reader is b's producer, which says that it can. */
static bool may_overwrite(const struct life *a, const struct life *b)
{
    const struct node *node = b->value->producer;
    return node != NULL && node->op == &in_place && node->outputs[0] == b->value && a->last <= b->first &&
           a->value->shape.size[0] == b->value->shape.size[0];
}

static void check_plan(const struct graph *graph, const struct plan *plan)
{
    struct life lives[MAX_VALUES];
    int count = find_lives(graph, plan, lives);
    for (int i = 0; i < count; i++)
        for (int j = 0; j < i; j++) {
            const struct life *a = &lives[i], *b = &lives[j];
            bool same_place = a->home == b->home && (a->home < HOME_PARAMETER || a->parameter == b->parameter);
            bool overlap = same_place && a->begin < b->end && b->begin < a->end;
            bool together = a->first <= b->last && b->first <= a->last;
            if (!overlap || !together || are_one(graph, plan, a->value, b->value))
                continue;
            ck_assert_msg(may_overwrite(a, b) || may_overwrite(b, a), "'%s' and '%s' overlap", a->value->name,
                          b->value->name);
        }
    for (int i = 0; i < count; i++)
        ck_assert_uint_le(lives[i].home == HOME_ARENA ? lives[i].end : 0, plan->arena_bytes);
}

START_TEST(test_values_that_live_together_do_not_overlap)
{
    int shared = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        struct graph *graph = random_graph(i);
        size_t *scratch = calloc((size_t)graph_node_count(graph), sizeof *scratch);
        struct plan plan;
        plan_init(&plan, graph, scratch);
        check_plan(graph, &plan);
        ck_assert_uint_le(plan.value_bytes, plan.unplanned_bytes);
        shared += plan.value_bytes < plan.unplanned_bytes;
        for (int j = 0; j < graph_node_count(graph); j++)
            shared += plan.is_skipped[j];
        plan_finish(&plan);
        free(scratch);
        graph_destroy(&graph);
    }
    ck_assert_int_gt(shared, 2000);
}
END_TEST

/* A chain of n nodes of one size needs two places, or one where each can work in place. */
static size_t chain_bytes(const struct op *op, size_t scratch_size)
{
    struct graph *graph = graph_create();
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(64));
    size_t scratch[10];
    for (int i = 0; i < 10; i++) {
        struct sizes sizes = {.count = 1, .size = {64}};
        x = graph_add(graph, op, &x, 1, &sizes, sizeof sizes)->outputs[0];
        scratch[i] = scratch_size;
    }
    struct plan plan;
    plan_init(&plan, graph, scratch);
    size_t bytes = plan.arena_bytes;
    ck_assert_uint_eq(plan.unplanned_bytes, 10 * 256);
    plan_finish(&plan);
    graph_destroy(&graph);
    return bytes;
}

START_TEST(test_a_chain_reuses_the_memory_of_what_is_dead)
{
    ck_assert_uint_eq(chain_bytes(&copying, 0), 2 * 256);
    ck_assert_uint_eq(chain_bytes(&in_place, 0), 256);
    ck_assert_uint_eq(chain_bytes(&viewing, 0), 0);
    ck_assert_uint_eq(chain_bytes(&in_place, 1000), 256 + 1024);
}
END_TEST

START_TEST(test_packing_is_optimal_for_nested_lives)
{
    struct span spans[] = {{64, 0, 9, 0}, {128, 1, 3, 0}, {128, 4, 6, 0}, {64, 7, 9, 0}, {256, 2, 2, 0}};
    ck_assert_uint_eq(spans_pack(spans, 5), 64 + 128 + 256);
}
END_TEST

UNIT_MAIN("plan", test_values_that_live_together_do_not_overlap, test_a_chain_reuses_the_memory_of_what_is_dead,
          test_packing_is_optimal_for_nested_lives)
