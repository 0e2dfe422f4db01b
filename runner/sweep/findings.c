/* findings.c: what the configs of a sweep's runs say. */
#include "runner/sweep/findings.h"

#include <string.h>

/* Keeps a file that a run's config was read from, once; returns the name by which marks then know it. */
static const char *keep_source(struct findings *findings, const struct source *source)
{
    for (size_t i = 0; i < findings->sources.count; i++) {
        const struct source *kept = &findings->sources.items[i];
        if (strcmp(kept->name, source->name) == 0 && kept->length == source->length &&
            memcmp(kept->text, source->text, source->length) == 0)
            return kept->name;
    }
    struct source copy = source_copy(findings->arena, source);
    sources_add(&findings->sources, findings->arena, copy);
    return copy.name;
}

/* Keeps a variable that a run's config was made from, once; returns the line by which marks then know it. */
static int keep_variable(struct findings *findings, const struct source_variable *variable)
{
    struct sources *sources = &findings->sources;
    for (size_t i = 0; i < sources->variable_count; i++)
        if (strcmp(sources->variables[i].text, variable->text) == 0)
            return (int)i + 1;
    struct source_variable copy = {.text = arena_copy_string(findings->arena, variable->text)};
    if (variable->argument != NULL)
        copy.argument = arena_copy_string(findings->arena, variable->argument);
    return sources_add_variable(sources, findings->arena, copy).line;
}

/* The span in the user's own words, with a source that outlives the run's config. */
static struct span keep_span(struct findings *findings, size_t run, const struct sources *sources, struct span span,
                             size_t *key)
{
    const char *source = span.mark.source;
    for (size_t i = 0; span.mark.source != NULL && i < sources->count; i++)
        if (sources->items[i].name == span.mark.source) {
            source = keep_source(findings, &sources->items[i]);
            break;
        }
    if (span.mark.source == ENVIRONMENT)
        span.mark.line = keep_variable(findings, &sources->variables[span.mark.line - 1]);
    span = span_copy(findings->arena, span);
    span.mark.source = source; /* by which the same problem of another run is known */
    return values_map_span(findings->values, findings->sweep->runs[run].values, span, key);
}

/* The place of a problem among others; `count` when it is not there. */
static size_t find_same(const struct problem *problems, size_t count, const struct problem *problem)
{
    const struct mark *mark = &problem->span.mark;
    for (size_t i = 0; i < count; i++) {
        const struct mark *other = &problems[i].span.mark;
        if (strcmp(problems[i].message, problem->message) == 0 && other->source == mark->source &&
            other->line == mark->line && other->column == mark->column)
            return i;
    }
    return count;
}

/* Takes over a problem of a run; one that other runs have too is counted. */
static void add_problem(struct findings *findings, size_t run, const struct sources *sources,
                        const struct problem *problem)
{
    struct problems *problems = &findings->problems;
    struct problem found = *problem;
    size_t key;
    found.span = keep_span(findings, run, sources, found.span, &key);
    size_t at = find_same(problems->items, problems->count, &found);
    if (at < problems->count) {
        findings->items[at].count++;
        return;
    }
    problem_add(problems, found.span, "%s", found.message);
    if (found.hint != NULL && *found.hint != '\0')
        problem_hint(problems, "%s", found.hint);
    if (problems->left_out == 0)
        findings->items[problems->count - 1] = (struct finding){.count = 1, .first = run, .key = key};
}

static void add_note(struct findings *findings, size_t run, const struct sources *sources, const struct problem *note)
{
    struct problem found = *note;
    size_t key;
    found.span = keep_span(findings, run, sources, found.span, &key);
    if (find_same(findings->problems.notes, findings->problems.note_count, &found) == findings->problems.note_count)
        problem_note(&findings->problems, found.span, "%s", found.message);
}

void findings_add(struct findings *findings, size_t run, const struct config *config, const struct error *error)
{
    for (size_t i = 0; i < config->problems.note_count; i++)
        add_note(findings, run, &config->sources, &config->problems.notes[i]);
    if (!error_is_set(error))
        return;
    struct problem problem = {
        .span = {.mark = error->mark, .width = 1}, .message = error->message, .hint = error->hint};
    for (size_t i = 0; i < config->problems.count; i++)
        add_problem(findings, run, &config->sources, &config->problems.items[i]);
    if (config->problems.count == 0)
        add_problem(findings, run, &config->sources, &problem);
    if (findings->code == ERROR_NONE)
        findings->code = error->code;
}

void findings_format_values(const struct sweep *sweep, size_t run, struct text *text)
{
    for (size_t i = 0; i < sweep->key_count; i++)
        text_format(text, "%s%s=%s", i > 0 ? ", " : "", sweep->keys[i], sweep->runs[run].values[i]);
}

/* How many runs have what a finding is in: its value, or all of them. */
static size_t count_concerned(const struct findings *findings, const struct finding *finding)
{
    const struct sweep *sweep = findings->sweep;
    size_t count = 0;
    for (size_t i = 0; i < sweep->run_count; i++)
        count += finding->key == findings->values->count ||
                 strcmp(sweep->runs[i].values[finding->key], sweep->runs[finding->first].values[finding->key]) == 0;
    return count;
}

void findings_name_runs(struct findings *findings)
{
    for (size_t i = 0; i < findings->problems.count; i++) {
        const struct finding *finding = &findings->items[i];
        struct problem *problem = &findings->problems.items[i];
        struct text values = TEXT_INIT;
        if (finding->count == count_concerned(findings, finding))
            continue;
        findings_format_values(findings->sweep, finding->first, &values);
        if (finding->count == 1)
            problem->message = arena_format(findings->arena, "%s (with %s)", problem->message, text_string(&values));
        else
            problem->message = arena_format(findings->arena, "%s (in %zu runs, as with %s)", problem->message,
                                            finding->count, text_string(&values));
        text_finish(&values);
    }
}
