/* share.c: what part of an epoch's samples a loader gives. */
#include "runner/data/share.h"

static int64_t count_of(struct share share)
{
    return share.count > 1 ? share.count : 1;
}

static int64_t divide_up(int64_t number, int64_t by)
{
    return (number + by - 1) / by;
}

int64_t share_length(struct share share, const struct loader_plan *plan)
{
    return divide_up(plan->dataset->info.length, count_of(share));
}

int64_t share_batch_count(struct share share, const struct loader_plan *plan)
{
    int64_t length = share.of_batches ? plan->dataset->info.length : share_length(share, plan), size = plan->batch_size;
    int64_t batches = plan->drop_last ? length / size : divide_up(length, size);
    return share.of_batches ? divide_up(batches - share.index, count_of(share)) : batches;
}

int share_batch_size(struct share share, const struct loader_plan *plan, int64_t batch)
{
    int64_t size = plan->batch_size, rest = share_length(share, plan) - batch * size;
    if (share.of_batches)
        rest = plan->dataset->info.length - (batch * count_of(share) + share.index) * size;
    return (int)(rest < size ? rest : size);
}

int64_t share_position(struct share share, const struct loader_plan *plan, int64_t batch, int64_t place)
{
    if (share.of_batches)
        return (batch * count_of(share) + share.index) * plan->batch_size + place;
    return (batch * plan->batch_size + place) * count_of(share) + share.index;
}
