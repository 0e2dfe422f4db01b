/* test_complete.c: words at the command line -> what may follow, word for word, with the registry of tests/unit/config. */
#include "runner/completion/complete.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "runner/cli/verb.h"
#include "tests/unit/unit.h"

#define WORDS_MAX 8

struct example {
    /** The last one is at the cursor. */
    const char *words[WORDS_MAX];
    /** One line per candidate: its word, a tab, what it means. */
    const char *wanted;
};

/* Which keys there are, by what the config says, by default, and by overrides. */
static const struct example key_examples[] = {
    {{"a.yaml", "--see"}, "--seed_everything=\tSeed of all random numbers\n"},
    {{"a.yaml", "--mo"}, "--model=\tWhat is trained\n--model.\tWhat is trained\n"},
    {{"a.yaml", "--tr"}, "--trainer.\tHow to run\n"},
    {{"a.yaml", "--optimizer."},
     "--optimizer.type=\tWhich component it is\n"
     "--optimizer.lr=\tLearning rate\n"
     "--optimizer.betas=\tAverages' shares\n"},
    {{"a.yaml", "--optimizer=SGD", "--optimizer.m"}, "--optimizer.momentum=\tShare of the last step that is kept\n"},
    {{"a.yaml", "--optimizer.type=SGD", "--optimizer.b"}, ""},
    {{"a.yaml", "--optimizer", "SGD", "--optimizer.m"}, "--optimizer.momentum=\tShare of the last step that is kept\n"},
    {{"a.yaml", "--model.backbone.w"}, "--model.backbone.width=\tChannels of the first layer\n"},
    {{"a.yaml", "--model~", "--model=SSD", "--model.backbone."}, "--model.backbone.type=\tWhich component it is\n"},
    {{"a.yaml", "--model=SSD", "--model.backbone.w"}, "--model.backbone.width=\tChannels of the first layer\n"},
    {{"a.yaml", "b.yaml", "--optimizer.n"}, "--optimizer.nesterov=\tWith Nesterov's correction\n"},
    {{"run_1", "--optimizer.be"}, "--optimizer.betas=\tAverages' shares\n"},
    {{"validate", "--ckpt_path", "best", "a.yaml", "--optimizer.be"}, "--optimizer.betas=\tAverages' shares\n"},
    {{"a.yaml", "--no-trainer."},
     "--no-trainer.fast_dev_run\tRun one batch of everything\n"
     "--no-trainer.enable_progress_bar\tDraw a progress bar\n"
     "--no-trainer.callbacks.\tWhat is told about each step\n"},
    {{"config", "explain", "a.yaml", "optimizer.b"},
     "\tfiles .yaml\t\toptimizer.b\noptimizer.betas\tAverages' shares\n"},
    {{"config", "explain", "a.yaml", "data.train_transforms.Resize.i"},
     "\tfiles .yaml\t\tdata.train_transforms.Resize.i\n"
     "data.train_transforms.Resize.interpolation\tHow pixels are sampled\n"},
    {{"config", "explain", "a.yaml", "optimizer.lr", "--optimizer.be"}, "--optimizer.betas=\tAverages' shares\n"},
    {{"a.yaml", "--nothing."}, ""},
    {{"a.yaml", "--optimizer.lr.x"}, ""},
    {{"a.yaml", "--optimizer.type.x"}, ""},
};

/* Items of lists. */
static const struct example item_examples[] = {
    {{"a.yaml", "--data.train_transforms."},
     "--data.train_transforms.Resize.\tResizes images\n"
     "--data.train_transforms.0.\tResize\n"
     "--data.train_transforms.1.\tNormalize\n"
     "--data.train_transforms.2.\tNormalize\n"},
    {{"a.yaml", "--data.train_transforms.Resize.i"},
     "--data.train_transforms.Resize.interpolation=\tHow pixels are sampled\n"},
    {{"a.yaml", "--data.train_transforms.1.s"}, "--data.train_transforms.1.std=\tOne for each channel\n"},
    {{"a.yaml", "--data.train_transforms.3."}, ""},
    {{"a.yaml", "--data.train_transforms.99999999999999999999."}, ""},
    {{"none.yaml", "--data=VOCDataModule", "--data.train_transforms."},
     "--data.train_transforms.Resize.\tResizes images\n"
     "--data.train_transforms.ToDtype.\tMakes numbers of pixels\n"
     "--data.train_transforms.0.\tResize\n"
     "--data.train_transforms.1.\tToDtype\n"},
    {{"a.yaml", "--trainer.callbacks.E"}, "--trainer.callbacks.EarlyStopping.\tStops when nothing gets better\n"},
    {{"a.yaml", "--trainer.callbacks.EarlyStopping.p"},
     "--trainer.callbacks.EarlyStopping.patience=\tChecks without progress\n"},
};

static const struct example value_examples[] = {
    /* Of several values the last one is completed. */
    {{"sweep", "a.yaml", "--model.backbone=ResNet18,ResNet5"},
     "--model.backbone=ResNet18,ResNet50\tA residual network of 50 layers\n"
     "\tfiles .yaml\t--model.backbone=ResNet18,\tResNet5\n"},
    {{"sweep", "a.yaml", "--model.backbone", "{type: ResNet50, width: 2},ResNet5"},
     "{type: ResNet50, width: 2},ResNet50\tA residual network of 50 layers\n"
     "\tfiles .yaml\t{type: ResNet50, width: 2},\tResNet5\n"},
    {{"fit", "a.yaml", "--model.backbone=ResNet18,ResNet5"}, "\tfiles .yaml\t--model.backbone=\tResNet18,ResNet5\n"},
    /* A component may come from a file. */
    {{"a.yaml", "--model="},
     "--model=ImageClassifier\tClassifies images\n--model=SSD\tDetects objects in boxes\n\tfiles .yaml\t--model=\t\n"},
    {{"a.yaml", "--model.backbone.type=ResNet5"}, "--model.backbone.type=ResNet50\tA residual network of 50 layers\n"},
    {{"a.yaml", "--data.train_transforms+=Res"},
     "--data.train_transforms+=Resize\tResizes images\n\tfiles .yaml\t--data.train_transforms+=\tRes\n"},
    {{"a.yaml", "--data.train_transforms.Resize+=Res"},
     "--data.train_transforms.Resize+=Resize\tResizes images\n\tfiles .yaml\t--data.train_transforms.Resize+=\tRes\n"},
    {{"a.yaml", "--model.backbone", "ResNet5"},
     "ResNet50\tA residual network of 50 layers\n\tfiles .yaml\t\tResNet5\n"},
    {{"a.yaml", "--lr_scheduler="},
     "--lr_scheduler=MultiStepLR\tMultiplies the rate at milestones\n--lr_scheduler=null\tThe default\n"
     "\tfiles .yaml\t--lr_scheduler=\t\n"},
    {{"a.yaml", "--data.train_transforms=Res"},
     "--data.train_transforms=Resize\tResizes images\n\tfiles .yaml\t--data.train_transforms=\tRes\n"},
    {{"a.yaml", "--data.train_transforms.Resize.interpolation="},
     "--data.train_transforms.Resize.interpolation=nearest\t\n"
     "--data.train_transforms.Resize.interpolation=bilinear\t\n"},
    {{"a.yaml", "--trainer.fast_dev_run="}, "--trainer.fast_dev_run=true\t\n--trainer.fast_dev_run=false\t\n"},
    {{"a.yaml", "--optimizer.lr="}, "--optimizer.lr=0.5\tAs it is now\n--optimizer.lr=0.001\tThe default\n"},
    {{"a.yaml", "--optimizer.lr=3", "--optimizer.lr="},
     "--optimizer.lr=3\tAs it is now\n--optimizer.lr=0.001\tThe default\n"},
    {{"a.yaml", "--trainer.gradient_clip_val="}, "--trainer.gradient_clip_val=null\tThe default\n"},
    {{"a.yaml", "--trainer.max_epochs="}, "--trainer.max_epochs=10\tThe default\n--trainer.max_epochs=null\t\n"},
    {{"a.yaml", "--data.root=da"}, "\tfiles\t--data.root=\tda\n"},
    {{"a.yaml", "--nothing=x"}, ""},
    {{"a.yaml", "--=x"}, ""},
    /* A flag needs no value: another option may follow it. */
    {{"a.yaml", "--trainer.fast_dev_run", "--see"}, "--seed_everything=\tSeed of all random numbers\n"},
};

/* What is there without a config that can be read: the schema. */
static const struct example broken_examples[] = {
    {{"none.yaml", "--optimizer.m"}, "--optimizer.momentum=\tShare of the last step that is kept\n"},
    {{"broken.yaml", "--optimizer.m"}, "--optimizer.momentum=\tShare of the last step that is kept\n"},
    {{"folder", "--optimizer.m"}, "--optimizer.momentum=\tShare of the last step that is kept\n"},
    {{"list.yaml", "--optimizer.m"}, "--optimizer.momentum=\tShare of the last step that is kept\n"},
    /* No model is known: the keys of all, each once. */
    {{"none.yaml", "--model."},
     "--model.type=\tWhich component it is\n"
     "--model.backbone=\tWhat makes the features\n"
     "--model.backbone.\tWhat makes the features\n"
     "--model.dropout=\tShare of features dropped\n"
     "--model.num_classes=\tNumber of classes without background; null takes the data's\n"
     "--model.score_thresh=\tLeast score of a detection\n"
     "--model.weights=\tFile to start from\n"},
    {{"broken.yaml", "--model=SSD", "--model.s"}, "--model.score_thresh=\tLeast score of a detection\n"},
    {{"none.yaml", "--trainer.callbacks.EarlyStopping.p"},
     "--trainer.callbacks.EarlyStopping.patience=\tChecks without progress\n"},
    {{"wrong.yaml", "--optimizer.m"}, "--optimizer.momentum=\tShare of the last step that is kept\n"},
    {{"wrong.yaml", "--model.d"}, "--model.dropout=\tShare of features dropped\n"},
    {{"a.yaml", "--data.train_transforms.9.x=1", "--optimizer.be"}, "--optimizer.betas=\tAverages' shares\n"},
};

/* Verbs, their options and operands. */
static const struct example verb_examples[] = {
    {{"scen"}, "scenes\tdraws a small detection dataset as a PASCAL VOC archive\n\tfiles .yaml\t\tscen\n"},
    {{"my con"}, "\tfiles .yaml\t\tmy con\n"},
    {{"--ver"}, "--version\tprints the version\n"},
    {{"complet"}, "completion\tprints the script that completes command lines in a shell\n\tfiles .yaml\t\tcomplet\n"},
    {{"completion", ""}, "bash\t\nzsh\t\nfish\t\n"},
    {{"completion", "bash", ""}, "--help\texplains the verb\n"},
    {{"complete", ""}, ""},
    {{"fit", ""}, "\tfiles .yaml\t\t\n"},
    {{"fit", "a.yaml", "b"}, "\tfiles .yaml\t\tb\n"},
    {{"fit", "a.yaml", "--res"}, "--resume\tgoes on from the newest checkpoint, or starts afresh\n"},
    {{"a.yaml", "--resum"}, "--resume\tgoes on from the newest checkpoint, or starts afresh\n"},
    {{"validate", "a.yaml", "--ck"}, "--ckpt_path=\tFILE, URL, best or last; a run directory's is best\n"},
    {{"validate", "a.yaml", "--ckpt_path="},
     "--ckpt_path=best\tThe best checkpoint of the run\n"
     "--ckpt_path=last\tThe newest checkpoint of the run\n"
     "\tfiles .safetensors\t--ckpt_path=\t\n"},
    {{"validate", "a.yaml", "--ckpt_path", "la"},
     "last\tThe newest checkpoint of the run\n\tfiles .safetensors\t\tla\n"},
    {{"predict", "a.yaml", "--output=x"}, "\tfolders\t--output=\tx\n"},
    {{"predict", "a.yaml", "--pictures="}, ""},
    {{"score", "--json", "x"}, "\tfiles\t\tx\n"},
    {{"score", "a", "b", "c"}, ""},
    {{"score", "a", "b", "--difficult", "c"}, "crowd\t\n"},
    {{"score", "--see"}, ""},
    {{"list", "op"}, "optimizers\t\n"},
    {{"list", "lr"}, "lr_schedulers\t\n"},
    {{"schema", "Ada"}, "AdamW\tAdam with decoupled weight decay\n"},
    {{"help", "SG"}, "SGD\tGradient descent\n"},
    {{"help", "SGD.l"}, "SGD.lr\tLearning rate\n"},
    {{"help", "Nothing."}, ""},
    {{"help", "seed"}, "seed_everything\tSeed of all random numbers\n"},
    {{"help", "scen"}, "scenes\tdraws a small detection dataset as a PASCAL VOC archive\n"},
};

static void write_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(content, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static char folder[] = "/tmp/lrun_test_complete_XXXXXX";

static void make_files(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    const char *config = "trainer: {callbacks: {type: EarlyStopping, monitor: x}}\n"
                         "model: {type: ImageClassifier, backbone: ResNet50}\n"
                         "data: {type: VOCDataModule, root: x, train_transforms: [Resize, Normalize, Normalize]}\n"
                         "optimizer: {type: AdamW, lr: 0.5}\n";
    write_file("a.yaml", config);
    write_file("b.yaml", "optimizer: SGD\n");
    write_file("broken.yaml", "model: {type: [SSD\n");
    write_file("list.yaml", "- 1\n");
    write_file("wrong.yaml", "model: {type: [1]}\noptimizer: [1, {a: b}]\ndata: {type: Nothing}\n");
    ck_assert_int_eq(mkdir("run_1", 0755), 0);
    ck_assert_int_eq(mkdir("folder", 0755), 0);
    write_file("run_1/config.yaml", config);
}

static void check_examples(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *const *words = examples[i].words;
        int last = 0;
        while (last + 1 < WORDS_MAX && words[last + 1] != NULL)
            last++;
        struct answer answer = {.current = words[last]};
        complete(&answer, words, last);
        ck_assert_msg(strcmp(text_string(&answer.lines), examples[i].wanted) == 0,
                      "example %zu, at '%s'\nwanted:\n%sfound:\n%s", i, words[last], examples[i].wanted,
                      text_string(&answer.lines));
        text_finish(&answer.lines);
    }
}

#define CHECK(examples) check_examples(examples, sizeof examples / sizeof *examples)

START_TEST(test_keys_at_any_depth)
{
    make_files();
    CHECK(key_examples);
    CHECK(item_examples);
}
END_TEST

START_TEST(test_values_of_keys)
{
    CHECK(value_examples);
}
END_TEST

START_TEST(test_a_config_that_cannot_be_read_leaves_the_schema)
{
    CHECK(broken_examples);
}
END_TEST

START_TEST(test_verbs_options_and_operands)
{
    CHECK(verb_examples);
}
END_TEST

/* Calls the verb that the scripts call. */
static void check_call(int count, const char *const *arguments, const char *wanted)
{
    struct error error = ERROR_INIT;
    struct verb_call call = {.verb = verb_find("complete"), .count = count, .arguments = arguments};
    ck_ok(verb_complete(&call, &error), error);
    ck_assert_str_eq(text_string(&call.output), wanted);
    text_finish(&call.output);
}

START_TEST(test_bash_gets_what_stands_behind_its_last_break)
{
    const char *best = "best\tThe best checkpoint of the run\n";
    struct text wanted = TEXT_INIT;
    text_format(&wanted, "--ckpt_path=%s\tfiles .safetensors\t--ckpt_path=\tbe\n", best);
    check_call(3, (const char *const[]){"line", "lrun test a.yaml --ckpt_path=be", " \t\n"}, text_string(&wanted));
    text_clear(&wanted);
    text_format(&wanted, "%s\tfiles .safetensors\t\tbe\n", best);
    check_call(3, (const char *const[]){"line", "lrun test a.yaml --ckpt_path=be", "=:"}, text_string(&wanted));
    text_finish(&wanted);
    check_call(3, (const char *const[]){"line", "lrun 'a.yaml' --optimizer.be", "=:"},
               "--optimizer.betas=\tAverages' shares\n");
    check_call(3, (const char *const[]){"line", "lrun", "=:"}, "");
}
END_TEST

START_TEST(test_whatever_it_is_asked_it_does_not_fail)
{
    check_call(0, NULL, "");
    check_call(1, (const char *const[]){"words"}, "");
    check_call(2, (const char *const[]){"line", "x"}, "");
    check_call(2, (const char *const[]){"nonsense", "x"}, "");
    check_call(4, (const char *const[]){"words", "--", "complete", "words"}, "");
    check_call(4, (const char *const[]){"words", "--", "a.yaml", "--a..b"}, "");
    check_call(4, (const char *const[]){"words", "--", "a.yaml", "--optimizer.lr=a\tb"}, "");
}
END_TEST

START_TEST(test_completion_prints_a_script_for_each_shell)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    for (size_t i = 0; i < 3; i++) {
        struct error error = ERROR_INIT;
        struct verb_call call = {.verb = verb_find("completion"), .count = 1, .arguments = shells + i};
        struct text file = TEXT_INIT, path = TEXT_INIT;
        text_format(&path, "%s/runner/completion/lrun.%s", getenv("LRUN_SOURCE_ROOT"), shells[i]);
        ck_ok(file_read(text_string(&path), (size_t)1 << 16, &file, ERROR_DATA, &error), error);
        ck_ok(verb_completion(&call, &error), error);
        ck_assert_str_eq(text_string(&call.output), text_string(&file));
        text_finish(&call.output);
        text_finish(&file);
        text_finish(&path);
    }
}
END_TEST

START_TEST(test_completion_says_which_shells_it_knows)
{
    static const char *const shell[] = {"ksh"};
    struct error error = ERROR_INIT;
    struct verb_call call = {.verb = verb_find("completion"), .count = 1, .arguments = shell};
    ck_assert(!verb_completion(&call, &error));
    ck_assert_str_eq(error.message, "completion: wanted bash, zsh or fish, found 'ksh'");
    error_clear(&error);
    call.count = 0;
    ck_assert(!verb_completion(&call, &error));
    ck_assert_str_eq(error.message, "completion: wanted bash, zsh or fish, found nothing");
    error_clear(&error);
    ck_assert_int_eq(chdir("/"), 0);
    ck_ok(directory_remove(folder, &error), error);
}
END_TEST

UNIT_MAIN("complete", test_keys_at_any_depth, test_values_of_keys, test_a_config_that_cannot_be_read_leaves_the_schema,
          test_verbs_options_and_operands, test_bash_gets_what_stands_behind_its_last_break,
          test_whatever_it_is_asked_it_does_not_fail, test_completion_prints_a_script_for_each_shell,
          test_completion_says_which_shells_it_knows)
