/* lanes.c: a pretend device for tests, whose lanes go at their own pace. */
#include "tests/unit/data/lanes.h"

#include <pthread.h>
#include <string.h>

#include "engine/backends/cpu/device.h"
#include "engine/base/memory.h"
#include "engine/base/rng.h"
#include "engine/ops/arrays/arrays.h"
#include "tests/unit/unit.h"

#define LANE_COUNT 2
#define WORK_MAX 1024

/* How often it was set, and of these how often it has been reached. */
struct device_fence {
    int sets;
    int reached;
};

enum work_kind { WORK_COPY, WORK_MAP, WORK_SET, WORK_AWAIT };

struct work {
    enum work_kind kind;
    void *to;
    const void *from;
    size_t bytes;
    /* What was to be written, as it was then. */
    void *owned;
    struct pixel_arrays arrays;
    struct device_fence *fence;
    /* Which of its settings is meant. */
    int setting;
};

/* A ring. */
struct queue {
    struct work items[WORK_MAX];
    int first;
    int count;
};

static struct lanes {
    struct device device;
    enum pace pace;
    struct rng rng;
    pthread_t thread;
    struct queue queues[LANE_COUNT];
    int uploads;
    int lent;
} lanes;

static struct work *work_at(struct queue *queue, int i)
{
    return &queue->items[(queue->first + i) % WORK_MAX];
}

static void work_do(struct work *work)
{
    switch (work->kind) {
    case WORK_COPY:
        memcpy(work->to, work->from, work->bytes);
        memory_free(work->owned);
        break;
    case WORK_MAP:
        array_functions_cpu.map_pixels(&lanes.device, &work->arrays);
        break;
    case WORK_SET:
        work->fence->reached = work->setting;
        break;
    case WORK_AWAIT:
        break;
    }
}

/* Does the lane's next work, unless there is none or it has to wait. */
static bool lane_advance(enum lane lane)
{
    struct queue *queue = &lanes.queues[lane];
    struct work *work = work_at(queue, 0);
    if (queue->count == 0 || (work->kind == WORK_AWAIT && work->fence->reached < work->setting))
        return false;
    work_do(work);
    queue->first = (queue->first + 1) % WORK_MAX;
    queue->count--;
    return true;
}

static void fence_reach(struct device_fence *fence, int setting);

/* Does the lane's next work, and before it what that waits for in the other lane, and no more. */
static void lane_force(enum lane lane)
{
    struct work *work = work_at(&lanes.queues[lane], 0);
    if (work->kind == WORK_AWAIT)
        fence_reach(work->fence, work->setting);
    ck_assert(lane_advance(lane));
}

static void lane_finish(enum lane lane)
{
    while (lanes.queues[lane].count > 0)
        lane_force(lane);
}

static enum lane lane_setting(const struct device_fence *fence, int setting)
{
    for (int lane = 0; lane < LANE_COUNT; lane++)
        for (int i = 0; i < lanes.queues[lane].count; i++) {
            const struct work *work = work_at(&lanes.queues[lane], i);
            if (work->kind == WORK_SET && work->fence == fence && work->setting == setting)
                return (enum lane)lane;
        }
    ck_abort_msg("a fence is awaited that nothing will reach");
}

static void fence_reach(struct device_fence *fence, int setting)
{
    while (fence->reached < setting)
        lane_force(lane_setting(fence, setting));
}

static void go_on(void)
{
    if (lanes.pace == PACE_AT_ONCE)
        while (lane_advance(LANE_COMPUTE) || lane_advance(LANE_UPLOAD))
            ;
    if (lanes.pace == PACE_UPLOADS_FIRST)
        while (lane_advance(LANE_UPLOAD))
            ;
    for (uint32_t i = lanes.pace == PACE_BY_CHANCE ? rng_below(&lanes.rng, 4) : 0; i > 0; i--)
        lane_advance((enum lane)rng_below(&lanes.rng, LANE_COUNT));
}

static void check_thread(void)
{
    ck_assert_msg(pthread_equal(lanes.thread, pthread_self()), "another thread uses the device");
}

static void hand_over(enum lane lane, struct work work)
{
    struct queue *queue = &lanes.queues[lane];
    check_thread();
    ck_assert_int_lt(queue->count, WORK_MAX);
    *work_at(queue, queue->count++) = work;
    go_on();
}

static void *lanes_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    void *memory = cpu_interface.allocate(device, bytes, what, error);
    void *zeros = memory_allocate(bytes, 1);
    ck_ok(memory != NULL, *error);
    memset(memory, 0x5a, bytes);
    lanes.lent++;
    hand_over(LANE_COMPUTE,
              (struct work){.kind = WORK_COPY, .to = memory, .from = zeros, .bytes = bytes, .owned = zeros});
    return memory;
}

static void *lanes_host_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    void *memory = cpu_interface.allocate(device, bytes, what, error);
    check_thread();
    lanes.lent++;
    return memory;
}

static void lanes_host_release(struct device *device, void *memory)
{
    check_thread();
    for (int i = 0; i < lanes.queues[LANE_UPLOAD].count; i++) {
        const struct work *work = work_at(&lanes.queues[LANE_UPLOAD], i);
        ck_assert_msg(work->from != memory && work->to != memory, "memory of an upload is released before it is done");
    }
    lanes.lent--;
    cpu_interface.release(device, memory);
}

static void lanes_release(struct device *device, void *memory)
{
    lane_finish(LANE_COMPUTE);
    lanes_host_release(device, memory);
}

static void lanes_write(struct device *device, void *to, const void *from, size_t bytes)
{
    void *owned = memory_allocate(bytes, 1);
    (void)device;
    memcpy(owned, from, bytes);
    hand_over(LANE_COMPUTE, (struct work){.kind = WORK_COPY, .to = to, .from = owned, .bytes = bytes, .owned = owned});
}

static void lanes_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    (void)device;
    hand_over(LANE_COMPUTE, (struct work){.kind = WORK_COPY, .to = to, .from = from, .bytes = bytes});
}

static void lanes_upload(struct device *device, void *to, const void *from, size_t bytes)
{
    (void)device;
    lanes.uploads++;
    hand_over(LANE_UPLOAD, (struct work){.kind = WORK_COPY, .to = to, .from = from, .bytes = bytes});
}

static void lanes_synchronize(struct device *device)
{
    (void)device;
    check_thread();
    lane_finish(LANE_COMPUTE);
}

static void lanes_read(struct device *device, void *to, const void *from, size_t bytes)
{
    lanes_synchronize(device);
    memcpy(to, from, bytes);
}

/* The processor's kernels compute where they are called. */
static void lanes_enter(struct device *device, const struct device_work *work)
{
    (void)work;
    lanes_synchronize(device);
}

static struct device_fence *lanes_fence_create(struct device *device)
{
    (void)device;
    check_thread();
    lanes.lent++;
    return memory_allocate(1, sizeof(struct device_fence));
}

static void lanes_fence_destroy(struct device *device, struct device_fence *fence)
{
    (void)device;
    lane_finish(LANE_COMPUTE);
    ck_assert_int_eq(fence->reached, fence->sets);
    lanes.lent--;
    memory_free(fence);
}

static void lanes_fence_set(struct device *device, struct device_fence *fence, enum lane lane)
{
    (void)device;
    hand_over(lane, (struct work){.kind = WORK_SET, .fence = fence, .setting = ++fence->sets});
}

static void lanes_fence_await(struct device *device, struct device_fence *fence, enum lane lane)
{
    (void)device;
    hand_over(lane, (struct work){.kind = WORK_AWAIT, .fence = fence, .setting = fence->sets});
}

static void lanes_fence_wait(struct device *device, struct device_fence *fence)
{
    (void)device;
    check_thread();
    fence_reach(fence, fence->sets);
}

static void lanes_map_pixels(struct device *device, const struct pixel_arrays *arrays)
{
    (void)device;
    hand_over(LANE_COMPUTE, (struct work){.kind = WORK_MAP, .arrays = *arrays});
}

static const struct array_functions lanes_arrays = {.map_pixels = lanes_map_pixels};

static const struct device_interface lanes_interface = {
    .allocate = lanes_allocate,
    .release = lanes_release,
    .write = lanes_write,
    .read = lanes_read,
    .copy = lanes_copy,
    .synchronize = lanes_synchronize,
    .host_allocate = lanes_host_allocate,
    .host_release = lanes_host_release,
    .upload = lanes_upload,
    .fence_create = lanes_fence_create,
    .fence_destroy = lanes_fence_destroy,
    .fence_set = lanes_fence_set,
    .fence_await = lanes_fence_await,
    .fence_wait = lanes_fence_wait,
    .enter = lanes_enter,
    .arrays = &lanes_arrays,
};

struct device *lanes_create(enum pace pace, uint64_t seed)
{
    lanes = (struct lanes){
        .device = {.interface = &lanes_interface, .name = "lanes"},
        .pace = pace,
        .rng = rng_make(seed, RNG_TEST, 0, 0),
        .thread = pthread_self(),
    };
    return &lanes.device;
}

void lanes_destroy(struct device **device)
{
    lane_finish(LANE_COMPUTE);
    ck_assert_int_eq(lanes.queues[LANE_UPLOAD].count, 0);
    ck_assert_int_eq(lanes.lent, 0);
    *device = NULL;
}

int lanes_uploads(void)
{
    return lanes.uploads;
}
