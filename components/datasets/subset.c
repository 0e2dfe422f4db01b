/* subset.c: a part of another dataset. */
#include "components/datasets/subset.h"

#include <inttypes.h>

#include "engine/base/memory.h"
#include "engine/base/rng.h"

/* The dataset that both parts read from. */
struct whole {
    struct dataset *dataset;
    bool is_open;
};

struct subset {
    struct dataset base;
    struct whole *whole;
    struct amount amount;
    uint64_t seed;
    bool is_second;
    /** Set by open: the numbers of its samples in the whole. */
    uint32_t *indices;
};

static bool subset_prepare(struct dataset *dataset, struct progress *progress, struct error *error)
{
    return dataset_prepare(((struct subset *)dataset)->whole->dataset, progress, error);
}

static int64_t second_length(const struct subset *subset, int64_t length)
{
    double number = subset->amount.is_fraction ? subset->amount.number * (double)length : subset->amount.number;
    return number < (double)length ? (int64_t)number : length;
}

/* Both parts take theirs from the same order: the second its end, the first the rest. */
static bool subset_choose(struct subset *subset, struct error *error)
{
    int64_t length = subset->whole->dataset->info.length;
    int64_t second = second_length(subset, length);
    if (length > UINT32_MAX || second < 1 || second >= length)
        return error_set(error, ERROR_CONFIG,
                         "wanted both parts of the split to hold samples, found %" PRId64 " of %" PRId64
                         " in the second",
                         second, length);
    subset->indices = memory_allocate((size_t)length, sizeof *subset->indices);
    struct rng rng = rng_make(subset->seed, RNG_SPLIT, 0, 0);
    rng_permutation(&rng, subset->indices, (uint32_t)length);
    subset->base.info = subset->whole->dataset->info;
    subset->base.info.length = subset->is_second ? second : length - second;
    if (subset->is_second)
        for (int64_t i = 0; i < second; i++)
            subset->indices[i] = subset->indices[length - second + i];
    return true;
}

static bool subset_open(struct dataset *dataset, struct progress *progress, struct error *error)
{
    struct subset *subset = (struct subset *)dataset;
    struct whole *whole = subset->whole;
    if (!whole->is_open)
        whole->is_open = dataset_open(whole->dataset, progress, error);
    return whole->is_open && subset_choose(subset, error);
}

static bool subset_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    const struct subset *subset = (const struct subset *)dataset;
    return dataset_read(subset->whole->dataset, subset->indices[index], sample, error);
}

static void subset_destroy(struct dataset *dataset)
{
    struct subset *subset = (struct subset *)dataset;
    if (!subset->is_second) {
        dataset_destroy(&subset->whole->dataset);
        memory_free(subset->whole);
    }
    memory_free(subset->indices);
    memory_free(subset);
}

static struct dataset *subset_create(struct whole *whole, struct amount amount, uint64_t seed, bool is_second)
{
    static const struct dataset_interface interface = {
        .prepare = subset_prepare,
        .open = subset_open,
        .read = subset_read,
        .destroy = subset_destroy,
    };
    struct subset *subset = memory_allocate(1, sizeof *subset);
    *subset = (struct subset){.base = {.interface = &interface, .info = whole->dataset->info},
                              .whole = whole,
                              .amount = amount,
                              .seed = seed,
                              .is_second = is_second};
    return &subset->base;
}

void subset_split(struct dataset *whole, struct amount amount, uint64_t seed, struct dataset **first,
                  struct dataset **second)
{
    struct whole *shared = memory_allocate(1, sizeof *shared);
    shared->dataset = whole;
    *first = subset_create(shared, amount, seed, false);
    *second = subset_create(shared, amount, seed, true);
}
