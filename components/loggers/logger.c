/* logger.c: where logged numbers go. */
#include "components/loggers/logger.h"

void logger_destroy(struct logger **logger)
{
    if (*logger != NULL)
        (*logger)->interface->destroy(*logger);
    *logger = NULL;
}
