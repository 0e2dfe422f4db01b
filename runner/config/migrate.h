/*
 * migrate.h: a config's text with our names in the place of others' (renamed.h): comments and layout stay as they are.
 *
 *     struct text yaml = TEXT_INIT;
 *     if (migrate_text(&problems, path, bytes, length, &yaml)) ...
 */
#ifndef LRUN_RUNNER_CONFIG_MIGRATE_H
#define LRUN_RUNNER_CONFIG_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/text.h"
#include "runner/config/problem.h"

/**
 * Appends the text anew; each change is a note, and a text without any comes out as it was. What comes out is read again:
 * it says what was said. False after adding problems: the text is no YAML, says what is not here, or is written in a way
 * that only its author can change. `name` and `bytes` must live as long as the problems.
 */
bool migrate_text(struct problems *problems, const char *name, const char *bytes, size_t length, struct text *yaml);

#endif
