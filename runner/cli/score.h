/*
 * score.h: `lrun score GROUND_TRUTH DETECTIONS`: VOC's average precision and COCO's twelve numbers, from files.
 *
 *     struct text text = TEXT_INIT;
 *     if (score_run(argc, argv, &text, &error))      // argv: what follows the verb
 *         fputs(text_string(&text), stdout);
 */
#ifndef LRUN_RUNNER_CLI_SCORE_H
#define LRUN_RUNNER_CLI_SCORE_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

/** The verb's help. */
extern const char score_usage[];

/**
 * Appends a table, or with --json a JSON object. Arguments:
 *
 *     GROUND_TRUTH       a VOC Annotations folder, or a COCO JSON file
 *     DETECTIONS         a folder of comp4_det_SET_CLASS.txt files or one of them, or a COCO results JSON file
 *     --image_set FILE   only these images: one name per line
 *     --difficult HOW    how objects marked difficult enter COCO's numbers: crowd (the default: finding them counts neither
 *                        way, as by VOC's rules), all (as any other), drop (as if they were not there)
 *     --json             JSON instead of a table
 *
 * Fails with ERROR_CONFIG on the arguments, ERROR_DATA on the files.
 */
bool score_run(int argc, char **argv, struct text *text, struct error *error);

#endif
