/* test_bind.c: a checked node becomes a parameter struct with a field of every type, and an object. */
#include "runner/build/bind.h"

#include <string.h>

#include "engine/base/memory.h"
#include "tests/unit/build/example.h"
#include "tests/unit/unit.h"

/* An object that remembers its parameters; how many are alive is counted. */
struct example {
    struct transform transform;
    struct example_params params;
};

static int alive;

static void example_destroy(struct transform *transform)
{
    struct example *example = (struct example *)transform;
    transform_destroy(&example->params.inner);
    transform_destroy(&example->params.maybe_inner);
    transform_list_finish(&example->params.others);
    memory_free(example);
    alive--;
}

static const struct transform_interface interface = {.destroy = example_destroy};

struct transform *example_create(const struct example_params *params, struct error *error)
{
    if (params->number == 10) {
        error_set(error, ERROR_CONFIG, "10 is too many");
        return NULL;
    }
    struct example *example = memory_allocate(1, sizeof *example);
    example->transform.interface = &interface;
    example->params = *params;
    alive++;
    return &example->transform;
}

struct transform *empty_create(const struct empty_params *params, struct error *error)
{
    (void)params;
    static const struct example_params none = {0};
    return example_create(&none, error);
}

struct run *example_run_create(const struct example_run_params *params, struct error *error)
{
    (void)params;
    error_set(error, ERROR_CONFIG, "this test makes no runs");
    return NULL;
}

/* Nodes as the check leaves them. */
static struct arena arena;

static struct config_node *make_scalar(const char *text)
{
    return config_node_create_scalar(&arena, text, true, (struct span){0});
}

static struct config_node *make_list(size_t count, const char *const *texts)
{
    struct config_node *list = config_node_create(&arena, NODE_LIST, (struct span){0});
    for (size_t i = 0; i < count; i++)
        config_node_append(&arena, list, make_scalar(texts[i]));
    return list;
}

static void set(struct config_node *map, const char *key, struct config_node *value)
{
    config_node_set(&arena, map, key, (struct span){0}, value);
}

static struct config_node *make_component(const char *name, int line)
{
    struct span span = {.mark = {.source = line > 0 ? "a.yaml" : NULL, .line = line, .column = 1}, .width = 1};
    struct config_node *map = config_node_create(&arena, NODE_MAP, span);
    set(map, "type", make_scalar(name));
    map->component = registry_find_name(name);
    return map;
}

static struct config_node *make_example(int line)
{
    static const struct {
        const char *key;
        const char *text;
    } scalars[] = {
        {"flag", "true"},           {"large", "9007199254740993"}, {"amount_of_it", "1e-5"}, {"title", "null"},
        {"direction", "top-right"}, {"maybe_integer", "4"},        {"maybe_number", "0.5"},  {"share", "0.25"},
    };
    struct config_node *map = make_component("Example", line);
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
        set(map, scalars[i].key, make_scalar(scalars[i].text));
    set(map, "number", make_scalar("007"));
    set(map, "subtitle", config_node_create(&arena, NODE_NULL, (struct span){0}));
    set(map, "maybe_flag", config_node_create(&arena, NODE_NULL, (struct span){0}));
    set(map, "integers", make_list(3, (const char *const[]){"-1", "08", "3"}));
    set(map, "numbers", make_list(0, NULL));
    set(map, "strings", make_list(2, (const char *const[]){"", "say \"hi\"\n\\ [\xc3\xa9]"}));
    set(map, "inner", make_component("Empty", 0));
    set(map, "maybe_inner", config_node_create(&arena, NODE_NULL, (struct span){0}));
    struct config_node *others = config_node_create(&arena, NODE_LIST, (struct span){0});
    config_node_append(&arena, others, make_component("Empty", 7));
    config_node_append(&arena, others, make_component("Empty", 8));
    set(map, "others", others);
    return map;
}

static struct example *build(const struct config_node *node)
{
    struct error error = ERROR_INIT;
    void *object = bind_create(node->component, node, &arena, &error);
    ck_ok(object != NULL, error);
    return object;
}

START_TEST(test_every_scalar_is_bound_as_its_type)
{
    struct example *example = build(make_example(1));
    const struct example_params *params = &example->params;
    ck_assert(params->flag);
    ck_assert_int_eq(params->number, 7);
    ck_assert_int_eq(params->large, 9007199254740993);
    ck_assert_double_eq(params->amount_of_it, 1e-5);
    ck_assert_str_eq(params->title, "null");
    ck_assert_ptr_null(params->subtitle);
    ck_assert_int_eq(params->direction, DIRECTION_TOP_RIGHT);
    ck_assert_int_eq(*params->maybe_integer, 4);
    ck_assert_double_eq(*params->maybe_number, 0.5);
    ck_assert_ptr_null(params->maybe_flag);
    ck_assert(params->share.is_fraction);
    ck_assert_double_eq(params->share.number, 0.25);
    registry_destroy(KIND_TRANSFORM, example);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_lists_and_children_are_bound_in_order)
{
    struct example *example = build(make_example(1));
    const struct example_params *params = &example->params;
    ck_assert_uint_eq(params->integers.count, 3);
    ck_assert_int_eq(params->integers.items[0], -1);
    ck_assert_int_eq(params->integers.items[1], 8);
    ck_assert_int_eq(params->integers.items[2], 3);
    ck_assert_uint_eq(params->numbers.count, 0);
    ck_assert_uint_eq(params->strings.count, 2);
    ck_assert_str_eq(params->strings.items[0], "");
    ck_assert_str_eq(params->strings.items[1], "say \"hi\"\n\\ [\xc3\xa9]");
    ck_assert_ptr_nonnull(params->inner);
    ck_assert_ptr_null(params->maybe_inner);
    ck_assert_uint_eq(params->others.count, 2);
    ck_assert_int_eq(alive, 4);
    registry_destroy(KIND_TRANSFORM, example);
    ck_assert_int_eq(alive, 0);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_a_count_is_no_fraction)
{
    struct config_node *node = make_example(1);
    set(node, "share", make_scalar("10"));
    struct example *example = build(node);
    ck_assert(!example->params.share.is_fraction);
    ck_assert_double_eq(example->params.share.number, 10);
    registry_destroy(KIND_TRANSFORM, example);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_long_lists_and_strings_are_bound_whole)
{
    enum { COUNT = 50000 };
    struct config_node *node = make_example(1);
    struct config_node *list = config_node_create(&arena, NODE_LIST, (struct span){0});
    for (int i = 0; i < COUNT; i++)
        config_node_append(&arena, list, make_scalar("5"));
    set(node, "integers", list);
    char *title = arena_allocate(&arena, COUNT + 1, 1);
    memset(title, 'x', COUNT);
    set(node, "title", make_scalar(title));
    struct example *example = build(node);
    ck_assert_uint_eq(example->params.integers.count, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_int_eq(example->params.integers.items[i], 5);
    ck_assert_str_eq(example->params.title, title);
    registry_destroy(KIND_TRANSFORM, example);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_a_failing_constructor_points_at_its_node_and_leaves_nothing)
{
    struct config_node *bad = make_example(9);
    set(bad, "number", make_scalar("10"));
    struct config_node *node = make_example(1);
    config_node_append(&arena, config_node_find(node, "others"), bad);
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(bind_create(node->component, node, &arena, &error));
    ck_assert_str_eq(error.message, "10 is too many");
    ck_assert_str_eq(error.mark.source, "a.yaml");
    ck_assert_int_eq(error.mark.line, 9);
    ck_assert_int_eq(alive, 0);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_what_libcyaml_refuses_is_an_error)
{
    struct config_node *node = make_example(3);
    set(node, "large", make_scalar("92233720368547758080"));
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(bind_create(node->component, node, &arena, &error));
    ck_assert_str_eq(error.message, "the fields of 'Example' cannot be bound: Invalid value");
    ck_assert_int_eq(error.mark.line, 3);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("bind", test_every_scalar_is_bound_as_its_type, test_lists_and_children_are_bound_in_order,
          test_a_count_is_no_fraction, test_long_lists_and_strings_are_bound_whole,
          test_a_failing_constructor_points_at_its_node_and_leaves_nothing, test_what_libcyaml_refuses_is_an_error)
