/* user_cache.h: where this user's programs keep what can be made or fetched again (XDG Base Directory Specification). */
#ifndef LRUN_ENGINE_BASE_USER_CACHE_H
#define LRUN_ENGINE_BASE_USER_CACHE_H

#include "engine/base/text.h"

/** Appends `$XDG_CACHE_HOME/lrun`, or `~/.cache/lrun` where that is not set, or `/tmp/.cache/lrun` without a home. */
void user_cache_directory(struct text *path);

#endif
