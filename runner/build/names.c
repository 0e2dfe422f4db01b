/* names.c: kinds and types in words. Apart from the table, so that schemas/generator can use them. */
#include <assert.h>

#include "runner/build/registry.h"

static const struct {
    const char *name;
    const char *plural;
} kind_names[KIND_COUNT] = {
    [KIND_RUN] = {"run", "runs"},
    [KIND_TRAINER] = {"trainer", "trainers"},
    [KIND_MODEL] = {"model", "models"},
    [KIND_BACKBONE] = {"backbone", "backbones"},
    [KIND_DATA_MODULE] = {"data module", "data modules"},
    [KIND_DATASET] = {"dataset", "datasets"},
    [KIND_TRANSFORM] = {"transform", "transforms"},
    [KIND_OPTIMIZER] = {"optimizer", "optimizers"},
    [KIND_LR_SCHEDULER] = {"lr scheduler", "lr schedulers"},
    [KIND_CALLBACK] = {"callback", "callbacks"},
    [KIND_LOGGER] = {"logger", "loggers"},
};

static const char *const type_names[] = {
    [FIELD_BOOL] = "true or false",
    [FIELD_INT] = "integer",
    [FIELD_INT64] = "integer",
    [FIELD_DOUBLE] = "number",
    [FIELD_STRING] = "string",
    [FIELD_CHOICE] = "choice",
    [FIELD_AMOUNT] = "count or fraction",
    [FIELD_INT_LIST] = "list of integers",
    [FIELD_DOUBLE_LIST] = "list of numbers",
    [FIELD_STRING_LIST] = "list of strings",
    [FIELD_COMPONENT] = "component",
    [FIELD_COMPONENT_LIST] = "list of components",
};

const char *component_kind_name(enum component_kind kind)
{
    assert(kind < KIND_COUNT);
    return kind_names[kind].name;
}

const char *component_kind_plural(enum component_kind kind)
{
    assert(kind < KIND_COUNT);
    return kind_names[kind].plural;
}

const char *field_type_name(enum field_type type)
{
    assert(type <= FIELD_COMPONENT_LIST);
    return type_names[type];
}
