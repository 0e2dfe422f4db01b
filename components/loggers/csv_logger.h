/* csv_logger.h: CSVLogger. */
#ifndef LRUN_COMPONENTS_LOGGERS_CSV_LOGGER_H
#define LRUN_COMPONENTS_LOGGERS_CSV_LOGGER_H

#include "components/loggers/logger.h"

/** Writes metrics.csv in the run directory: a row per moment, a column per number, blank where there is none. As
 *  lightning.pytorch.loggers.CSVLogger. Name: CSVLogger. */
struct csv_logger_params {
    /** Name of the file. Default: metrics.csv. */
    const char *filename;
};

/** Makes the logger. Fails with ERROR_CONFIG when the name is no plain file name. */
struct logger *csv_logger_create(const struct csv_logger_params *params, struct error *error);

#endif
