/*
 * mark.h: a place in what the user wrote, so that any error can point back at it.
 *
 * A mark is a small value, copied freely. The string that it points to is lent by whoever read the source (a config
 * lives as long as the run). Line 0 means "nowhere in particular".
 */
#ifndef LRUN_ENGINE_BASE_MARK_H
#define LRUN_ENGINE_BASE_MARK_H

/** A place in a config file, or in an argument of the command line. */
struct mark {
    /** Path of the file as the user named it, or "command line". NULL when there is no place. Lent. */
    const char *source;
    /** Line, counted from 1; for the command line the argument's index in argv. 0: nowhere. */
    int line;
    /** Column in bytes, counted from 1. */
    int column;
};

#endif
