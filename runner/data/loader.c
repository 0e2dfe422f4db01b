/* loader.c: batches of a dataset, made ahead by worker threads. */
#include "runner/data/loader.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "runner/data/loader_plan.h"
#include "runner/data/sampler.h"
#include "runner/data/uploads.h"

#define WORKER_NICENESS 10
#define WAIT_NANOSECONDS 100000000L

/* What became of one place of a batch. */
enum fate {
    FATE_GOOD,
    FATE_REPLACED, /* its own sample was bad: `error` says why */
    FATE_FAILED,
};

struct place {
    enum fate fate;
    struct error error;
};

/* Memory for one batch. Batch b lies in slot b % slot_count. */
struct slot {
    struct collator collator;
    struct place *places;
    /* Places not yet filled. Guarded by the loader's mutex. */
    int pending;
    /* Reached when the copy on the device has been made; NULL: none is. */
    struct device_fence *arrived;
};

struct worker {
    struct loader *loader;
    pthread_t thread;
    struct arena arena;
};

struct loader {
    struct loader_options options;
    struct sampler sampler;
    int64_t batch_count;
    int64_t epoch;
    struct slot *slots;
    int slot_count;
    struct worker *workers;
    int worker_count;
    /* For the calling thread, which is the only worker when there are none. */
    struct arena arena;
    /* The batch that the caller has, or else gets next; batches before `uploaded` are on the device, or on their way. */
    int64_t current;
    bool lent;
    struct uploads uploads;
    int64_t uploaded;
    /* Samples replaced in this epoch, as far as it was delivered; and which were ever mentioned, one bit each. */
    int64_t replaced;
    uint8_t *mentioned;

    pthread_mutex_t mutex;
    pthread_cond_t work;
    pthread_cond_t done;
    /* Guarded by the mutex from here on. The task to hand out next. */
    int64_t next_batch;
    int next_place;
    /* Batches from this one on have a slot. */
    int64_t oldest;
    int busy;
    bool quit;
};

static int batch_size_at(const struct loader *loader, int64_t batch)
{
    return share_batch_size(loader->options.share, &loader->options.plan, batch);
}

/* Where in the epoch's order the sample of a place is; behind the last place of a batch come those of the next. */
static int64_t position_at(const struct loader *loader, int64_t batch, int64_t place)
{
    return share_position(loader->options.share, &loader->options.plan, batch, place);
}

static struct slot *slot_of(const struct loader *loader, int64_t batch)
{
    return &loader->slots[batch % loader->slot_count];
}

static int64_t own_replaced_limit(const struct loader *loader)
{
    return plan_replaced_limit(share_length(loader->options.share, &loader->options.plan));
}

/* Fills a place from the sample at `position` of the epoch. */
static bool place_try(struct loader *loader, struct slot *slot, int place, int64_t position, struct arena *arena,
                      struct error *error)
{
    struct sample sample;
    int64_t start = trace_now();
    sample_begin(&sample, arena, sampler_get(&loader->sampler, position));
    bool made = plan_make_sample(&loader->options.plan, loader->options.seed, loader->epoch, &sample, error) &&
                collator_put(&slot->collator, place, &sample, error);
    trace_add(loader->options.trace, "loader", made ? sample.name : "bad sample", start);
    return made;
}

static void place_fill(struct loader *loader, int64_t batch, int place, struct arena *arena)
{
    struct slot *slot = slot_of(loader, batch);
    struct place *result = &slot->places[place];
    *result = (struct place){.fate = FATE_GOOD};
    if (place_try(loader, slot, place, position_at(loader, batch, place), arena, &result->error))
        return;
    result->fate = FATE_FAILED;
    if (loader->options.plan.on_bad_sample != ON_BAD_SAMPLE_SKIP || result->error.code != ERROR_DATA)
        return;
    int64_t limit = own_replaced_limit(loader);
    for (int64_t next = 1; next <= limit && result->fate == FATE_FAILED; next++) {
        struct error error = ERROR_INIT;
        if (place_try(loader, slot, place, position_at(loader, batch, place + next), arena, &error))
            result->fate = FATE_REPLACED;
        else if (error.code != ERROR_DATA)
            return;
    }
}

/* Hands out the next task, if a slot is free for it. The mutex is held. */
static bool task_take(struct loader *loader, int64_t *batch, int *place)
{
    if (loader->next_batch >= loader->batch_count || loader->next_batch >= loader->oldest + loader->slot_count)
        return false;
    *batch = loader->next_batch;
    *place = loader->next_place++;
    struct slot *slot = slot_of(loader, *batch);
    int size = batch_size_at(loader, *batch);
    if (*place == 0) {
        collator_begin(&slot->collator, size);
        slot->pending = size;
    }
    if (loader->next_place == size) {
        loader->next_batch++;
        loader->next_place = 0;
    }
    return true;
}

/* Does a task that was taken; the mutex is held before and after, not meanwhile. */
static void task_do(struct loader *loader, int64_t batch, int place, struct arena *arena)
{
    loader->busy++;
    pthread_mutex_unlock(&loader->mutex);
    place_fill(loader, batch, place, arena);
    pthread_mutex_lock(&loader->mutex);
    loader->busy--;
    if (--slot_of(loader, batch)->pending == 0 || loader->busy == 0)
        pthread_cond_signal(&loader->done);
}

/*
 * Computing comes first: a worker takes what the kernels leave, and when it wakes up, none of them has to make room for it.
 * It is as much nicer than the program, however nice that is. On Linux both are a thread's own; what is refused is not missed.
 */
static void yield_to_kernels(void)
{
    if (sched_getscheduler(0) == SCHED_OTHER)
        sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + WORKER_NICENESS);
}

static void *worker_run(void *argument)
{
    struct worker *worker = argument;
    struct loader *loader = worker->loader;
    yield_to_kernels();
    pthread_mutex_lock(&loader->mutex);
    while (!loader->quit) {
        int64_t batch;
        int place;
        if (task_take(loader, &batch, &place))
            task_do(loader, batch, place, &worker->arena);
        else
            pthread_cond_wait(&loader->work, &loader->mutex);
    }
    pthread_mutex_unlock(&loader->mutex);
    return NULL;
}

static bool workers_start(struct loader *loader, struct error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* a thread starts with the mask of its maker */
    int failure = 0;
    int wanted = loader->options.plan.num_workers;
    loader->workers = memory_allocate((size_t)wanted, sizeof *loader->workers);
    for (int i = 0; i < wanted && failure == 0; i++) {
        loader->workers[i].loader = loader;
        failure = pthread_create(&loader->workers[i].thread, NULL, worker_run, &loader->workers[i]);
        loader->worker_count += failure == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure == 0 || error_set_errno(error, ERROR_RUN, failure, "cannot start a worker thread of the loader");
}

static bool slots_create(struct loader *loader, struct error *error)
{
    const struct loader_plan *plan = &loader->options.plan;
    struct device *device = loader->options.device;
    loader->slot_count = plan_slot_count(plan, device);
    loader->slots = memory_allocate((size_t)loader->slot_count, sizeof *loader->slots);
    bool ok = true;
    for (int i = 0; i < loader->slot_count && ok; i++) {
        struct slot *slot = &loader->slots[i];
        slot->places = memory_allocate((size_t)plan->batch_size, sizeof(struct place));
        slot->arrived = device_fence_create(device);
        ok = collator_init(&slot->collator, &loader->options.layout, plan->batch_size, device, error);
    }
    return ok &&
           (device_is_host(device) || uploads_init(&loader->uploads, device, loader->slots[0].collator.bytes, error));
}

static void synchronisation_init(struct loader *loader)
{
    pthread_mutex_init(&loader->mutex, NULL);
    pthread_cond_init(&loader->work, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&loader->done, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct loader *loader_create(const struct loader_options *options, struct error *error)
{
    int64_t length = options->plan.dataset->info.length;
    assert(options->plan.batch_size >= 1 && options->plan.num_workers >= 0);
    int64_t batch_count = share_batch_count(options->share, &options->plan);
    if (batch_count == 0) {
        error_set(error, ERROR_DATA, "the dataset has %lld samples, which make no batch of %d", (long long)length,
                  options->plan.batch_size);
        return NULL;
    }
    struct loader *loader = memory_allocate(1, sizeof *loader);
    loader->options = *options;
    loader->options.device = device_or_cpu(options->device);
    loader->options.layout = plan_layout(&options->layout, loader->options.device);
    loader->batch_count = batch_count;
    loader->oldest = loader->next_batch = loader->current = batch_count; /* nothing to do before the first start */
    loader->mentioned = memory_allocate((size_t)length / 8 + 1, 1);
    synchronisation_init(loader);
    if (!sampler_init(&loader->sampler, length, options->plan.shuffle, options->seed, error) ||
        !slots_create(loader, error) || !workers_start(loader, error))
        loader_destroy(&loader);
    return loader;
}

static void workers_stop(struct loader *loader)
{
    pthread_mutex_lock(&loader->mutex);
    loader->quit = true;
    pthread_cond_broadcast(&loader->work);
    pthread_mutex_unlock(&loader->mutex);
    for (int i = 0; i < loader->worker_count; i++) {
        pthread_join(loader->workers[i].thread, NULL);
        arena_finish(&loader->workers[i].arena);
    }
    memory_free(loader->workers);
}

static void slots_destroy(struct loader *loader)
{
    struct device *device = loader->options.device;
    for (int i = 0; loader->slots != NULL && i < loader->slot_count; i++) {
        struct slot *slot = &loader->slots[i];
        device_fence_wait(device, slot->arrived);
        device_fence_destroy(device, slot->arrived);
        collator_finish(&slot->collator);
        memory_free(slot->places);
    }
    memory_free(loader->slots);
    uploads_finish(&loader->uploads);
}

void loader_destroy(struct loader **loader)
{
    struct loader *old = *loader;
    if (old == NULL)
        return;
    workers_stop(old);
    slots_destroy(old);
    arena_finish(&old->arena);
    sampler_finish(&old->sampler);
    memory_free(old->mentioned);
    pthread_cond_destroy(&old->work);
    pthread_cond_destroy(&old->done);
    pthread_mutex_destroy(&old->mutex);
    memory_free(old);
    *loader = NULL;
}

int64_t loader_batch_count(const struct loader *loader)
{
    return loader->batch_count;
}

void loader_start(struct loader *loader, int64_t epoch, int64_t first)
{
    assert(first >= 0 && first <= loader->batch_count);
    for (int i = 0; i < loader->slot_count; i++)
        device_fence_wait(loader->options.device, loader->slots[i].arrived);
    pthread_mutex_lock(&loader->mutex);
    loader->next_batch = loader->batch_count; /* no more tasks of what was under way */
    while (loader->busy > 0)
        pthread_cond_wait(&loader->done, &loader->mutex);
    loader->epoch = epoch;
    sampler_set_epoch(&loader->sampler, epoch);
    loader->next_batch = loader->oldest = loader->current = loader->uploaded = first;
    loader->next_place = 0;
    loader->lent = false;
    loader->replaced = 0;
    pthread_cond_broadcast(&loader->work);
    pthread_mutex_unlock(&loader->mutex);
}

/* Waits a little for a worker; the mutex is held. */
static void wait_briefly(struct loader *loader)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += WAIT_NANOSECONDS;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&loader->done, &loader->mutex, &until);
}

/* The mutex is held. */
static bool is_complete(const struct loader *loader, int64_t batch)
{
    return loader->next_batch > batch && slot_of(loader, batch)->pending == 0;
}

/* Waits until the current batch is complete, or makes it where there are no workers. The mutex is held. */
static bool current_complete(struct loader *loader, struct error *error)
{
    while (!is_complete(loader, loader->current)) {
        int64_t batch;
        int place;
        if (loader->worker_count == 0 && task_take(loader, &batch, &place))
            task_do(loader, batch, place, &loader->arena);
        else
            wait_briefly(loader);
        if (loader->options.progress->stopped(loader->options.progress))
            return error_set(error, ERROR_INTERRUPTED, "stopped while waiting for data");
    }
    return true;
}

static void mention_once(struct loader *loader, int64_t index, const struct error *reason)
{
    uint8_t bit = (uint8_t)(1u << (index % 8));
    if (loader->mentioned[index / 8] & bit)
        return;
    loader->mentioned[index / 8] |= bit;
    char line[sizeof reason->message + 64];
    snprintf(line, sizeof line, "skipped a bad sample: %s", reason->message);
    loader->options.progress->note(loader->options.progress, line);
}

/* Passes on what became of each place, in order, so that it is the same for any number of workers. */
static bool slot_check(struct loader *loader, const struct slot *slot, int64_t batch, struct error *error)
{
    int64_t limit = own_replaced_limit(loader);
    for (int i = 0; i < slot->collator.batch.size; i++) {
        const struct place *place = &slot->places[i];
        if (place->fate == FATE_GOOD)
            continue;
        if (place->fate == FATE_FAILED) {
            *error = place->error;
            return false;
        }
        mention_once(loader, sampler_get(&loader->sampler, position_at(loader, batch, i)), &place->error);
        if (++loader->replaced > limit) {
            *error = place->error;
            return error_prefix(error, "more than %lld of %lld samples are bad, the last: ", (long long)limit,
                                (long long)share_length(loader->options.share, &loader->options.plan));
        }
    }
    return true;
}

static void mention_cache(struct loader *loader)
{
    char note[IMAGE_CACHE_NOTE_BYTES];
    if (loader->options.plan.cache != NULL && image_cache_take_note(loader->options.plan.cache, note))
        loader->options.progress->note(loader->options.progress, note);
}

/* The slot of the lent batch is free for another; with a device, that of the batch before it, which has arrived long since. */
static void give_back(struct loader *loader)
{
    int64_t free = loader->current - plan_kept_count(loader->options.device);
    loader->current++;
    loader->lent = false;
    if (free < loader->oldest)
        return;
    device_fence_wait(loader->options.device, slot_of(loader, free)->arrived);
    pthread_mutex_lock(&loader->mutex);
    loader->oldest = free + 1;
    pthread_cond_broadcast(&loader->work);
    pthread_mutex_unlock(&loader->mutex);
}

/* Sends the current batch to the device, and the one behind it when that is complete already. */
static void upload_ahead(struct loader *loader)
{
    int64_t end = loader->current + 1;
    if (device_is_host(loader->options.device))
        return;
    pthread_mutex_lock(&loader->mutex);
    if (is_complete(loader, end))
        end++;
    pthread_mutex_unlock(&loader->mutex);
    for (; loader->uploaded < end; loader->uploaded++) {
        struct slot *slot = slot_of(loader, loader->uploaded);
        uploads_begin(&loader->uploads, &slot->collator.batch, slot->arrived);
    }
}

bool loader_next(struct loader *loader, const struct batch **batch, struct error *error)
{
    *batch = NULL;
    if (loader->lent)
        give_back(loader);
    if (loader->current >= loader->batch_count)
        return true;
    pthread_mutex_lock(&loader->mutex);
    bool ok = current_complete(loader, error);
    pthread_mutex_unlock(&loader->mutex);
    if (!ok)
        return false;
    mention_cache(loader);
    const struct slot *slot = slot_of(loader, loader->current);
    if (!slot_check(loader, slot, loader->current, error))
        return false;
    upload_ahead(loader);
    loader->lent = true;
    *batch = &slot->collator.batch;
    return true;
}
