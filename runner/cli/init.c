/* init.c: configs to begin with. */
#include "runner/cli/init.h"

#include <assert.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/nearest.h"
#include "runner/build/describe.h"
#include "runner/cli/help.h"
#include "runner/config/check.h"
#include "runner/config/yaml.h"

#define WIDTH 100
#define EVALUATION                                                                                                     \
    "[{type: Resize, size: [300, 300]}, {type: ToDtype, dtype: float32, scale: true},"                                 \
    " {type: Normalize, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}]"

const struct recipe init_recipes[] = {
    {"detection", "an SSD that finds objects in boxes, on PASCAL VOC",
     "trainer:\n"
     "  max_epochs: 120\n"
     "  callbacks: [{type: ModelCheckpoint, monitor: val_map_50, mode: max}, LearningRateMonitor]\n"
     "model: {type: SSD, backbone: ResNet18}\n"
     "data:\n"
     "  type: VOCDataModule\n"
     "  root: data\n"
     "  batch_size: 16\n"
     "  train_transforms: [RandomPhotometricDistort, RandomZoomOut, RandomIoUCrop, RandomHorizontalFlip,"
     " SanitizeBoundingBoxes, {type: Resize, size: [300, 300]}, {type: ToDtype, dtype: float32, scale: true},"
     " {type: Normalize, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}]\n"
     "  val_transforms: " EVALUATION "\n"
     "  test_transforms: " EVALUATION "\n"
     "optimizer: {type: SGD, lr: 0.02, momentum: 0.9, weight_decay: 0.0005}\n"
     "lr_scheduler: CosineAnnealingLR\n"},
    {"classification", "a small network that tells pictures of clothes apart, on Fashion-MNIST",
     "trainer:\n"
     "  max_epochs: 5\n"
     "  callbacks: [{type: ModelCheckpoint, monitor: val_acc, mode: max}]\n"
     "model: {type: ImageClassifier, backbone: SimpleCNN}\n"
     "data:\n"
     "  type: DataModule\n"
     "  train: {type: FashionMNIST, train: true, download: true}\n"
     "  test: {type: FashionMNIST, train: false, download: true}\n"
     "  val_split: 5000\n"
     "  batch_size: 64\n"
     "  train_transforms: [{type: ToDtype, dtype: float32, scale: true}]\n"
     "  val_transforms: [{type: ToDtype, dtype: float32, scale: true}]\n"
     "  test_transforms: [{type: ToDtype, dtype: float32, scale: true}]\n"
     "optimizer: {type: AdamW, lr: 0.002}\n"
     "lr_scheduler: CosineAnnealingLR\n"},
    {.name = NULL},
};

/* A config being made: a recipe, and what of it is explained. */
struct draft {
    struct arena arena;
    /** Explained, with all its keys; NULL: everything is. */
    const struct component *focus;
    struct text *yaml;
};

/* A component as its shortest config. */
static struct config_node *make_example(struct draft *draft, const struct component *component)
{
    struct text example = TEXT_INIT;
    component_format_example(component, "", &example);
    struct config_node *node = yaml_parse_default(&draft->arena, text_string(&example));
    text_finish(&example);
    return node;
}

static bool holds(const struct draft *draft, const struct field *field, const struct config_node *value)
{
    return value != NULL && value->kind != NODE_NULL && check_find_component(field->kind, value) == draft->focus;
}

/* Whether the focus is in the list already. */
static bool list_holds(const struct draft *draft, const struct field *field, const struct config_node *list)
{
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (holds(draft, field, list->items[i]))
            return true;
    return false;
}

/* Puts the focus first into a list: a transform then sees the image as it comes. */
static struct config_node *list_with_focus(struct draft *draft, const struct config_node *list)
{
    struct config_node *result = config_node_create(&draft->arena, NODE_LIST, (struct span){.width = 0});
    config_node_append(&draft->arena, result, make_example(draft, draft->focus));
    for (size_t i = 0; list != NULL && i < list->count; i++)
        config_node_append(&draft->arena, result, list->items[i]);
    return result;
}

/* Puts the focus into a component's own fields; false when none takes it. */
static bool place_in_fields(struct draft *draft, const struct component *component, struct config_node *node)
{
    struct span nowhere = {.width = 0};
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        struct config_node *value = config_node_find(node, field->name);
        if (field->type == FIELD_COMPONENT && field->kind == draft->focus->kind) {
            if (!holds(draft, field, value))
                config_node_set(&draft->arena, node, field->name, nowhere, make_example(draft, draft->focus));
            return true;
        }
        if (field->type == FIELD_COMPONENT_LIST && field->kind == draft->focus->kind) {
            if (!list_holds(draft, field, value))
                config_node_set(&draft->arena, node, field->name, nowhere, list_with_focus(draft, value));
            return true;
        }
    }
    return false;
}

/* The mapping of a component, made of its bare name where that is all there is. */
static struct config_node *as_mapping(struct draft *draft, struct config_node *value)
{
    if (value->kind == NODE_MAP)
        return value;
    struct config_node *mapping = config_node_create(&draft->arena, NODE_MAP, (struct span){.width = 0});
    config_node_set(&draft->arena, mapping, "type", mapping->span, value);
    return mapping;
}

/* Puts the focus where the config has a place for it: the nearest one to the top. False when it has none. */
static bool place_focus(struct draft *draft, const struct component *component, struct config_node *node)
{
    if (component == draft->focus || place_in_fields(draft, component, node))
        return true;
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        struct entry *entry = config_node_find_entry(node, field->name);
        if (field->type != FIELD_COMPONENT || entry == NULL)
            continue;
        const struct component *child = check_find_component(field->kind, entry->value);
        struct config_node *mapping = as_mapping(draft, entry->value);
        if (child != NULL && place_focus(draft, child, mapping)) {
            entry->value = mapping;
            return true;
        }
    }
    return false;
}

static void append_comment(struct draft *draft, const char *words, int indent)
{
    struct text wrapped = TEXT_INIT;
    help_append_wrapped(&wrapped, words, 0, 0, WIDTH - indent - 2);
    for (const char *line = text_string(&wrapped); *line != '\0'; line += strcspn(line, "\n") + 1)
        text_format(draft->yaml, "%*s#%s%.*s\n", indent, "", *line == '\n' ? "" : " ", (int)strcspn(line, "\n"), line);
    text_finish(&wrapped);
}

/* What a key means, what it takes, and what it is when it is not there. */
static void append_field_comment(struct draft *draft, const struct field *field, int indent)
{
    struct text words = TEXT_INIT;
    text_format(&words, "%s (", field->documentation);
    field_format_type(field, &words);
    text_format(&words, "; %s%s)", field->default_text != NULL ? "default " : "required",
                field->default_text != NULL ? field->default_text : "");
    append_comment(draft, text_string(&words), indent);
    text_finish(&words);
}

static void append_fields(struct draft *draft, const struct component *component, const struct config_node *node,
                          int indent);

/* A component behind `key:` or `- `: its name, or its mapping from `indent` on. */
static void append_component(struct draft *draft, enum component_kind kind, const struct config_node *node, int indent,
                             bool is_item)
{
    const struct component *component = check_find_component(kind, node);
    bool explained = draft->focus == NULL || component == draft->focus;
    if (component == NULL || (node->kind != NODE_MAP && (!explained || component->field_count == 0))) {
        text_append(draft->yaml, is_item ? "" : " ");
        config_node_format_line(node, draft->yaml);
        text_append_char(draft->yaml, '\n');
        return;
    }
    if (!is_item)
        text_append_char(draft->yaml, '\n');
    if (config_node_find(node, "type") != NULL || node->kind == NODE_SCALAR)
        text_format(draft->yaml, "%*stype: %s\n", is_item ? 0 : indent, "", component->name);
    append_fields(draft, component, node, indent);
}

static void append_value(struct draft *draft, const struct field *field, const struct config_node *value, int indent)
{
    text_format(draft->yaml, "%*s%s:", indent, "", field->name);
    if (field->type == FIELD_COMPONENT && value->kind != NODE_NULL) {
        append_component(draft, field->kind, value, indent + 2, false);
    } else if (field->type == FIELD_COMPONENT_LIST && value->kind == NODE_LIST && value->count > 0) {
        text_append_char(draft->yaml, '\n');
        for (size_t i = 0; i < value->count; i++) {
            text_format(draft->yaml, "%*s- ", indent + 2, "");
            append_component(draft, field->kind, value->items[i], indent + 4, true);
        }
    } else {
        text_append_char(draft->yaml, ' ');
        config_node_format_line(value, draft->yaml);
        text_append_char(draft->yaml, '\n');
    }
}

static void append_fields(struct draft *draft, const struct component *component, const struct config_node *node,
                          int indent)
{
    bool explained = draft->focus == NULL || component == draft->focus;
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        const struct config_node *value = config_node_find(node, field->name);
        if (explained)
            append_field_comment(draft, field, indent);
        if (value != NULL)
            append_value(draft, field, value, indent);
        else if (explained)
            text_format(draft->yaml, "%*s#%s: %s\n", indent, "", field->name, field->default_text);
    }
}

static const struct recipe *find_recipe(const char *name)
{
    for (const struct recipe *recipe = init_recipes; recipe->name != NULL; recipe++)
        if (strcmp(recipe->name, name) == 0)
            return recipe;
    return NULL;
}

static bool fail_unknown(const char *name, struct error *error)
{
    size_t count = 0;
    const char **names = memory_allocate(registry_component_count + 16, sizeof *names);
    for (const struct recipe *recipe = init_recipes; recipe->name != NULL; recipe++)
        names[count++] = recipe->name;
    for (size_t i = 0; i < registry_component_count; i++)
        if (registry_components[i].kind != KIND_RUN)
            names[count++] = registry_components[i].name;
    const char *near = nearest_find(name, names, count);
    error_set(error, ERROR_CONFIG, "no recipe and no component is called '%s'%s%s%s", name,
              near != NULL ? " (did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?)" : "");
    error_hint(error, "'lrun config init' shows the recipes, 'lrun list' the components");
    memory_free(names);
    return false;
}

/* The recipe that names the component, else one that has a place for it. */
static struct config_node *choose_tree(struct draft *draft)
{
    const struct component *run = registry_only(KIND_RUN);
    struct config_node *chosen = NULL;
    for (int by_name = 1; by_name >= 0 && chosen == NULL; by_name--)
        for (const struct recipe *recipe = init_recipes; recipe->name != NULL && chosen == NULL; recipe++) {
            struct config_node *root = yaml_parse_default(&draft->arena, recipe->yaml);
            if ((!by_name || strstr(recipe->yaml, draft->focus->name) != NULL) && place_focus(draft, run, root))
                chosen = root;
        }
    assert(chosen != NULL);
    return chosen;
}

bool init_format(const char *name, struct text *yaml, struct error *error)
{
    const struct component *run = registry_only(KIND_RUN);
    const struct recipe *recipe = find_recipe(name);
    struct draft draft = {.arena = ARENA_INIT, .yaml = yaml};
    draft.focus = recipe == NULL ? registry_find_name(name) : NULL;
    if (recipe == NULL && (draft.focus == NULL || draft.focus->kind == KIND_RUN))
        return fail_unknown(name, error);
    struct config_node *root = recipe != NULL ? yaml_parse_default(&draft.arena, recipe->yaml) : choose_tree(&draft);
    text_append(yaml, "# yaml-language-server: $schema=lrun.schema.json\n"
                      "# An editor checks and completes this file when the schema is beside it:\n"
                      "#   lrun schema >lrun.schema.json\n"
                      "# A key behind '#' without a blank has its default: take the '#' away to change it.\n\n");
    if (draft.focus != NULL)
        append_comment(&draft, draft.focus->documentation, 0);
    text_append(yaml, draft.focus != NULL ? "\n" : "");
    append_fields(&draft, run, root, 0);
    arena_finish(&draft.arena);
    return true;
}

void init_format_list(struct text *text)
{
    text_append(text, "recipes\n");
    for (const struct recipe *recipe = init_recipes; recipe->name != NULL; recipe++)
        text_format(text, "  %-16s %s\n", recipe->name, recipe->summary);
    text_append(text, "\nor the name of a component, for a config around it: 'lrun list' shows them\n");
}
