/*
 * run_list.h: the runs under a folder, and runs by the names that people give them.
 *
 *     char *path = run_find(NULL, "3", &error);              // "lightning_logs/version_3"
 *
 *     struct run_list list = RUN_LIST_INIT;
 *     if (run_list_load(&list, NULL, &error))
 *         for (size_t i = 0; i < list.count; i++)
 *             puts(list.items[i].path);
 *     run_list_finish(&list);
 */
#ifndef LRUN_RUNNER_RUNS_RUN_LIST_H
#define LRUN_RUNNER_RUNS_RUN_LIST_H

#include <stddef.h>

#include "runner/runs/run_record.h"

/** Runs, the newest first. */
struct run_list {
    struct run_record *items;
    size_t count;
};

#define RUN_LIST_INIT                                                                                                  \
    {                                                                                                                  \
        .items = NULL                                                                                                  \
    }

/**
 * The folder whose version_N are meant: `root` itself where it has some, else its lightning_logs; NULL is the working
 * directory. The caller frees it.
 */
char *run_list_folder(const char *root);

/** Reads every run of run_list_folder(root). Fails with ERROR_CONFIG only when `root` is no directory. */
bool run_list_load(struct run_list *list, const char *root, struct error *error);

void run_list_finish(struct run_list *list);

/**
 * The path of a run that is named by its directory or, in run_list_folder(root), by its number ("3") or name ("version_3").
 * The caller frees it. NULL with ERROR_CONFIG, with the numbers that there are.
 */
char *run_find(const char *root, const char *name, struct error *error);

#endif
