/*
 * plan.h: where every value of a graph lies while a program runs. Internal to engine/graph/.
 *
 * Values that may share memory (a view and what it shows, a result computed in place) are joined into a storage. A storage
 * that only this run needs gets an offset in one arena: two storages overlap there only when their lifetimes do not.
 */
#ifndef LRUN_ENGINE_GRAPH_PLAN_H
#define LRUN_ENGINE_GRAPH_PLAN_H

#include "engine/graph/graph.h"

#define PLAN_ALIGNMENT ((size_t)64)

/** Whose memory a storage is part of. */
enum home {
    HOME_ARENA,     /* reused within a run */
    HOME_OWN,       /* inputs and kept results: the program's own, never reused */
    HOME_PARAMETER, /* the store's value (or buffer) of `parameter` */
    HOME_GRADIENT,  /* the store's gradient of `parameter` */
};

struct storage {
    enum home home;
    /** Rounded up to the alignment. */
    size_t bytes;
    /** The nodes between which it holds something, both included. */
    int first;
    int last;
    /** In the arena, or in the program's own memory. */
    size_t offset;
    const struct value *parameter;
};

struct plan {
    struct storage *storages;
    int storage_count;
    /** By index of the value: its storage; -1 when nothing computes or uses it. */
    int *storage_of;
    /** By index of the node: a view that has nothing to do. */
    bool *is_skipped;
    /** By index of the node: where its scratch lies in the arena. */
    size_t *scratch_offsets;
    size_t arena_bytes;
    size_t own_bytes;
    /** Of arena_bytes: what the values alone would need; and what they would need without reuse. */
    size_t value_bytes;
    size_t unplanned_bytes;
};

/** Plans. `scratch_bytes`: by index of the node. The graph must not change afterwards. */
void plan_init(struct plan *plan, const struct graph *graph, const size_t *scratch_bytes);
void plan_finish(struct plan *plan);

/** Something that wants memory from node `first` to node `last`, both included. */
struct span {
    size_t bytes;
    int first;
    int last;
    size_t offset; /* the answer */
};

/** Gives every span an offset such that spans alive at the same node do not overlap. Returns the bytes needed. */
size_t spans_pack(struct span *spans, int count);

#endif
