/*
 * test_accelerator.c: which device a run is on and what it says of that, on machines that are made up here, and whole runs on a
 * device whose memory the host may not touch. The linker puts the functions here (__wrap_...) in the place of the devices'.
 */
#include "runner/train/accelerator.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "runner/train/environment.h"
#include "tests/unit/far_device.h"
#include "tests/unit/unit.h"
#include "tiny_run.h"

/* The machine: what is told of its driver, GPUs and libraries; NULL where all is well. */
static struct machine {
    bool has_driver;
    int gpus;
    const char *no_gpu, *no_library, *no_device;
    bool is_full;
    size_t limit;
    const char *failing;
} machine;

bool __wrap_backend_is_built(enum backend backend);
bool __wrap_backend_has_driver(enum backend backend);
int __wrap_device_count(enum backend backend, struct error *why);
int __wrap_backend_find_parts(enum backend backend, struct backend_part parts[BACKEND_PARTS_MAX]);
struct device *__wrap_device_open(enum backend backend, int index, struct error *error);

bool __wrap_backend_is_built(enum backend backend)
{
    (void)backend;
    return true;
}

bool __wrap_backend_has_driver(enum backend backend)
{
    (void)backend;
    return machine.has_driver;
}

int __wrap_device_count(enum backend backend, struct error *why)
{
    (void)backend;
    if (machine.gpus == 0) {
        error_set(why, ERROR_CONFIG, "%s", machine.no_gpu);
        error_hint(why, "'lrun doctor' shows what there is; accelerator: cpu needs none");
    }
    return machine.gpus;
}

int __wrap_backend_find_parts(enum backend backend, struct backend_part parts[BACKEND_PARTS_MAX])
{
    (void)backend;
    parts[0] = (struct backend_part){.name = "CUDA's runtime", .version = "13.0"};
    parts[1] = (struct backend_part){.name = "driver", .version = "580.65.06 for CUDA 13.0"};
    parts[2] = (struct backend_part){.name = "cuDNN", .version = "9.19.0"};
    if (machine.no_library != NULL) {
        error_set(&parts[2].missing, ERROR_RUN, "%s", machine.no_library);
        error_hint(&parts[2].missing, "install it");
    }
    return 3;
}

struct device *__wrap_device_open(enum backend backend, int index, struct error *error)
{
    (void)backend;
    if (index >= machine.gpus) {
        error_set(error, ERROR_CONFIG, "wanted GPU %d, found %d of them, counted from 0", index, machine.gpus);
        return NULL;
    }
    if (machine.no_device != NULL) {
        error_set(error, machine.is_full ? ERROR_MEMORY : ERROR_RUN, "%s", machine.no_device);
        return NULL;
    }
    far_device_create(false);
    far.limit = machine.limit;
    far.failing = machine.failing;
    far.failing_node = "fc.linear";
    return &far.device;
}

/* Opens what `accelerator` and `devices` ask for; the device's name, with what is noted, or the code and the message. */
static const char *open_for(enum accelerator accelerator, const char *devices)
{
    static char found[1400];
    struct trainer_params params = {.accelerator = accelerator, .devices = devices};
    struct text note = TEXT_INIT;
    struct error error = ERROR_INIT;
    struct device *device = accelerator_open(&params, &note, &error);
    if (device != NULL)
        snprintf(found, sizeof found, "%s; %s", device->name, text_string(&note));
    else
        snprintf(found, sizeof found, "%d: %s", (int)error.code, error.message);
    text_finish(&note);
    return found;
}

static const struct machine whole = {.has_driver = true, .gpus = 2};

START_TEST(test_a_gpu_is_taken_where_all_is_there)
{
    machine = whole;
    ck_assert_str_eq(open_for(ACCELERATOR_AUTO, NULL), "Far 100; ");
    ck_assert_str_eq(open_for(ACCELERATOR_GPU, "[1]"), "Far 100; ");
    ck_assert_str_eq(open_for(ACCELERATOR_CPU, NULL), "cpu; ");
    ck_assert_int_eq(accelerator_backend(&(struct trainer_params){.accelerator = ACCELERATOR_AUTO}), BACKEND_CUDA);
}
END_TEST

START_TEST(test_without_a_driver_auto_says_nothing_and_gpu_is_an_error)
{
    machine = (struct machine){.no_gpu = "found no driver of NVIDIA on this machine"};
    ck_assert_str_eq(open_for(ACCELERATOR_AUTO, NULL), "cpu; ");
    ck_assert_str_eq(open_for(ACCELERATOR_GPU, NULL),
                     "2: trainer.accelerator is 'gpu': found no driver of NVIDIA on this machine");
    ck_assert_int_eq(accelerator_backend(&(struct trainer_params){.accelerator = ACCELERATOR_AUTO}), BACKEND_CPU);
    ck_assert_int_eq(accelerator_backend(&(struct trainer_params){.accelerator = ACCELERATOR_GPU}), BACKEND_CUDA);
}
END_TEST

/* With such a machine, what auto notes and what gpu fails with. */
static void check_missing(struct machine with, const char *wanted, int code)
{
    char line[200];
    machine = with;
    snprintf(line, sizeof line, "cpu; training on the processor: %s", wanted);
    ck_assert_str_eq(open_for(ACCELERATOR_AUTO, NULL), line);
    snprintf(line, sizeof line, "%d: trainer.accelerator is 'cuda': %s", code, wanted);
    ck_assert_str_eq(open_for(ACCELERATOR_CUDA, NULL), line);
}

START_TEST(test_what_is_missing_is_told)
{
    static const char no_gpu[] = "found a driver of NVIDIA, but no GPU: no CUDA-capable device is detected";
    static const char old[] = "wanted a driver of NVIDIA for CUDA 13.0, found one for 12.4";
    check_missing((struct machine){.has_driver = true, .no_gpu = no_gpu}, no_gpu, ERROR_CONFIG);
    check_missing((struct machine){.has_driver = true, .no_gpu = old}, old, ERROR_CONFIG);
    check_missing((struct machine){.has_driver = true, .gpus = 1, .no_library = "cannot open cuDNN: libcudnn.so.9"},
                  "there is a GPU, but cannot open cuDNN: libcudnn.so.9", ERROR_CONFIG);
    ck_assert_int_eq(accelerator_backend(&(struct trainer_params){.accelerator = ACCELERATOR_AUTO}), BACKEND_CPU);
    check_missing((struct machine){.has_driver = true, .gpus = 1, .no_device = "GPU 0 does not work: it is busy"},
                  "GPU 0 does not work: it is busy", ERROR_CONFIG);
    check_missing((struct machine){.has_driver = true, .gpus = 1, .no_device = "not enough memory", .is_full = true},
                  "not enough memory", ERROR_MEMORY);
}
END_TEST

START_TEST(test_a_gpu_that_is_named_is_demanded)
{
    machine = whole;
    ck_assert_str_eq(open_for(ACCELERATOR_AUTO, "[2]"),
                     "2: trainer.accelerator is 'auto': wanted GPU 2, found 2 of them, counted from 0");
}
END_TEST

static const char run_files[] = "lightning_logs/version_0";

/* A file of a run on this machine, to be freed. */
static char *run_on(struct machine with, const char *name)
{
    const struct tiny_options options = {.rich = true};
    char path[100];
    size_t size = 0;
    machine = with;
    char *directory = tiny_directory();
    ck_assert_int_eq(tiny_run(directory, &options), 0);
    snprintf(path, sizeof path, "%s/%s", run_files, name);
    char *text = tiny_read(directory, path, &size);
    ck_assert_msg(text != NULL, "the run wrote no '%s'", name);
    tiny_directory_remove(directory);
    return text;
}

START_TEST(test_a_run_on_a_far_device_gives_the_processors_numbers)
{
    char *near = run_on((struct machine){.no_gpu = "none"}, "metrics.csv"), *away = run_on(whole, "metrics.csv");
    ck_assert_ptr_nonnull(strstr(near, "train_loss"));
    ck_assert_str_eq(away, near);
    memory_free(near);
    memory_free(away);
}
END_TEST

START_TEST(test_a_runs_directory_names_its_device_and_has_a_record)
{
    char *environment = run_on(whole, "environment.json"), *kernels = run_on(whole, "kernels.json");
    ck_assert_ptr_nonnull(strstr(environment, "\"device\": \"Far 100\""));
    ck_assert_ptr_nonnull(strstr(environment, "\"device_details\": \"compute capability 9.0, 1 multiprocessor\""));
    ck_assert_ptr_nonnull(strstr(environment, "\"driver\": \"580.65.06 for CUDA 13.0\""));
    ck_assert_ptr_nonnull(strstr(environment, "\"cudnn\": \"9.19.0\""));
    ck_assert_ptr_nonnull(strstr(kernels, "\"choices\": {}"));
    memory_free(environment);
    memory_free(kernels);
    environment = run_on((struct machine){.no_gpu = "none"}, "environment.json");
    ck_assert_ptr_null(strstr(environment, "\"device"));
    ck_assert_ptr_null(strstr(environment, "\"cudnn"));
    memory_free(environment);
}
END_TEST

/* What a run says that fails on this machine. */
static const char *fail_on(struct machine with, int status)
{
    const struct tiny_options options = {.epochs = 1};
    machine = with;
    char *directory = tiny_directory();
    ck_assert_int_eq(tiny_run(directory, &options), status);
    tiny_directory_remove(directory);
    return tiny_run_message();
}

START_TEST(test_a_run_that_lacks_memory_says_so_and_ends_with_6)
{
    struct machine small = whole;
    small.limit = 2000;
    ck_assert_str_eq(fail_on(small, ERROR_MEMORY),
                     "not enough memory on 'Far 100': wanted 0.0 MiB for gradients, found 0.0 of 0.0 MiB free");
    /* The program of the epoch's last batch, which is smaller, is made when it comes. */
    static const size_t limits[] = {6000, 7500};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        small.limit = limits[i];
        ck_assert_ptr_nonnull(strstr(fail_on(small, ERROR_MEMORY), "not enough memory on 'Far 100': wanted "));
    }
}
END_TEST

START_TEST(test_a_run_whose_device_fails_says_at_which_node)
{
    struct machine broken = whole;
    broken.failing = "an illegal memory access was encountered";
    const char *message = fail_on(broken, ERROR_RUN);
    ck_assert_msg(strstr(message, "'Far 100' failed at or before 'fc.linear' (linear by ") == message, "%s", message);
    ck_assert_ptr_nonnull(strstr(message, "): FAR: an illegal memory access was encountered"));
}
END_TEST

/* The lines of what differs between two descriptions of what computes. */
static void check_differences(const char *then, const char *now, const char *wanted)
{
    struct text lines = TEXT_INIT;
    json_t *before = json_loads(then, 0, NULL), *after = json_loads(now, 0, NULL);
    environment_format_differences(before, after, &lines);
    ck_assert_str_eq(text_string(&lines), wanted);
    json_decref(before);
    json_decref(after);
    text_finish(&lines);
}

START_TEST(test_a_run_that_goes_on_elsewhere_is_told)
{
    check_differences("{\"onednn\": \"2.6.0\"}", "{\"onednn\": \"2.6.3\"}", "");
    check_differences(
        "{\"device\": \"Far 100\"}", "{}",
        "the checkpoint was made on Far 100, this run is on the processor: results may differ in the last "
        "bits\n");
    check_differences(
        "{\"device\": \"Far 100\", \"cudnn\": \"9.1.0\"}", "{\"device\": \"Far 200\", \"cudnn\": \"9.2.0\"}",
        "the checkpoint was made on Far 100, this run is on Far 200: results may differ in the last bits\n");
    check_differences(
        "{\"device\": \"Far 100\", \"cudnn\": \"9.1.0\", \"cuda\": \"13.0\"}",
        "{\"device\": \"Far 100\", \"cudnn\": \"9.2.0\", \"cuda\": \"13.0\"}",
        "the checkpoint was made with cudnn 9.1.0, this run has 9.2.0: results may differ in the last bits\n");
}
END_TEST

UNIT_MAIN("accelerator", test_a_gpu_is_taken_where_all_is_there,
          test_without_a_driver_auto_says_nothing_and_gpu_is_an_error, test_what_is_missing_is_told,
          test_a_gpu_that_is_named_is_demanded, test_a_run_on_a_far_device_gives_the_processors_numbers,
          test_a_runs_directory_names_its_device_and_has_a_record, test_a_run_that_lacks_memory_says_so_and_ends_with_6,
          test_a_run_whose_device_fails_says_at_which_node, test_a_run_that_goes_on_elsewhere_is_told)
