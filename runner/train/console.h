/*
 * console.h: all that a run shows its user while it goes on, on standard error: tqdm's bar redrawn in place on a terminal,
 * a line now and then elsewhere. Only this file and main.c print.
 *
 *     Epoch 3/49:  42%|████▏     | 126/300 [00:29<00:41, 4.25it/s, loss=3.22, v_num=0]
 */
#ifndef LRUN_RUNNER_TRAIN_CONSOLE_H
#define LRUN_RUNNER_TRAIN_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/progress.h"
#include "engine/base/text.h"

struct console;

/** Shows on standard error. With `bars` false, notes only. Every function accepts NULL, and shows nothing. */
struct console *console_create(bool bars);
void console_destroy(struct console **console);

/** Whether characters beyond ASCII can be shown, as the environment says. */
bool console_is_utf8(void);

/** From now on with bars, or without. */
void console_set_bars(struct console *console, bool bars);

/** What the floors below report to; it stops when a signal came (signals.h). Lent. */
struct progress *console_progress(struct console *console);

/** A bar of `total` steps begins at `done` (a resumed epoch). Sets aside one that is under way until it ends. */
void console_begin(struct console *console, const char *title, int64_t done, int64_t total);

/** `done` of the steps are done. `postfix` ("loss=3.22") may be NULL. */
void console_update(struct console *console, int64_t done, const char *postfix);

/** The bar ends. On a terminal it is wiped off when `keep` is false. */
void console_end(struct console *console, bool keep);

/** Ends every bar that is under way, where it stands: before an error is printed. */
void console_close(struct console *console);

/** Lines that stand below everything else and are drawn anew in their place; "" takes them away. Only on a terminal. */
void console_block(struct console *console, const char *lines);

/** The columns and lines of the terminal; 0 where standard error is none. */
void console_size(const struct console *console, int *columns, int *lines);

/** One line. */
void console_note(struct console *console, const char *line);

/** Each of several lines. */
void console_notes(struct console *console, const char *lines);

/** One bar as text; for the console and its tests. `width`: columns of the terminal. `ascii`: no block characters. */
struct bar {
    const char *title;
    int64_t done;
    int64_t total;
    /** Where it began; the speed is of what was done since. */
    int64_t first;
    double seconds;
    const char *postfix;
};
void bar_format(const struct bar *bar, int width, bool ascii, struct text *text);

#endif
