/* test_device.c: programs, parameters and state dicts on a device whose memory the host may not touch. */
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/program.h"
#include "engine/ops/ops.h"
#include "runner/train/state_dict.h"
#include "runner/train/summary.h"
#include "tests/unit/far_device.h"
#include "tests/unit/unit.h"

/* y = relu(x * weight), kept. */
struct network {
    struct graph *graph;
    struct parameters *parameters;
    struct program *program;
    struct value *x, *y;
};

static struct network network_create(struct device *device)
{
    struct error error = ERROR_INIT;
    struct network network = {.graph = graph_create()};
    struct value *weight =
        graph_parameter(network.graph, "weight", SHAPE(3, 2), (struct init){.kind = INIT_UNIFORM, .a = 1, .b = 2});
    network.x = graph_input(network.graph, "x", DTYPE_F32, SHAPE(1, 2));
    network.y = relu(network.graph, linear(network.graph, network.x, weight, NULL));
    graph_keep(network.graph, network.y);
    network.parameters = parameters_create(network.graph, device, 1, &error);
    ck_ok(network.parameters != NULL, error);
    struct program_options options = {.device = device, .threads = 1};
    network.program = program_create(network.graph, network.parameters, &options, &error);
    ck_ok(network.program != NULL, error);
    return network;
}

static void network_destroy(struct network *network)
{
    program_destroy(&network->program);
    parameters_destroy(&network->parameters);
    graph_destroy(&network->graph);
}

static void network_run(struct network *network, float y[3])
{
    static const float x[] = {1, 2};
    program_write(network->program, network->x, x);
    program_run(network->program);
    memcpy(y, program_read(network->program, network->y), 3 * sizeof *y);
}

START_TEST(test_a_far_device_gives_what_the_processor_gives)
{
    struct network near = network_create(NULL), away = network_create(far_device_create(false));
    float wanted[3], found[3];
    network_run(&near, wanted);
    network_run(&away, found);
    ck_assert_float_gt(wanted[0], 2.9F);
    ck_assert_mem_eq(found, wanted, sizeof wanted);
    ck_assert_str_eq(far.entered, "relu");
    network_destroy(&near);
    network_destroy(&away);
}
END_TEST

START_TEST(test_a_result_is_read_once_a_run)
{
    struct network network = network_create(far_device_create(false));
    float y[3];
    ck_assert_int_eq(far.writes, 2); /* weights and buffers */
    network_run(&network, y);
    ck_assert_int_eq(far.writes, 3);
    ck_assert_ptr_eq(program_read(network.program, network.y), program_read(network.program, network.y));
    ck_assert_int_eq(far.reads, 1);
    network_run(&network, y);
    ck_assert_int_eq(far.reads, 2);
    network_destroy(&network);
}
END_TEST

START_TEST(test_a_run_is_recorded_the_second_time_and_replayed)
{
    struct network network = network_create(far_device_create(true));
    float y[3];
    network_run(&network, y);
    ck_assert_int_eq(far.recordings + far.replays, 0);
    network_run(&network, y);
    network_run(&network, y);
    ck_assert_int_eq(far.recordings, 1);
    ck_assert_int_eq(far.replays, 2);
    network_destroy(&network);
    ck_assert_int_eq(far.recordings, 0);
}
END_TEST

START_TEST(test_what_cannot_be_recorded_is_told_each_time)
{
    struct network network = network_create(far_device_create(true));
    float y[3];
    far.refuses_to_record = true;
    for (int i = 0; i < 4; i++)
        network_run(&network, y);
    ck_assert_int_eq(far.recordings, 1);
    ck_assert_int_eq(far.replays, 0);
    network_destroy(&network);
}
END_TEST

START_TEST(test_a_state_dict_is_fetched_and_applied)
{
    struct error error = ERROR_INIT;
    struct network network = network_create(far_device_create(false));
    const struct parameter *weight = parameters_find(network.parameters, "weight");
    struct state_dict dict;
    state_dict_init(&dict, network.parameters, NULL, NULL);
    ck_ok(state_dict_fetch(&dict, &error), error);
    ck_assert_int_eq(far.reads, 1);
    ck_assert_ptr_ne(dict.items[0].tensor.data, weight->tensor.data);
    ck_assert_mem_eq(dict.items[0].tensor.data, weight->tensor.data, 6 * sizeof(float));
    state_dict_finish(&dict);
    network_destroy(&network);
}
END_TEST

START_TEST(test_a_planned_device_has_memory_known_and_no_more)
{
    struct error error = ERROR_INIT;
    ck_assert_ptr_eq(device_planned(BACKEND_CPU), device_cpu());
    ck_assert(!device_is_host(device_planned(BACKEND_CUDA)));
    ck_assert_str_eq(backend_name(BACKEND_CUDA), "cuda");
    ck_assert_int_eq(device_count(BACKEND_CPU, &error), 1);
    ck_assert_ptr_eq(device_open(BACKEND_CPU, 0, &error), device_cpu());
}
END_TEST

START_TEST(test_a_gpus_memory_is_told_apart_from_the_hosts)
{
    const struct footprint footprint = {
        .programs = {.parameters = 3 << 20}, .optimizer = 6 << 20, .data = 5 << 20, .copies = 2 << 20};
    struct text text = TEXT_INIT;
    summary_format_memory(&footprint, BACKEND_CUDA, &text);
    const char *gpu = strstr(text_string(&text), "memory on the gpu\n"), *cpu = strstr(gpu, "memory on the cpu\n");
    ck_assert_ptr_nonnull(strstr(gpu, "peak                               11.0 MiB\n"));
    ck_assert_ptr_nonnull(strstr(gpu, "inputs                              2.0 MiB\n"));
    ck_assert(strstr(gpu, "peak") < cpu);
    ck_assert_ptr_nonnull(strstr(cpu, "peak                                5.0 MiB\n"));
    ck_assert_ptr_null(strstr(cpu, "parameters"));
    text_finish(&text);
}
END_TEST

/* float64 is the processor's alone. */
START_TEST(test_a_node_without_a_kernel_is_named)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    graph_set_types(graph, &(struct number_types){DTYPE_F64, DTYPE_F64, DTYPE_F64});
    graph_enter(graph, "head");
    graph_keep(graph, softmax(graph, graph_parameter(graph, "weight", SHAPE(3, 2), (struct init){0})));
    struct program_options options = {.device = device_planned(BACKEND_CUDA)};
    ck_assert_ptr_null(program_create(graph, NULL, &options, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_str_eq(error.message, "'head.softmax': wanted a kernel of cuda for 'softmax' in float64, found none");
    ck_assert_str_eq(error.hint, "use accelerator: cpu, which computes everything");
    graph_destroy(&graph);
}
END_TEST

UNIT_MAIN("device", test_a_far_device_gives_what_the_processor_gives, test_a_result_is_read_once_a_run,
          test_a_run_is_recorded_the_second_time_and_replayed, test_what_cannot_be_recorded_is_told_each_time,
          test_a_state_dict_is_fetched_and_applied, test_a_planned_device_has_memory_known_and_no_more,
          test_a_gpus_memory_is_told_apart_from_the_hosts, test_a_node_without_a_kernel_is_named)
