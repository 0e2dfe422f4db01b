/*
 * run_record.h: a run directory read back: what was run, where, how it went and what came out.
 *
 * Reading never fails: of a directory that is damaged there is what could be read, and a phrase for the rest. The run may
 * go on meanwhile. Nothing is written, and no data or library of the run is opened.
 *
 *     struct run_record record = RUN_RECORD_INIT;
 *     struct metric_moment best;
 *     run_record_load(&record, "lightning_logs/version_3");
 *     const char *metric = run_record_monitor(&record);
 *     if (metric != NULL && run_record_best(&record, metric, &best))
 *         printf("%s %g in epoch %g\n", metric, best.number, best.epoch);
 *     run_record_finish(&record);
 */
#ifndef LRUN_RUNNER_RUNS_RUN_RECORD_H
#define LRUN_RUNNER_RUNS_RUN_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "runner/config/config.h"
#include "runner/train/metrics_table.h"
#include "runner/train/run_state.h"

struct run_record {
    /** Everything below lives here or is freed by run_record_finish. */
    struct arena arena;
    /** As it was given. */
    const char *path;
    /** N of version_N; -1 when the directory has another name. */
    int64_t number;
    /** config.yaml, complete; root is NULL when there is none that this version understands. */
    struct config config;
    /** environment.json; NULL when it cannot be read. */
    json_t *environment;
    /** What was typed; "" when nobody knows. */
    const char *command_line;
    /** What the run logged; empty when it has not logged anything. Epochs and steps of the state come from here where the
     *  state does not say: as far as logged. */
    struct metrics_table metrics;
    struct run_state state;
    /** What could not be read, and why: one phrase; NULL when all could. */
    const char *damage;
};

#define RUN_RECORD_INIT                                                                                                \
    {                                                                                                                  \
        .path = NULL, .config = CONFIG_INIT, .metrics = METRICS_TABLE_INIT                                             \
    }

/** Reads a directory. The record stays where it is until it is finished: parts of it point at each other. */
void run_record_load(struct run_record *record, const char *path);

/** A run directory's environment.json, a new reference; NULL when there is none that is readable. */
json_t *run_record_load_environment(const char *path);

/** "version_3". Lent. */
const char *run_record_name(const struct run_record *record);

/** A text of environment.json ("host", "git_commit", "started"); NULL when it says nothing. Lent. */
const char *run_record_environment(const struct run_record *record, const char *key);

/** A field of the config by its path: "trainer.max_epochs"; NULL when there is no such field, or no config. Lent. */
const struct config_node *run_record_find(const struct run_record *record, const char *path);

/** What its config watches, and how (watched.h). */
const char *run_record_monitor(const struct run_record *record);
enum monitor_mode run_record_mode(const struct run_record *record, const char *metric);

/** The best and the last number of a metric; false when there is none. */
bool run_record_best(const struct run_record *record, const char *metric, struct metric_moment *best);
bool run_record_last(const struct run_record *record, const char *metric, struct metric_moment *last);

/** A metric's best number, with its epoch and step, and its last, as JSON; null when there is none. A new reference. */
json_t *run_record_describe_metric(const struct run_record *record, const char *metric);

/** Frees everything; the record is empty and usable again. */
void run_record_finish(struct run_record *record);

#endif
