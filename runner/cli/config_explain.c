/* config_explain.c: `lrun config explain CONFIG... KEY`. */
#include "runner/config/explain.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/columns.h"
#include "runner/build/describe.h"
#include "runner/build/json_value.h"
#include "runner/cli/help.h"
#include "runner/cli/verb.h"
#include "runner/config/config.h"
#include "runner/config/place.h"

extern char **environ;

/* What there is to say about a key. */
struct answer {
    struct arena arena;
    struct config config;
    const char *key;
    struct explanation explanation;
    /** What the schema says; of a `type` the field that it is of. */
    struct field field;
    bool is_type;
    /** NULL where the config has problems. */
    const struct config_node *value;
};

/* A row for each value that references led to: "-> base.yaml:2:35". */
static void add_origins(const struct answer *answer, const struct origin *origin, struct columns *columns)
{
    struct text place = TEXT_INIT;
    for (int shown = 0; origin != NULL && shown < REPORT_ORIGINS_MAX; shown++) {
        text_clear(&place);
        if (origin->target.mark.source != NULL)
            report_format_place(&answer->config.sources, origin->target.mark, &place);
        else
            text_append(&place, "its default");
        columns_row(columns);
        columns_set(columns, 0, "    -> %s", text_string(&place));
        origin = origin->target.origin;
    }
    text_finish(&place);
}

static void append_settings(const struct answer *answer, int width, struct text *text)
{
    struct columns columns = COLUMNS_INIT;
    struct text place = TEXT_INIT, way = TEXT_INIT;
    columns_add(&columns, "set by", COLUMN_FIXED);
    columns_add(&columns, "the last one wins", COLUMN_TEXT);
    columns_add(&columns, "", COLUMN_TEXT);
    for (size_t i = 0; i < answer->explanation.count; i++) {
        const struct setting *setting = &answer->explanation.items[i];
        text_clear(&place);
        text_clear(&way);
        report_format_place(&answer->config.sources, setting->span.mark, &place);
        report_format_way(&answer->config.sources, setting->span.mark, &way);
        columns_row(&columns);
        columns_set(&columns, 0, "  %s", text_string(&place));
        columns_set(&columns, 1, "%s%s", setting->removes ? "without it: " : "", setting->text);
        columns_set(&columns, 2, "%.*s", (int)strcspn(text_string(&way), ","), text_string(&way));
        add_origins(answer, setting->origin, &columns);
    }
    if (answer->explanation.count > 0)
        columns_format(&columns, width, text);
    else
        text_append(text, "set nowhere: what stands there is the default\n");
    text_finish(&place);
    text_finish(&way);
    columns_finish(&columns);
}

/* The value as YAML, indented. */
static void append_value(const struct answer *answer, struct text *text)
{
    struct text yaml = TEXT_INIT;
    bool is_block = answer->value->kind == NODE_MAP || answer->field.type == FIELD_COMPONENT_LIST;
    if (is_block)
        config_node_format(answer->value, &yaml);
    else
        config_node_format_line(answer->value, &yaml);
    text_append(text, "\nvalue\n");
    for (const char *at = text_string(&yaml); *at != '\0'; at += *at == '\n') {
        size_t length = strcspn(at, "\n");
        text_format(text, "  %.*s\n", (int)length, at);
        at += length;
    }
    text_finish(&yaml);
}

static void format_answer(const struct answer *answer, int width, struct text *text)
{
    if (answer->is_type)
        text_format(text, "%s\n\n  type: which %s it is\n", answer->key, component_kind_name(answer->field.kind));
    else if (answer->field.documentation != NULL)
        help_format_field(answer->key, &answer->field, width, text);
    else
        text_format(text, "%s\n", answer->key);
    text_append_char(text, '\n');
    append_settings(answer, width, text);
    if (answer->value != NULL)
        append_value(answer, text);
}

static json_t *make_setting(struct answer *answer, const struct setting *setting)
{
    bool is_file = sources_find(&answer->config.sources, setting->span.mark) != NULL;
    json_t *json = json_object();
    json_object_set_new(json, "source", json_string(setting->span.mark.source));
    json_object_set_new(json, "line", is_file ? json_integer(setting->span.mark.line) : json_null());
    json_object_set_new(json, "column", is_file ? json_integer(setting->span.mark.column) : json_null());
    json_object_set_new(json, "text", json_string(setting->text));
    json_object_set_new(json, "removes", json_boolean(setting->removes));
    return json;
}

static void format_json(struct answer *answer, struct text *text)
{
    json_t *json = json_object(), *settings = json_array();
    struct text type = TEXT_INIT;
    field_format_type(&answer->field, &type);
    json_object_set_new(json, "key", json_string(answer->key));
    for (size_t i = 0; i < answer->explanation.count; i++)
        json_array_append_new(settings, make_setting(answer, &answer->explanation.items[i]));
    json_object_set_new(json, "set_by", settings);
    if (answer->value != NULL)
        json_object_set_new(json, "value", json_value_create(answer->value, &answer->field));
    if (!answer->is_type && answer->field.documentation != NULL) {
        json_object_set_new(json, "type", json_string(text_string(&type)));
        json_object_set_new(json, "default", json_string(answer->field.default_text));
        json_object_set_new(json, "documentation", json_string(answer->field.documentation));
    }
    char *dump = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    assert(dump != NULL);
    text_format(text, "%s\n", dump);
    free(dump);
    text_finish(&type);
    json_decref(json);
}

/* What stands in the place of the key. */
static bool find_place(const struct answer *answer, struct place *place, struct arena *arena)
{
    *place = place_of_run(answer->config.root);
    return answer->key[0] != '\0' && place_follow(place, answer->key, arena);
}

/* Explains the key of a loaded config, then checks it for the value. */
static bool find_answer(struct answer *answer, struct error *error)
{
    struct place place;
    struct arena *arena = &answer->arena;
    if (!find_place(answer, &place, arena)) {
        error_set(error, ERROR_CONFIG, "config explain: no key of the config is called '%s'%s", answer->key,
                  place_format_guess(answer->config.root, answer->key, arena));
        return error_hint(error, "'lrun help NAME' shows the keys of a component");
    }
    answer->field = place.field;
    answer->is_type = place.is_type;
    answer->explanation.arena = arena;
    explain(&answer->config.sources, answer->config.root, answer->key, &answer->explanation);
    if (!config_check(&answer->config, error))
        return true;
    if (find_place(answer, &place, arena))
        answer->value = place.is_type ? config_node_find(place.node, "type") : place.node;
    return true;
}

static bool load(struct answer *answer, const struct arguments *split, struct error *error)
{
    if (split->positional_count < 2) {
        error_set(error, ERROR_CONFIG, "config explain: wanted a config and a key, found %s",
                  split->positional_count == 0 ? "nothing" : "one argument");
        return error_hint(error, "lrun config explain CONFIG KEY");
    }
    const struct config_request request = {
        .paths = split->positional,
        .path_count = split->positional_count - 1,
        .arguments = split->others,
        .argument_count = split->other_count,
        .environment = (const char *const *)environ,
        .variables = (const char *const *)environ,
    };
    answer->key = split->positional[split->positional_count - 1];
    return config_load(&answer->config, &request, error);
}

bool verb_config_explain(struct verb_call *call, struct error *error)
{
    struct answer answer = {.config = CONFIG_INIT};
    struct arguments split;
    struct option *options = verb_options(call->verb, &answer.arena);
    bool ok = arguments_split(call->arguments, call->count, options, &answer.arena, &split, error) &&
              load(&answer, &split, error);
    ok = ok && find_answer(&answer, error);
    if (ok && option_value(options, "json") != NULL) {
        format_json(&answer, &call->output);
    } else if (ok) {
        call->is_help = true;
        format_answer(&answer, call->style.width, &call->output);
    }
    if (answer.config.problems.count > 0 && error_is_set(error))
        config_report(&answer.config, &call->style, &call->report);
    config_finish(&answer.config);
    arena_finish(&answer.arena);
    return !error_is_set(error);
}
