/* main.c: argv becomes a verb's call; what it says and what went wrong is printed here; the error's code is the status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/nearest.h"
#include "runner/cli/help.h"
#include "runner/cli/verb.h"
#include "runner/train/environment.h"
#include "runner/train/waiting.h"

#define NARROWEST 40
#define WIDEST 120

/* Whether a stream shows colours: on a terminal, where NO_COLOR and the terminal allow them. */
static bool wants_color(int descriptor)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    return isatty(descriptor) == 1 && (no_color == NULL || no_color[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

/* How a stream shows text: its width and its colours. */
static struct report_style stream_style(int descriptor)
{
    struct report_style style = {.color = wants_color(descriptor), .width = 80};
    struct winsize size;
    if (!isatty(descriptor))
        return style;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        style.width = size.ws_col < NARROWEST ? NARROWEST : size.ws_col > WIDEST ? WIDEST : size.ws_col;
    return style;
}

/* Columns of standard output; 0: no terminal. */
static int output_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO))
        return 0;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST ? size.ws_col : 80;
}

/* An argument as a shell would need it. */
static void append_quoted(struct text *text, const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^";
    if (argument[0] != '\0' && argument[strspn(argument, plain)] == '\0') {
        text_append(text, argument);
        return;
    }
    text_append_char(text, '\'');
    for (; *argument != '\0'; argument++)
        if (*argument == '\'')
            text_append(text, "'\\''");
        else
            text_append_char(text, *argument);
    text_append_char(text, '\'');
}

static void join_command_line(int argc, char **argv, struct text *text)
{
    for (int i = 0; i < argc; i++) {
        if (i > 0)
            text_append_char(text, ' ');
        append_quoted(text, argv[i]);
    }
}

/* The verb that the command line names; a config alone means fit. Sets how many arguments it took. */
static const struct verb *choose_verb(int argc, char **argv, int *taken, struct error *error)
{
    *taken = 1;
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return verb_find("help");
    const struct verb *verb = verb_match((const char *const *)argv + 1, argc - 1, taken);
    if (verb != NULL)
        return verb;
    *taken = 0;
    if (argv[1][0] != '-' && strpbrk(argv[1], "./") == NULL && !file_exists(argv[1]) && !directory_exists(argv[1])) {
        const char *names[64];
        size_t count = 0;
        for (verb = verbs; verb->name != NULL && count < sizeof names / sizeof *names; verb++)
            if (!verb->hidden)
                names[count++] = verb->name;
        const char *near = nearest_find(argv[1], names, count);
        error_set(error, ERROR_CONFIG, "'%s' is neither a verb nor a file", argv[1]);
        if (near != NULL)
            error_hint(error, "did you mean '%s'? 'lrun help' shows the verbs", near);
        else
            error_hint(error, "'lrun help' shows the verbs");
        return NULL;
    }
    return verb_find("fit");
}

/* --help behind a verb asks for the verb's help. */
static bool asks_for_help(int count, char **arguments)
{
    for (int i = 0; i < count; i++)
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0)
            return true;
    return false;
}

/* Where --error-format=FORMAT stands, alone or before its value; -1: nowhere. `complete` is given other command lines. */
static int find_error_format(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[1], "complete") != 0; i++)
        if (strncmp(argv[i], "--error-format", 14) == 0 && (argv[i][14] == '=' || argv[i][14] == '\0'))
            return i;
    return -1;
}

/* Takes every --error-format out of the arguments. Fails when there is no such format. */
static bool take_error_format(int *argc, char **argv, struct report_style *style, struct error *error)
{
    for (int at = find_error_format(*argc, argv); at >= 0; at = find_error_format(*argc, argv)) {
        bool has_value = argv[at][14] == '=';
        const char *format = has_value ? argv[at] + 15 : at + 1 < *argc ? argv[at + 1] : "";
        if (strcmp(format, "json") != 0 && strcmp(format, "text") != 0)
            return error_set(error, ERROR_CONFIG, "--error-format: wanted text or json, found '%s'", format);
        style->is_json = strcmp(format, "json") == 0;
        int taken = has_value ? 1 : 2;
        for (int i = at; i + taken <= *argc; i++)
            argv[i] = argv[i + taken];
        *argc -= taken;
    }
    return true;
}

/* The place in "--model.backbone.help", cut out of the argument; NULL when none asks so. */
static const char *take_help_path(int count, char **arguments)
{
    for (int i = 0; i < count; i++) {
        size_t length = strlen(arguments[i]);
        if (length > 7 && strncmp(arguments[i], "--", 2) == 0 && strcmp(arguments[i] + length - 5, ".help") == 0) {
            arguments[i][length - 5] = '\0';
            return arguments[i] + 2;
        }
    }
    return NULL;
}

static void call_verb(struct verb_call *call, char **arguments, struct error *error)
{
    const struct verb *verb = call->verb;
    if (!verb->hidden && asks_for_help(call->count, arguments)) {
        call->is_help = true;
        verb_format_help(verb, call->style.width, &call->output);
        return;
    }
    const char *path = verb->takes_keys ? take_help_path(call->count, arguments) : NULL;
    if (path != NULL)
        verb_help_at(call, path, error);
    else
        verb->run(call, error);
}

static void print_output(const struct verb_call *call)
{
    struct text colored = TEXT_INIT;
    if (call->is_help && call->output_style.color)
        help_color(text_string(&call->output), &colored);
    fputs(text_string(colored.length > 0 ? &colored : &call->output), stdout);
    text_finish(&colored);
}

static void print_hint(const char *hint)
{
    for (size_t length; *hint != '\0'; hint += length + (hint[length] == '\n')) {
        length = strcspn(hint, "\n");
        fprintf(stderr, "  %.*s\n", (int)length, hint);
    }
}

static void print_failure(const struct verb_call *call, const struct error *error)
{
    if (call->style.is_json && call->report.length == 0) {
        const struct sources none = {.count = 0};
        struct text line = TEXT_INIT;
        report_error(&none, error, &call->style, &line);
        fputs(text_string(&line), stderr);
        text_finish(&line);
        return;
    }
    if (call->report.length > 0)
        fputs(text_string(&call->report), stderr);
    else
        fprintf(stderr, "lrun: error: %s\n", error->message);
    if (call->report.length == 0)
        print_hint(error->hint);
}

static int run(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    struct text command_line = TEXT_INIT;
    struct verb_call call = {
        .style = stream_style(STDERR_FILENO),
        .output_style = stream_style(STDOUT_FILENO),
        .output_width = output_width(),
    };
    int taken = 0;
    join_command_line(argc, argv, &command_line);
    const struct verb *verb = NULL;
    if (take_error_format(&argc, argv, &call.style, &error))
        verb = choose_verb(argc, argv, &taken, &error);
    int first = taken + 1 < argc ? taken + 1 : argc;
    call.verb = verb;
    call.count = argc - first;
    call.arguments = (const char *const *)argv + first;
    call.command_line = text_string(&command_line);
    if (verb != NULL)
        call_verb(&call, argv + first, &error);
    print_output(&call);
    if (fflush(stdout) != 0 && !error_is_set(&error))
        error_set(&error, ERROR_STORAGE, "cannot write to standard output");
    fputs(text_string(&call.notes), stderr);
    if (error_is_set(&error))
        print_failure(&call, &error);
    text_finish(&call.output);
    text_finish(&call.notes);
    text_finish(&call.report);
    text_finish(&command_line);
    return error_is_set(&error) ? (int)error.code : call.status;
}

/* True for the verbs whose threads compute; a config alone means fit. */
static bool wants_threads(int argc, char **argv)
{
    int taken = 0;
    const struct verb *verb = argc > 1 ? verb_match((const char *const *)argv + 1, argc - 1, &taken) : NULL;
    return argc > 1 && argv[1][0] != '-' && (verb == NULL || verb->computes);
}

int main(int argc, char **argv)
{
    if (wants_threads(argc, argv))
        waiting_make_brief(argv);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        struct text version = TEXT_INIT;
        environment_format_version(&version);
        fputs(text_string(&version), stdout);
        text_finish(&version);
        return fflush(stdout) == 0 ? EXIT_SUCCESS : (int)ERROR_STORAGE;
    }
    return run(argc, argv);
}
