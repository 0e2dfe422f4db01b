/*
 * report_json.h: problems as JSON for editors and CI: an object per line, as docs/configs.md describes it.
 *
 *     {"severity":"error","status":2,"file":"voc.yaml","line":7,"column":3,"width":10,"argument":null,"message":...,"hint":...}
 */
#ifndef LRUN_RUNNER_CONFIG_REPORT_JSON_H
#define LRUN_RUNNER_CONFIG_REPORT_JSON_H

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "runner/config/problem.h"
#include "runner/config/source.h"

/** Appends a problem, whose exit status is `status`, and a newline. What is not UTF-8 in it is replaced. */
void report_json_problem(const struct sources *sources, const struct problem *problem, enum error_code status,
                         struct text *text);

#endif
