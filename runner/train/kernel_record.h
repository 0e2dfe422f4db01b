/*
 * kernel_record.h: which kernels a run uses where trainer.benchmark chooses them by timing, and where that is written down; and
 * which algorithms a GPU's libraries chose.
 *
 * Measured twice, two kernels that are alike can win once each, and their results differ in the last bits. So what was measured
 * stays: in a file of the user's cache directory for each kind of machine, for other runs; in the run directory
 * (kernels.json), for those who repeat the run; in checkpoints, for those who go on with it. Each is JSON: "format",
 * "machine" (a digest) and "choices", from cases to kernels (engine/graph/kernel_choices.h). A file that cannot be read, is
 * damaged or of another machine holds nothing, and one that cannot be written is left: the run has its own record.
 *
 *     struct kernel_record *record = kernel_record_create(true, device);
 *     kernel_record_begin(record, progress);
 *     program_create(graph, parameters, &(struct program_options){.choices = kernel_record_choices(record)}, error);
 *     kernel_record_end(record, progress);
 */
#ifndef LRUN_RUNNER_TRAIN_KERNEL_RECORD_H
#define LRUN_RUNNER_TRAIN_KERNEL_RECORD_H

#include <jansson.h>
#include <stdbool.h>

#include "engine/backends/device.h"
#include "engine/base/error.h"
#include "engine/base/progress.h"
#include "engine/graph/kernel_choices.h"

/** The record's file in a run directory. */
#define KERNEL_RECORD_FILE "kernels.json"

struct kernel_record;

/**
 * `measures`: false for the fixed rule; then nothing is read or written for the processor, and for another device (NULL: the
 * processor) what its libraries chose is written down and kept to, but not shared with other runs.
 */
struct kernel_record *kernel_record_create(bool measures, const struct device *device);
void kernel_record_destroy(struct kernel_record **record);

/** For a program's options; NULL for the fixed rule. Lent. */
struct kernel_choices *kernel_record_choices(const struct kernel_record *record);

/**
 * Before a program is made: adds what the machine's file says and the record does not. Other processes then wait until
 * kernel_record_end, so that two do not measure the same at the same time. A record of NULL is the fixed rule's.
 */
void kernel_record_begin(struct kernel_record *record, struct progress *progress);

/** After it was made: adds what was measured to the machine's file, and says so in a line, or that a library has no longer what
 * the record says. */
void kernel_record_end(struct kernel_record *record, struct progress *progress);

/** The choices as a JSON object; NULL for the fixed rule. A new reference. */
json_t *kernel_record_save(const struct kernel_record *record);

/**
 * Takes these choices in the place of all others. False when what was chosen so far is among them, so that programs stay valid,
 * or when it is no object of strings.
 */
bool kernel_record_load(struct kernel_record *record, const json_t *choices);

/** The same with the file of a run directory. Loading from one without the file does nothing; saving fails with ERROR_STORAGE. */
bool kernel_record_save_into(const struct kernel_record *record, const char *directory, struct error *error);
void kernel_record_load_from(struct kernel_record *record, const char *directory);

#endif
