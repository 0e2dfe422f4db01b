/* run_files.h: run directories written by hand, for the tests of those who read them. */
#ifndef LRUN_TESTS_UNIT_RUNS_RUN_FILES_H
#define LRUN_TESTS_UNIT_RUNS_RUN_FILES_H

#include "tests/unit/scratch.h"

#define CONFIG_OF_RUN                                                                                                  \
    "trainer:\n"                                                                                                       \
    "  max_epochs: 3\n"                                                                                                \
    "  callbacks:\n"                                                                                                   \
    "    - LearningRateMonitor\n"                                                                                      \
    "    - {type: ModelCheckpoint, monitor: val_map_50, mode: max}\n"                                                  \
    "    - {type: EarlyStopping, monitor: score, mode: min}\n"                                                         \
    "model: {type: ImageClassifier, backbone: ResNet18}\n"                                                             \
    "data: {type: DataModule, train: {type: ImageFolder, root: images}}\n"
#define METRICS_OF_RUN                                                                                                 \
    "epoch,step,train_loss,val_map_50\n0,3,2.5,\n0,3,,0.5\n1,7,1.5,\n1,7,,0.75\n2,11,1.75,\n2,11,,0.625\n"
#define FINISHED_STATE                                                                                                 \
    "{\"state\": \"finished\", \"status\": 0, \"epochs\": 3, \"steps\": 12, \"ended\": \"2026-11-26T21:38:15Z\"}"

/* Writes a file of a run, making its directory. */
static inline void run_file(const struct scratch *scratch, const char *run, const char *name, const char *text)
{
    struct error error = ERROR_INIT;
    char path[256];
    snprintf(path, sizeof path, "%s/%s", scratch->path, run);
    ck_ok(directory_create(path, &error), error);
    snprintf(path, sizeof path, "%s/%s/%s", scratch->path, run, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

/* A whole run with this learning rate ("lr: 0.1"). */
static inline void run_files(const struct scratch *scratch, const char *run, const char *optimizer)
{
    char config[2048];
    snprintf(config, sizeof config, "%soptimizer: {type: SGD, %s}\n", CONFIG_OF_RUN, optimizer);
    run_file(scratch, run, "config.yaml", config);
    run_file(scratch, run, "command_line.txt", "lrun a.yaml\n");
    run_file(scratch, run, "environment.json",
             "{\"started\": \"2026-11-26T21:25:03Z\", \"host\": \"here\", \"git_commit\": \"0123456789abcdef\"}");
    run_file(scratch, run, "metrics.csv", METRICS_OF_RUN);
    run_file(scratch, run, "state.json", FINISHED_STATE);
}

#endif
