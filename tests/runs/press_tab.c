/*
 * press_tab.c: press_tab SHELL: types command lines into a real shell at a terminal, presses Tab, and sees what comes of it.
 *
 * `lrun` there is a stub: it hands completion to the real program (LRUN) and writes whatever else it is called with into
 * a file, a word per line. Exits 77 (skipped) where there is no such shell.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SKIPPED 77
#define PATIENCE_SECONDS 60
#define SCREEN_BYTES ((size_t)1 << 20)

/* How a shell is started so that it reads nothing but what is written here. */
struct shell {
    const char *name;
    const char *arguments[8];
    /* The file that it reads at its start. */
    const char *start_file;
    const char *start;
};

static const struct shell shells[] = {
    {
        "bash",
        {"bash", "--noprofile", "--rcfile", "start.bash", "-i", NULL},
        "start.bash",
        "PS1='READY> '\nbind 'set enable-bracketed-paste off'\nbind 'set page-completions off'\n"
        "bind 'set completion-query-items 0'\nsource <(lrun completion bash)\n",
    },
    {
        "zsh",
        {"zsh", "-d", "-i", NULL},
        ".zshrc",
        "PS1='READY> '\nunset zle_bracketed_paste\nLISTMAX=10000\nautoload -U compinit\ncompinit -u -D\n"
        "source <(lrun completion zsh)\n",
    },
    {
        "fish",
        {"fish", "--no-config", "--interactive", "--init-command", "source start.fish", NULL},
        "start.fish",
        "function fish_prompt\n    echo -n 'READY> '\nend\nset -g fish_greeting\nlrun completion fish | source\n",
    },
};

/* What is typed, and the words that the program is then called with. */
struct line {
    const char *typed;
    const char *words;
};

static const struct line lines[] = {
    {"scen\t", "scenes\n"},
    {"det\t", "detect.yaml\n"},
    {"detect.yaml --optimizer.mom\t0.5", "detect.yaml\n--optimizer.momentum=0.5\n"},
    {"detect.yaml --data.train_transforms.Resi\tinterp\tbicu\t",
     "detect.yaml\n"
     "--data.train_transforms.Resize.interpolation=bicubic\n"},
    {"detect.yaml --model=ImageC\t --model.label\t0.1", "detect.yaml\n--model=ImageClassifier\n"
                                                        "--model.label_smoothing=0.1\n"},
    {"detect.yaml --model.backbone.type=Sim\t", "detect.yaml\n--model.backbone.type=SimpleCNN\n"},
    {"detect.yaml --model.backbone Sim\t", "detect.yaml\n--model.backbone\nSimpleCNN\n"},
    {"detect.yaml --trainer.enable_progress_bar=f\t", "detect.yaml\n--trainer.enable_progress_bar=false\n"},
    {"detect.yaml --no-trainer.enable_pro\t", "detect.yaml\n--no-trainer.enable_progress_bar\n"},
    {"my\t --optimizer.ty\tAdamW\t", "my config.yaml\n--optimizer.type=AdamW\n"},
    {"my\\ config.yaml --optimizer.neste\tt\t", "my config.yaml\n--optimizer.nesterov=true\n"},
    {"'my config.yaml' --optimizer.neste\tt\t", "my config.yaml\n--optimizer.nesterov=true\n"},
    {"broken.yaml --optimizer.weight_d\t1", "broken.yaml\n--optimizer.weight_decay=1\n"},
    {"validate run\tcon\t", "validate\nrun_1/config.yaml\n"},
    {"validate run_1 --ckpt_path=wei\t", "validate\nrun_1\n--ckpt_path=weights.safetensors\n"},
    {"validate run_1 --ckpt_path=two\t", "validate\nrun_1\n--ckpt_path=two words.safetensors\n"},
    {"validate run_1 --ckpt_path be\t", "validate\nrun_1\n--ckpt_path\nbest\n"},
    {"validate run_1 --model.score\t0.1", "validate\nrun_1\n--model.score_thresh=0.1\n"},
    {"score --diffi\tcr\t", "score\n--difficult=crowd\n"},
    {"score --image_set=not\t", "score\n--image_set=notes.txt\n"},
    {"list optim\t", "list\noptimizers\n"},
    {"help Compo\t", "help\nCompose\n"},
    {"help SGD.mom\t", "help\nSGD.momentum\n"},
    {"~/det\t", "~/detect.yaml\n"},
    {"~/run_1 --model.score\t0.1", "~/run_1\n--model.score_thresh=0.1\n"},
    {"nothing like it\t", "nothing\nlike\nit\n"},
};

static int terminal = -1;
static char screen[SCREEN_BYTES];
static size_t screen_length;

static void fail(const char *what, const char *more)
{
    fprintf(stderr, "FAIL: %s: %s\non the screen:\n%.*s\n", what, more, (int)screen_length, screen);
    exit(EXIT_FAILURE);
}

static void write_file(const char *path, const char *content, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    size_t length = strlen(content);
    if (file < 0 || write(file, content, length) != (ssize_t)length || close(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

static void make_files(const struct shell *shell)
{
    const char *config = "model: {type: SSD, backbone: ResNet18}\n"
                         "data: {type: VOCDataModule, train_transforms: [{type: Resize, size: 64}, ToDtype]}\n"
                         "optimizer: {type: SGD, lr: 0.1}\n";
    write_file("lrun",
               "#!/bin/sh\ncase $1 in complete | completion) exec \"$LRUN\" \"$@\" ;; esac\n"
               "printf '%s\\n' \"$@\" | sed \"s|^$HOME/|~/|\" >words\nprintf 'RAN\\n'\n",
               0755);
    write_file("detect.yaml", config, 0644);
    write_file("my config.yaml", config, 0644);
    write_file("broken.yaml", "model: {type: [SSD\n", 0644);
    write_file("notes.txt", "", 0644);
    write_file("weights.safetensors", "", 0644);
    write_file("two words.safetensors", "", 0644);
    if (mkdir("run_1", 0755) != 0)
        perror("run_1");
    write_file("run_1/config.yaml", config, 0644);
    write_file(shell->start_file, shell->start, 0644);
}

/* Reads what the shell shows until it has shown these texts, in this order. */
static void wait_for(const char *first, const char *second, const char *what)
{
    time_t deadline = time(NULL) + PATIENCE_SECONDS;
    for (;;) {
        screen[screen_length] = '\0';
        const char *found = strstr(screen, first);
        if (found != NULL && strstr(found + strlen(first), second) != NULL)
            return;
        struct pollfd ready = {.fd = terminal, .events = POLLIN};
        if (time(NULL) > deadline)
            fail(what, "waited in vain");
        if (poll(&ready, 1, 1000) <= 0)
            continue;
        ssize_t count = read(terminal, screen + screen_length, SCREEN_BYTES - 1 - screen_length);
        if (count <= 0)
            fail(what, "the shell is gone");
        screen_length += (size_t)count;
    }
}

static void type(const char *keys)
{
    if (write(terminal, keys, strlen(keys)) != (ssize_t)strlen(keys))
        fail(keys, "cannot type");
}

static pid_t start_shell(const struct shell *shell)
{
    struct winsize size = {.ws_row = 50, .ws_col = 160};
    pid_t pid = forkpty(&terminal, NULL, NULL, &size);
    if (pid == 0) {
        execvp(shell->name, (char *const *)shell->arguments);
        _exit(errno == ENOENT ? SKIPPED : EXIT_FAILURE);
    }
    return pid;
}

static bool check_line(const struct line *line)
{
    static char words[4096];
    screen_length = 0;
    type("lrun ");
    type(line->typed);
    type("\r");
    wait_for("RAN", "READY> ", line->typed);
    FILE *file = fopen("words", "r");
    size_t length = file != NULL ? fread(words, 1, sizeof words - 1, file) : 0;
    words[length] = '\0';
    if (file != NULL)
        fclose(file);
    unlink("words");
    if (strcmp(words, line->words) == 0)
        return true;
    fprintf(stderr, "FAIL: typed: lrun %s\nwanted:\n%sfound:\n%s", line->typed, line->words, words);
    return false;
}

/* Several candidates are listed; with what they mean, where the shell shows that. */
static void check_list(const struct shell *shell)
{
    bool describes = strcmp(shell->name, "bash") != 0;
    screen_length = 0;
    type("lrun detect.yaml --model.backbone=ResNet\t\t");
    wait_for("ResNet18", describes ? "Residual network of 18 layers" : "ResNet34", "the list of backbones");
    wait_for("ResNet34", describes ? "Residual network of 34 layers" : "ResNet50", "the list of backbones");
}

static void enter_folder(void)
{
    static char folder[] = "/tmp/lrun_press_tab_XXXXXX";
    char path[8192];
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        perror(folder);
        exit(EXIT_FAILURE);
    }
    snprintf(path, sizeof path, "%s:%s", folder, getenv("PATH"));
    setenv("PATH", path, 1);
    setenv("HOME", folder, 1);
    setenv("ZDOTDIR", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("XDG_DATA_HOME", folder, 1);
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("OLDPWD", folder, 1);
}

static bool has_shell(const char *name)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        execlp(name, name, "-c", "exit 0", (char *)NULL);
        _exit(127);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void leave_folder(void)
{
    const char *const command[] = {"rm", "-rf", getenv("HOME"), NULL};
    execvp("rm", (char *const *)command);
}

int main(int argc, char **argv)
{
    const struct shell *shell = NULL;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (argc == 2 && strcmp(shells[i].name, argv[1]) == 0)
            shell = &shells[i];
    if (shell == NULL || getenv("LRUN") == NULL) {
        fputs("usage: LRUN=... press_tab bash|zsh|fish\n", stderr);
        return 2;
    }
    if (!has_shell(shell->name))
        return SKIPPED;
    enter_folder();
    make_files(shell);
    pid_t pid = start_shell(shell);
    wait_for("", "READY> ", "the first prompt");
    int failed = 0;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        failed += !check_line(&lines[i]);
    check_list(shell);
    kill(pid, SIGHUP);
    close(terminal);
    waitpid(pid, NULL, 0);
    if (failed > 0)
        return EXIT_FAILURE;
    leave_folder();
    return EXIT_FAILURE; /* there is no rm */
}
