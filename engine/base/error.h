/*
 * error.h: what went wrong, owned by the caller.
 *
 * Every function that can fail takes a `struct error *error` as its last parameter, never NULL, and returns false or
 * NULL after setting it. It is set once, at the place that knows the facts; a module's door may prefix it.
 *
 *     if (width > IMAGE_MAX_SIDE)
 *         return error_set(error, ERROR_DATA, "wanted a width of at most %d pixels, found %d", IMAGE_MAX_SIDE, width);
 *
 *     struct error error = ERROR_INIT;
 *     if (!image_load(path, &image, &error))
 *         return report(&error);            // only the runner's main prints
 *
 * A message is one phrase in lower case: what was wanted and what was found, values in single quotes, no full stop.
 * A hint says what the user can do about it.
 */
#ifndef LRUN_ENGINE_BASE_ERROR_H
#define LRUN_ENGINE_BASE_ERROR_H

#include <stdbool.h>

#include "engine/base/mark.h"

/** What kind of failure it was. The value is the program's exit status. */
enum error_code {
    ERROR_NONE = 0,
    ERROR_RUN = 1,           /* the run failed for a reason that is none of those below */
    ERROR_CONFIG = 2,        /* the config or the command line is wrong */
    ERROR_DATA = 3,          /* a dataset, archive, image or annotation is wrong or cannot be had */
    ERROR_STORAGE = 4,       /* a file could not be written, or a checkpoint could not be read */
    ERROR_NUMERIC = 5,       /* a value that should be finite is not */
    ERROR_MEMORY = 6,        /* memory ran out */
    ERROR_PEER = 7,          /* another process of the run is gone */
    ERROR_INTERRUPTED = 130, /* stopped by SIGINT */
    ERROR_TERMINATED = 143,  /* stopped by SIGTERM */
};

/** A failure: its kind, its place in the user's files, its place in ours, and words for the user. */
struct error {
    enum error_code code;
    /** Place in the user's config, when there is one. */
    struct mark mark;
    /** Place in our source that set the error. */
    const char *file;
    int line;
    /** One phrase, without a newline. Cut when longer. */
    char message[1024];
    /** What to do about it, on a line or a few; empty when there is nothing useful to say. */
    char hint[1024];
};

#define ERROR_INIT                                                                                                     \
    {                                                                                                                  \
        .code = ERROR_NONE                                                                                             \
    }

/** Sets the error; it must be unset. Returns false, so that a function can `return error_set(...)`. */
#define error_set(error, code, ...) error_set_at((error), (code), __FILE__, __LINE__, __VA_ARGS__)

bool error_set_at(struct error *error, enum error_code code, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** As error_set, with the text of `errno_value` (strerror) after the message: "...: no such file or directory". */
#define error_set_errno(error, code, errno_value, ...)                                                                 \
    error_set_errno_at((error), (code), (errno_value), __FILE__, __LINE__, __VA_ARGS__)

bool error_set_errno_at(struct error *error, enum error_code code, int errno_value, const char *file, int line,
                        const char *format, ...) __attribute__((format(printf, 6, 7)));

/** Puts words before the message of an error that is set: "cannot read '00001.xml': ...". Returns false. */
bool error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Says what the user can do about an error that is set. Returns false. */
bool error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Gives an error that is set its place in the user's config, unless it has one. Returns false. */
bool error_mark(struct error *error, struct mark mark);

/** Makes the error unset again, so that it can be used for another call. */
void error_clear(struct error *error);

/** True when the error is set. */
bool error_is_set(const struct error *error);

#endif
