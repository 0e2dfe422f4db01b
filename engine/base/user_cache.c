/* user_cache.c: where this user's programs keep what can be made or fetched again. */
#include "engine/base/user_cache.h"

#include <stdlib.h>

void user_cache_directory(struct text *path)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache != NULL && *cache == '/')
        text_format(path, "%s/lrun", cache);
    else
        text_format(path, "%s/.cache/lrun", home != NULL && *home == '/' ? home : "/tmp");
}
