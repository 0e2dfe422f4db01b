/* replicas.c: the devices that train together. */
#include "runner/train/replicas.h"

#include "engine/ops/arrays/all_reduce.h"
#include "engine/ops/arrays/arrays.h"
#include "runner/train/accelerator.h"
#include "runner/train/console.h"
#include "runner/train/precision.h"

static void note_devices(const struct session *session, enum stage stage)
{
    const char *devices = device_is_host(session->replicas[0].device) ? "replicas on the processor" : "devices";
    struct text line = TEXT_INIT;
    if (session->replica_count == 1)
        return;
    text_format(&line, "%d %s: %d x %d samples at a time", session->replica_count, devices, session->replica_count,
                session_batch_size(session, stage));
    if (accelerator_takes_all(session->params))
        text_append(&line, " (trainer.devices is 'auto', which takes all; 1 takes one)");
    console_note(session->parts->console, text_string(&line));
    text_finish(&line);
}

static void note_precision(const struct session *session)
{
    struct text note = TEXT_INIT;
    precision_note(session->params, session->replicas[0].device, &note);
    if (note.length > 0)
        console_note(session->parts->console, text_string(&note));
    text_finish(&note);
}

static void set_replicas(struct session *session, struct device *const devices[], int count)
{
    session->replica_count = count;
    for (int i = 0; i < count; i++)
        session->replicas[i] = (struct replica){.index = i, .device = devices[i]};
}

bool replicas_open(struct session *session, struct error *error)
{
    struct device *devices[DEVICES_MAX] = {NULL};
    struct text note = TEXT_INIT;
    struct device *own = session->parts->device;
    int count = own != NULL ? accelerator_use_processor(session->params, devices)
                            : accelerator_open_all(session->params, devices, &note, error);
    for (int i = 0; own != NULL && i < count; i++)
        devices[i] = own;
    set_replicas(session, devices, count);
    if (note.length > 0)
        console_note(session->parts->console, text_string(&note));
    text_finish(&note);
    if (count > 0)
        note_precision(session);
    return count > 0;
}

static void close_devices(struct session *session)
{
    for (int i = 0; i < session->replica_count; i++)
        if (session->replicas[i].device != session->parts->device)
            device_close(&session->replicas[i].device);
}

/* Of the device, and of the run that is repeated if one is. */
static void make_record(struct session *session)
{
    const struct provenance *provenance = session->parts->provenance;
    session->kernels = kernel_record_create(session->params->benchmark, session->replicas[0].device);
    if (provenance != NULL && provenance->repeats != NULL)
        kernel_record_load_from(session->kernels, provenance->repeats);
}

static bool compile_replica(struct session *session, struct replica *replica, enum stage stage, struct error *error)
{
    struct steps_options options = {
        .model = session->parts->model,
        .stage = stage,
        .batch_size = session_batch_size(session, stage),
        .seed = session->parts->seed,
        .device = replica->device,
        .threads = session->threads,
        .arithmetic = precision_arithmetic(session->params, replica->device),
        .recomputed = session->params->activation_checkpointing,
        .recomputed_marks = session->parts->stage_marks,
        .kernels = session->kernels,
        .may_vary = !session->params->deterministic,
        .progress = &session->progress,
        .profiler = replica->index == 0 ? session->profiler : NULL,
    };
    replica->steps = steps_create(&options, error);
    if (replica->steps != NULL)
        replica->parameters = steps_parameters(replica->steps);
    return replica->steps != NULL;
}

static bool compile_all(struct session *session, enum stage stage, struct error *error)
{
    for (int i = 0; i < session->replica_count; i++)
        if (!compile_replica(session, &session->replicas[i], stage, error))
            return false;
    return true;
}

static void forget_steps(struct session *session)
{
    for (int i = 0; i < session->replica_count; i++)
        steps_destroy(&session->replicas[i].steps);
}

/* The processor in the place of GPUs; how many replicas that makes is said by trainer.devices as well. */
static bool fall_back(struct session *session, const enum stage stages[], int stage_count, struct error *error)
{
    struct device *devices[DEVICES_MAX] = {NULL};
    forget_steps(session);
    close_devices(session);
    set_replicas(session, devices, accelerator_use_processor(session->params, devices));
    kernel_record_destroy(&session->kernels);
    make_record(session);
    note_precision(session);
    bool ok = precision_check(session->params, session->replicas[0].device, error);
    for (int i = 0; i < stage_count && ok; i++)
        ok = session_set_batches(session, stages[i], error);
    return ok && compile_all(session, stages[0], error);
}

/* A GPU that nobody demanded and that cannot compute this model gives way to the processor, if that can. */
bool replicas_compile(struct session *session, const enum stage stages[], int stage_count, struct error *error)
{
    struct text note = TEXT_INIT;
    make_record(session);
    if (compile_all(session, stages[0], error)) {
        note_devices(session, stages[0]);
        return true;
    }
    if (session->params->accelerator != ACCELERATOR_AUTO || device_is_host(session->replicas[0].device) ||
        error->code != ERROR_CONFIG)
        return false;
    text_format(&note, "training on the processor: %s", error->message);
    error_clear(error);
    bool ok = fall_back(session, stages, stage_count, error);
    if (ok)
        console_note(session->parts->console, text_string(&note));
    if (ok)
        note_devices(session, stages[0]);
    text_finish(&note);
    return ok;
}

static void replica_finish(struct replica *replica)
{
    for (int i = 0; i < STAGE_COUNT; i++)
        loader_destroy(&replica->loaders[i]);
    for (int i = 0; i < OPTIMIZER_MAX_STATES; i++)
        device_release(replica->device, replica->states[i].data);
    device_release(replica->device, replica->accumulated.data);
    device_release(replica->device, replica->room);
    device_release(replica->device, replica->step_state);
    steps_destroy(&replica->steps);
    means_finish(&replica->epoch_means);
}

void replicas_finish(struct session *session)
{
    for (int i = 0; i < session->replica_count; i++)
        replica_finish(&session->replicas[i]);
    close_devices(session);
}

/* Returns how many. */
static int list_devices(const struct session *session, struct device *devices[DEVICES_MAX])
{
    for (int i = 0; i < session->replica_count; i++)
        devices[i] = session->replicas[i].device;
    return session->replica_count;
}

static bool training_create(struct session *session, struct replica *replica, struct error *error)
{
    struct device *device = replica->device;
    enum dtype dtype = parameters_values(replica->parameters).dtype;
    int64_t count = parameters_flat_count(replica->parameters);
    size_t bytes = (size_t)count * dtype_size(dtype);
    bool ok = true;
    for (int i = 0; session->state_names[i] != NULL && ok; i++) {
        replica->states[i] = (struct numbers){device_allocate(device, bytes, "optimizer", error), dtype};
        ok = replica->states[i].data != NULL;
    }
    if (ok && session->params->accumulate_grad_batches > 1) {
        replica->accumulated = (struct numbers){device_allocate(device, bytes, "accumulated gradients", error), dtype};
        ok = replica->accumulated.data != NULL;
    }
    if (ok && session->replica_count > 1) {
        bytes = all_reduce_room_bytes(count, session->replica_count, dtype);
        replica->room = device_allocate(device, bytes, "sums of gradients", error);
        ok = replica->room != NULL;
    }
    return ok;
}

bool replicas_prepare_training(struct session *session, struct error *error)
{
    const struct optimizer *optimizer = session->parts->optimizer;
    session->state_names = optimizer->interface->state_names(optimizer);
    for (int i = 0; i < session->replica_count; i++)
        if (!training_create(session, &session->replicas[i], error))
            return false;
    return true;
}

static void copy_states(struct replica *to, const struct replica *from)
{
    size_t bytes =
        (size_t)parameters_flat_count(from->parameters) * dtype_size(parameters_values(from->parameters).dtype);
    for (int i = 0; i < OPTIMIZER_MAX_STATES && from->states[i].data != NULL; i++)
        device_copy_from(to->device, to->states[i].data, from->device, from->states[i].data, bytes);
}

void replicas_share(struct session *session)
{
    struct device *devices[DEVICES_MAX] = {NULL};
    const struct replica *first = &session->replicas[0];
    int count = list_devices(session, devices);
    if (count == 1)
        return;
    device_join(devices, count);
    for (int i = 1; i < count; i++) {
        parameters_copy(session->replicas[i].parameters, first->parameters);
        copy_states(&session->replicas[i], first);
    }
    device_join(devices, count);
}

void replicas_share_buffers(struct session *session)
{
    struct device *devices[DEVICES_MAX] = {NULL};
    int count = list_devices(session, devices);
    if (count == 1)
        return;
    device_join(devices, count);
    for (int i = 1; i < count; i++)
        parameters_copy_buffers(session->replicas[i].parameters, session->replicas[0].parameters);
    device_join(devices, count);
}

struct numbers replica_gradients(const struct replica *replica)
{
    return replica->accumulated.data != NULL ? replica->accumulated : parameters_gradients(replica->parameters);
}

void replicas_add_gradients(struct session *session)
{
    struct all_reduce_part parts[DEVICES_MAX];
    if (session->replica_count == 1)
        return;
    for (int i = 0; i < session->replica_count; i++) {
        struct replica *replica = &session->replicas[i];
        parts[i] = (struct all_reduce_part){replica->device, replica_gradients(replica), replica->room};
        arrays_spoil(replica->device, replica->step_state, parts[i].values);
    }
    all_reduce(parts, session->replica_count, parameters_flat_count(session->replicas[0].parameters));
}

bool replicas_check(struct session *session, struct error *error)
{
    for (int i = 0; i < session->replica_count; i++)
        if (!device_check(session->replicas[i].device, error))
            return false;
    return true;
}
