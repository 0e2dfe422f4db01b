/*
 * run_table.h: runs side by side: in which keys they differ, how they went, their best numbers.
 *
 *     struct run_table table = RUN_TABLE_INIT;
 *     struct run_table_request request = {.sort = "val_map_50", .limit = 10};
 *     if (run_table_make(&table, &list, &request, &error))
 *         run_table_format(&table, 80, &text);
 *     run_table_finish(&table);
 */
#ifndef LRUN_RUNNER_RUNS_RUN_TABLE_H
#define LRUN_RUNNER_RUNS_RUN_TABLE_H

#include "runner/build/registry.h"
#include "runner/runs/run_list.h"

/** What to show. Zero: all runs, the newest first, each with what its ModelCheckpoint watches. */
struct run_table_request {
    /** Metrics to show; none: those by which the runs' checkpoints were chosen, else val_loss. Lent. */
    const char *const *metrics;
    size_t metric_count;
    /** A metric (the best first), or a key of the config (from low to high); NULL: the newest first. */
    const char *sort;
    /** How many runs at most; 0: all. */
    size_t limit;
};

/** A key whose value is not the same in all runs. */
struct run_key {
    /** As an override names it. */
    const char *name;
    /** The end of the name, as short as it can be among the keys: "lr". */
    const char *header;
    /** NULL for a component's type. */
    const struct field *field;
    /** [count] NULL where the run has no such key. */
    const struct config_node **values;
};

struct run_table {
    struct arena arena;
    /** In the order of the request; lent by the list. */
    const struct run_record **runs;
    size_t count;
    /** What the runs are sorted by first, then those that every run has; in the order of the declarations. */
    struct run_key *keys;
    size_t key_count;
    const char **metrics;
    size_t metric_count;
};

#define RUN_TABLE_INIT                                                                                                 \
    {                                                                                                                  \
        .runs = NULL                                                                                                   \
    }

/** Chooses and compares runs of the list, which must live as long. Fails with ERROR_CONFIG when there is nothing to sort by. */
bool run_table_make(struct run_table *table, const struct run_list *list, const struct run_table_request *request,
                    struct error *error);

/**
 * Appends a line for each run, and then what is damaged and which keys are not shown: as many are as fit into `width`
 * characters (0: all).
 */
void run_table_format(const struct run_table *table, int width, struct text *text);

/** Appends them as a JSON list, with every key and where each best number was. */
void run_table_format_json(const struct run_table *table, struct text *json);

void run_table_finish(struct run_table *table);

#endif
