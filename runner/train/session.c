/* session.c: everything that lives while one of the trainer's loops runs. */
#include "runner/train/session.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/backends/cpu/gemm.h"
#include "engine/base/durable_file.h"
#include "engine/base/memory.h"
#include "runner/train/console.h"
#include "runner/train/replicas.h"
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

struct share session_share(const struct session *session, const struct replica *replica, enum stage stage)
{
    return (struct share){replica->index, session->replica_count, stage != STAGE_TRAIN};
}

/* In training each of so many devices has as many; else they share those that one would have. */
static bool find_batches(const struct session *session, enum stage stage, int devices, int64_t *batches,
                         struct error *error)
{
    const struct loader_plan *plan = &session->stages[stage].plan;
    const struct share share = {.count = stage == STAGE_TRAIN ? devices : 1};
    if (plan->dataset == NULL)
        return true;
    return limit_batches(stage, stage_limit(session->params, stage), share_batch_count(share, plan), batches, error);
}

bool session_set_batches(struct session *session, enum stage stage, struct error *error)
{
    return find_batches(session, stage, session->replica_count, &session->stages[stage].batches, error);
}

int64_t session_epoch_batches(const struct session *session, int devices)
{
    struct error ignored = ERROR_INIT;
    int64_t batches = 0;
    find_batches(session, STAGE_TRAIN, devices, &batches, &ignored);
    return batches;
}

static bool stage_open(struct session *session, enum stage stage, struct error *error)
{
    struct data_module *module = session->parts->data;
    struct stage_data *data = &session->stages[stage];
    if (!module->interface->open(module, stage, &session->progress, error))
        return false;
    data->plan = module->interface->plan(module, stage);
    if (session->params->overfit_batches.number > 0)
        data->plan.shuffle = false;
    return session_set_batches(session, stage, error);
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
    return share_batch_size(session_share(session, &session->replicas[0], stage), &session->stages[stage].plan, 0);
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
    if (!replicas_open(session, error) || !open_data(session, stages, stage_count, error))
        return false;
    struct model *model = parts->model;
    if (!model->interface->setup(model, &session->info, error))
        return false;
    if (device_is_host(session->replicas[0].device))
        note_missing_library(session);
    session->profiler = profiler_create(trainer->params.profiler);
    if (!replicas_compile(session, stages, stage_count, error))
        return false;
    struct steps *steps = session->replicas[0].steps;
    session->threads = steps_threads(steps);
    note_slow_layers(session, step_program(steps_get(steps, stages[0], session_batch_size(session, stages[0]), error)));
    for (int i = 0; i < stage_count; i++)
        session->metrics[stages[i]] = model->interface->metric(model, stages[i]);
    return true;
}

void session_finish(struct session *session)
{
    replicas_finish(session);
    for (int i = 0; i < STAGE_COUNT; i++)
        if (session->metrics[i] != NULL)
            metric_destroy(&session->metrics[i]);
    kernel_record_destroy(&session->kernels);
    profiler_destroy(&session->profiler);
    text_finish(&session->postfix);
    scalars_finish(&session->latest);
    scalars_finish(&session->row);
    run_directory_finish(&session->directory);
}

int64_t session_round(const struct session *session, const struct replica *replica, int part)
{
    return (session->position.batches_total + part) * session->replica_count + replica->index;
}

/* For a device it counts whether this stage's own images come as bytes. */
static bool find_stage_layout(const struct session *session, const struct loader_plan *plan,
                              struct batch_layout *layout, struct error *error)
{
    struct batch_layout own;
    *layout = session->layout;
    if (device_is_host(session->replicas[0].device))
        return true;
    bool ok = loader_probe(plan, session->parts->seed, &own, error);
    layout->has_bytes = ok && own.has_bytes;
    return ok;
}

struct loader *session_loader(struct session *session, struct replica *replica, enum stage stage, struct error *error)
{
    const struct loader_plan *plan = &session->stages[stage].plan;
    if (replica->loaders[stage] == NULL) {
        struct batch_layout layout;
        if (!find_stage_layout(session, plan, &layout, error))
            return NULL;
        struct loader_options options = {
            .plan = *plan,
            .share = session_share(session, replica, stage),
            .layout = layout,
            .device = replica->device,
            .seed = session->parts->seed,
            .progress = &session->progress,
            .trace = profiler_trace(session->profiler),
        };
        replica->loaders[stage] = loader_create(&options, error);
    }
    return replica->loaders[stage];
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

static void add_sums(struct scalars *sums, const struct scalars *scalars, double weight)
{
    for (size_t i = 0; i < scalars->count; i++) {
        const double *sum = scalars_find(sums, scalars->items[i].name);
        double before = sum != NULL ? *sum : 0;
        scalars_set(sums, before + weight * scalars->items[i].number, "%s", scalars->items[i].name);
    }
}

void means_add(struct means *means, const struct scalars *scalars, double weight)
{
    add_sums(&means->sums, scalars, weight);
    means->weight += weight;
}

void means_merge(struct means *means, const struct means *other)
{
    add_sums(&means->sums, &other->sums, 1);
    means->weight += other->weight;
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
