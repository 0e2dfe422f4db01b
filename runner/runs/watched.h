/*
 * watched.h: which of a run's numbers its config watches, and which of them are better: by what runs are compared.
 *
 * `root` is a config that is checked, or NULL.
 */
#ifndef LRUN_RUNNER_RUNS_WATCHED_H
#define LRUN_RUNNER_RUNS_WATCHED_H

#include "components/callbacks/monitor.h"
#include "runner/config/config_node.h"

/** The number that tells which checkpoint is best: that of the first ModelCheckpoint with one; NULL: none. Lent. */
const char *watched_metric(const struct config_node *root);

/**
 * Which numbers of this metric are better: as the first callback that watches it says. Where none does, smaller ones are
 * of what has "loss" or "error" in its name, and larger ones of the rest.
 */
enum monitor_mode watched_mode(const struct config_node *root, const char *metric);

#endif
