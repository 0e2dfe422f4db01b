/* report_json.c: problems as JSON for editors and CI. */
#include "runner/config/report_json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#include "runner/build/json_value.h"
#include "runner/config/report.h"

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

/* What led to the value, each with its place: references, and the files that named the file that it is in. */
static json_t *make_related(const struct sources *sources, const struct problem *problem)
{
    json_t *related = json_array();
    struct text way = TEXT_INIT;
    report_format_way(sources, problem->span.mark, &way);
    const struct source *source = sources_find(sources, problem->span.mark);
    if (way.length > 0) {
        json_t *note = json_object();
        set_place(note, sources, (struct span){.mark = source->from, .width = 1});
        json_object_set_new(note, "message", json_value_create_text(text_string(&way)));
        json_array_append_new(related, note);
    }
    const struct origin *origin = problem->span.origin;
    for (int shown = 0; origin != NULL && shown < REPORT_ORIGINS_MAX; shown++) {
        const char *what = origin->target.mark.source != NULL ? "this" : "its default";
        struct text message = TEXT_INIT;
        json_t *note = json_object();
        set_place(note, sources, origin->target);
        text_format(&message, "%s stands for %s", origin->reference, what);
        json_object_set_new(note, "message", json_value_create_text(text_string(&message)));
        json_array_append_new(related, note);
        text_finish(&message);
        origin = origin->target.origin;
    }
    text_finish(&way);
    return related;
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
    json_object_set_new(json, "related", make_related(sources, problem));
    char *line = json_dumps(json, JSON_COMPACT);
    assert(line != NULL);
    text_append(text, line);
    text_append_char(text, '\n');
    free(line);
    json_decref(json);
}
