/* complete.c: what the command line at hand may go on with. */
#include "runner/completion/complete.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "runner/cli/arguments.h"
#include "runner/cli/verb.h"
#include "runner/completion/keys.h"
#include "runner/completion/operands.h"
#include "runner/config/config.h"
#include "runner/sweep/values.h"

extern char **environ;

/* One command line, as far as it goes. */
struct completion {
    struct answer *answer;
    struct arena arena;
    const struct verb *verb;
    /** Behind the verb. */
    const char *const *words;
    int count;
    struct arguments split;
    struct config config;
};

/* What a shell leaves to itself. A run directory stands for the config in it. */
static const char *config_path(struct arena *arena, const char *path)
{
    const char *home = getenv("HOME");
    if (strncmp(path, "~/", 2) == 0 && home != NULL)
        path = arena_format(arena, "%s%s", home, path + 1);
    return directory_exists(path) ? arena_format(arena, "%s/config.yaml", path) : path;
}

/* How many of the words are configs: not a key behind them. */
static size_t count_configs(const struct completion *completion)
{
    size_t count = completion->split.positional_count;
    bool takes_key = false;
    for (const struct verb_operand *operand = completion->verb->operands; operand->placeholder != NULL; operand++)
        takes_key = takes_key || operand->kind == ARGUMENT_KEY;
    return takes_key && count > 1 && !file_exists(completion->split.positional[count - 1]) ? count - 1 : count;
}

/* Reads the configs that are named and lays the overrides over them; where that is not to be had, the overrides alone. */
static void load_config(struct completion *completion)
{
    struct error error = ERROR_INIT;
    const struct arguments *split = &completion->split;
    size_t path_count = count_configs(completion);
    const char **paths = arena_allocate(&completion->arena, path_count + 1, sizeof *paths);
    for (size_t i = 0; i < path_count; i++)
        paths[i] = config_path(&completion->arena, split->positional[i]);
    struct config_request request = {
        .paths = paths,
        .path_count = path_count,
        .arguments = split->others,
        .argument_count = split->other_count,
        .environment = (const char *const *)environ,
    };
    if (config_load(&completion->config, &request, &error) || path_count == 0)
        return;
    config_finish(&completion->config);
    error_clear(&error);
    request.path_count = 0;
    config_load(&completion->config, &request, &error);
}

static const struct config_node *root_of(struct completion *completion)
{
    if (completion->config.root == NULL)
        load_config(completion);
    return completion->config.root;
}

/* The verb's option that a word names: "--ckpt_path", "--ckpt_path=best". NULL when it names none. */
static const struct verb_option *find_option(const struct verb *verb, const char *word)
{
    size_t length = strcspn(word, "=");
    for (const struct verb_option *option = verb->options; option != NULL && option->name != NULL; option++)
        if (length == strlen(option->name) + 2 && strncmp(word, "--", 2) == 0 &&
            strncmp(word + 2, option->name, length - 2) == 0)
            return option;
    return NULL;
}

static void add_options(struct answer *answer, const struct verb_option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        answer_add(answer, "--", options->name, options->placeholder != NULL ? "=" : "", options->documentation);
}

/* Options of the verb, and keys of the config as options. */
static void add_all_options(struct completion *completion)
{
    struct answer *answer = completion->answer;
    add_options(answer, completion->verb->options);
    if (completion->verb->takes_keys) {
        keys_add(answer, root_of(completion), "--", KEYS_TO_SET, &completion->arena);
        if (strncmp(answer->current, "--n", 3) == 0)
            keys_add(answer, root_of(completion), "--no-", KEYS_TO_DENY, &completion->arena);
    }
    answer_add(answer, "--", "help", "", "explains the verb");
}

/* The value that an option or a key wants: `name` is "--key", maybe with "=..." behind; `prefix` stands before the value. */
static void add_option_values(struct completion *completion, const char *name, const char *prefix)
{
    const struct verb_option *option = find_option(completion->verb, name);
    struct arena *arena = &completion->arena;
    if (option != NULL && option->placeholder != NULL) {
        operand_add(completion->answer, option->kind, option->placeholder, prefix);
    } else if (option == NULL && completion->verb->takes_keys) {
        const char *key = arena_copy_bytes(arena, name + 2, strcspn(name + 2, "="));
        const char *value = completion->answer->current + strlen(prefix);
        if (completion->verb->takes_several)
            prefix = arena_format(arena, "%s%.*s", prefix, (int)values_last_choice(value), value);
        keys_add_values(completion->answer, root_of(completion), key, prefix, arena);
    }
}

/* True when the word before the cursor is an option whose value is the word at the cursor. */
static bool wants_value(struct completion *completion)
{
    const char *last = completion->count > 0 ? completion->words[completion->count - 1] : "";
    if (strncmp(last, "--", 2) != 0 || strchr(last, '=') != NULL || completion->answer->current[0] == '-')
        return false;
    const struct verb_option *option = find_option(completion->verb, last);
    if (option != NULL)
        return option->placeholder != NULL;
    return completion->verb->takes_keys && strncmp(last, "--no-", 5) != 0 &&
           !keys_is_flag(root_of(completion), last + 2, &completion->arena);
}

/* The operand at the cursor; NULL when the verb takes no more. */
static const struct verb_operand *next_operand(const struct completion *completion)
{
    const struct verb_operand *operand = completion->verb->operands;
    if (completion->split.other_count > 0)
        return NULL;
    for (size_t i = 0; i < completion->split.positional_count && operand->placeholder != NULL; i++)
        if (strstr(operand->placeholder, "...") == NULL)
            operand++;
    return operand->placeholder != NULL ? operand : NULL;
}

static void add_operand(struct completion *completion, const struct verb_operand *operand)
{
    if (operand->kind == ARGUMENT_KEY)
        keys_add(completion->answer, root_of(completion), "", KEYS_TO_NAME, &completion->arena);
    else
        operand_add(completion->answer, operand->kind, operand->placeholder, "");
}

/* What may stand there; where an operand repeats, also what may follow it. */
static void add_operands(struct completion *completion, const struct verb_operand *operand)
{
    bool may_end = strstr(operand->placeholder, "...") != NULL && completion->split.positional_count > 0;
    add_operand(completion, operand);
    if (may_end && operand[1].placeholder != NULL)
        add_operand(completion, &operand[1]);
}

static void complete_behind_verb(struct completion *completion)
{
    const char *current = completion->answer->current;
    const struct verb_operand *operand = next_operand(completion);
    if (current[0] == '-' && strchr(current, '=') != NULL)
        add_option_values(completion, current,
                          arena_copy_bytes(&completion->arena, current, strcspn(current, "=") + 1));
    else if (wants_value(completion))
        add_option_values(completion, completion->words[completion->count - 1], "");
    else if (current[0] == '-' || (operand == NULL && current[0] == '\0'))
        add_all_options(completion);
    else if (operand != NULL)
        add_operands(completion, operand);
}

/* Takes apart what stands behind the verb. A config that an option's value hides is a config all the same. */
static void split_words(struct completion *completion)
{
    struct error error = ERROR_INIT;
    struct option *options = verb_options(completion->verb, &completion->arena);
    arguments_split(completion->words, completion->count, options, &completion->arena, &completion->split, &error);
}

void complete(struct answer *answer, const char *const *words, int count)
{
    int taken = 0;
    struct completion completion = {.answer = answer, .arena = ARENA_INIT, .config = CONFIG_INIT};
    completion.verb = verb_match(words, count, &taken);
    bool is_beginning = count < 2 && operand_add_verbs(answer, words, count);
    bool is_first_option = count == 0 && answer->current[0] == '-';
    if (is_first_option)
        add_options(answer, program_options);
    if (completion.verb == NULL && (count == 0 || !is_beginning))
        completion.verb = verb_find("fit");
    completion.words = words + taken;
    completion.count = count - taken;
    if (completion.verb != NULL && !completion.verb->hidden && !is_first_option) {
        split_words(&completion);
        complete_behind_verb(&completion);
    }
    config_finish(&completion.config);
    arena_finish(&completion.arena);
}
