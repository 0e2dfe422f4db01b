/* spans.c: packing lifetimes into one arena: the largest first, each at the lowest place that is free all its life. */
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/graph/plan.h"

/* Larger first; among equals the earlier, so that the answer does not depend on the sort. */
static int span_compare(const void *left, const void *right)
{
    const struct span *a = *(const struct span *const *)left, *b = *(const struct span *const *)right;
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? 1 : -1;
    if (a->first != b->first)
        return a->first > b->first ? 1 : -1;
    return (a > b) - (a < b);
}

/* The lowest offset where `span` meets none of those placed (sorted by offset) that live at the same time. */
static size_t span_find_offset(const struct span *span, struct span *const *placed, int count)
{
    size_t offset = 0;
    for (int i = 0; i < count; i++) {
        const struct span *other = placed[i];
        if (other->last < span->first || other->first > span->last)
            continue;
        if (other->offset >= offset + span->bytes)
            break;
        if (other->offset + other->bytes > offset)
            offset = other->offset + other->bytes;
    }
    return offset;
}

size_t spans_pack(struct span *spans, int count)
{
    struct span **order = memory_allocate((size_t)count, sizeof(struct span *));
    struct span **placed = memory_allocate((size_t)count, sizeof(struct span *));
    for (int i = 0; i < count; i++)
        order[i] = &spans[i];
    qsort(order, (size_t)count, sizeof(struct span *), span_compare);
    size_t total = 0;
    for (int i = 0; i < count; i++) {
        struct span *span = order[i];
        span->offset = span_find_offset(span, placed, i);
        if (span->offset + span->bytes > total)
            total = span->offset + span->bytes;
        int at = i;
        for (; at > 0 && placed[at - 1]->offset > span->offset; at--)
            placed[at] = placed[at - 1];
        placed[at] = span;
    }
    memory_free(order);
    memory_free(placed);
    return total;
}
