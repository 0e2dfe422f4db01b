/* test_registry.c: the generated table says what the documented constructors say. */
#include "runner/build/registry.h"

#include <string.h>

#include "components/lr_schedulers/sequential_lr.h"
#include "components/optimizers/sgd.h"
#include "runner/build/describe.h"
#include "runner/config/check.h"
#include "runner/config/yaml.h"
#include "tests/unit/unit.h"

START_TEST(test_components_are_sorted_by_kind_and_name_and_are_documented)
{
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        ck_assert_str_ne(component->documentation, "");
        ck_assert_str_ne(component->summary, "");
        ck_assert_ptr_eq(registry_find(component->kind, component->name), component);
        ck_assert_ptr_eq(registry_find_name(component->name), component);
        for (size_t j = 0; j < component->field_count; j++) {
            const char *name = component->fields[j].name;
            ck_assert_str_ne(component->fields[j].documentation, "");
            /* words of the config language, and what stands for a point in variables of the environment */
            ck_assert_msg(strcmp(name, "base") != 0 && strcmp(name, "type") != 0 && strstr(name, "__") == NULL, "%s.%s",
                          component->name, name);
        }
        if (i == 0)
            continue;
        const struct component *before = component - 1;
        ck_assert(before->kind < component->kind ||
                  (before->kind == component->kind && strcmp(before->name, component->name) < 0));
    }
}
END_TEST

START_TEST(test_fields_hold_what_their_declaration_says)
{
    const struct component *sgd = registry_find(KIND_OPTIMIZER, "SGD");
    ck_assert_ptr_nonnull(sgd);
    ck_assert_str_eq(sgd->header, "components/optimizers/sgd.h");
    ck_assert_str_eq(sgd->summary, "Stochastic gradient descent, with momentum if wanted.");
    ck_assert_uint_eq(sgd->params_size, sizeof(struct sgd_params));
    const struct field *lr = component_find_field(sgd, "lr");
    ck_assert_ptr_nonnull(lr);
    ck_assert_int_eq(lr->type, FIELD_DOUBLE);
    ck_assert_str_eq(lr->default_text, "0.001");
    ck_assert_str_eq(lr->documentation, "Learning rate.");
    ck_assert(lr->range.has_minimum && !lr->range.has_maximum && !lr->range.excludes_minimum);
    const struct component *sequential = registry_find(KIND_LR_SCHEDULER, "SequentialLR");
    const struct field *schedulers = component_find_field(sequential, "schedulers");
    ck_assert_int_eq(schedulers->type, FIELD_COMPONENT_LIST);
    ck_assert_int_eq(schedulers->kind, KIND_LR_SCHEDULER);
    ck_assert_ptr_null(schedulers->default_text);
    const struct field *milestones = component_find_field(sequential, "milestones");
    ck_assert_int_eq(milestones->type, FIELD_INT_LIST);
    ck_assert_uint_eq(milestones->offset, offsetof(struct sequential_lr_params, milestones));
}
END_TEST

START_TEST(test_choices_are_spelled_as_the_enum_says)
{
    const struct component *trainer = registry_find(KIND_TRAINER, "Trainer");
    const struct field *precision = component_find_field(trainer, "precision");
    ck_assert_int_eq(precision->type, FIELD_CHOICE);
    ck_assert_str_eq(precision->choices[0].name, "32-true");
    ck_assert_str_eq(precision->choices[0].documentation, "float32 throughout.");
    const struct field *accelerator = component_find_field(trainer, "accelerator");
    ck_assert_str_eq(accelerator->choices[0].name, "auto");
    ck_assert_str_eq(accelerator->choices[0].documentation,
                     "A GPU where one is found that can compute the model, else the processor.");
}
END_TEST

START_TEST(test_the_example_of_a_whole_config_passes_the_check)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    struct text yaml = TEXT_INIT;
    component_format_example(registry_only(KIND_RUN), "", &yaml);
    struct config_node *root = yaml_parse(&arena, yaml.data, yaml.length, (struct mark){"example", 1, 1}, &problems);
    check_run(&arena, root, &problems);
    ck_assert_msg(problems.count == 0, "%s\n%s", problems.count > 0 ? problems.items[0].message : "", yaml.data);
    text_finish(&yaml);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_a_constructor_is_called_through_the_table)
{
    const struct component *sgd = registry_find(KIND_OPTIMIZER, "SGD");
    struct sgd_params params = {.lr = 0.5};
    struct error error = ERROR_INIT;
    struct optimizer *optimizer = sgd->create(&params, &error);
    ck_ok(optimizer != NULL, error);
    ck_assert_double_eq(optimizer->interface->learning_rate(optimizer), 0.5);
    registry_destroy(sgd->kind, optimizer);
    registry_destroy(sgd->kind, NULL);
}
END_TEST

UNIT_MAIN("registry", test_components_are_sorted_by_kind_and_name_and_are_documented,
          test_the_example_of_a_whole_config_passes_the_check, test_fields_hold_what_their_declaration_says,
          test_choices_are_spelled_as_the_enum_says, test_a_constructor_is_called_through_the_table)
