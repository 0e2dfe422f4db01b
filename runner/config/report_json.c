/* report_json.c: problems as JSON for editors and CI. */
#include "runner/config/report_json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#include "runner/build/json_value.h"

/* The place: a file's line and column, or an argument and a column in it. */
static void set_place(json_t *json, const struct sources *sources, struct span span)
{
    struct arena arena = ARENA_INIT;
    int column = span.mark.column;
    const char *line = sources_find_line(sources, &arena, span.mark, &column);
    bool is_file = sources_find_order(sources, span.mark) < sources->count;
    json_object_set_new(json, "file", json_value_create_text(is_file ? span.mark.source : NULL));
    json_object_set_new(json, "line", is_file ? json_integer(span.mark.line) : json_null());
    json_object_set_new(json, "column", line != NULL ? json_integer(column) : json_null());
    json_object_set_new(json, "width", line != NULL ? json_integer(span.width > 0 ? span.width : 1) : json_null());
    json_object_set_new(json, "argument", json_value_create_text(is_file ? NULL : line));
    arena_finish(&arena);
}

void report_json_problem(const struct sources *sources, const struct problem *problem, enum error_code status,
                         struct text *text)
{
    json_t *json = json_object();
    json_object_set_new(json, "severity", json_string(problem->severity == SEVERITY_NOTE ? "note" : "error"));
    json_object_set_new(json, "status", json_integer((json_int_t)status));
    set_place(json, sources, problem->span);
    json_object_set_new(json, "message", json_value_create_text(problem->message));
    json_object_set_new(json, "hint", json_value_create_text(problem->hint));
    char *line = json_dumps(json, JSON_COMPACT);
    assert(line != NULL);
    text_append(text, line);
    text_append_char(text, '\n');
    free(line);
    json_decref(json);
}
