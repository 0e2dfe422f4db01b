/*
 * weights.h: a model's arrays from a file or URL: torchvision's, or a checkpoint's model part.
 */
#ifndef LRUN_RUNNER_TRAIN_WEIGHTS_H
#define LRUN_RUNNER_TRAIN_WEIGHTS_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/progress.h"
#include "engine/graph/parameters.h"

/**
 * Loads a safetensors state dict by names and shapes. What does not fit is an error that lists it; with `strict` false it
 * is noted and left out. Nothing is changed unless all can be read. Fails with ERROR_CONFIG (it does not fit),
 * ERROR_STORAGE (it cannot be read), ERROR_DATA (it cannot be had).
 */
bool weights_load(struct parameters *parameters, const char *file_or_url, bool strict, struct progress *progress,
                  struct error *error);

/**
 * The local path of a file or URL: a file:// address or a path as it is, another URL after downloading it to the user's
 * cache ($XDG_CACHE_HOME/lrun, ~/.cache/lrun). "#sha256=<digits>" at the end of a URL is checked. The caller frees it;
 * NULL on failure.
 */
char *weights_fetch(const char *file_or_url, struct progress *progress, struct error *error);

#endif
