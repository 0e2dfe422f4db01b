/* check.c: what no single declaration shows: pairs of struct and constructor, unique names. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/generator/model.h"

const struct constructor *model_find(const struct model *model, const char *name)
{
    assert(name != NULL);
    for (size_t i = 0; i < model->constructor_count; i++) {
        const char *found = model->constructors[i].component.name;
        if (found != NULL && strcmp(found, name) == 0)
            return &model->constructors[i];
    }
    return NULL;
}

/* Keeps the constructors that are pairs of struct and function; says what is wrong with the others. */
static void check_pairs(struct model *model)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->constructor_count; i++) {
        struct constructor *constructor = &model->constructors[i];
        bool makes_component = constructor->component.kind != KIND_COUNT;
        if (constructor->has_params && !constructor->has_create)
            model_problem(model, constructor->params_place, "struct '%s_params' has no constructor '%s_create'",
                          constructor->prefix, constructor->prefix);
        else if (constructor->has_params && !makes_component)
            model_problem(model, constructor->create_place, "constructor '%s_create' does not return a kind's struct",
                          constructor->prefix);
        else if (!constructor->has_params && makes_component)
            model_problem(model, constructor->create_place, "constructor '%s_create' has no 'struct %s_params'",
                          constructor->prefix, constructor->prefix);
        if (constructor->has_params && constructor->component.name != NULL)
            model->constructors[kept++] = *constructor;
    }
    model->constructor_count = kept;
}

static int compare(const void *left, const void *right)
{
    const struct component *a = &((const struct constructor *)left)->component;
    const struct component *b = &((const struct constructor *)right)->component;
    return a->kind != b->kind ? (int)a->kind - (int)b->kind : strcmp(a->name, b->name);
}

void model_check(struct model *model)
{
    check_pairs(model);
    for (size_t i = 0; i < model->constructor_count; i++) {
        const struct constructor *constructor = &model->constructors[i];
        const struct constructor *first = model_find(model, constructor->component.name);
        if (first != constructor)
            model_problem(model, constructor->params_place, "the name '%s' is taken by %s:%d",
                          constructor->component.name, first->params_place.header, first->params_place.line);
    }
    qsort(model->constructors, model->constructor_count, sizeof *model->constructors, compare);
    for (size_t i = 0; i < model->constructor_count; i++) {
        const struct constructor *constructor = &model->constructors[i];
        for (size_t j = 0; j < constructor->parameter_count; j++)
            model_check_default(model, &constructor->parameters[j]);
    }
}
