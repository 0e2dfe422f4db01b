/* session.c: everything that lives while one of the trainer's loops runs. */
#include "runner/train/session.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/backends/cpu/gemm.h"
#include "engine/base/durable_file.h"
#include "engine/base/memory.h"
#include "runner/train/accelerator.h"
#include "runner/train/console.h"
#include "runner/train/precision.h"
#include "runner/train/signals.h"

double session_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static struct session *session_of(struct progress *progress)
{
    return (struct session *)((char *)progress - offsetof(struct session, progress));
}

static void forward_update(struct progress *progress, const char *task, uint64_t done, uint64_t total, const char *unit)
{
    struct progress *console = console_progress(session_of(progress)->parts->console);
    console->update(console, task, done, total, unit);
}

static void forward_note(struct progress *progress, const char *line)
{
    console_note(session_of(progress)->parts->console, line);
}

static bool forward_stopped(struct progress *progress)
{
    struct session *session = session_of(progress);
    struct progress *console = console_progress(session->parts->console);
    return !session->in_step && console->stopped(console);
}

static struct amount stage_limit(const struct trainer_params *params, enum stage stage)
{
    const struct amount limits[STAGE_COUNT] = {params->limit_train_batches, params->limit_val_batches,
                                               params->limit_test_batches, params->limit_predict_batches};
    if (params->fast_dev_run > 0)
        return (struct amount){.number = params->fast_dev_run};
    if (params->overfit_batches.number > 0 && (stage == STAGE_TRAIN || stage == STAGE_VALIDATE))
        return params->overfit_batches;
    return limits[stage];
}

/* How many of `count` batches a limit leaves. */
static bool limit_batches(enum stage stage, struct amount limit, int64_t count, int64_t *batches, struct error *error)
{
    double wanted = limit.is_fraction ? limit.number * (double)count : limit.number;
    *batches = wanted < (double)count ? (int64_t)wanted : count;
    if (*batches > 0 || limit.number == 0)
        return true;
    error_set(error, ERROR_CONFIG, "a share of %g of the %lld %s batches is less than one batch", limit.number,
              (long long)count, stage_name(stage));
    return error_hint(error, "raise trainer.limit_%s_batches", stage_name(stage));
}

static int64_t plan_batches(const struct loader_plan *plan)
{
    int64_t length = plan->dataset->info.length;
    return plan->drop_last ? length / plan->batch_size : (length + plan->batch_size - 1) / plan->batch_size;
}

static bool stage_open(struct session *session, enum stage stage, struct error *error)
{
    struct data_module *module = session->parts->data;
    struct stage_data *data = &session->stages[stage];
    if (!module->interface->open(module, stage, &session->progress, error))
        return false;
    data->plan = module->interface->plan(module, stage);
    if (data->plan.dataset == NULL)
        return true;
    if (session->params->overfit_batches.number > 0)
        data->plan.shuffle = false;
    return limit_batches(stage, stage_limit(session->params, stage), plan_batches(&data->plan), &data->batches, error);
}

/* The layout that every stage's batches share: the first stage's images, the most boxes of any. */
static bool find_layout(struct session *session, const enum stage stages[], int stage_count, struct error *error)
{
    const struct loader_plan *main_plan = &session->stages[stages[0]].plan;
    if (!loader_probe(main_plan, session->parts->seed, &session->layout, error))
        return false;
    for (int i = 1; i < stage_count; i++) {
        const struct dataset *dataset = session->stages[stages[i]].plan.dataset;
        if (dataset != NULL && dataset->info.max_boxes > session->layout.max_boxes)
            session->layout.max_boxes = dataset->info.max_boxes;
    }
    const struct dataset_info *info = &main_plan->dataset->info;
    session->info = (struct data_info){
        .class_names = info->class_names,
        .num_classes = info->num_classes,
        .channels = session->layout.channels,
        .height = session->layout.height,
        .width = session->layout.width,
        .max_boxes = session->layout.max_boxes,
    };
    return true;
}

static bool open_data(struct session *session, const enum stage stages[], int stage_count, struct error *error)
{
    struct data_module *module = session->parts->data;
    if (!module->interface->prepare(module, &session->progress, error))
        return false;
    for (int i = 0; i < stage_count; i++)
        if (!stage_open(session, stages[i], error))
            return false;
    if (session->stages[stages[0]].plan.dataset == NULL || session->stages[stages[0]].batches == 0)
        return error_set(error, ERROR_CONFIG, "there is no data to %s on", stage_name(stages[0]));
    return find_layout(session, stages, stage_count, error);
}

int session_batch_size(const struct session *session, enum stage stage)
{
    const struct loader_plan *plan = &session->stages[stage].plan;
    return plan->dataset->info.length < plan->batch_size ? (int)plan->dataset->info.length : plan->batch_size;
}

/* A run goes on without it, only slower. */
static void note_missing_library(const struct session *session)
{
    struct error missing = ERROR_INIT;
    struct text line = TEXT_INIT;
    if (gemm_open_best(&missing))
        return;
    text_format(&line, "%s; the run is slower without (%s)", missing.message, missing.hint);
    console_note(session->parts->console, text_string(&line));
    text_finish(&line);
}

/* The layers of a program that take most of its time and need not. */
static void note_slow_layers(const struct session *session, const struct program *program)
{
    const struct node *first = program_find_slow_node(program, 0);
    struct text line = TEXT_INIT;
    int others = 0;
    if (first == NULL)
        return;
    for (const struct node *node = first; (node = program_find_slow_node(program, node->index + 1)) != NULL;)
        others++;
    text_format(&line, "'%s' (%s)", first->name, first->op->name);
    if (others > 0)
        text_format(&line, " and %d other%s", others, others == 1 ? "" : "s");
    text_append(&line,
                " will be slow: the libraries here have no fast kernel for such a case, so plain loops compute it");
    console_note(session->parts->console, text_string(&line));
    text_finish(&line);
}

static bool open_device(struct session *session, struct error *error)
{
    struct text note = TEXT_INIT;
    session->device = session->parts->device;
    if (session->device != NULL)
        return true;
    session->device = accelerator_open(session->params, &note, error);
    if (note.length > 0)
        console_note(session->parts->console, text_string(&note));
    text_finish(&note);
    return session->device != NULL;
}

static void note_precision(const struct session *session)
{
    struct text note = TEXT_INIT;
    precision_note(session->params, session->device, &note);
    if (note.length > 0)
        console_note(session->parts->console, text_string(&note));
    text_finish(&note);
}

/* Of the device, and of the run that is repeated if one is. */
static void make_record(struct session *session)
{
    const struct provenance *provenance = session->parts->provenance;
    session->kernels = kernel_record_create(session->params->benchmark, session->device);
    if (provenance != NULL && provenance->repeats != NULL)
        kernel_record_load_from(session->kernels, provenance->repeats);
}

static bool compile_on(struct session *session, enum stage stage, struct error *error)
{
    struct steps_options options = {
        .model = session->parts->model,
        .stage = stage,
        .batch_size = session_batch_size(session, stage),
        .seed = session->parts->seed,
        .device = session->device,
        .threads = session->threads,
        .arithmetic = precision_arithmetic(session->params, session->device),
        .recomputed = session->params->activation_checkpointing,
        .recomputed_marks = session->parts->stage_marks,
        .kernels = session->kernels,
        .may_vary = !session->params->deterministic,
        .progress = &session->progress,
        .profiler = session->profiler,
    };
    session->steps = steps_create(&options, error);
    return session->steps != NULL;
}

/* A GPU that nobody demanded and that cannot compute this model gives way to the processor, if that can. */
static bool compile(struct session *session, enum stage stage, struct error *error)
{
    struct text note = TEXT_INIT;
    if (compile_on(session, stage, error))
        return true;
    if (session->params->accelerator != ACCELERATOR_AUTO || device_is_host(session->device) ||
        error->code != ERROR_CONFIG)
        return false;
    text_format(&note, "training on the processor: %s", error->message);
    device_close(&session->device);
    session->device = device_cpu();
    kernel_record_destroy(&session->kernels);
    make_record(session);
    error_clear(error);
    bool ok = precision_check(session->params, session->device, error) && compile_on(session, stage, error);
    if (ok) {
        console_note(session->parts->console, text_string(&note));
        note_precision(session);
    }
    text_finish(&note);
    return ok;
}

static void session_begin(struct session *session, struct trainer *trainer, const struct run_parts *parts)
{
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    *session = (struct session){
        .progress = {forward_update, forward_note, forward_stopped},
        .trainer = trainer,
        .params = &trainer->params,
        .parts = parts,
        .directory = RUN_DIRECTORY_INIT,
        .started = session_now(),
        .is_known = true,
        .threads = trainer->params.num_threads > 0 ? trainer->params.num_threads : cores,
    };
}

bool session_init(struct session *session, struct trainer *trainer, const struct run_parts *parts,
                  const enum stage stages[], int stage_count, struct error *error)
{
    session_begin(session, trainer, parts);
    signals_install();
    console_set_bars(parts->console, trainer->params.enable_progress_bar);
    if (!open_device(session, error))
        return false;
    note_precision(session);
    if (!open_data(session, stages, stage_count, error))
        return false;
    struct model *model = parts->model;
    if (!model->interface->setup(model, &session->info, error))
        return false;
    if (device_is_host(session->device))
        note_missing_library(session);
    session->profiler = profiler_create(trainer->params.profiler);
    make_record(session);
    if (!compile(session, stages[0], error))
        return false;
    session->parameters = steps_parameters(session->steps);
    session->threads = steps_threads(session->steps);
    note_slow_layers(session,
                     step_program(steps_get(session->steps, stages[0], session_batch_size(session, stages[0]), error)));
    for (int i = 0; i < stage_count; i++)
        session->metrics[stages[i]] = model->interface->metric(model, stages[i]);
    return true;
}

void session_finish(struct session *session)
{
    for (int i = 0; i < STAGE_COUNT; i++) {
        loader_destroy(&session->stages[i].loader);
        if (session->metrics[i] != NULL)
            metric_destroy(&session->metrics[i]);
    }
    for (int i = 0; i < OPTIMIZER_MAX_STATES; i++)
        device_release(session->device, session->states[i].data);
    device_release(session->device, session->accumulated.data);
    device_release(session->device, session->step_state);
    steps_destroy(&session->steps);
    kernel_record_destroy(&session->kernels);
    if (session->device != session->parts->device)
        device_close(&session->device);
    profiler_destroy(&session->profiler);
    means_finish(&session->epoch_means);
    text_finish(&session->postfix);
    scalars_finish(&session->latest);
    scalars_finish(&session->row);
    scalars_finish(&session->scratch);
    run_directory_finish(&session->directory);
}

/* For a device it counts whether this stage's own images come as bytes. */
static bool find_stage_layout(const struct session *session, const struct loader_plan *plan,
                              struct batch_layout *layout, struct error *error)
{
    struct batch_layout own;
    *layout = session->layout;
    if (device_is_host(session->device))
        return true;
    bool ok = loader_probe(plan, session->parts->seed, &own, error);
    layout->has_bytes = ok && own.has_bytes;
    return ok;
}

struct loader *session_loader(struct session *session, enum stage stage, struct error *error)
{
    struct stage_data *data = &session->stages[stage];
    if (data->loader == NULL) {
        struct batch_layout layout;
        if (!find_stage_layout(session, &data->plan, &layout, error))
            return NULL;
        struct loader_options options = {
            .plan = data->plan,
            .layout = layout,
            .device = session->device,
            .seed = session->parts->seed,
            .progress = &session->progress,
            .trace = profiler_trace(session->profiler),
        };
        data->loader = loader_create(&options, error);
    }
    return data->loader;
}

static bool save_profile(const struct session *session, const struct text *tables, struct error *error)
{
    struct text path = TEXT_INIT;
    text_format(&path, "%s/profile.txt", session->directory.path);
    bool ok = durable_file_save(text_string(&path), text_string(tables), tables->length, error);
    text_clear(&path);
    text_format(&path, "%s/trace.json", session->directory.path);
    struct trace *trace = profiler_trace(session->profiler);
    ok = ok && (trace == NULL || trace_save(trace, text_string(&path), error));
    text_finish(&path);
    return ok;
}

bool session_report_profile(struct session *session, struct error *error)
{
    if (session->profiler == NULL)
        return true;
    struct text tables = TEXT_INIT;
    profiler_format(session->profiler, &tables);
    console_note(session->parts->console, text_string(&tables));
    bool ok = session->directory.path == NULL || save_profile(session, &tables, error);
    text_finish(&tables);
    return ok;
}

void session_log(struct session *session, const char *name, double number)
{
    scalars_set(&session->row, number, "%s", name);
    scalars_set(&session->latest, number, "%s", name);
}

bool session_write_row(struct session *session, struct error *error)
{
    if (session->row.count == 0)
        return true;
    const struct position *position = &session->position;
    /* Lightning counts steps from 0 in what it logs: the first step's number is 0. */
    int64_t step = position->global_step > 0 ? position->global_step - 1 : 0;
    bool ok = true;
    const struct logger_list *loggers = &session->params->logger;
    for (size_t i = 0; i < loggers->count && ok && session->params->fast_dev_run == 0; i++)
        ok = loggers->items[i]->interface->log(loggers->items[i], &session->row, position->epoch, step, error);
    scalars_clear(&session->row);
    return ok;
}

void means_add(struct means *means, const struct scalars *scalars, double weight)
{
    for (size_t i = 0; i < scalars->count; i++) {
        const double *sum = scalars_find(&means->sums, scalars->items[i].name);
        double before = sum != NULL ? *sum : 0;
        scalars_set(&means->sums, before + weight * scalars->items[i].number, "%s", scalars->items[i].name);
    }
    means->weight += weight;
}

void means_get(const struct means *means, const char *prefix, const char *suffix, struct scalars *to)
{
    for (size_t i = 0; i < means->sums.count; i++)
        scalars_set(to, means->sums.items[i].number / means->weight, "%s%s%s", prefix, means->sums.items[i].name,
                    suffix);
}

void means_reset(struct means *means)
{
    scalars_clear(&means->sums);
    means->weight = 0;
}

void means_finish(struct means *means)
{
    scalars_finish(&means->sums);
}
