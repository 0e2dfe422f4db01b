/* emit_registry.c: the model as registry_generated.c: fields, choices, libcyaml's binding tables, constructors. */
#include <inttypes.h>
#include <string.h>

#include "schemas/generator/model.h"

static const char *const field_type_identifiers[] = {
    [FIELD_BOOL] = "FIELD_BOOL",
    [FIELD_INT] = "FIELD_INT",
    [FIELD_INT64] = "FIELD_INT64",
    [FIELD_DOUBLE] = "FIELD_DOUBLE",
    [FIELD_STRING] = "FIELD_STRING",
    [FIELD_CHOICE] = "FIELD_CHOICE",
    [FIELD_AMOUNT] = "FIELD_AMOUNT",
    [FIELD_INT_LIST] = "FIELD_INT_LIST",
    [FIELD_DOUBLE_LIST] = "FIELD_DOUBLE_LIST",
    [FIELD_STRING_LIST] = "FIELD_STRING_LIST",
    [FIELD_COMPONENT] = "FIELD_COMPONENT",
    [FIELD_COMPONENT_LIST] = "FIELD_COMPONENT_LIST",
};

static const char *const kind_identifiers[KIND_COUNT] = {
    [KIND_RUN] = "KIND_RUN",
    [KIND_TRAINER] = "KIND_TRAINER",
    [KIND_MODEL] = "KIND_MODEL",
    [KIND_BACKBONE] = "KIND_BACKBONE",
    [KIND_DATA_MODULE] = "KIND_DATA_MODULE",
    [KIND_DATASET] = "KIND_DATASET",
    [KIND_TRANSFORM] = "KIND_TRANSFORM",
    [KIND_OPTIMIZER] = "KIND_OPTIMIZER",
    [KIND_LR_SCHEDULER] = "KIND_LR_SCHEDULER",
    [KIND_CALLBACK] = "KIND_CALLBACK",
    [KIND_LOGGER] = "KIND_LOGGER",
};

/* A C string literal; NULL as NULL. */
static void emit_string(struct text *out, const char *string)
{
    if (string == NULL) {
        text_append(out, "NULL");
        return;
    }
    text_append_char(out, '"');
    for (; *string != '\0'; string++) {
        if (*string == '\n')
            text_append(out, "\\n");
        else if (*string == '"' || *string == '\\')
            text_format(out, "\\%c", *string);
        else if (*string == '?')
            text_append(out, "\\?");
        else
            text_append_char(out, *string);
    }
    text_append_char(out, '"');
}

static void emit_includes(const struct model *model, struct text *out)
{
    text_append(out,
                "/* registry_generated.c: written by schemas/generator from the documented constructors. */\n"
                "#include <stddef.h>\n\n#include \"engine/base/params.h\"\n#include \"runner/build/registry.h\"\n");
    for (size_t i = 0; i < model->constructor_count; i++) {
        const char *header = model->constructors[i].component.header;
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(header, model->constructors[j].component.header) == 0;
        if (!seen)
            text_format(out, "#include \"%s\"\n", header);
    }
}

static void emit_enumeration(const struct enumeration *enumeration, struct text *out)
{
    text_format(out, "\nstatic const struct choice choices_%s[] = {\n", enumeration->name);
    for (size_t i = 0; i < enumeration->count; i++) {
        text_append(out, "    {.name = ");
        emit_string(out, enumeration->choices[i].name);
        text_format(out, ", .value = %s, .documentation = ", enumeration->enumerators[i]);
        emit_string(out, enumeration->choices[i].documentation);
        text_append(out, "},\n");
    }
    text_format(out, "};\n\nstatic const cyaml_strval_t spellings_%s[] = {\n", enumeration->name);
    for (size_t i = 0; i < enumeration->count; i++) {
        text_append(out, "    {.str = ");
        emit_string(out, enumeration->choices[i].name);
        text_format(out, ", .val = %s},\n", enumeration->enumerators[i]);
    }
    text_append(out, "};\n");
}

static void emit_range(const struct range *range, struct text *out)
{
    char minimum[NUMBER_FORMAT_BYTES], maximum[NUMBER_FORMAT_BYTES];
    if (range->has_minimum) {
        number_format_double(range->minimum, minimum);
        text_format(out, "     .range.has_minimum = true, .range.minimum = %s, .range.excludes_minimum = %s,\n",
                    minimum, range->excludes_minimum ? "true" : "false");
    }
    if (range->has_maximum) {
        number_format_double(range->maximum, maximum);
        text_format(out, "     .range.has_maximum = true, .range.maximum = %s, .range.excludes_maximum = %s,\n",
                    maximum, range->excludes_maximum ? "true" : "false");
    }
}

static void emit_field(const struct constructor *constructor, const struct parameter *parameter, struct text *out)
{
    const struct field *field = &parameter->field;
    text_format(out, "    {.name = \"%s\", .type = %s, .nullable = %s,\n     .documentation = ", field->name,
                field_type_identifiers[field->type], field->nullable ? "true" : "false");
    emit_string(out, field->documentation);
    text_append(out, ",\n     .default_text = ");
    emit_string(out, field->default_text);
    text_append(out, ",\n");
    emit_range(&field->range, out);
    if (field->takes_list)
        text_append(out, "     .takes_list = true,\n");
    if (field->type == FIELD_CHOICE)
        text_format(out, "     .choices = choices_%s, .choice_count = %zu,\n", parameter->enumeration->name,
                    field->choice_count);
    if (field->type == FIELD_COMPONENT || field->type == FIELD_COMPONENT_LIST)
        text_format(out, "     .kind = %s,\n", kind_identifiers[field->kind]);
    text_format(out, "     .offset = offsetof(struct %s_params, %s)},\n", constructor->prefix, field->name);
}

static void emit_fields(const struct constructor *constructor, struct text *out)
{
    if (constructor->parameter_count == 0)
        return;
    text_format(out, "\nstatic const struct field fields_%s[] = {\n", constructor->prefix);
    for (size_t i = 0; i < constructor->parameter_count; i++)
        emit_field(constructor, &constructor->parameters[i], out);
    text_append(out, "};\n");
}

/* The libcyaml macro for a scalar field. A null is written by leaving the key out, so that "" and "null" stay strings. */
static void emit_scalar_binding(const char *macro, const struct constructor *constructor,
                                const struct parameter *parameter, const char *more, struct text *out)
{
    const char *flags = parameter->field.nullable ? "CYAML_FLAG_OPTIONAL" : "CYAML_FLAG_DEFAULT";
    text_format(out, "    CYAML_FIELD_%s%s(\"%s\", %s | CYAML_FLAG_STRICT, struct %s_params, %s%s),\n", macro,
                parameter->is_pointer ? "_PTR" : "", parameter->field.name, flags, constructor->prefix,
                parameter->field.name, more);
}

static void emit_list_binding(const char *entry, const struct constructor *constructor, const char *name,
                              struct text *out)
{
    text_format(
        out,
        "    CYAML_FIELD_SEQUENCE_COUNT(\"%s\", CYAML_FLAG_POINTER, struct %s_params, %s.items, %s.count, &%s, 0,"
        " CYAML_UNLIMITED),\n",
        name, constructor->prefix, name, name, entry);
}

static void emit_field_binding(const struct constructor *constructor, const struct parameter *parameter,
                               struct text *out)
{
    const char *name = parameter->field.name;
    switch (parameter->field.type) {
    case FIELD_BOOL:
        emit_scalar_binding("BOOL", constructor, parameter, "", out);
        break;
    case FIELD_INT:
    case FIELD_INT64:
        emit_scalar_binding("INT", constructor, parameter, "", out);
        break;
    case FIELD_DOUBLE:
        emit_scalar_binding("FLOAT", constructor, parameter, "", out);
        break;
    case FIELD_STRING:
        emit_scalar_binding("STRING_PTR", constructor, parameter, ", 0, CYAML_UNLIMITED", out);
        break;
    case FIELD_CHOICE:
        text_format(out, "    CYAML_FIELD_ENUM(\"%s\", CYAML_FLAG_STRICT, struct %s_params, %s, spellings_%s, %zu),\n",
                    name, constructor->prefix, name, parameter->enumeration->name, parameter->enumeration->count);
        break;
    case FIELD_AMOUNT:
        text_format(out,
                    "    CYAML_FIELD_MAPPING(\"%s\", CYAML_FLAG_DEFAULT, struct %s_params, %s, binding_of_amount),\n",
                    name, constructor->prefix, name);
        break;
    case FIELD_INT_LIST:
        emit_list_binding("integer_item", constructor, name, out);
        break;
    case FIELD_DOUBLE_LIST:
        emit_list_binding("number_item", constructor, name, out);
        break;
    case FIELD_STRING_LIST:
        emit_list_binding("string_item", constructor, name, out);
        break;
    case FIELD_COMPONENT:
    case FIELD_COMPONENT_LIST:
        break;
    }
}

static void emit_binding(const struct constructor *constructor, struct text *out)
{
    text_format(out, "\nstatic const cyaml_schema_field_t binding_%s[] = {\n", constructor->prefix);
    for (size_t i = 0; i < constructor->parameter_count; i++)
        emit_field_binding(constructor, &constructor->parameters[i], out);
    text_append(out, "    CYAML_FIELD_END,\n};\n");
}

static void emit_thunk(const struct constructor *constructor, struct text *out)
{
    text_format(out,
                "\nstatic void *make_%s(const void *params, struct error *error)\n"
                "{\n    return %s_create(params, error);\n}\n",
                constructor->prefix, constructor->prefix);
}

static void emit_component(const struct constructor *constructor, struct text *out)
{
    const struct component *component = &constructor->component;
    text_format(out, "    {.name = \"%s\", .kind = %s,\n     .summary = ", component->name,
                kind_identifiers[component->kind]);
    emit_string(out, component->summary);
    text_append(out, ",\n     .documentation = ");
    emit_string(out, component->documentation);
    text_format(out, ",\n     .header = \"%s\",\n", component->header);
    if (constructor->parameter_count > 0)
        text_format(out, "     .fields = fields_%s, .field_count = %zu,\n", constructor->prefix,
                    constructor->parameter_count);
    if (constructor->is_defined)
        text_format(out, "     .params_size = sizeof(struct %s_params),\n", constructor->prefix);
    text_format(out, "     .binding = binding_%s, .create = make_%s},\n", constructor->prefix, constructor->prefix);
}

/* True when a field of this type is there: an unused table would be a warning. */
static bool uses(const struct model *model, enum field_type type)
{
    for (size_t i = 0; i < model->constructor_count; i++) {
        for (size_t j = 0; j < model->constructors[i].parameter_count; j++) {
            if (model->constructors[i].parameters[j].field.type == type)
                return true;
        }
    }
    return false;
}

static void emit_shared_bindings(const struct model *model, struct text *out)
{
    if (uses(model, FIELD_AMOUNT))
        text_append(out, "\nstatic const cyaml_schema_field_t binding_of_amount[] = {\n"
                         "    CYAML_FIELD_FLOAT(\"number\", CYAML_FLAG_STRICT, struct amount, number),\n"
                         "    CYAML_FIELD_BOOL(\"is_fraction\", CYAML_FLAG_STRICT, struct amount, is_fraction),\n"
                         "    CYAML_FIELD_END,\n};\n");
    if (uses(model, FIELD_INT_LIST))
        text_append(out, "\nstatic const cyaml_schema_value_t integer_item = {CYAML_VALUE_INT(CYAML_FLAG_STRICT, "
                         "int64_t)};\n");
    if (uses(model, FIELD_DOUBLE_LIST))
        text_append(out, "\nstatic const cyaml_schema_value_t number_item = {CYAML_VALUE_FLOAT(CYAML_FLAG_STRICT, "
                         "double)};\n");
    if (uses(model, FIELD_STRING_LIST))
        text_append(out, "\nstatic const cyaml_schema_value_t string_item = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, "
                         "char *, 0, CYAML_UNLIMITED)};\n");
}

void model_emit_registry(const struct model *model, struct text *out)
{
    emit_includes(model, out);
    for (size_t i = 0; i < model->enumeration_count; i++)
        emit_enumeration(model->enumerations[i], out);
    emit_shared_bindings(model, out);
    for (size_t i = 0; i < model->constructor_count; i++) {
        emit_fields(&model->constructors[i], out);
        emit_binding(&model->constructors[i], out);
        emit_thunk(&model->constructors[i], out);
    }
    text_append(out, "\nconst struct component registry_components[] = {\n");
    for (size_t i = 0; i < model->constructor_count; i++)
        emit_component(&model->constructors[i], out);
    text_format(out, "};\n\nconst size_t registry_component_count = %zu;\n", model->constructor_count);
}
