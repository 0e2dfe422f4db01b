/* test_device.c: programs, parameters and state dicts on a device whose memory the host may not touch. */
#include <stdio.h>
#include <string.h>

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

#define MIB ((size_t)1 << 20)

/* What is said of a run's memory on a GPU; to be freed. */
static char *format_gpu(const struct device_facts *facts, size_t optimizer)
{
    const struct footprint footprint = {.programs = {.parameters = 3 * MIB, .unknown = 100 * MIB},
                                        .optimizer = optimizer,
                                        .data = 5 * MIB,
                                        .copies = 2 * MIB,
                                        .device = facts};
    struct text text = TEXT_INIT;
    summary_format_memory(&footprint, BACKEND_CUDA, &text);
    return text_take(&text);
}

START_TEST(test_a_gpus_memory_is_told_apart_from_the_hosts)
{
    char *text = format_gpu(NULL, 6 * MIB);
    ck_assert_str_eq(text, "\nmemory on the gpu\n"
                           "  parameters                          3.0 MiB\n"
                           "  gradients                           0.0 MiB\n"
                           "  buffers                             0.0 MiB\n"
                           "  optimizer                           6.0 MiB\n"
                           "  inputs                              2.0 MiB\n"
                           "  activations                         0.0 MiB\n"
                           "    (without reuse of memory)         0.0 MiB\n"
                           "  scratch                             0.0 MiB\n"
                           "  libraries' scratch, at most       100.0 MiB\n"
                           "  CUDA and libraries, about         600.0 MiB\n"
                           "  peak                              711.0 MiB\n"
                           "fits on a GPU of 4 GiB\n"
                           "\nmemory on the cpu\n"
                           "  data made ahead                     5.0 MiB\n"
                           "  program and libraries               0.0 MiB\n"
                           "  peak                                5.0 MiB\n");
    free(text);
}
END_TEST

/* Whether that is the line behind the GPU's memory. */
static bool says(const struct device_facts *facts, size_t optimizer, const char *line)
{
    char *text = format_gpu(facts, optimizer);
    bool found = strstr(text, line) != NULL;
    free(text);
    return found;
}

START_TEST(test_which_gpu_has_enough_is_told)
{
    const struct device_facts full = {.name = "Far 100", .memory = (size_t)80 << 30, .free_memory = (size_t)1 << 30};
    ck_assert(says(NULL, 7 * 1024 * MIB, "MiB\nfits on a GPU of 10 GiB\n"));
    ck_assert(says(NULL, 70 * 1024 * MIB, "MiB\nfits on a GPU of 80 GiB\n"));
    ck_assert(says(NULL, 75 * 1024 * MIB, "MiB\nfits on a GPU of 96 GiB\n"));
    ck_assert(says(NULL, 500 * 1024 * MIB, "MiB\nfits on no GPU that is known here\n"));
    ck_assert(says(&full, 6 * MIB, "MiB\nfits on Far 100, which has 1.0 GiB free of 80.0 GiB\n"));
    ck_assert(says(&full, 1024 * MIB, "MiB\ndoes not fit on Far 100, which has 1.0 GiB free of 80.0 GiB\n"));
}
END_TEST

/* What a program says that does not fit; its inputs and results are 8 MiB, its weight and that's gradient 4 each. */
static struct error find_shortage(size_t limit)
{
    struct error error = ERROR_INIT;
    struct device *device = far_device_create(false);
    far.limit = limit;
    struct graph *graph = graph_create();
    struct value *weight =
        graph_parameter(graph, "weight", SHAPE(1024, 1024), (struct init){.kind = INIT_CONSTANT, .a = 1});
    struct value *x = graph_input(graph, "x", DTYPE_F32, SHAPE(1024, 1024));
    graph_keep(graph, relu(graph, relu(graph, linear(graph, x, weight, NULL))));
    struct parameters *parameters = parameters_create(graph, device, 1, &error);
    struct program_options options = {.device = device, .threads = 1};
    struct program *program = parameters != NULL ? program_create(graph, parameters, &options, &error) : NULL;
    ck_assert_ptr_null(program);
    parameters_destroy(&parameters);
    graph_destroy(&graph);
    ck_assert_ptr_null(far.account.blocks);
    return error;
}

START_TEST(test_memory_that_is_not_enough_says_who_has_it)
{
    struct error error = find_shortage(9 * MIB);
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    ck_assert_str_eq(error.message,
                     "not enough memory on 'Far 100': wanted 8.0 MiB for inputs and results, found 1.0 of "
                     "9.0 MiB free");
    ck_assert_str_eq(error.hint,
                     "this run holds 8.0 MiB: parameters 4.0, gradients 4.0\n"
                     "try a smaller data.batch_size (with trainer.accumulate_grad_batches the step stays as "
                     "large), precision: bf16-mixed\n"
                     "or trainer.activation_checkpointing; 'lrun check' shows what a config needs");
    error = find_shortage(6 * MIB);
    ck_assert_str_eq(error.message,
                     "not enough memory on 'Far 100': wanted 4.0 MiB for gradients, found 2.0 of 6.0 MiB free");
    error = find_shortage(2 * MIB);
    ck_assert_str_eq(error.message,
                     "not enough memory on 'Far 100': wanted 4.0 MiB for parameters, found 2.0 of 2.0 MiB free");
    ck_assert_ptr_nonnull(strstr(error.hint, "this run holds 0.0 MiB\ntry "));
}
END_TEST

START_TEST(test_an_account_tells_others_memory_and_what_is_too_much_to_list)
{
    static char blocks[20];
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                        "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"};
    struct memory_account account = {.purpose_count = 0};
    struct error error = ERROR_INIT;
    for (int i = 0; i < 20; i++)
        memory_account_add(&account, &blocks[i], MIB, names[i]);
    memory_account_remove(&account, &blocks[1]);
    memory_account_remove(&account, &blocks[19]);
    ck_assert(!memory_account_fail(&account, &(struct memory_shortage){"Far", 0, "FAR", 2 * MIB, 40 * MIB}, &error));
    ck_assert_str_eq(error.message, "not enough memory on 'Far': FAR wanted more, found 2.0 of 40.0 MiB free");
    ck_assert(strstr(error.hint, "this run holds 18.0 MiB: a 1.0, c 1.0, d 1.0, ") == error.hint);
    ck_assert_ptr_nonnull(
        strstr(error.hint, ", o 1.0, others 4.0\nthe libraries and other programs hold 20.0 MiB\ntry "));
    memory_account_finish(&account);
    ck_assert_ptr_null(account.blocks);
}
END_TEST

START_TEST(test_a_failure_names_the_node_its_operation_and_the_kernel)
{
    struct error error = ERROR_INIT;
    struct network network = network_create(far_device_create(false));
    float y[3];
    far.failing = "an illegal memory access was encountered";
    far.failing_node = "relu";
    network_run(&network, y);
    ck_assert(!device_check(&far.device, &error));
    ck_assert_int_eq(error.code, ERROR_RUN);
    const struct kernel_instance *instance = program_instance(network.program, 1);
    const char *kernel = instance->implementation != NULL ? instance->implementation : instance->kernel->name;
    char wanted[200];
    snprintf(wanted, sizeof wanted,
             "'Far 100' failed at or before 'relu' (relu by %s): FAR: an illegal memory access was "
             "encountered",
             kernel);
    ck_assert_str_eq(error.message, wanted);
    ck_assert_str_eq(error.hint, "trainer.detect_anomaly: true waits for every node, and so names the one at fault");
    error_clear(&error);
    device_set_failure(&far.device, &(struct device_work){"a whole run", NULL, NULL}, "FAR", "lost", &error);
    ck_assert_str_eq(error.message, "'Far 100' failed at or before a whole run: FAR: lost");
    error_clear(&error);
    device_set_failure(&far.device, NULL, "FAR", "lost", &error);
    ck_assert_str_eq(error.message, "'Far 100' failed: FAR: lost");
    network_destroy(&network);
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
          test_a_gpus_memory_is_told_apart_from_the_hosts, test_which_gpu_has_enough_is_told,
          test_memory_that_is_not_enough_says_who_has_it,
          test_an_account_tells_others_memory_and_what_is_too_much_to_list,
          test_a_failure_names_the_node_its_operation_and_the_kernel, test_a_node_without_a_kernel_is_named)
