/*
 * run_comparison.h: two runs against each other: what was wanted, where it ran, what came out.
 *
 *     struct run_comparison comparison = RUN_COMPARISON_INIT;
 *     run_comparison_make(&comparison, &before, &after);
 *     run_comparison_format(&comparison, 80, &text);
 *     run_comparison_finish(&comparison);
 */
#ifndef LRUN_RUNNER_RUNS_RUN_COMPARISON_H
#define LRUN_RUNNER_RUNS_RUN_COMPARISON_H

#include "runner/config/diff.h"
#include "runner/runs/run_record.h"

/** Something of environment.json that is not the same. */
struct environment_change {
    /** "git_commit", "versions.onednn". */
    const char *key;
    /** NULL: not said. Lent by the records, or in the arena. */
    const char *before;
    const char *after;
};

struct environment_changes {
    struct arena *arena;
    struct environment_change *items;
    size_t count;
};

struct run_comparison {
    struct arena arena;
    /** Lent. */
    const struct run_record *before;
    const struct run_record *after;
    /** Empty where one of them has no config to compare. */
    struct config_changes config;
    struct environment_changes environment;
    /** Every metric of either. */
    const char **metrics;
    size_t metric_count;
};

#define RUN_COMPARISON_INIT                                                                                            \
    {                                                                                                                  \
        .before = NULL                                                                                                 \
    }

/** Compares what two environment.json say of commit and changes, versions, machine and threads; not of time and seed. */
void environment_compare(const json_t *before, const json_t *after, struct environment_changes *changes);

/**
 * Appends a phrase when the commit, what was not committed or the versions that a run directory tells are not those of
 * `now` (environment_describe): "version_3 was made with other code: git_commit 0123456789ab -> fedcba987654". Nothing
 * when they are the same or the directory does not tell.
 */
void environment_format_rerun(const char *directory, const json_t *now, struct text *text);

/** Compares two runs, which must live as long. */
void run_comparison_make(struct run_comparison *comparison, const struct run_record *before,
                         const struct run_record *after);

/** Appends it for people, in lines of at most `width` characters where a table would be wider; 0: no limit. */
void run_comparison_format(const struct run_comparison *comparison, int width, struct text *text);

/** Appends it as a JSON object: config, environment, result. */
void run_comparison_format_json(const struct run_comparison *comparison, struct text *json);

void run_comparison_finish(struct run_comparison *comparison);

#endif
