/* console.c: all that a run shows its user while it goes on. */
#include "runner/train/console.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "runner/train/signals.h"

#define BAR_CELLS 10
#define BAR_DEPTH 4
#define REDRAW_SECONDS 0.1
#define LINE_SECONDS 30.0
#define TITLE_BYTES 256
#define POSTFIX_BYTES 256

/* A bar that is under way. */
struct running_bar {
    char title[TITLE_BYTES];
    char postfix[POSTFIX_BYTES];
    int64_t first;
    int64_t done;
    int64_t total;
    double started;
};

struct console {
    struct progress progress;
    bool bars;
    bool terminal;
    bool ascii;
    double last_shown;
    struct running_bar stack[BAR_DEPTH];
    int depth;
    /* What progress.update draws; empty title: nothing. */
    char task[TITLE_BYTES];
    double task_started;
    struct text line;
    /* What console_block shows, and how many lines of it are on the terminal. */
    struct text block;
    int block_lines;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void append_clock(struct text *text, double seconds)
{
    if (!isfinite(seconds) || seconds > 3.6e8) {
        text_append(text, "?");
        return;
    }
    long long whole = (long long)seconds;
    if (whole >= 3600)
        text_format(text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        text_format(text, "%02lld:%02lld", whole / 60, whole % 60);
}

static void append_cells(struct text *text, double share, bool ascii)
{
    static const char *const eighths[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int levels = ascii ? 1 : 8;
    int filled = (int)(share * BAR_CELLS * levels);
    for (int i = 0; i < BAR_CELLS; i++, filled -= levels) {
        if (filled >= levels)
            text_append(text, ascii ? "#" : "█");
        else
            text_append(text, filled > 0 ? eighths[filled] : " ");
    }
}

static void append_rate(struct text *text, double rate)
{
    if (!(rate > 0))
        text_append(text, "?it/s");
    else if (rate < 1)
        text_format(text, "%.2fs/it", 1 / rate);
    else
        text_format(text, "%.2fit/s", rate);
}

/* Cuts the text to this many columns, never within a character. */
static void cut_columns(struct text *text, int width)
{
    int columns = 0;
    for (size_t i = 0; i < text->length; i++) {
        bool starts_character = ((unsigned char)text->data[i] & 0xC0) != 0x80;
        if (starts_character && columns++ == width) {
            text->data[i] = '\0';
            text->length = i;
        }
    }
}

void bar_format(const struct bar *bar, int width, bool ascii, struct text *text)
{
    double share = bar->total > 0 ? fmin(1.0, (double)bar->done / (double)bar->total) : 0;
    double rate = bar->seconds > 0 ? (double)(bar->done - bar->first) / bar->seconds : 0;
    text_clear(text);
    text_format(text, "%s: %3.0f%%|", bar->title, floor(share * 100));
    append_cells(text, share, ascii);
    text_format(text, "| %lld/%lld [", (long long)bar->done, (long long)bar->total);
    append_clock(text, bar->seconds);
    text_append_char(text, '<');
    append_clock(text, rate > 0 ? (double)(bar->total - bar->done) / rate : INFINITY);
    text_append(text, ", ");
    append_rate(text, rate);
    if (bar->postfix != NULL && *bar->postfix != '\0')
        text_format(text, ", %s", bar->postfix);
    text_append_char(text, ']');
    cut_columns(text, width);
}

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col - 1 : 119;
}

static void redraw_line(const struct text *line)
{
    fprintf(stderr, "\r%s\033[K", text_string(line));
    fflush(stderr);
}

static void wipe_line(const struct console *console)
{
    if (console->terminal && (console->depth > 0 || console->task[0] != '\0')) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}

static void wipe_block(struct console *console)
{
    if (console->block_lines > 0)
        fprintf(stderr, "\033[%dA\r\033[J", console->block_lines);
    console->block_lines = 0;
}

static void draw_block(struct console *console)
{
    int width = terminal_width();
    for (const char *at = text_string(&console->block); *at != '\0';) {
        size_t length = strcspn(at, "\n");
        text_clear(&console->line);
        text_append_bytes(&console->line, at, length);
        cut_columns(&console->line, width);
        fprintf(stderr, "%s\n", text_string(&console->line));
        console->block_lines++;
        at += length + (at[length] == '\n');
    }
    fflush(stderr);
}

void console_block(struct console *console, const char *lines)
{
    if (console == NULL || !console->terminal || !console->bars)
        return;
    wipe_block(console);
    text_clear(&console->block);
    text_append(&console->block, lines);
    draw_block(console);
}

void console_size(const struct console *console, int *columns, int *lines)
{
    struct winsize size;
    *columns = *lines = 0;
    if (console == NULL || !console->terminal || !console->bars)
        return;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && size.ws_row > 0;
    *columns = known ? size.ws_col - 1 : 79;
    *lines = known ? size.ws_row : 24;
}

static void show_bar(struct console *console, bool finished)
{
    const struct running_bar *running = &console->stack[console->depth - 1];
    struct bar bar = {
        .title = running->title,
        .done = running->done,
        .total = running->total,
        .first = running->first,
        .seconds = now() - running->started,
        .postfix = running->postfix,
    };
    bar_format(&bar, console->terminal ? terminal_width() : INT32_MAX, console->ascii, &console->line);
    if (console->terminal)
        redraw_line(&console->line);
    else
        fprintf(stderr, "%s\n", text_string(&console->line));
    if (finished && console->terminal)
        fputc('\n', stderr);
    console->last_shown = now();
}

static bool time_to_show(const struct console *console)
{
    return now() - console->last_shown >= (console->terminal ? REDRAW_SECONDS : LINE_SECONDS);
}

void console_begin(struct console *console, const char *title, int64_t done, int64_t total)
{
    if (console == NULL)
        return;
    assert(console->depth < BAR_DEPTH);
    struct running_bar *running = &console->stack[console->depth++];
    *running = (struct running_bar){.first = done, .done = done, .total = total, .started = now()};
    snprintf(running->title, sizeof running->title, "%s", title);
    if (console->bars && console->terminal)
        show_bar(console, false);
    else if (console->depth == 1)
        console->last_shown = now();
}

void console_update(struct console *console, int64_t done, const char *postfix)
{
    if (console == NULL)
        return;
    struct running_bar *running = &console->stack[console->depth - 1];
    running->done = done;
    if (postfix != NULL)
        snprintf(running->postfix, sizeof running->postfix, "%s", postfix);
    if (console->bars && time_to_show(console))
        show_bar(console, false);
}

void console_end(struct console *console, bool keep)
{
    if (console == NULL)
        return;
    if (console->bars && keep)
        show_bar(console, true);
    else
        wipe_line(console);
    console->depth--;
}

void console_close(struct console *console)
{
    if (console != NULL && console->depth > 0) {
        console->depth = 1;
        console_end(console, true);
    }
}

void console_note(struct console *console, const char *line)
{
    if (console == NULL)
        return;
    wipe_line(console);
    wipe_block(console);
    fprintf(stderr, "%s\n", line);
    draw_block(console);
    if (console->terminal && console->depth > 0 && console->bars)
        show_bar(console, false);
}

void console_notes(struct console *console, const char *lines)
{
    struct text line = TEXT_INIT;
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        text_clear(&line);
        text_append_bytes(&line, lines, length);
        console_note(console, text_string(&line));
        lines += length + (lines[length] == '\n');
    }
    text_finish(&line);
}

static void format_amount(struct text *text, double amount, const char *unit)
{
    if (strcmp(unit, "B") != 0) {
        text_format(text, "%.0f", amount);
        return;
    }
    static const char *const prefixes[] = {"", "k", "M", "G", "T"};
    int prefix = 0;
    for (; amount >= 1000 && prefix < 4; prefix++)
        amount /= 1000;
    text_format(text, prefix > 0 ? "%.1f%s" : "%.0f%s", amount, prefixes[prefix]);
}

static void format_task(struct console *console, const char *task, uint64_t done, uint64_t total, const char *unit)
{
    struct text *text = &console->line;
    text_clear(text);
    text_format(text, "%s: ", task);
    if (total > 0)
        text_format(text, "%3.0f%% ", floor(100 * (double)done / (double)total));
    format_amount(text, (double)done, unit);
    if (total > 0) {
        text_append_char(text, '/');
        format_amount(text, (double)total, unit);
    }
    text_format(text, "%s%s", strcmp(unit, "B") == 0 ? "" : " ", unit);
    double seconds = now() - console->task_started;
    if (seconds > 1) {
        text_append(text, ", ");
        format_amount(text, (double)done / seconds, unit);
        text_format(text, "%s/s", strcmp(unit, "B") == 0 ? "B" : "");
    }
    cut_columns(text, console->terminal ? terminal_width() : INT32_MAX);
}

static void progress_update(struct progress *progress, const char *task, uint64_t done, uint64_t total,
                            const char *unit)
{
    struct console *console = (struct console *)progress;
    bool finished = total > 0 && done >= total;
    if (!console->bars)
        return;
    if (strncmp(console->task, task, sizeof console->task - 1) != 0) {
        snprintf(console->task, sizeof console->task, "%s", task);
        console->task_started = console->last_shown = now();
    }
    if (!finished && !time_to_show(console))
        return;
    format_task(console, task, done, total, unit);
    if (console->terminal)
        redraw_line(&console->line);
    else
        fputs(text_string(&console->line), stderr);
    if (finished || !console->terminal)
        fputc('\n', stderr);
    if (finished)
        console->task[0] = '\0';
    console->last_shown = now();
}

static void progress_note(struct progress *progress, const char *line)
{
    console_note((struct console *)progress, line);
}

static bool progress_stopped(struct progress *progress)
{
    (void)progress;
    return signals_received() != 0;
}

bool console_is_utf8(void)
{
    const char *value = NULL;
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names && (value == NULL || *value == '\0'); i++)
        value = getenv(names[i]);
    return value != NULL && (strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL);
}

struct console *console_create(bool bars)
{
    struct console *console = memory_allocate(1, sizeof *console);
    const char *kind = getenv("TERM");
    console->progress = (struct progress){progress_update, progress_note, progress_stopped};
    console->bars = bars;
    console->terminal = isatty(STDERR_FILENO) == 1 && kind != NULL && strcmp(kind, "dumb") != 0;
    console->ascii = !console_is_utf8();
    return console;
}

void console_destroy(struct console **console)
{
    if (*console == NULL)
        return;
    text_finish(&(*console)->line);
    text_finish(&(*console)->block);
    memory_free(*console);
    *console = NULL;
}

void console_set_bars(struct console *console, bool bars)
{
    if (console != NULL)
        console->bars = bars;
}

struct progress *console_progress(struct console *console)
{
    return console != NULL ? &console->progress : &progress_silent;
}
