/*
 * pages.h: the manual pages lrun(1) and lrun-config(5), written from what the program knows of itself: the table of verbs,
 * the exit statuses, the components. The build writes them with `lrun man`, and `meson install` installs them.
 */
#ifndef LRUN_RUNNER_MAN_PAGES_H
#define LRUN_RUNNER_MAN_PAGES_H

#include "engine/base/text.h"

/** Appends lrun(1). */
void page_format_lrun(struct text *page);

/** Appends lrun-config(5). */
void page_format_config(struct text *page);

#endif
