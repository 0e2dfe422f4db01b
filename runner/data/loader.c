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
#include "runner/data/sampler.h"

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
    /* The caller has the batch `oldest`. */
    bool lent;
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

static int64_t plan_batch_count(const struct loader_plan *plan)
{
    int64_t length = plan->dataset->info.length;
    return plan->drop_last ? length / plan->batch_size : (length + plan->batch_size - 1) / plan->batch_size;
}

static int batch_size_at(const struct loader *loader, int64_t batch)
{
    int64_t rest = loader->sampler.length - batch * loader->options.plan.batch_size;
    return rest < loader->options.plan.batch_size ? (int)rest : loader->options.plan.batch_size;
}

/* How many samples of an epoch may be replaced. */
static int64_t replaced_limit(int64_t length)
{
    return length >= 20 ? length / 10 : 1;
}

static bool sample_make(const struct loader_plan *plan, uint64_t seed, int64_t epoch, struct sample *sample,
                        struct error *error)
{
    sample->cache = plan->cache;
    if (!dataset_read(plan->dataset, sample->index, sample, error))
        return false;
    struct rng rng = rng_make(seed, RNG_AUGMENT, (uint64_t)epoch, (uint64_t)sample->index);
    if (plan->transform == NULL || transform_apply(plan->transform, sample, &rng, error))
        return true;
    return error_prefix(error, "sample '%s': ", sample->name);
}

/* Fills a place from the sample at `position` of the epoch. */
static bool place_try(struct loader *loader, struct slot *slot, int place, int64_t position, struct arena *arena,
                      struct error *error)
{
    struct sample sample;
    int64_t start = trace_now();
    sample_begin(&sample, arena, sampler_get(&loader->sampler, position));
    bool made = sample_make(&loader->options.plan, loader->options.seed, loader->epoch, &sample, error) &&
                collator_put(&slot->collator, place, &sample, error);
    trace_add(loader->options.trace, "loader", made ? sample.name : "bad sample", start);
    return made;
}

static void place_fill(struct loader *loader, int64_t batch, int place, struct arena *arena)
{
    struct slot *slot = &loader->slots[batch % loader->slot_count];
    struct place *result = &slot->places[place];
    int64_t position = batch * loader->options.plan.batch_size + place;
    *result = (struct place){.fate = FATE_GOOD};
    if (place_try(loader, slot, place, position, arena, &result->error))
        return;
    result->fate = FATE_FAILED;
    if (loader->options.plan.on_bad_sample != ON_BAD_SAMPLE_SKIP || result->error.code != ERROR_DATA)
        return;
    int64_t limit = replaced_limit(loader->sampler.length);
    for (int64_t next = 1; next <= limit && result->fate == FATE_FAILED; next++) {
        struct error error = ERROR_INIT;
        if (place_try(loader, slot, place, position + next, arena, &error))
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
    struct slot *slot = &loader->slots[*batch % loader->slot_count];
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
    if (--loader->slots[batch % loader->slot_count].pending == 0 || loader->busy == 0)
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

/* Batches made ahead, and the one that is lent. */
static int plan_slot_count(const struct loader_plan *plan)
{
    int ahead = plan->prefetch_factor > 1 ? plan->prefetch_factor : 1;
    return plan->num_workers > 0 ? ahead + 1 : 1;
}

static bool slots_create(struct loader *loader, struct error *error)
{
    const struct loader_plan *plan = &loader->options.plan;
    loader->slot_count = plan_slot_count(plan);
    loader->slots = memory_allocate((size_t)loader->slot_count, sizeof *loader->slots);
    bool ok = true;
    for (int i = 0; i < loader->slot_count && ok; i++) {
        loader->slots[i].places = memory_allocate((size_t)plan->batch_size, sizeof(struct place));
        ok = collator_init(&loader->slots[i].collator, &loader->options.layout, plan->batch_size, error);
    }
    return ok;
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
    int64_t batch_count = plan_batch_count(&options->plan);
    if (batch_count == 0) {
        error_set(error, ERROR_DATA, "the dataset has %lld samples, which make no batch of %d", (long long)length,
                  options->plan.batch_size);
        return NULL;
    }
    struct loader *loader = memory_allocate(1, sizeof *loader);
    loader->options = *options;
    loader->batch_count = batch_count;
    loader->oldest = loader->next_batch = batch_count; /* nothing to do before the first start */
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

void loader_destroy(struct loader **loader)
{
    struct loader *old = *loader;
    if (old == NULL)
        return;
    workers_stop(old);
    for (int i = 0; old->slots != NULL && i < old->slot_count; i++) {
        collator_finish(&old->slots[i].collator);
        memory_free(old->slots[i].places);
    }
    memory_free(old->slots);
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
    pthread_mutex_lock(&loader->mutex);
    loader->next_batch = loader->batch_count; /* no more tasks of what was under way */
    while (loader->busy > 0)
        pthread_cond_wait(&loader->done, &loader->mutex);
    loader->epoch = epoch;
    sampler_set_epoch(&loader->sampler, epoch);
    loader->next_batch = loader->oldest = first;
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

/* Waits until the oldest batch is complete, or makes it where there are no workers. The mutex is held. */
static bool oldest_complete(struct loader *loader, struct error *error)
{
    struct slot *slot = &loader->slots[loader->oldest % loader->slot_count];
    while (loader->next_batch <= loader->oldest || slot->pending > 0) {
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
    int64_t limit = replaced_limit(loader->sampler.length);
    for (int i = 0; i < slot->collator.batch.size; i++) {
        const struct place *place = &slot->places[i];
        if (place->fate == FATE_GOOD)
            continue;
        if (place->fate == FATE_FAILED) {
            *error = place->error;
            return false;
        }
        int64_t position = batch * loader->options.plan.batch_size + i;
        mention_once(loader, sampler_get(&loader->sampler, position), &place->error);
        if (++loader->replaced > limit) {
            *error = place->error;
            return error_prefix(error, "more than %lld of %lld samples are bad, the last: ", (long long)limit,
                                (long long)loader->sampler.length);
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

bool loader_next(struct loader *loader, const struct batch **batch, struct error *error)
{
    *batch = NULL;
    pthread_mutex_lock(&loader->mutex);
    if (loader->lent) {
        loader->oldest++;
        loader->lent = false;
        pthread_cond_broadcast(&loader->work);
    }
    bool has_more = loader->oldest < loader->batch_count;
    bool ok = !has_more || oldest_complete(loader, error);
    int64_t number = loader->oldest;
    pthread_mutex_unlock(&loader->mutex);
    if (!ok || !has_more)
        return ok;
    mention_cache(loader);
    const struct slot *slot = &loader->slots[number % loader->slot_count];
    if (!slot_check(loader, slot, number, error))
        return false;
    loader->lent = true;
    *batch = &slot->collator.batch;
    return true;
}

bool loader_probe(const struct loader_plan *plan, uint64_t seed, struct batch_layout *layout, struct error *error)
{
    const struct dataset_info *info = &plan->dataset->info;
    if (info->length == 0)
        return error_set(error, ERROR_DATA, "the dataset has no samples");
    struct arena arena = ARENA_INIT;
    struct sample sample;
    bool ok = false;
    int64_t tries = plan->on_bad_sample == ON_BAD_SAMPLE_SKIP ? replaced_limit(info->length) + 1 : 1;
    for (int64_t i = 0; i < tries && i < info->length && !ok; i++) {
        error_clear(error);
        sample_begin(&sample, &arena, i);
        ok = sample_make(plan, seed, 0, &sample, error);
    }
    if (ok)
        *layout = (struct batch_layout){
            .channels = sample.image.channels,
            .height = sample.image.height,
            .width = sample.image.width,
            .max_boxes = info->max_boxes > 1 ? info->max_boxes : 1,
            .has_boxes = info->has_boxes,
            .has_labels = info->has_labels,
        };
    arena_finish(&arena);
    return ok;
}

/* What making a sample takes; its arena is new each time, so that nothing is left of others. */
static size_t sample_memory(const struct loader_plan *plan, uint64_t seed, int64_t epoch)
{
    struct arena arena = ARENA_INIT;
    struct sample sample;
    struct error error = ERROR_INIT;
    sample_begin(&sample, &arena, 0);
    size_t bytes = sample_make(plan, seed, epoch, &sample, &error) ? arena_bytes(&arena) : 0;
    arena_finish(&arena);
    return bytes;
}

size_t loader_memory(const struct loader_plan *plan, uint64_t seed, const struct batch_layout *layout, int draws)
{
    size_t greediest = 0;
    for (int epoch = 0; epoch < draws; epoch++) {
        size_t bytes = sample_memory(plan, seed, epoch);
        greediest = bytes > greediest ? bytes : greediest;
    }
    size_t batches = (size_t)plan_slot_count(plan) * collator_bytes(layout, plan->batch_size);
    return batches + greediest * (size_t)(plan->num_workers > 0 ? plan->num_workers : 1);
}
