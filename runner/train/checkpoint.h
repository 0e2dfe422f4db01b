/*
 * checkpoint.h: the whole of a run in one file, from which it goes on as if it had never stopped.
 *
 * A checkpoint is a safetensors file: the model's arrays under torchvision's names, the optimizer's as
 * "optimizer.<state>.<parameter>", and in its metadata (strings) format, epoch, global_step, batches_done, seed, threads,
 * versions, config, and "state": JSON with the rest of the loop's position, the numbers logged so far, the callbacks'
 * states, the loggers' positions and, where trainer.benchmark chose them, the kernels. "sha256" is the digest of all of
 * this.
 *
 * Loading checks everything before it changes anything.
 */
#ifndef LRUN_RUNNER_TRAIN_CHECKPOINT_H
#define LRUN_RUNNER_TRAIN_CHECKPOINT_H

#include "runner/train/session.h"

/** Saves durably; flushes the loggers before. `weights_only` leaves out what only resuming needs. ERROR_STORAGE. */
bool checkpoint_save(struct session *session, const char *path, bool weights_only, struct error *error);

/**
 * Restores arrays, position, numbers and callbacks; the loggers' positions (by their order) come back in `loggers`, a new
 * reference. Fails with ERROR_STORAGE when the file is damaged or of another kind, ERROR_CONFIG when it is another model's.
 */
bool checkpoint_load(struct session *session, const char *path, json_t **loggers, struct error *error);

/** Loads what parts->checkpoint_path says, else the model's own `weights`, else nothing. */
bool checkpoint_load_model(struct session *session, struct error *error);

/** The local path of FILE, URL, "best" or "last". The caller frees it; NULL on failure. */
char *checkpoint_resolve(const struct session *session, const char *name, struct error *error);

/**
 * The newest good checkpoint from which a run can go on, in its own directory, or, where it has none, under
 * default_root_dir: of the highest version that has one, that of the most steps. Damaged files are noted and passed over. NULL when there is none. The caller frees it.
 */
char *checkpoint_find_newest(const struct session *session);

#endif
