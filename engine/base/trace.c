/* trace.c: what each thread did when. */
#include "engine/base/trace.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/durable_file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define NAME_BYTES 64

struct trace_span {
    const char *category;
    char name[NAME_BYTES];
    int64_t start;
    int64_t end;
    pid_t thread;
};

struct trace {
    pthread_mutex_t mutex;
    struct trace_span *spans;
    size_t count;
    size_t limit;
    size_t left_out;
    int64_t created;
};

struct trace *trace_create(size_t limit)
{
    struct trace *trace = memory_allocate(1, sizeof *trace);
    pthread_mutex_init(&trace->mutex, NULL);
    trace->spans = memory_allocate(limit, sizeof *trace->spans);
    trace->limit = limit;
    trace->created = trace_now();
    return trace;
}

void trace_destroy(struct trace **trace)
{
    if (*trace == NULL)
        return;
    pthread_mutex_destroy(&(*trace)->mutex);
    memory_free((*trace)->spans);
    memory_free(*trace);
    *trace = NULL;
}

int64_t trace_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void trace_add_span(struct trace *trace, const char *category, const char *name, int64_t start, int64_t end)
{
    if (trace == NULL)
        return;
    pthread_mutex_lock(&trace->mutex);
    if (trace->count < trace->limit) {
        struct trace_span *span = &trace->spans[trace->count++];
        *span = (struct trace_span){.category = category, .start = start, .end = end, .thread = gettid()};
        snprintf(span->name, sizeof span->name, "%s", name);
    } else {
        trace->left_out++;
    }
    pthread_mutex_unlock(&trace->mutex);
}

void trace_add(struct trace *trace, const char *category, const char *name, int64_t start)
{
    if (trace != NULL)
        trace_add_span(trace, category, name, start, trace_now());
}

/* A name may be any bytes: what is not UTF-8 becomes "?". */
static void append_json_string(struct text *text, const char *string)
{
    json_t *json = json_string(string);
    char *quoted = json != NULL ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
    text_append(text, quoted != NULL ? quoted : "\"?\"");
    free(quoted);
    json_decref(json);
}

static void append_span(struct text *text, const struct trace *trace, const struct trace_span *span)
{
    text_append(text, "{\"ph\":\"X\",\"pid\":1,\"cat\":");
    append_json_string(text, span->category);
    text_append(text, ",\"name\":");
    append_json_string(text, span->name);
    text_format(text, ",\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f}", (int)span->thread,
                (double)(span->start - trace->created) * 1e-3, (double)(span->end - span->start) * 1e-3);
}

static bool write_spans(const struct trace *trace, struct durable_file *file, struct error *error)
{
    struct text text = TEXT_INIT;
    bool ok = true;
    for (size_t i = 0; i < trace->count && ok; i++) {
        text_clear(&text);
        text_append(&text, i > 0 ? ",\n" : "\n");
        append_span(&text, trace, &trace->spans[i]);
        ok = durable_file_write(file, text_string(&text), text.length, error);
    }
    text_finish(&text);
    return ok;
}

bool trace_save(struct trace *trace, const char *path, struct error *error)
{
    static const char head[] = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
    char tail[96];
    pthread_mutex_lock(&trace->mutex);
    int length = snprintf(tail, sizeof tail, "\n],\"otherData\":{\"spans_left_out\":\"%zu\"}}\n", trace->left_out);
    struct durable_file *file = durable_file_begin(path, 0, error);
    bool ok = file != NULL && durable_file_write(file, head, sizeof head - 1, error) &&
              write_spans(trace, file, error) && durable_file_write(file, tail, (size_t)length, error) &&
              durable_file_commit(&file, error);
    durable_file_abandon(&file);
    pthread_mutex_unlock(&trace->mutex);
    return ok;
}
