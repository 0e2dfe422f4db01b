/*
 * bench_step.c: what a step costs, without data: forward, backward and the optimizer's update, or a validation's forward.
 *
 *     bench_step CONFIG CHANNELS SIDE STEPS train|validate [describe] [--key=value]...
 *
 * The model, the batch size, the optimizer and the precision are the config's; the batch is noise, three boxes an image.
 * Prints the median, and with `describe` the kernel of every node and how many arrays a step reorders; of a GPU
 * (--trainer.accelerator=gpu) also its memory. Fails where a layer has no fast kernel. BENCH_START in the environment (seconds
 * since 1970) is when the process was started, for the time until the first step begins; with 0 steps only that is measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/benchmarks/bench_model.h"

#define MAX_STEPS 10000
#define BOXES 3
#define MIB ((double)(1 << 20))
/* So many steps are handed to a GPU before it is waited for, as in a training; the first of them are not counted. */
#define TOGETHER 5

/* Of a GPU: what the program took of its memory since it was opened, and what all that use the GPU have by now. */
static void print_gpu_memory(const struct bench *bench)
{
    struct device_facts facts;
    struct error error = ERROR_INIT;
    if (!device_describe(bench->device->backend, 0, &facts, &error))
        bench_fail(bench, &error);
    printf(" gpu_mib %.0f gpu_all_mib %.0f", ((double)bench->free_memory - (double)facts.free_memory) / MIB,
           (double)(facts.memory - facts.free_memory) / MIB);
}

static void measure(struct bench *bench, int steps, double first)
{
    static double seconds[MAX_STEPS];
    struct rusage usage;
    bool is_host = device_is_host(bench->device);
    int together = is_host || steps < TOGETHER ? 1 : TOGETHER, count = steps / together;
    if (!is_host)
        bench_time_steps(bench, &bench->collator.batch, together);
    for (int i = 0; i < count; i++)
        seconds[i] = bench_time_steps(bench, &bench->collator.batch, together);
    getrusage(RUSAGE_SELF, &usage);
    qsort(seconds, (size_t)count, sizeof *seconds, bench_compare_doubles);
    const struct memory_report memory = program_memory(step_program(bench->step));
    double gflops = graph_cost(step_graph(bench->step)).flops * 1e-9;
    printf("loss %g, best %.2f ms, arena %.0f MiB\n", step_has_loss(bench->step) ? step_loss(bench->step) : 0,
           seconds[0] * 1e3, (double)(memory.activations + memory.scratch) / MIB);
    printf("ms %.3f gflops %.1f peak_mib %.0f first_s %.3f", seconds[count / 2] * 1e3, gflops / seconds[count / 2],
           (double)usage.ru_maxrss / 1024, first);
    if (!is_host)
        print_gpu_memory(bench);
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    struct bench bench = BENCH_INIT;
    int steps = argc > 5 ? atoi(argv[4]) : -1;
    if (steps < 0 || steps > MAX_STEPS)
        return fprintf(stderr, "bench_step: CONFIG CHANNELS SIDE STEPS train|validate [describe] [--key=value]...\n"),
               2;
    bool describe = argc > 6 && strcmp(argv[6], "describe") == 0;
    int rest = describe ? 7 : 6;
    bench.stage = strcmp(argv[5], "train") == 0 ? STAGE_TRAIN : STAGE_VALIDATE;
    struct batch_layout layout = {.channels = atoi(argv[2]),
                                  .height = atoi(argv[3]),
                                  .width = atoi(argv[3]),
                                  .max_boxes = BOXES,
                                  .has_boxes = true,
                                  .has_labels = true};
    if (!bench_load(&bench, argv[1], (const char *const *)argv + rest, argc - rest, &error) ||
        !bench_prepare(&bench, &layout, &error))
        bench_fail(&bench, &error);
    if (describe) {
        struct text text = TEXT_INIT;
        program_describe(step_program(bench.step), &text);
        puts(text_string(&text));
        text_finish(&text);
        printf("reorders %d\n", program_count_reorders(step_program(bench.step)));
    }
    const struct node *slow = program_find_slow_node(step_program(bench.step), 0);
    if (slow != NULL)
        return fprintf(stderr, "bench_step: '%s' is computed by plain loops\n", slow->name), 1;
    const char *started = getenv("BENCH_START");
    double first = started != NULL ? bench_now(CLOCK_REALTIME) - strtod(started, NULL) : 0;
    if (steps == 0)
        printf("first_s %.3f\n", first);
    else
        measure(&bench, steps, first);
    bench_finish(&bench);
    return 0;
}
