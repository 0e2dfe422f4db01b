/* reference.h: the reference pages (docs/reference/) in Markdown, one per kind of component, from the registry. */
#ifndef LRUN_RUNNER_BUILD_REFERENCE_H
#define LRUN_RUNNER_BUILD_REFERENCE_H

#include "engine/base/text.h"
#include "runner/build/registry.h"

/** Appends the kind's page: every component with its documentation, a table of its keys, and an example. */
void reference_format_kind(enum component_kind kind, struct text *page);

/** Appends the page that lists every component with its summary and a link. */
void reference_format_index(struct text *page);

/** Appends the file name of the kind's page: "lr_schedulers.md". */
void reference_format_name(enum component_kind kind, struct text *name);

/** True when there is a component of the kind, and so a page. */
bool reference_has_page(enum component_kind kind);

#endif
