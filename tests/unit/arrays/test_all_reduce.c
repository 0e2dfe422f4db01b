/* test_all_reduce.c: sums over devices: the bits, and that nothing comes before what it needs. */
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/rng.h"
#include "engine/ops/arrays/all_reduce.h"
#include "engine/ops/arrays/arrays.h"
#include "tests/unit/unit.h"

#define LONGEST 1000
#define TASKS_MAX 4096

/* A task that a late device was handed. */
struct task {
    enum { TASK_COPY, TASK_ADD, TASK_FILL, TASK_JOIN } kind;
    void *to;
    const void *from;
    size_t bytes;
    int64_t count;
    float number;
    int meeting;
};

/* Devices that do nothing until somebody plays, and then as far ahead of each other as they may. */
struct late_device {
    struct device device;
    struct task tasks[TASKS_MAX];
    int count, done;
};
static struct late_device late[DEVICES_MAX];
static int meetings;

static void hand_over(struct device *device, struct task task)
{
    struct late_device *own = (struct late_device *)device;
    ck_assert_int_lt(own->count, TASKS_MAX);
    own->tasks[own->count++] = task;
}

static void late_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    hand_over(device, (struct task){.kind = TASK_COPY, .to = to, .from = from, .bytes = bytes});
}

static void late_copy_from(struct device *device, void *to, struct device *other, const void *from, size_t bytes)
{
    (void)other;
    late_copy(device, to, from, bytes);
}

static void late_add(struct device *device, struct numbers to, struct numbers from, int64_t count)
{
    hand_over(device, (struct task){.kind = TASK_ADD, .to = to.data, .from = from.data, .count = count});
}

/* What a backward pass does: writes all of the array. */
static void late_fill(struct device *device, float *to, int64_t count, float number)
{
    hand_over(device, (struct task){.kind = TASK_FILL, .to = to, .count = count, .number = number});
}

static void late_join(struct device *const devices[], int count)
{
    for (int i = 0; i < count; i++)
        hand_over(devices[i], (struct task){.kind = TASK_JOIN, .meeting = meetings});
    meetings++;
}

static bool all_have_come(int count, int meeting)
{
    for (int i = 0; i < count; i++) {
        const struct late_device *own = &late[i];
        bool is_there = false;
        for (int j = 0; j <= own->done && j < own->count; j++)
            is_there |= own->tasks[j].kind == TASK_JOIN && own->tasks[j].meeting == meeting;
        if (!is_there)
            return false;
    }
    return true;
}

static void task_do(const struct task *task)
{
    if (task->kind == TASK_COPY)
        memmove(task->to, task->from, task->bytes);
    for (int64_t i = 0; i < task->count; i++)
        if (task->kind == TASK_ADD)
            ((float *)task->to)[i] += ((const float *)task->from)[i];
        else
            ((float *)task->to)[i] = task->number;
}

/* Goes on to where the device must wait; true when it did anything. */
static bool play(int device, int count)
{
    struct late_device *own = &late[device];
    int before = own->done;
    for (; own->done < own->count; own->done++) {
        const struct task *task = &own->tasks[own->done];
        if (task->kind == TASK_JOIN && !all_have_come(count, task->meeting))
            break;
        task_do(task);
    }
    return own->done > before;
}

/* Each time the first one of an order that can go on goes on, so that it is as far ahead as can be. */
static void play_all(int count, bool backwards)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < count && !moved; i++)
            moved = play(backwards ? count - 1 - i : i, count);
    }
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(late[i].done, late[i].count);
}

static void late_devices_make(int count)
{
    static const struct array_functions functions = {.add = late_add};
    static const struct device_interface interface = {
        .copy = late_copy, .copy_from = late_copy_from, .join = late_join, .arrays = &functions};
    meetings = 0;
    for (int i = 0; i < count; i++) {
        late[i].device = (struct device){.interface = &interface, .name = "late"};
        late[i].count = late[i].done = 0;
    }
}

static float arrays[DEVICES_MAX][LONGEST], totals[DEVICES_MAX][LONGEST], rooms[DEVICES_MAX][4 * LONGEST],
    wanted[LONGEST];

/* Numbers of all sizes, whose sum depends on the order. */
static void fill_arrays(int part_count, int64_t count)
{
    struct rng rng = rng_make(3, RNG_INIT, (uint64_t)part_count, (uint64_t)count);
    memset(wanted, 0, sizeof wanted);
    for (int i = 0; i < part_count; i++)
        for (int64_t j = 0; j < count; j++) {
            arrays[i][j] = (float)((rng_uniform(&rng) - 0.5) * (double)(1 << (rng_uint32(&rng) % 20)));
            wanted[j] = i == 0 ? arrays[i][j] : wanted[j] + arrays[i][j];
        }
}

static void parts_make(struct all_reduce_part parts[], int part_count, int64_t count, bool are_late)
{
    ck_assert_uint_le(all_reduce_room_bytes(count, part_count, DTYPE_F32), sizeof rooms[0]);
    for (int i = 0; i < part_count; i++)
        parts[i] =
            (struct all_reduce_part){are_late ? &late[i].device : device_cpu(), {arrays[i], DTYPE_F32}, rooms[i]};
}

static void expect_sums(int part_count, int64_t count)
{
    for (int i = 0; i < part_count; i++)
        ck_assert_mem_eq(arrays[i], wanted, (size_t)count * sizeof(float));
}

START_TEST(test_every_device_has_the_sum_in_the_order_of_the_devices)
{
    static const int64_t counts[] = {1, 63, 64, 65, 200, 999};
    struct all_reduce_part parts[DEVICES_MAX];
    for (int devices = 1; devices <= DEVICES_MAX; devices++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            fill_arrays(devices, counts[i]);
            parts_make(parts, devices, counts[i], false);
            all_reduce(parts, devices, counts[i]);
            expect_sums(devices, counts[i]);
        }
}
END_TEST

START_TEST(test_bfloat16_is_rounded_at_each_addition)
{
    struct bfloat16 values[3][70], room[3][4 * 70];
    struct all_reduce_part parts[3];
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 70; j++)
            values[i][j] = bfloat16_from_float(i == 0 ? 256 : 1);
        parts[i] = (struct all_reduce_part){device_cpu(), {values[i], DTYPE_BF16}, room[i]};
    }
    ck_assert_uint_le(all_reduce_room_bytes(70, 3, DTYPE_BF16), sizeof room[0]);
    all_reduce(parts, 3, 70);
    for (int i = 0; i < 3; i++)
        ck_assert_float_eq(bfloat16_to_float(values[i][69]), 256); /* 257 is none: 256 twice */
}
END_TEST

/* Three steps: gradients are written, added up and taken; the last of them are the totals. */
static void hand_over_steps(const struct all_reduce_part parts[], int devices)
{
    for (int step = 0; step < 3; step++) {
        for (int i = 0; i < devices; i++)
            late_fill(parts[i].device, arrays[i], LONGEST, (float)(step + i));
        all_reduce(parts, devices, LONGEST);
        for (int i = 0; i < devices; i++)
            late_add(parts[i].device, (struct numbers){totals[i], DTYPE_F32}, parts[i].values, LONGEST);
    }
}

/* One device may be whole steps ahead in what it was handed; still none reads what is not there or writes what is needed. */
START_TEST(test_devices_that_run_ahead_wait_for_what_they_need)
{
    struct all_reduce_part parts[DEVICES_MAX];
    for (int devices = 2; devices <= 5; devices++)
        for (int backwards = 0; backwards < 2; backwards++) {
            late_devices_make(devices);
            memset(totals, 0, sizeof totals);
            parts_make(parts, devices, LONGEST, true);
            hand_over_steps(parts, devices);
            play_all(devices, backwards);
            for (int i = 0; i < devices; i++)
                for (int j = 0; j < LONGEST; j++)
                    ck_assert_float_eq(totals[i][j], (float)(3 * devices + 3 * devices * (devices - 1) / 2));
        }
}
END_TEST

UNIT_MAIN("all_reduce", test_every_device_has_the_sum_in_the_order_of_the_devices,
          test_bfloat16_is_rounded_at_each_addition, test_devices_that_run_ahead_wait_for_what_they_need)
