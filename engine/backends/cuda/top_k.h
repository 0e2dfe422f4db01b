/*
 * top_k.h: which are the largest of many, found by one block without sorting them. For cuda.cu files.
 *
 * As engine/ops/top_k.h, on keys: unsigned, in the order wanted, and 0 for what is never taken; of equal keys the first are
 * taken. The cut is found digit by digit; a thread counts the digits of neighbouring keys, so that nothing is counted together
 * in the order of arrival. Within a LAUNCHER_OF_BLOCKS:
 *
 *     if (phase == 0 && place.thread == 0)
 *         top_k_begin(&shared->top_k, wanted);                   // at most as many as there are keys that are not 0
 *     else if (phase >= 1 && phase < 1 + TOP_K_PHASES)
 *         top_k_find(&shared->top_k, phase - 1, place.thread, keys, count);
 *     else if (phase >= 1 + TOP_K_PHASES)
 *         for (struct top_k_walk walk = top_k_walk_begin(&shared->top_k, place.thread, count); walk.at < walk.end; walk.at++)
 *             if (top_k_take(&shared->top_k, &walk, keys)) ...
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_TOP_K_H
#define LRUN_ENGINE_BACKENDS_CUDA_TOP_K_H

#include "engine/backends/cuda/launch.h"

#define DIGIT_BITS 4
#define DIGITS (1 << DIGIT_BITS)
#define DIGIT_PHASES (3 * 32 / DIGIT_BITS)
#define TOP_K_PHASES (DIGIT_PHASES + 1)

struct top_k_shared {
    int32_t digits[DIGITS][BLOCK_THREADS];
    int64_t totals[DIGITS];
    /** The digits of the cut that are known, and how many are to be taken of the keys that share them. */
    uint32_t cut;
    int64_t wanted;
    /** What each thread has above and at the cut. */
    int32_t above[BLOCK_THREADS], ties[BLOCK_THREADS];
};

/** A thread's keys, and how many were taken before `at`. */
struct top_k_walk {
    int64_t at, end;
    int64_t ties, taken;
};

BODY struct top_k_walk top_k_walk_of(int thread, int64_t count)
{
    int64_t each = (count + BLOCK_THREADS - 1) / BLOCK_THREADS, first = thread * each, end = first + each;
    struct top_k_walk walk;
    walk.at = first < count ? first : count;
    walk.end = end < count ? end : count;
    walk.ties = 0;
    walk.taken = 0;
    return walk;
}

/* How often each digit follows those that are known. */
BODY void top_k_count(struct top_k_shared *shared, int thread, int shift, const uint32_t *keys, int64_t count)
{
    struct top_k_walk walk = top_k_walk_of(thread, count);
    for (int d = 0; d < DIGITS; d++)
        shared->digits[d][thread] = 0;
    for (; walk.at < walk.end; walk.at++) {
        uint32_t key = keys[walk.at];
        if ((uint64_t)key >> (shift + DIGIT_BITS) == (uint64_t)shared->cut >> (shift + DIGIT_BITS))
            shared->digits[key >> shift & (DIGITS - 1)][thread]++;
    }
}

/* Of one thread per digit. */
BODY void top_k_total(struct top_k_shared *shared, int digit)
{
    int64_t total = 0;
    for (int i = 0; i < BLOCK_THREADS; i++)
        total += shared->digits[digit][i];
    shared->totals[digit] = total;
}

/* Of one thread: the digit that the last of those wanted has. */
BODY void top_k_digit(struct top_k_shared *shared, int shift)
{
    uint32_t digit = DIGITS - 1;
    while (digit > 0 && shared->totals[digit] < shared->wanted)
        shared->wanted -= shared->totals[digit--];
    shared->cut |= digit << shift;
}

BODY void top_k_rest(struct top_k_shared *shared, int thread, const uint32_t *keys, int64_t count)
{
    struct top_k_walk walk = top_k_walk_of(thread, count);
    int32_t above = 0, ties = 0;
    for (; walk.at < walk.end; walk.at++) {
        above += keys[walk.at] > shared->cut ? 1 : 0;
        ties += keys[walk.at] == shared->cut ? 1 : 0;
    }
    shared->above[thread] = above;
    shared->ties[thread] = ties;
}

/** `phase` from 0 on. */
BODY void top_k_find(struct top_k_shared *shared, int phase, int thread, const uint32_t *keys, int64_t count)
{
    int shift = 32 - DIGIT_BITS * (phase / 3 + 1);
    if (phase == DIGIT_PHASES)
        top_k_rest(shared, thread, keys, count);
    else if (phase % 3 == 0)
        top_k_count(shared, thread, shift, keys, count);
    else if (phase % 3 == 1 && thread < DIGITS)
        top_k_total(shared, thread);
    else if (phase % 3 == 2 && thread == 0)
        top_k_digit(shared, shift);
}

/** Of one thread, in a phase before the first. */
BODY void top_k_begin(struct top_k_shared *shared, int64_t wanted)
{
    shared->cut = 0;
    shared->wanted = wanted;
}

/** Where a thread begins to take, in a phase after the last. */
BODY struct top_k_walk top_k_walk_begin(const struct top_k_shared *shared, int thread, int64_t count)
{
    struct top_k_walk walk = top_k_walk_of(thread, count);
    for (int i = 0; i < thread; i++) {
        walk.taken += shared->above[i];
        walk.ties += shared->ties[i];
    }
    walk.taken += walk.ties < shared->wanted ? walk.ties : shared->wanted;
    return walk;
}

/** True when the key at walk->at is among the largest; it is then number walk->taken - 1 of those. */
BODY bool top_k_take(const struct top_k_shared *shared, struct top_k_walk *walk, const uint32_t *keys)
{
    uint32_t key = keys[walk->at];
    bool takes = key > shared->cut || (key == shared->cut && walk->ties++ < shared->wanted);
    walk->taken += takes ? 1 : 0;
    return takes;
}

/** Keys of floats that are not negative: in their order, and never 0. */
BODY uint32_t top_k_key(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits + 1;
}

#endif
