/* verb.c: what the program can be told to do. */
#include "runner/cli/verb.h"

#include <string.h>

#include "runner/cli/help.h"

#define ABOUT_KEYS                                                                                                     \
    "CONFIG is a YAML file, several of them (each laid over the ones before), or a\n"                                  \
    "run directory. Every key of the config is an option:\n"                                                           \
    "  --data.batch_size=8 --optimizer.lr 0.01 --model.backbone=ResNet34\n"                                            \
    "  --data.train_transforms.Resize.size=[300,300]\n"                                                                \
    "  --data.train_transforms+=Grayscale --data.train_transforms.Resize~\n"                                           \
    "KEY+=VALUE adds to a list, KEY~ deletes an item or goes back to the default.\n"

#define PRINT_CONFIG                                                                                                   \
    {                                                                                                                  \
        "print_config", NULL, ARGUMENT_TEXT, "shows the whole config, every default filled in, and ends"               \
    }
#define CKPT_PATH                                                                                                      \
    {                                                                                                                  \
        "ckpt_path", "PATH", ARGUMENT_CHECKPOINT, "FILE, URL, best or last; a run directory's is best"                 \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

const char program_summary[] = "trains a neural network from a YAML file";
const char about_keys[] = ABOUT_KEYS;

const struct verb_option program_options[] = {
    {"help", NULL, ARGUMENT_TEXT, "explains the program; behind a verb, the verb"},
    {"version", NULL, ARGUMENT_TEXT, "prints the version"},
    {"error-format", "text|json", ARGUMENT_CHOICE, "how errors are printed: json is for editors and CI"},
    END,
};

static const struct verb_option fit_options[] = {
    PRINT_CONFIG,
    {"resume", NULL, ARGUMENT_TEXT, "goes on from the newest checkpoint, or starts afresh"},
    {"run_directory", "FOLDER", ARGUMENT_FOLDER, "trains there, not in a new version_N; --resume looks only there"},
    END,
};
static const struct verb_option validate_options[] = {PRINT_CONFIG, CKPT_PATH, END};
static const struct verb_option run_options[] = {
    PRINT_CONFIG,
    {"resume", NULL, ARGUMENT_TEXT, "goes on in the run's own directory, from its newest checkpoint"},
    END,
};
static const struct verb_option check_options[] = {PRINT_CONFIG, END};
static const struct verb_option predict_options[] = {
    PRINT_CONFIG,
    CKPT_PATH,
    {"output", "FOLDER", ARGUMENT_FOLDER, "where the files go; a run directory's is predictions in it"},
    {"pictures", "N", ARGUMENT_TEXT, "how many pictures to draw (20); -1: all"},
    {"score_thresh", "X", ARGUMENT_TEXT, "least score of a box in a picture (0.3)"},
    END,
};
static const struct verb_option sweep_options[] = {
    {"jobs", "N", ARGUMENT_TEXT, "how many runs at once (one, or one for each GPU); they share the cores"},
    {"random", "N", ARGUMENT_TEXT, "draws N runs from the values and ranges, instead of all combinations"},
    {"seed", "N", ARGUMENT_TEXT, "another seed draws other runs (the config's seed_everything)"},
    {"monitor", "NAME", ARGUMENT_TEXT, "the logged number to compare by (a ModelCheckpoint's, else val_loss)"},
    {"mode", "min|max", ARGUMENT_CHOICE, "which numbers are better (as the callback says; min for a loss)"},
    {"dry_run", NULL, ARGUMENT_TEXT, "checks the runs, shows them, and begins none"},
    {"resume", NULL, ARGUMENT_TEXT, "goes on with the newest sweep of the same runs, or starts afresh"},
    {"json", NULL, ARGUMENT_TEXT, "prints the results as JSON"},
    END,
};
static const struct verb_option plot_options[] = {
    {"metrics", "NAME,...", ARGUMENT_TEXT, "what to draw (the losses, and what was measured on validation data)"},
    {"output", "FILE", ARGUMENT_FILE, "writes a picture, .png or .svg, instead of printing"},
    {"x", "step|epoch", ARGUMENT_CHOICE, "what the axis counts (step)"},
    {"smooth", "S", ARGUMENT_TEXT, "smooths, 0 to below 1: the weight of what came before (0)"},
    {"log", NULL, ARGUMENT_TEXT, "numbers go up logarithmically"},
    END,
};
static const struct verb_option json_options[] = {
    {"json", NULL, ARGUMENT_TEXT, "prints JSON"},
    END,
};
static const struct verb_option explain_options[] = {
    {"json", NULL, ARGUMENT_TEXT, "prints JSON"},
    END,
};
static const struct verb_option runs_options[] = {
    {"sort", "NAME", ARGUMENT_TEXT, "a metric (the best run first) or a key; else the newest first"},
    {"limit", "N", ARGUMENT_TEXT, "how many runs at most"},
    {"metrics", "NAMES", ARGUMENT_TEXT, "columns of metrics.csv, joined by commas; else what ModelCheckpoint watches"},
    {"json", NULL, ARGUMENT_TEXT, "prints JSON"},
    END,
};
static const struct verb_option init_options[] = {
    {"output", "FILE", ARGUMENT_FILE, "writes a new file instead of printing"},
    END,
};
static const struct verb_option migrate_options[] = {
    {"in_place", NULL, ARGUMENT_TEXT, "writes the file anew instead of printing"},
    END,
};
static const struct verb_option score_options[] = {
    {"image_set", "FILE", ARGUMENT_FILE, "the list of the images, for an Annotations folder"},
    {"difficult", "crowd|all|drop", ARGUMENT_CHOICE, "how objects that VOC marks difficult enter COCO's numbers"},
    {"json", NULL, ARGUMENT_TEXT, "prints JSON"},
    END,
};
static const struct verb_option scenes_options[] = {
    {"images", "N", ARGUMENT_TEXT, "how many scenes to draw (500)"},
    {"width", "PIXELS", ARGUMENT_TEXT, "width of a scene (240)"},
    {"height", "PIXELS", ARGUMENT_TEXT, "height of a scene (180)"},
    {"seed", "N", ARGUMENT_TEXT, "another seed draws other scenes (0)"},
    END,
};

const struct verb verbs[] = {
    {
        .name = "fit",
        .operands = {{"CONFIG...", ARGUMENT_CONFIG}},
        .summary = "trains (the verb may be left out)",
        .details = ABOUT_KEYS "  --trainer.resume_from_checkpoint=FILE|URL    goes on from this one\n",
        .options = fit_options,
        .takes_keys = true,
        .computes = true,
        .run = verb_fit,
    },
    {
        .name = "run",
        .operands = {{"RUN", ARGUMENT_RUN}},
        .summary = "repeats a run, in a new directory",
        .details = "RUN is a run directory or its number in lightning_logs. Overrides change what is\n"
                   "repeated; a line says when commit or versions are not those of the run.\n"
                   "  lrun run 3 --optimizer.lr=0.02\n",
        .options = run_options,
        .takes_keys = true,
        .computes = true,
        .run = verb_run,
    },
    {
        .name = "validate",
        .operands = {{"CONFIG...", ARGUMENT_CONFIG}},
        .summary = "measures on the validation data",
        .details = ABOUT_KEYS,
        .options = validate_options,
        .takes_keys = true,
        .computes = true,
        .run = verb_validate,
    },
    {
        .name = "test",
        .operands = {{"CONFIG...", ARGUMENT_CONFIG}},
        .summary = "measures on the test data",
        .details = ABOUT_KEYS,
        .options = validate_options,
        .takes_keys = true,
        .computes = true,
        .run = verb_test,
    },
    {
        .name = "predict",
        .operands = {{"CONFIG...", ARGUMENT_CONFIG}},
        .summary = "writes predictions as files and pictures",
        .details = ABOUT_KEYS,
        .options = predict_options,
        .takes_keys = true,
        .computes = true,
        .run = verb_predict,
    },
    {
        .name = "check",
        .operands = {{"CONFIG...", ARGUMENT_CONFIG}},
        .summary = "checks everything without training: config, shapes, memory",
        .details = ABOUT_KEYS,
        .options = check_options,
        .takes_keys = true,
        .run = verb_check,
    },
    {
        .name = "sweep",
        .operands = {{"CONFIG...|SWEEP", ARGUMENT_CONFIG}},
        .summary = "trains with every combination of several values",
        .details = "A key may have several values, with commas between them; a value that has\n"
                   "commas of its own stands in brackets or quotes. With --random also ranges:\n"
                   "  lrun sweep CONFIG --optimizer.lr=1e-2,1e-3 --data.batch_size=8,16\n"
                   "  lrun sweep CONFIG --data.val_transforms.Resize.size=[64,64],[96,96]\n"
                   "  lrun sweep CONFIG --random 20 --optimizer.lr=log:1e-4..1e-1\n"
                   "All runs are checked before the first begins. Ctrl-C stops them, saved;\n"
                   "SWEEP, a folder like lightning_logs/sweep_0, goes on with what is left.\n",
        .options = sweep_options,
        .takes_keys = true,
        .takes_several = true,
        .run = verb_sweep,
    },
    {
        .name = "plot",
        .operands = {{"RUN...", ARGUMENT_RUN}},
        .summary = "draws the curves of runs",
        .details = "RUN is a run directory, or N for lightning_logs/version_N. Metrics of one run\n"
                   "that differ only in train_, val_, test_ or _epoch share a panel; of several runs\n"
                   "each metric has its own, with a colour for each run.\n"
                   "  lrun plot 3 7 --metrics=train_loss,val_map_50 --smooth=0.9\n"
                   "  lrun plot 3 --x=epoch --output=curves.svg\n",
        .options = plot_options,
        .run = verb_plot,
    },
    {
        .name = "runs",
        .operands = {{"[ROOT]", ARGUMENT_FOLDER}},
        .summary = "lists runs: their states, differences and best numbers",
        .details = "ROOT is a folder with lightning_logs or with version_N in it; else the working\n"
                   "directory. A metric's number is the run's best one. Keys of the config are shown\n"
                   "when their values differ; as many as fit, and all where the output is no\n"
                   "terminal.\n"
                   "  lrun runs --sort val_map_50 --limit 10\n"
                   "  lrun runs --metrics val_loss,train_loss_epoch --sort optimizer.lr\n",
        .options = runs_options,
        .run = verb_runs,
    },
    {
        .name = "runs diff",
        .operands = {{"BEFORE", ARGUMENT_RUN}, {"AFTER", ARGUMENT_RUN}},
        .summary = "shows in what two runs differ: config, environment, result",
        .details = "BEFORE and AFTER are run directories or their numbers in lightning_logs.\n"
                   "  lrun runs diff 3 7\n",
        .options = json_options,
        .run = verb_runs_diff,
    },
    {
        .name = "config",
        .operands = {{"COMMAND", ARGUMENT_TEXT}},
        .summary = "shows configs and what they mean",
        .details = config_language,
        .is_group = true,
        .run = verb_config,
    },
    {
        .name = "config show",
        .operands = {{"CONFIG...", ARGUMENT_CONFIG}},
        .summary = "shows the whole config, every default filled in",
        .details = ABOUT_KEYS,
        .takes_keys = true,
        .run = verb_config_show,
    },
    {
        .name = "config diff",
        .operands = {{"BEFORE", ARGUMENT_CONFIG}, {"AFTER", ARGUMENT_CONFIG}},
        .summary = "shows in what two configs differ, defaults included",
        .details = "BEFORE and AFTER are YAML files, run directories, or files of git revisions:\n"
                   "  lrun config diff HEAD~1:configs/voc_detect.yaml configs/voc_detect.yaml\n"
                   "  lrun config diff lightning_logs/version_0 lightning_logs/version_1\n"
                   "A line each: KEY: BEFORE -> AFTER. What is written differently and means the\n"
                   "same is no difference; items of lists are aligned by their types.\n"
                   "Exit status, as diff's: 0 no difference, 1 some; 2 and up as everywhere.\n",
        .options = json_options,
        .run = verb_config_diff,
    },
    {
        .name = "config explain",
        .operands = {{"CONFIG...", ARGUMENT_CONFIG}, {"KEY", ARGUMENT_KEY}},
        .summary = "tells where the value of a key came from",
        .details = "Every place that set the key, in the order of composing: bases, files,\n"
                   "variables of the environment (LRUN_DATA__BATCH_SIZE=4), options. The last one\n"
                   "wins. And what the key means.\n"
                   "  lrun config explain mine.yaml data.batch_size\n"
                   "  lrun config explain mine.yaml optimizer.lr --optimizer.lr=0.01\n",
        .options = explain_options,
        .takes_keys = true,
        .run = verb_config_explain,
    },
    {
        .name = "config init",
        .operands = {{"[RECIPE|NAME]", ARGUMENT_COMPONENT}},
        .summary = "makes a commented config to begin with",
        .details = "Without a name it lists the recipes. A component's NAME gives a whole config\n"
                   "around it. Every key is explained, and those at their defaults are comments.\n"
                   "  lrun config init detection --output=mine.yaml && lrun check mine.yaml\n",
        .options = init_options,
        .run = verb_config_init,
    },
    {
        .name = "config migrate",
        .operands = {{"CONFIG", ARGUMENT_FILE}},
        .summary = "writes a config with today's names in the place of others",
        .details = "Lightning's names for what lrun has under another name are accepted everywhere,\n"
                   "with a note each; this puts lrun's in the text. Comments and layout stay.\n",
        .options = migrate_options,
        .run = verb_config_migrate,
    },
    {
        .name = "list",
        .operands = {{"[KIND]", ARGUMENT_KIND}},
        .summary = "lists the components that a config can name",
        .details = "",
        .run = verb_list,
    },
    {
        .name = "help",
        .operands = {{"[NAME|NAME.field|VERB]", ARGUMENT_TOPIC}},
        .summary = "explains a component, a field or a verb",
        .details = "",
        .run = verb_help,
    },
    {
        .name = "doctor",
        .summary = "shows what this build and this machine have, and what a run would use",
        .details = "",
        .options = json_options,
        .run = verb_doctor,
    },
    {
        .name = "schema",
        .operands = {{"[NAME]", ARGUMENT_COMPONENT}},
        .summary = "prints the JSON Schema of a config or of a component",
        .details = "",
        .run = verb_schema,
    },
    {
        .name = "score",
        .operands = {{"GROUND_TRUTH", ARGUMENT_FILE}, {"DETECTIONS", ARGUMENT_FILE}},
        .summary = "computes VOC's and COCO's average precision",
        .details = "GROUND_TRUTH is an Annotations folder (with --image_set) or a COCO JSON file,\n"
                   "DETECTIONS a folder of comp4_det_<set>_<class>.txt files or a COCO results file.\n"
                   "Objects that VOC marks difficult enter COCO's numbers, which know no such mark,\n"
                   "as --difficult says:\n"
                   "  crowd  as crowd regions: finding them or not counts neither way (the default;\n"
                   "         VOC's own rule)\n"
                   "  all    as any other object\n"
                   "  drop   as if they were not there: finding them is a false alarm\n",
        .options = score_options,
        .run = verb_score,
    },
    {
        .name = "scenes",
        .operands = {{"FILE.tar", ARGUMENT_FILE}},
        .summary = "draws a small detection dataset as a PASCAL VOC archive",
        .details = "",
        .options = scenes_options,
        .run = verb_scenes,
    },
    {
        .name = "completion",
        .operands = {{"bash|zsh|fish", ARGUMENT_CHOICE}},
        .summary = "prints the script that completes command lines in a shell",
        .details = "To have it now, in bash (as in zsh) and in fish:\n"
                   "  source <(lrun completion bash)\n"
                   "  lrun completion fish | source\n"
                   "To have it always, put that line into ~/.bashrc, into ~/.zshrc (behind compinit)\n"
                   "or into ~/.config/fish/config.fish. An installed lrun needs none of this.\n",
        .run = verb_completion,
    },
    {
        .name = "complete",
        .operands = {{"words|line", ARGUMENT_CHOICE}, {"ARGUMENT...", ARGUMENT_TEXT}},
        .summary = "answers the completion scripts",
        .details = "",
        .hidden = true,
        .run = verb_complete,
    },
    {
        .name = "man",
        .operands = {{"lrun|lrun-config", ARGUMENT_CHOICE}},
        .summary = "writes a manual page, for the build",
        .details = "",
        .hidden = true,
        .run = verb_man,
    },
    {.name = NULL},
};

const struct exit_status exit_statuses[] = {
    {ERROR_NONE, "done"},
    {ERROR_RUN, "run failed"},
    {ERROR_CONFIG, "config or command line wrong"},
    {ERROR_DATA, "data"},
    {ERROR_STORAGE, "storage"},
    {ERROR_NUMERIC, "not a finite number"},
    {ERROR_MEMORY, "memory"},
    {ERROR_PEER, "another process of the run is gone"},
    {ERROR_INTERRUPTED, "interrupted (Ctrl-C)"},
    {ERROR_TERMINATED, "told to stop by a signal"},
    {.meaning = NULL},
};

const struct verb *verb_find(const char *name)
{
    for (const struct verb *verb = verbs; verb->name != NULL; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

/* True when the name is these words, joined by a blank. */
static bool name_is(const char *name, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(name, words[i], length) != 0 || name[length] != (i + 1 < count ? ' ' : '\0'))
            return false;
        name += length + 1;
    }
    return true;
}

const struct verb *verb_match(const char *const *arguments, int count, int *taken)
{
    for (*taken = count < 2 ? count : 2; *taken > 0; --*taken)
        for (const struct verb *verb = verbs; verb->name != NULL; verb++)
            if (name_is(verb->name, arguments, *taken))
                return verb;
    return NULL;
}

const char *verb_part_name(const struct verb *verb, const struct verb *part)
{
    return part->name + strlen(verb->name) + 1;
}

const struct verb *verb_next_part(const struct verb *verb, const struct verb *part)
{
    size_t length = strlen(verb->name);
    for (part = part == NULL ? verbs : part + 1; part->name != NULL; part++)
        if (strncmp(part->name, verb->name, length) == 0 && part->name[length] == ' ')
            return part;
    return NULL;
}

struct option *verb_options(const struct verb *verb, struct arena *arena)
{
    size_t count = 0;
    while (verb->options != NULL && verb->options[count].name != NULL)
        count++;
    struct option *options = arena_allocate(arena, count + 1, sizeof *options);
    for (size_t i = 0; i < count; i++)
        options[i] = (struct option){verb->options[i].name, verb->options[i].placeholder != NULL, NULL};
    return options;
}

void verb_format_usage(const struct verb *verb, struct text *text)
{
    const char *between = "";
    for (const struct verb_operand *operand = verb->operands; operand->placeholder != NULL; operand++) {
        text_format(text, "%s%s", between, operand->placeholder);
        between = " ";
    }
    text_format(text, "%s%s", verb->options != NULL ? between : "", verb->options != NULL ? "[OPTION]..." : "");
    text_append(text, verb->takes_keys ? " [--key=value]..." : "");
}

/* A verb in a list whose longest name has so many characters. */
static void append_verb(const struct verb *verb, int longest, int width, struct text *text)
{
    text_format(text, "  lrun %-*s  ", longest, verb->name);
    help_append_wrapped(text, verb->summary, longest + 9, longest + 9, width);
}

/* The verbs that a verb is one word of. */
static void append_parts(const struct verb *verb, int width, struct text *text)
{
    int longest = 0;
    for (const struct verb *part = verb_next_part(verb, NULL); part != NULL; part = verb_next_part(verb, part))
        longest = (int)strlen(part->name) > longest ? (int)strlen(part->name) : longest;
    for (const struct verb *part = verb_next_part(verb, NULL); part != NULL; part = verb_next_part(verb, part)) {
        text_append(text, part == verb_next_part(verb, NULL) ? "\n" : "");
        append_verb(part, longest, width, text);
    }
}

#define OPTION_COLUMN 22

static void append_options(const struct verb_option *options, int width, struct text *text)
{
    for (; options->name != NULL; options++) {
        size_t before = text->length;
        text_format(text, "  --%s%s%s", options->name, options->placeholder != NULL ? " " : "",
                    options->placeholder != NULL ? options->placeholder : "");
        size_t written = text->length - before;
        if (written + 2 > OPTION_COLUMN)
            text_format(text, "\n%*s", OPTION_COLUMN, "");
        else
            text_format(text, "%*s", (int)(OPTION_COLUMN - written), "");
        help_append_wrapped(text, options->documentation, OPTION_COLUMN, OPTION_COLUMN, width);
    }
}

void verb_format_help(const struct verb *verb, int width, struct text *text)
{
    text_format(text, "lrun %s ", verb->name);
    verb_format_usage(verb, text);
    text_format(text, "\n  %s\n", verb->summary);
    if (verb->details[0] != '\0')
        text_format(text, "\n%s", verb->details);
    append_parts(verb, width, text);
    if (verb->options != NULL) {
        text_append(text, "\noptions\n");
        append_options(verb->options, width, text);
    }
}

static void append_exit_statuses(int width, struct text *text)
{
    struct text words = TEXT_INIT;
    text_append(&words, "Exit status:");
    for (const struct exit_status *status = exit_statuses; status->meaning != NULL; status++)
        text_format(&words, "%s %d %s", status == exit_statuses ? "" : ",", (int)status->code, status->meaning);
    text_append_char(&words, '.');
    help_append_wrapped(text, text_string(&words), 0, 0, width);
    text_finish(&words);
}

void verbs_format_help(int width, struct text *text)
{
    text_format(text, "lrun CONFIG [--key=value]...\n  %s\n\n", program_summary);
    int longest = 0;
    for (const struct verb *verb = verbs; verb->name != NULL; verb++)
        longest = !verb->hidden && (int)strlen(verb->name) > longest ? (int)strlen(verb->name) : longest;
    for (const struct verb *verb = verbs; verb->name != NULL; verb++)
        if (!verb->hidden && !verb->is_group)
            append_verb(verb, longest, width, text);
    text_append(text, "\n  lrun help VERB says more of a verb, lrun help NAME of a component;\n"
                      "  lrun --version prints the version; --error-format=json, anywhere, prints\n"
                      "  errors for programs.\n\n");
    append_exit_statuses(width, text);
}
