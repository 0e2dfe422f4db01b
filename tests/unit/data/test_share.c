/* test_share.c: how the samples of an epoch are dealt out among loaders. */
#include "runner/data/share.h"

#include <string.h>

#include "engine/base/memory.h"
#include "runner/data/loader.h"
#include "tests/unit/data/generated_dataset.h"
#include "tests/unit/unit.h"

#define LENGTH_MAX 64

static struct generated_dataset dataset;

static struct loader_plan plan_make(int64_t length, int batch_size, bool drop_last)
{
    dataset = generated_dataset_make(length);
    return (struct loader_plan){.dataset = &dataset.base, .batch_size = batch_size, .drop_last = drop_last};
}

/* How often a share has each sample; returns how many samples it has. */
static int64_t count_samples(struct share share, const struct loader_plan *plan, int counts[LENGTH_MAX])
{
    int64_t total = 0;
    for (int64_t batch = 0; batch < share_batch_count(share, plan); batch++) {
        int size = share_batch_size(share, plan, batch);
        ck_assert_int_ge(size, 1);
        ck_assert_int_le(size, plan->batch_size);
        for (int place = 0; place < size; place++, total++)
            counts[share_position(share, plan, batch, place) % plan->dataset->info.length]++;
    }
    return total;
}

/* torch.utils.data.DistributedSampler(shuffle=False): ten samples on three devices are 0 3 6 9, 1 4 7 0, 2 5 8 1. */
START_TEST(test_samples_are_dealt_as_pytorchs_sampler_deals_them)
{
    static const int64_t wanted[3][4] = {{0, 3, 6, 9}, {1, 4, 7, 0}, {2, 5, 8, 1}};
    struct loader_plan plan = plan_make(10, 3, false);
    for (int device = 0; device < 3; device++) {
        struct share share = {.index = device, .count = 3};
        ck_assert_int_eq(share_batch_count(share, &plan), 2);
        ck_assert_int_eq(share_batch_size(share, &plan, 0), 3);
        ck_assert_int_eq(share_batch_size(share, &plan, 1), 1);
        for (int i = 0; i < 4; i++)
            ck_assert_int_eq(share_position(share, &plan, i / 3, i % 3) % 10, wanted[device][i]);
    }
    plan.drop_last = true;
    ck_assert_int_eq(share_batch_count((struct share){.index = 1, .count = 3}, &plan), 1);
}
END_TEST

START_TEST(test_all_shares_of_samples_are_as_large_and_miss_none)
{
    for (int64_t length = 1; length <= LENGTH_MAX; length += 7)
        for (int devices = 1; devices <= 5; devices++) {
            struct loader_plan plan = plan_make(length, 4, false);
            int counts[LENGTH_MAX] = {0};
            for (int i = 0; i < devices; i++)
                ck_assert_int_eq(count_samples((struct share){.index = i, .count = devices}, &plan, counts),
                                 (length + devices - 1) / devices);
            for (int64_t i = 0; i < length; i++)
                ck_assert_int_ge(counts[i], 1);
        }
}
END_TEST

START_TEST(test_shares_of_batches_have_every_sample_once_in_the_batches_of_one_device)
{
    for (int64_t length = 1; length <= LENGTH_MAX; length += 3)
        for (int devices = 1; devices <= 5; devices++) {
            struct loader_plan plan = plan_make(length, 4, false);
            struct share whole = {0};
            int counts[LENGTH_MAX] = {0};
            int64_t total = 0, batches = 0;
            for (int i = 0; i < devices; i++) {
                struct share share = {.index = i, .count = devices, .of_batches = true};
                total += count_samples(share, &plan, counts);
                batches += share_batch_count(share, &plan);
                for (int64_t j = 0; j < share_batch_count(share, &plan); j++) {
                    ck_assert_int_eq(share_batch_size(share, &plan, j),
                                     share_batch_size(whole, &plan, j * devices + i));
                    ck_assert_int_eq(share_position(share, &plan, j, 1),
                                     share_position(whole, &plan, j * devices + i, 1));
                }
            }
            ck_assert_int_eq(batches, share_batch_count(whole, &plan));
            ck_assert_int_eq(total, length);
            for (int64_t i = 0; i < length; i++)
                ck_assert_int_eq(counts[i], 1);
        }
}
END_TEST

/* What a loader of a share gives is what the share says, of the shuffled order, whichever thread makes it. */
START_TEST(test_loaders_of_shares_give_what_one_loader_gives)
{
    struct error error = ERROR_INIT;
    struct loader_options options = {.plan = plan_make(23, 4, false), .seed = 5, .progress = &progress_silent};
    options.plan.shuffle = true;
    options.plan.num_workers = 2;
    options.plan.prefetch_factor = 2;
    ck_ok(loader_probe(&options.plan, 5, &options.layout, &error), error);
    int counts[LENGTH_MAX] = {0}, total = 0;
    for (int i = 0; i < 2; i++) {
        const struct batch *batch;
        options.share = (struct share){.index = i, .count = 2};
        struct loader *loader = loader_create(&options, &error);
        ck_ok(loader != NULL, error);
        loader_start(loader, 3, 0);
        while (loader_next(loader, &batch, &error) && batch != NULL)
            for (int j = 0; j < batch->size; j++, total++)
                counts[batch->items[j].index]++;
        ck_ok(!error_is_set(&error), error);
        loader_destroy(&loader);
    }
    ck_assert_int_eq(total, 24);
    for (int i = 0; i < 23; i++)
        ck_assert_int_ge(counts[i], 1);
}
END_TEST

UNIT_MAIN("share", test_samples_are_dealt_as_pytorchs_sampler_deals_them,
          test_all_shares_of_samples_are_as_large_and_miss_none,
          test_shares_of_batches_have_every_sample_once_in_the_batches_of_one_device,
          test_loaders_of_shares_give_what_one_loader_gives)
