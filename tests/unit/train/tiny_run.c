/* tiny_run.c: a whole training run that takes milliseconds. */
#include "tiny_run.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "components/callbacks/learning_rate_monitor.h"
#include "components/callbacks/model_checkpoint.h"
#include "components/loggers/csv_logger.h"
#include "components/lr_schedulers/one_cycle_lr.h"
#include "components/optimizers/sgd.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"
#include "tests/unit/far_device.h"

#define BATCH_SIZE 4

static bool poisoned;
static double loss_factor;

/* What a run tells its parent. */
struct shared {
    int allocations;
    int waits;
    char message[2048];
};
static struct shared *shared;

/* Counting allocations; the sanitizers have their own. */

static atomic_int allocation_count;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 1
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    allocation_count++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocation_count++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    allocation_count++;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    allocation_count++;
    return __libc_memalign(alignment, size);
}
#else
#define COUNTS_ALLOCATIONS 0
#endif

/* The model. */

static bool tiny_setup(struct model *model, const struct data_info *data, struct error *error)
{
    (void)model;
    (void)data;
    (void)error;
    return true;
}

static void tiny_build(struct model *model, struct graph *graph, enum stage stage, int batch_size,
                       struct model_outputs *outputs)
{
    (void)model;
    struct init one = {.kind = INIT_CONSTANT, .a = 1}, zero = {.kind = INIT_CONSTANT};
    struct init uniform = {.kind = INIT_UNIFORM, .a = -0.1, .b = 0.1};
    struct value *x = graph_input(graph, "images", DTYPE_F32, SHAPE(batch_size, 3, 4, 5));
    struct value *labels = graph_input(graph, "labels", DTYPE_I32, SHAPE(batch_size));
    struct batch_norm_attributes norm = {.epsilon = 1e-5, .momentum = 0.1, .training = stage == STAGE_TRAIN};
    graph_enter(graph, "bn");
    x = batch_norm(graph, x, graph_parameter(graph, "weight", SHAPE(3), one),
                   graph_parameter(graph, "bias", SHAPE(3), zero),
                   graph_buffer(graph, "running_mean", DTYPE_F32, SHAPE(3), zero),
                   graph_buffer(graph, "running_var", DTYPE_F32, SHAPE(3), one),
                   graph_buffer(graph, "num_batches_tracked", DTYPE_I64, (struct shape){0}, zero), &norm);
    graph_leave(graph);
    graph_enter(graph, "fc");
    x = linear(graph, reshape(graph, x, SHAPE(batch_size, 60)), graph_parameter(graph, "weight", SHAPE(3, 60), uniform),
               graph_parameter(graph, "bias", SHAPE(3), zero));
    graph_leave(graph);
    outputs->loss = cross_entropy(graph, x, labels, 0);
    if (loss_factor > 0)
        outputs->loss = scale(graph, outputs->loss, loss_factor);
    outputs->arrays[outputs->array_count].name = "logits";
    outputs->arrays[outputs->array_count++].value = x;
}

static struct metric *tiny_metric(struct model *model, enum stage stage)
{
    (void)model;
    (void)stage;
    return NULL;
}

static void tiny_destroy(struct model *model)
{
    (void)model;
}

static const struct model_interface tiny_interface = {tiny_setup, tiny_build, tiny_metric, tiny_destroy};

/* The data. */

struct tiny_data {
    struct data_module base;
    bool ordered;
    struct generated_dataset dataset;
    struct loader_plan plan;
};

/* The dataset whose samples are dealt, and to how many devices. */
static const struct dataset *undealt;
static int deal_count;

static bool dealt_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    int64_t batch = index / BATCH_SIZE, place = index % BATCH_SIZE;
    int64_t own = (batch / deal_count * BATCH_SIZE + place) * deal_count + batch % deal_count;
    (void)dataset;
    return undealt->interface->read(undealt, own, sample, error);
}

static const struct dataset_interface dealt_interface = {.read = dealt_read};

static bool poison_apply(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error)
{
    (void)transform;
    (void)rng;
    (void)error;
    if (poisoned && sample->index == 9)
        sample->image.floats[0] = INFINITY;
    return true;
}

static const struct transform_interface poison_interface = {.apply = poison_apply};
static struct transform poison = {.interface = &poison_interface};

static bool data_prepare(struct data_module *module, struct progress *progress, struct error *error)
{
    (void)module;
    (void)progress;
    (void)error;
    return true;
}

static bool data_open(struct data_module *module, enum stage stage, struct progress *progress, struct error *error)
{
    (void)stage;
    return data_prepare(module, progress, error);
}

static struct loader_plan data_plan(struct data_module *module, enum stage stage)
{
    const struct tiny_data *data = (const struct tiny_data *)module;
    struct loader_plan plan = data->plan;
    plan.shuffle = stage == STAGE_TRAIN && !data->ordered;
    if (stage != STAGE_TRAIN)
        plan.transform = NULL;
    return plan;
}

static const struct data_module_interface data_interface = {
    .prepare = data_prepare, .open = data_open, .plan = data_plan};

/* The callback that ends the process. */

struct ender {
    struct callback base;
    const struct tiny_options *options;
};

static bool ender_step_end(struct callback *callback, struct run_view *view, struct error *error)
{
    const struct tiny_options *options = ((struct ender *)callback)->options;
    (void)error;
    if (view->global_step == 9)
        allocation_count = far.reads = far.synchronizations = 0;
    if (view->global_step == 11) {
        shared->allocations = COUNTS_ALLOCATIONS ? allocation_count : -1;
        shared->waits = far.reads + far.synchronizations;
    }
    if (view->global_step == options->kill_at)
        raise(SIGKILL);
    if (view->global_step == options->signal_at)
        raise(options->signal);
    return true;
}

static void ender_destroy(struct callback *callback)
{
    (void)callback;
}

static const struct callback_interface ender_interface = {.on_train_step_end = ender_step_end,
                                                          .destroy = ender_destroy};

static struct trainer *make_trainer(const struct tiny_options *options, struct ender *ender, struct error *error)
{
    static const int64_t one = 1, two = 2;
    static int64_t epochs;
    static struct callback *callbacks[3];
    static char devices[16];
    static struct logger *loggers[1];
    struct amount all = {1, true};
    snprintf(devices, sizeof devices, "%d", options->devices > 0 ? options->devices : 1);
    epochs = options->epochs > 0 ? options->epochs : 3;
    struct trainer_params params = {
        .max_epochs = &epochs,
        .max_steps = options->max_steps > 0 ? options->max_steps : -1,
        .limit_train_batches = all,
        .limit_val_batches = all,
        .limit_test_batches = all,
        .limit_predict_batches = all,
        .val_check_interval = {options->rich ? 0.5 : 1, true},
        .check_val_every_n_epoch = &one,
        .num_sanity_val_steps = 2,
        .accumulate_grad_batches = options->accumulate > 0 ? options->accumulate : 1,
        .gradient_clip_val = options->clip > 0 ? &options->clip : NULL,
        .gradient_clip_algorithm = options->clip_algorithm,
        .precision = options->precision,
        .log_every_n_steps = options->quiet ? 1000 : 2,
        .enable_checkpointing = true,
        .fast_dev_run = options->fast_dev_run,
        .resume_from_checkpoint = options->resume_from,
        .num_threads = 1,
        .devices = devices,
    };
    size_t count = 0;
    if (options->rich || options->save_every_step) {
        struct model_checkpoint_params saving = {.filename = "{epoch}-{step}",
                                                 .save_last = true,
                                                 .save_top_k = 2,
                                                 .every_n_epochs = 1,
                                                 .auto_insert_metric_name = true,
                                                 .every_n_train_steps = options->save_every_step ? &one : &two};
        callbacks[count++] = model_checkpoint_create(&saving, error);
    }
    if (options->rich) {
        struct learning_rate_monitor_params monitoring = {.logging_interval = LOGGING_INTERVAL_STEP,
                                                          .log_momentum = true};
        callbacks[count++] = learning_rate_monitor_create(&monitoring, error);
    }
    callbacks[count++] = &ender->base;
    params.callbacks = (struct callback_list){callbacks, count};
    struct csv_logger_params logging = {.filename = "metrics.csv"};
    loggers[0] = csv_logger_create(&logging, error);
    params.logger = (struct logger_list){loggers, 1};
    return trainer_create(&params, error);
}

static bool fit_here(const struct tiny_options *options, struct error *error)
{
    struct model model = {.interface = &tiny_interface, .strict = true, .weights = options->weights};
    struct tiny_data data = {.base = {.interface = &data_interface},
                             .ordered = options->ordered,
                             .dataset = generated_dataset_make(options->length > 0 ? options->length : 26)};
    struct dataset dealt = {.interface = &dealt_interface, .info = data.dataset.base.info};
    undealt = &data.dataset.base;
    deal_count = options->dealt;
    struct ender ender = {.base = {.interface = &ender_interface, .name = "Ender"}, .options = options};
    poisoned = options->poison;
    loss_factor = options->loss_factor;
    data.plan = (struct loader_plan){.dataset = options->dealt > 0 ? &dealt : &data.dataset.base,
                                     .transform = options->augment ? &generated_noise : &poison,
                                     .batch_size = BATCH_SIZE,
                                     .num_workers = options->num_workers,
                                     .prefetch_factor = 2};
    struct sgd_params sgd = {.lr = options->learning_rate > 0 ? options->learning_rate : 0.05, .momentum = 0.9};
    struct one_cycle_lr_params cycle = {.max_lr = 0.2,
                                        .pct_start = 0.3,
                                        .cycle_momentum = true,
                                        .base_momentum = 0.85,
                                        .max_momentum = 0.95,
                                        .div_factor = 25,
                                        .final_div_factor = 1e4,
                                        .interval = LR_INTERVAL_STEP};
    struct trainer *trainer = make_trainer(options, &ender, error);
    if (trainer == NULL)
        return false;
    struct run_parts parts = {
        .model = &model,
        .data = &data.base,
        .optimizer = sgd_create(&sgd, error),
        .lr_scheduler = options->rich ? one_cycle_lr_create(&cycle, error) : NULL,
        .device = options->far ? far_device_create(false) : NULL,
        .seed = 7,
        .config_text = "trainer: {}\n",
        .command_line = "lrun config.yaml",
        .resume_newest = options->resume,
        .optimizer_name = "SGD",
    };
    bool ok = trainer_fit(trainer, &parts, error);
    optimizer_destroy(&parts.optimizer);
    if (parts.lr_scheduler != NULL)
        lr_scheduler_destroy(&parts.lr_scheduler);
    trainer_destroy(&trainer);
    return ok;
}

const char *tiny_run_message(void)
{
    return shared->message;
}

int tiny_run_allocations(void)
{
    return shared->allocations;
}

int tiny_run_waits(void)
{
    return shared->waits;
}

static void child_run(const char *directory, const struct tiny_options *options)
{
    struct error error = ERROR_INIT;
    struct rlimit limit = {(rlim_t)options->file_limit, (rlim_t)options->file_limit};
    if (chdir(directory) != 0 || (options->file_limit > 0 && setrlimit(RLIMIT_FSIZE, &limit) != 0))
        _exit(99);
    if (!fit_here(options, &error))
        snprintf(shared->message, sizeof shared->message, "%s", error.message);
    exit((int)error.code);
}

int tiny_run(const char *directory, const struct tiny_options *options)
{
    if (shared == NULL)
        shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *shared = (struct shared){.allocations = -1};
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        child_run(directory, options);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

char *tiny_directory(void)
{
    const char *parent = getenv("TMPDIR");
    char *path = memory_allocate(1, 256);
    snprintf(path, 256, "%s/lrun-test-XXXXXX", parent != NULL ? parent : "/tmp");
    return mkdtemp(path);
}

void tiny_directory_remove(char *directory)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    if (system(command) != 0)
        fprintf(stderr, "cannot remove '%s'\n", directory);
    memory_free(directory);
}

char *tiny_read(const char *directory, const char *name, size_t *size)
{
    char path[512];
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (!file_read(path, 1 << 24, &bytes, ERROR_STORAGE, &error))
        return NULL;
    *size = bytes.length;
    return text_take(&bytes);
}
