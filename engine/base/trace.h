/*
 * trace.h: what each thread did when: spans of time, kept in memory that is made once, saved as Chrome's trace.
 *
 *     int64_t start = trace_now();
 *     decode(image);
 *     trace_add(trace, "loader", "2007_000027", start);
 *     ...
 *     trace_save(trace, "trace.json", error);      // chrome://tracing and ui.perfetto.dev show it
 *
 * Any thread may add; a NULL trace takes nothing, so that callers need not ask.
 */
#ifndef LRUN_ENGINE_BASE_TRACE_H
#define LRUN_ENGINE_BASE_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct trace;

/** Makes room for `limit` spans; further ones are counted and left out. */
struct trace *trace_create(size_t limit);
void trace_destroy(struct trace **trace);

/** Nanoseconds by the monotonic clock. */
int64_t trace_now(void);

/** Adds what this thread did from `start` until now. `category` is lent for ever; the name is copied, cut to 63 bytes. */
void trace_add(struct trace *trace, const char *category, const char *name, int64_t start);

/** As trace_add, for a span that ended at `end`. */
void trace_add_span(struct trace *trace, const char *category, const char *name, int64_t start, int64_t end);

/** Writes Chrome's Trace Event Format (JSON): durable, or not at all. Fails with ERROR_STORAGE. */
bool trace_save(struct trace *trace, const char *path, struct error *error);

#endif
