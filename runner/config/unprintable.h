/*
 * unprintable.h: characters that a terminal would obey or hide: controls, odd line breaks, changes of the writing direction.
 * What a stranger wrote is shown without them.
 */
#ifndef LRUN_RUNNER_CONFIG_UNPRINTABLE_H
#define LRUN_RUNNER_CONFIG_UNPRINTABLE_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of the unprintable character that stands at the start of the text, and its code; 0 when it is another one. */
size_t unprintable_find(const char *text, uint32_t *code);

#endif
