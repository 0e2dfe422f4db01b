/* verb.c: what the program can be told to do. */
#include "runner/cli/verb.h"

#include <string.h>

#define RUN_OPTIONS                                                                                                    \
    "CONFIG is a YAML file, several of them (each laid over the ones before), or a\n"                                  \
    "run directory. Every key of the config is an option:\n"                                                           \
    "  --data.batch_size=8 --optimizer.lr 0.01 --model.backbone=ResNet34\n"                                            \
    "  --data.train_transforms.Resize.size=[300,300]\n"                                                                \
    "  --print_config      shows the whole config, every default filled in, and ends\n"

const struct verb verbs[] = {
    {"fit", "CONFIG... [--key=value]...", "trains (the verb may be left out)",
     RUN_OPTIONS "  --resume            goes on from the newest checkpoint, or starts afresh\n"
                 "  --trainer.resume_from_checkpoint=FILE|URL    goes on from this one\n",
     verb_fit},
    {"validate", "CONFIG... [--ckpt_path=PATH] [--key=value]...", "measures on the validation data",
     RUN_OPTIONS "  --ckpt_path         FILE, URL, best or last; a run directory's is best\n", verb_validate},
    {"test", "CONFIG... [--ckpt_path=PATH] [--key=value]...", "measures on the test data",
     RUN_OPTIONS "  --ckpt_path         FILE, URL, best or last; a run directory's is best\n", verb_test},
    {"predict", "CONFIG... [--ckpt_path=PATH] [--key=value]...", "writes predictions as files and pictures",
     RUN_OPTIONS "  --ckpt_path         FILE, URL, best or last; a run directory's is best\n"
                 "  --output            folder of the files; a run directory's is predictions in it\n"
                 "  --pictures          how many pictures to draw (20); -1: all\n"
                 "  --score_thresh      least score of a box in a picture (0.3)\n",
     verb_predict},
    {"check", "CONFIG... [--key=value]...", "checks everything without training: config, shapes, memory", RUN_OPTIONS,
     verb_check},
    {"list", "[KIND]", "lists the components that a config can name", "", verb_list},
    {"help", "[NAME | NAME.field | VERB]", "explains a component, a field or a verb", "", verb_help},
    {"schema", "[NAME]", "prints the JSON Schema of a config or of a component", "", verb_schema},
    {"score", "GROUND_TRUTH DETECTIONS [--image_set FILE] [--difficult HOW] [--json]",
     "computes VOC's and COCO's average precision",
     "GROUND_TRUTH is an Annotations folder (with --image_set) or a COCO JSON file,\n"
     "DETECTIONS a folder of comp4_det_<set>_<class>.txt files or a COCO results file.\n"
     "--difficult says how objects that VOC marks difficult enter COCO's numbers, which\n"
     "know no such mark:\n"
     "  crowd  as crowd regions: finding them or not counts neither way (the default;\n"
     "         VOC's own rule)\n"
     "  all    as any other object\n"
     "  drop   as if they were not there: finding them is a false alarm\n",
     verb_score},
    {"scenes", "FILE.tar [--images N] [--width W] [--height H] [--seed S]",
     "draws a small detection dataset as a PASCAL VOC archive", "", verb_scenes},
    {.name = NULL},
};

const struct verb *verb_find(const char *name)
{
    for (const struct verb *verb = verbs; verb->name != NULL; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

void verb_format_help(const struct verb *verb, struct text *text)
{
    text_format(text, "lrun %s %s\n  %s\n", verb->name, verb->usage, verb->summary);
    if (verb->details[0] != '\0')
        text_format(text, "\n%s", verb->details);
}

void verbs_format_help(struct text *text)
{
    text_append(text, "lrun CONFIG [--key=value]...\n"
                      "  trains a neural network from a YAML file\n\n");
    for (const struct verb *verb = verbs; verb->name != NULL; verb++)
        text_format(text, "  lrun %-9s %s\n", verb->name, verb->summary);
    text_append(text, "\n  lrun help VERB says more of a verb, lrun help NAME of a component;\n"
                      "  lrun --version prints the version.\n\n"
                      "Exit status: 0 done, 1 run failed, 2 config or command line wrong, 3 data,\n"
                      "4 storage, 5 not a finite number, 6 memory, 130 and 143 stopped by a signal.\n");
}
