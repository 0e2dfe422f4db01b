/*
 * file_name.h: names of checkpoints, made from a pattern and logged numbers: "{epoch}-{val_loss:.2f}" becomes
 * "epoch=3-val_loss=0.25". The pattern is data: it is never used as a printf format.
 */
#ifndef LRUN_COMPONENTS_CALLBACKS_FILE_NAME_H
#define LRUN_COMPONENTS_CALLBACKS_FILE_NAME_H

#include "components/callbacks/callback.h"

/** Bytes of a made name at most, with the final zero. */
#define FILE_NAME_BYTES 200

/** Checks a pattern's placeholders: {name}, {name:.2f} (digits after the point), {name:03d} (at least so many digits). */
bool file_name_check(const char *pattern, struct error *error);

/**
 * Makes a name. A number that is not logged is written as 0; every byte that is not a letter, digit or one of ._=+-
 * becomes '_'. With `insert_names` a placeholder writes "name=" before its number.
 */
void file_name_format(const char *pattern, bool insert_names, const struct run_view *view, char name[FILE_NAME_BYTES]);

#endif
