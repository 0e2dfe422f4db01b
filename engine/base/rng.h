/*
 * rng.h: randomness as a pure function.
 *
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). A draw is a function of
 * (seed, purpose, epoch or step, index, number of the draw): there is no generator state to save, and a sample is the
 * same whichever worker makes it and whenever it is made again.
 *
 *     struct rng rng = rng_make(seed, RNG_AUGMENT, epoch, sample_index);
 *     if (rng_uniform(&rng) < 0.5) flip(...);
 */
#ifndef LRUN_ENGINE_BASE_RNG_H
#define LRUN_ENGINE_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/** What the numbers are for: streams of different purposes never meet. The values are part of the file format. */
enum rng_purpose {
    RNG_INIT = 1,    /* first weights; index: number of the parameter */
    RNG_SHUFFLE = 2, /* order of an epoch */
    RNG_AUGMENT = 3, /* transforms of a sample; index: the sample's */
    RNG_DROPOUT = 4, /* index: number of the node */
    RNG_SPLIT = 5,   /* splitting a dataset */
    RNG_SCENE = 6,   /* generated scenes; index: the image's */
    RNG_TEST = 7,    /* data that tests make */
    RNG_SWEEP = 8,   /* values of a sweep's runs; index: the run's */
};

/** A stream of draws. A value: copy it to draw the same numbers again. */
struct rng {
    uint32_t key[2];
    /** counter[0] counts blocks of four draws; the others hold purpose, epoch and index. */
    uint32_t counter[4];
    uint32_t block[4];
    unsigned used;
};

/** The stream for this purpose, round (epoch or step) and index. `index` must be below 2^40, `round` below 2^40. */
struct rng rng_make(uint64_t seed, enum rng_purpose purpose, uint64_t round, uint64_t index);

/** 32 random bits. */
uint32_t rng_uint32(struct rng *rng);

/**
 * Many draws at once: what 4 * count calls of rng_uint32 would give after the first 4 * `first` ones. The stream is as rng_make
 * returns it, and stays so: threads may fill parts of one sequence. `draws` holds 4 * count numbers.
 */
void rng_draw_blocks(const struct rng *stream, uint64_t first, size_t count, uint32_t *draws);

/** Uniform in [0, 1), a multiple of 2^-24, so that it is exact as a float. */
float rng_uniform(struct rng *rng);

/** Uniform in [low, high). */
double rng_range(struct rng *rng, double low, double high);

/** Uniform integer in [0, bound), without bias. `bound` is at least 1. */
uint32_t rng_below(struct rng *rng, uint32_t bound);

/** Normal with mean 0 and deviation 1: normal_from_bits of the next two draws. */
double rng_normal(struct rng *rng);

/** Fills `order` with a random permutation of 0..count-1 (Fisher and Yates). */
void rng_permutation(struct rng *rng, uint32_t *order, uint32_t count);

/** One block of Philox4x32-10, as Random123's philox4x32_R(10): exposed for its known-answer test. */
void rng_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t result[4]);

#endif
