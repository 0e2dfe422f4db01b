/*
 * session.h: everything that lives while one of the trainer's loops runs, and where the training loop is. For the files of
 * runner/train only.
 *
 * Training goes from moment to moment; callbacks are called at each. A checkpoint can be saved by any callback at any
 * moment; it holds the position below, so that a resumed run goes on with the callback behind the one that saved.
 */
#ifndef LRUN_RUNNER_TRAIN_SESSION_H
#define LRUN_RUNNER_TRAIN_SESSION_H

#include "components/callbacks/callback.h"
#include "runner/data/loader.h"
#include "runner/train/run_directory.h"
#include "runner/train/step.h"
#include "runner/train/trainer_struct.h"

/** What was last reached. The values are part of the checkpoint format. */
enum moment {
    MOMENT_START = 0, /* nothing yet */
    MOMENT_EPOCH_START = 1,
    MOMENT_STEP_END = 2,
    MOMENT_VALIDATION_END = 3,
    MOMENT_EPOCH_END = 4,
};

/** Where the training loop is. */
struct position {
    int64_t epoch;
    /** Optimizer steps done. */
    int64_t global_step;
    /** Batches done, in this epoch and in all. */
    int64_t batches_done;
    int64_t batches_total;
    enum moment moment;
    /** Callbacks that have been called for this moment. */
    int64_t callbacks_done;
    /** A callback asked to stop. */
    bool stopping;
};

/** Sums of numbers over batches, weighted by their samples. */
struct means {
    struct scalars sums;
    double weight;
};

/** The data of one stage. */
struct stage_data {
    struct loader_plan plan;
    /** After the trainer's limits: batches that each device trains on, or that all of them evaluate; 0: nothing to do. */
    int64_t batches;
};

/** What is one device's: the model, what it is trained with, and its share of the data. Parameters are the same in all. */
struct replica {
    /** Which of the session's it is. */
    int index;
    struct device *device;
    struct steps *steps;
    /** Of the steps. */
    struct parameters *parameters;
    /** Made when first needed. */
    struct loader *loaders[STAGE_COUNT];

    /* Training only. */
    /** The optimizer's states, each of the form of the flat parameters. */
    struct numbers states[OPTIMIZER_MAX_STATES];
    /** Sum of the gradients of a step's batches; data is NULL unless there can be several. */
    struct numbers accumulated;
    /** What it adds gradients of all devices up in; NULL where it is the only one. */
    void *room;
    /** What steps find out: in the device's memory; as the host last read it (update.h). */
    struct step_state *step_state;
    struct step_state known;
    /** Of the steps whose numbers were read. */
    struct means epoch_means;
};

struct session {
    /** First, so that a callback's view leads back here. */
    struct run_view view;
    /** What loaders report to: the console's, deaf to signals while a step is half done. */
    struct progress progress;
    bool in_step;
    struct trainer *trainer;
    const struct trainer_params *params;
    const struct run_parts *parts;
    struct stage_data stages[STAGE_COUNT];
    struct metric *metrics[STAGE_COUNT];
    struct data_info info;
    struct batch_layout layout;
    /** NULL: nobody asks where the time goes. */
    struct profiler *profiler;
    struct kernel_record *kernels;
    /** The devices that compute. What is written down is the first one's. */
    struct replica replicas[DEVICES_MAX];
    int replica_count;

    /* Training only. */
    struct position position;
    const char *const *state_names;
    /** Whether the host has read what the last steps found out. */
    bool is_known;
    /** Seconds of this epoch, and how many of them it waited for data. */
    double epoch_started;
    double data_seconds;
    /** Of the progress bar. */
    struct text postfix;
    struct run_directory directory;
    /** Latest value of every logged number; those of this moment. */
    struct scalars latest;
    struct scalars row;
    double started;
    /** Seconds that earlier processes trained; only kept with max_time. */
    double seconds_before;
    /** Of the last step, or of the one that is being done. */
    struct lr_point rate;
    int threads;
};

/** Opens the data of these stages, sets up the model and compiles its first program. `main` decides the parameters. */
bool session_init(struct session *session, struct trainer *trainer, const struct run_parts *parts,
                  const enum stage stages[], int stage_count, struct error *error);
void session_finish(struct session *session);

/** A replica's loader of a stage, made when first asked for. */
struct loader *session_loader(struct session *session, struct replica *replica, enum stage stage, struct error *error);

/** What of a stage's data a replica gets: in training its share of the samples, else every so many-th batch. */
struct share session_share(const struct session *session, const struct replica *replica, enum stage stage);

/** Which of the training's batches one of a step's is, over all devices. */
int64_t session_round(const struct session *session, const struct replica *replica, int part);

/** Finds how many batches a stage has. Fails with ERROR_CONFIG when a limit leaves none. */
bool session_set_batches(struct session *session, enum stage stage, struct error *error);

/** Batches of a training epoch on each of so many devices. */
int64_t session_epoch_batches(const struct session *session, int devices);

/** The batch size of a stage's whole batches. */
int session_batch_size(const struct session *session, enum stage stage);

/** Shows where the time went and writes it into the run directory, if there is one; nothing without a profiler. */
bool session_report_profile(struct session *session, struct error *error);

/** Seconds by the monotonic clock. */
double session_now(void);

/** Sets a number of the current row and its latest value. */
void session_log(struct session *session, const char *name, double number);

/** Writes the current row to every logger and empties it; does nothing when it is empty. */
bool session_write_row(struct session *session, struct error *error);

void means_add(struct means *means, const struct scalars *scalars, double weight);
/** The means, into `to`, each name between prefix and suffix. */
void means_get(const struct means *means, const char *prefix, const char *suffix, struct scalars *to);
void means_reset(struct means *means);
/** Adds the sums of others. */
void means_merge(struct means *means, const struct means *other);
void means_finish(struct means *means);

/**
 * Runs a whole stage without training: the numbers are set in `metrics`, with the stage's prefix. `batches`: how many at
 * most. Fails with ERROR_INTERRUPTED when a signal came.
 */
bool session_evaluate(struct session *session, enum stage stage, int64_t batches, const char *title,
                      struct scalars *metrics, struct error *error);

/** Runs the training loop from the position to its end. */
bool session_fit(struct session *session, struct error *error);

#endif
