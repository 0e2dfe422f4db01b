/* read.c: the headers, read with libclang into the model. */
#include <clang-c/Index.h>
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "schemas/generator/comment.h"
#include "schemas/generator/model.h"

/* What the visitors share. */
struct reader {
    struct model *model;
    const char *root; /* absolute, ended by a slash */
    char *const *headers;
    size_t header_count;
    struct constructor *constructor; /* whose fields are visited */
    struct enumeration *enumeration; /* whose enumerators are visited */
};

static const char *take_string(struct model *model, CXString string)
{
    const char *characters = clang_getCString(string);
    char *copy = arena_copy_string(&model->arena, characters != NULL ? characters : "");
    clang_disposeString(string);
    return copy;
}

static const char *below_root(const struct reader *reader, const char *path)
{
    size_t length = strlen(reader->root);
    return strncmp(path, reader->root, length) == 0 ? path + length : path;
}

static struct place cursor_place(const struct reader *reader, CXCursor cursor)
{
    CXFile file = NULL;
    unsigned line = 0;
    clang_getFileLocation(clang_getCursorLocation(cursor), &file, &line, NULL, NULL);
    const char *path = file != NULL ? take_string(reader->model, clang_getFileName(file)) : "";
    return (struct place){.header = below_root(reader, path), .line = (int)line};
}

static const char *cursor_name(const struct reader *reader, CXCursor cursor)
{
    return take_string(reader->model, clang_getCursorSpelling(cursor));
}

/* The comment of a declaration, taken apart. False when it has none that is usable; the problem is then said. */
static bool read_comment(struct reader *reader, CXCursor cursor, const char *what, struct comment *comment)
{
    struct place place = cursor_place(reader, cursor);
    const char *name = cursor_name(reader, cursor);
    const char *raw = take_string(reader->model, clang_Cursor_getRawCommentText(cursor));
    const char *wrong = comment_parse(raw, &reader->model->arena, comment);
    if (*raw == '\0')
        model_problem(reader->model, place, "%s '%s' has no comment", what, name);
    else if (wrong != NULL)
        model_problem(reader->model, place, "the sentence '%s:' of %s '%s' must stand at the end, with a full stop",
                      wrong, what, name);
    else if (*comment->documentation == '\0')
        model_problem(reader->model, place, "the comment of %s '%s' says nothing", what, name);
    else
        return true;
    return false;
}

/* The kind whose struct is called `name` without `suffix`: "data_module_list" is of KIND_DATA_MODULE. */
static enum component_kind kind_of_struct(const char *name, const char *suffix)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const char *word = component_kind_name(kind);
        size_t length = 0;
        while (word[length] != '\0' && name[length] == (word[length] == ' ' ? '_' : word[length]))
            length++;
        if (word[length] == '\0' && strcmp(name + length, suffix) == 0)
            return kind;
    }
    return KIND_COUNT;
}

static const char *record_name(struct model *model, CXType type)
{
    return take_string(model, clang_getCursorSpelling(clang_getTypeDeclaration(type)));
}

static enum CXChildVisitResult visit_enumerator(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct reader *reader = data;
    struct arena *arena = &reader->model->arena;
    struct enumeration *enumeration = reader->enumeration;
    if (clang_getCursorKind(cursor) != CXCursor_EnumConstantDecl)
        return CXChildVisit_Continue;
    const char *enumerator = cursor_name(reader, cursor);
    size_t prefix = strlen(enumeration->name);
    char *name = arena_copy_string(arena, enumerator);
    for (char *at = name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    bool prefixed = strncmp(name, enumeration->name, prefix) == 0 && name[prefix] == '_';
    const char *raw = take_string(reader->model, clang_Cursor_getRawCommentText(cursor));
    struct comment comment;
    comment_parse(raw, arena, &comment);
    const char *spelling = comment.documentation != NULL ? comment_take_spelling(&comment, arena) : NULL;
    if (prefixed && strcmp(name + prefix, "_count") == 0 && spelling == NULL)
        return CXChildVisit_Continue;
    if (!prefixed && spelling == NULL)
        model_problem(reader->model, cursor_place(reader, cursor),
                      "enumerator '%s' neither begins with its enum's name nor has a spelling in double quotes",
                      enumerator);
    size_t count = enumeration->count++;
    enumeration->choices = memory_resize(enumeration->choices, count + 1, sizeof *enumeration->choices);
    enumeration->enumerators = memory_resize(enumeration->enumerators, count + 1, sizeof *enumeration->enumerators);
    enumeration->choices[count] = (struct choice){
        .name = spelling != NULL ? spelling : name + (prefixed ? prefix + 1 : 0),
        .value = (int)clang_getEnumConstantDeclValue(cursor),
        .documentation = comment.documentation != NULL ? comment.documentation : "",
    };
    enumeration->enumerators[count] = enumerator;
    return CXChildVisit_Continue;
}

static const struct enumeration *read_enumeration(struct reader *reader, CXType type)
{
    struct model *model = reader->model;
    CXCursor declaration = clang_getTypeDeclaration(type);
    const char *name = cursor_name(reader, declaration);
    for (size_t i = 0; i < model->enumeration_count; i++) {
        if (strcmp(model->enumerations[i]->name, name) == 0)
            return model->enumerations[i];
    }
    struct enumeration *enumeration = arena_allocate(&model->arena, 1, sizeof *enumeration);
    enumeration->name = name;
    reader->enumeration = enumeration;
    clang_visitChildren(declaration, visit_enumerator, reader);
    size_t count = model->enumeration_count++;
    model->enumerations = memory_resize(model->enumerations, count + 1, sizeof *model->enumerations);
    model->enumerations[count] = enumeration;
    return enumeration;
}

static bool read_record_type(struct model *model, CXType type, struct field *field)
{
    const char *name = record_name(model, type);
    static const struct {
        const char *name;
        enum field_type type;
    } records[] = {
        {"amount", FIELD_AMOUNT},
        {"int_list", FIELD_INT_LIST},
        {"double_list", FIELD_DOUBLE_LIST},
        {"string_list", FIELD_STRING_LIST},
    };
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        if (strcmp(name, records[i].name) == 0) {
            field->type = records[i].type;
            return true;
        }
    }
    field->type = FIELD_COMPONENT_LIST;
    field->kind = kind_of_struct(name, "_list");
    return field->kind != KIND_COUNT;
}

static bool read_pointer_type(struct model *model, CXType type, struct parameter *parameter)
{
    CXType pointee = clang_getPointeeType(type);
    CXType canonical = clang_getCanonicalType(pointee);
    struct field *field = &parameter->field;
    if (canonical.kind == CXType_Record && !clang_isConstQualifiedType(pointee)) {
        field->type = FIELD_COMPONENT;
        field->kind = kind_of_struct(record_name(model, canonical), "");
        return field->kind != KIND_COUNT;
    }
    if (!clang_isConstQualifiedType(pointee))
        return false;
    if (canonical.kind == CXType_Char_S) {
        field->type = FIELD_STRING;
        return true;
    }
    parameter->is_pointer = true;
    field->nullable = true;
    const char *spelling = take_string(model, clang_getTypeSpelling(pointee));
    if (canonical.kind == CXType_Bool)
        field->type = FIELD_BOOL;
    else if (canonical.kind == CXType_Double)
        field->type = FIELD_DOUBLE;
    else if (strcmp(spelling, "const int64_t") == 0)
        field->type = FIELD_INT64;
    else
        return false;
    return true;
}

/* False when a parameter struct may not hold this type. */
static bool read_type(struct reader *reader, CXType type, struct parameter *parameter)
{
    CXType canonical = clang_getCanonicalType(type);
    const char *spelling = take_string(reader->model, clang_getTypeSpelling(type));
    struct field *field = &parameter->field;
    if (clang_isConstQualifiedType(type))
        return false;
    if (canonical.kind == CXType_Pointer)
        return read_pointer_type(reader->model, type, parameter);
    if (canonical.kind == CXType_Record)
        return read_record_type(reader->model, canonical, field);
    if (canonical.kind == CXType_Enum) {
        field->type = FIELD_CHOICE;
        parameter->enumeration = read_enumeration(reader, canonical);
        field->choices = parameter->enumeration->choices;
        field->choice_count = parameter->enumeration->count;
        return true;
    }
    if (canonical.kind == CXType_Bool)
        field->type = FIELD_BOOL;
    else if (canonical.kind == CXType_Double)
        field->type = FIELD_DOUBLE;
    else if (canonical.kind == CXType_Int)
        field->type = FIELD_INT;
    else if (strcmp(spelling, "int64_t") == 0)
        field->type = FIELD_INT64;
    else
        return false;
    return true;
}

static bool has_range(enum field_type type)
{
    return type == FIELD_INT || type == FIELD_INT64 || type == FIELD_DOUBLE || type == FIELD_AMOUNT ||
           type == FIELD_INT_LIST || type == FIELD_DOUBLE_LIST;
}

static enum CXChildVisitResult visit_field(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct reader *reader = data;
    struct model *model = reader->model;
    if (clang_getCursorKind(cursor) != CXCursor_FieldDecl)
        return CXChildVisit_Continue;
    struct parameter parameter = {.place = cursor_place(reader, cursor)};
    struct field *field = &parameter.field;
    field->name = cursor_name(reader, cursor);
    CXType type = clang_getCursorType(cursor);
    struct comment comment;
    bool documented = read_comment(reader, cursor, "field", &comment);
    if (!read_type(reader, type, &parameter)) {
        model_problem(model, parameter.place, "field '%s' has type '%s'; parameter structs hold the types of %s",
                      field->name, take_string(model, clang_getTypeSpelling(type)), "engine/base/params.h");
        return CXChildVisit_Continue;
    }
    if (!documented)
        return CXChildVisit_Continue;
    field->documentation = comment.documentation;
    field->default_text = comment.default_text;
    if (comment.default_text != NULL && strcmp(comment.default_text, "null") == 0 &&
        (field->type == FIELD_STRING || field->type == FIELD_COMPONENT))
        field->nullable = true;
    field->takes_list = comment.list != NULL;
    if (comment.list != NULL && (field->type != FIELD_STRING || strcmp(comment.list, "as text") != 0))
        model_problem(model, parameter.place, "field '%s' has a sentence 'List:', which is 'as text', of a string",
                      field->name);
    if (comment.name != NULL)
        model_problem(model, parameter.place, "field '%s' has a sentence 'Name:', which is for structs", field->name);
    if (comment.range != NULL && !has_range(field->type))
        model_problem(model, parameter.place, "field '%s' has a range, but is no number", field->name);
    else if (comment.range != NULL && !range_parse(comment.range, &field->range))
        model_problem(model, parameter.place, "range '%s' of field '%s' is not of the form '[0, 1)' or '(0, inf)'",
                      comment.range, field->name);
    struct constructor *constructor = reader->constructor;
    size_t count = constructor->parameter_count++;
    constructor->parameters = memory_resize(constructor->parameters, count + 1, sizeof parameter);
    constructor->parameters[count] = parameter;
    return CXChildVisit_Continue;
}

/* The constructor of this prefix; made when it is not there yet. */
static struct constructor *get_constructor(struct model *model, const char *name, size_t prefix_length)
{
    for (size_t i = 0; i < model->constructor_count; i++) {
        const char *prefix = model->constructors[i].prefix;
        if (strlen(prefix) == prefix_length && memcmp(prefix, name, prefix_length) == 0)
            return &model->constructors[i];
    }
    size_t count = model->constructor_count++;
    model->constructors = memory_resize(model->constructors, count + 1, sizeof *model->constructors);
    model->constructors[count] = (struct constructor){
        .prefix = arena_copy_bytes(&model->arena, name, prefix_length),
        .component = {.kind = KIND_COUNT},
    };
    return &model->constructors[count];
}

/* Length of the name without the suffix; 0 when it has another. */
static size_t prefix_length(const char *name, const char *suffix)
{
    size_t length = strlen(name), suffix_length = strlen(suffix);
    return length > suffix_length && strcmp(name + length - suffix_length, suffix) == 0 ? length - suffix_length : 0;
}

static void read_params(struct reader *reader, CXCursor cursor)
{
    struct model *model = reader->model;
    const char *name = cursor_name(reader, cursor);
    size_t length = prefix_length(name, "_params");
    bool defined = clang_isCursorDefinition(cursor);
    if (length == 0 || (!defined && !clang_Cursor_isNull(clang_getCursorDefinition(cursor))))
        return;
    struct constructor *constructor = get_constructor(model, name, length);
    constructor->has_params = true;
    constructor->is_defined = defined;
    constructor->params_place = cursor_place(reader, cursor);
    struct component *component = &constructor->component;
    component->header = constructor->params_place.header;
    struct comment comment;
    if (read_comment(reader, cursor, "struct", &comment)) {
        component->name = comment.name;
        component->summary = comment.summary;
        component->documentation = comment.documentation;
        if (comment.name == NULL)
            model_problem(model, constructor->params_place,
                          "the comment of struct '%s' lacks 'Name: TheNameInConfigs.'", name);
    }
    reader->constructor = constructor;
    clang_visitChildren(cursor, visit_field, reader);
}

static void read_create(struct reader *reader, CXCursor cursor)
{
    struct model *model = reader->model;
    const char *name = cursor_name(reader, cursor);
    size_t length = prefix_length(name, "_create");
    if (length == 0)
        return;
    struct constructor *constructor = get_constructor(model, name, length);
    constructor->has_create = true;
    constructor->create_place = cursor_place(reader, cursor);
    CXType result = clang_getPointeeType(clang_getCanonicalType(clang_getCursorResultType(cursor)));
    if (result.kind == CXType_Record)
        constructor->component.kind = kind_of_struct(record_name(model, result), "");
    const char *wanted = arena_format(&model->arena, "(const struct %s_params *, struct error *)", constructor->prefix);
    const char *found = take_string(model, clang_getTypeSpelling(clang_getCursorType(cursor)));
    if (constructor->component.kind != KIND_COUNT && strstr(found, wanted) == NULL)
        model_problem(model, constructor->create_place, "constructor '%s' must take %s", name, wanted);
}

static bool is_listed(const struct reader *reader, const char *header)
{
    for (size_t i = 0; i < reader->header_count; i++) {
        if (strcmp(below_root(reader, reader->headers[i]), header) == 0)
            return true;
    }
    return false;
}

static enum CXChildVisitResult visit_declaration(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct reader *reader = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    if (kind != CXCursor_StructDecl && kind != CXCursor_FunctionDecl)
        return CXChildVisit_Continue;
    if (!is_listed(reader, cursor_place(reader, cursor).header))
        return CXChildVisit_Continue;
    if (kind == CXCursor_StructDecl)
        read_params(reader, cursor);
    else
        read_create(reader, cursor);
    return CXChildVisit_Continue;
}

static void visit_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
    (void)stack;
    struct reader *reader = data;
    if (depth > 0)
        text_format(&reader->model->dependencies, " %s", take_string(reader->model, clang_getFileName(file)));
}

static void report_diagnostics(struct reader *reader, CXTranslationUnit unit)
{
    for (unsigned i = 0; i < clang_getNumDiagnostics(unit); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
        if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
            CXFile file = NULL;
            unsigned line = 0;
            clang_getFileLocation(clang_getDiagnosticLocation(diagnostic), &file, &line, NULL, NULL);
            const char *path = file != NULL ? take_string(reader->model, clang_getFileName(file)) : "?";
            struct place place = {.header = below_root(reader, path), .line = (int)line};
            model_problem(reader->model, place, "%s",
                          take_string(reader->model, clang_getDiagnosticSpelling(diagnostic)));
        }
        clang_disposeDiagnostic(diagnostic);
    }
}

bool model_read(struct model *model, const char *root, char *const *headers, size_t count)
{
    struct reader reader = {
        .model = model,
        .root = arena_format(&model->arena, "%s/", root),
        .headers = headers,
        .header_count = count,
    };
    struct text source = TEXT_INIT;
    for (size_t i = 0; i < count; i++)
        text_format(&source, "#include \"%s\"\n", headers[i]);
    struct CXUnsavedFile file = {
        .Filename = "component_headers.c", .Contents = text_string(&source), .Length = source.length};
    const char *include = arena_format(&model->arena, "-I%s", root);
    const char *const arguments[] = {"-std=c11", "-D_GNU_SOURCE", include};
    CXIndex index = clang_createIndex(0, 0);
    CXTranslationUnit unit = NULL;
    enum CXErrorCode code = clang_parseTranslationUnit2(index, file.Filename, arguments, 3, &file, 1,
                                                        CXTranslationUnit_SkipFunctionBodies, &unit);
    if (code == CXError_Success) {
        report_diagnostics(&reader, unit);
        clang_visitChildren(clang_getTranslationUnitCursor(unit), visit_declaration, &reader);
        clang_getInclusions(unit, visit_inclusion, &reader);
        clang_disposeTranslationUnit(unit);
    }
    clang_disposeIndex(index);
    text_finish(&source);
    return code == CXError_Success;
}
