/*
 * logger.h: where logged numbers go: a CSV file, TensorBoard's event file. As Lightning's Logger.
 *
 * A logger appends; a checkpoint holds its position, and a resumed run cuts what lies behind it, so that nothing is there
 * twice.
 */
#ifndef LRUN_COMPONENTS_LOGGERS_LOGGER_H
#define LRUN_COMPONENTS_LOGGERS_LOGGER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "components/scalars.h"
#include "engine/base/error.h"

struct logger;

struct logger_interface {
    /** Opens its file in the run directory; `position` is what `position` gave before, or NULL for a new run. */
    bool (*open)(struct logger *logger, const char *run_directory, const json_t *position, struct error *error);
    /** One row: the numbers of this moment. Fails with ERROR_STORAGE. */
    bool (*log)(struct logger *logger, const struct scalars *scalars, int64_t epoch, int64_t step, struct error *error);
    /** Makes everything logged so far durable. */
    bool (*flush)(struct logger *logger, struct error *error);
    /** Where the file is now, for a checkpoint: a new reference. */
    json_t *(*position)(const struct logger *logger);
    void (*destroy)(struct logger *logger);
};

/** A logger; the first member of every component's own struct. */
struct logger {
    const struct logger_interface *interface;
    /** "CSVLogger". */
    const char *name;
};

struct logger_list {
    struct logger **items;
    size_t count;
};

void logger_destroy(struct logger **logger);

#endif
