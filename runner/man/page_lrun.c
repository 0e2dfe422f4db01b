/* page_lrun.c: the manual page lrun(1). */
#include <string.h>

#include "runner/cli/verb.h"
#include "runner/man/pages.h"
#include "runner/man/roff.h"

/* A name and what it means. */
struct definition {
    const char *name;
    const char *meaning;
};

static const struct definition variables[] = {
    {"NO_COLOR", "If set and not empty, no colours on a terminal."},
    {"TERM", "If \"dumb\", neither colours nor bars that redraw themselves."},
    {"LC_ALL, LC_CTYPE, LANG", "Whether characters beyond ASCII can be shown: the first that is set says UTF-8."},
    {"XDG_CACHE_HOME",
     "Where weights and checkpoints from the network, decoded images (data.cache: disk) and the kernels chosen "
     "by timing (trainer.benchmark) are kept, in its folder lrun. Default: ~/.cache."},
    {"https_proxy, no_proxy", "How the network is reached, and for which hosts not so."},
    {"CURL_CA_BUNDLE, SSL_CERT_FILE", "A file of certificates to trust in place of the system's."},
    {"OMP_WAIT_POLICY", "How threads wait for each other, in place of what lrun chooses."},
    {"TMPDIR", "Where files of git revisions are put while configs are compared. Default: /tmp."},
    {NULL, NULL},
};

static const struct definition files[] = {
    {"lightning_logs/version_N", "The directory of a run, made anew for each, under trainer.default_root_dir."},
    {"lightning_logs/version_N/config.yaml", "The whole config as it was understood; it repeats the run."},
    {"lightning_logs/version_N/metrics.csv", "Every number that was logged."},
    {"lightning_logs/version_N/checkpoints", "Checkpoints, as safetensors."},
    {NULL, NULL},
};

static void append_definitions(struct text *page, const char *heading, const struct definition *definitions)
{
    roff_heading(page, heading);
    for (; definitions->name != NULL; definitions++)
        roff_item(page, definitions->name, definitions->meaning);
}

static void append_options(struct text *page, const struct verb_option *options)
{
    struct text tag = TEXT_INIT;
    for (; options != NULL && options->name != NULL; options++) {
        text_clear(&tag);
        text_format(&tag, "--%s%s%s", options->name, options->placeholder != NULL ? " " : "",
                    options->placeholder != NULL ? options->placeholder : "");
        roff_item(page, text_string(&tag), options->documentation);
    }
    text_finish(&tag);
}

/* What only this verb's details say. */
static const char *own_details(const struct verb *verb)
{
    size_t length = strlen(about_keys);
    return strncmp(verb->details, about_keys, length) == 0 ? verb->details + length : verb->details;
}

static void append_verb(struct text *page, const struct verb *verb)
{
    struct text usage = TEXT_INIT;
    text_format(&usage, "lrun %s ", verb->name);
    verb_format_usage(verb, &usage);
    roff_subheading(page, text_string(&usage));
    text_finish(&usage);
    roff_paragraph(page, verb->summary);
    roff_help(page, own_details(verb));
    append_options(page, verb->options);
}

static void append_synopsis(struct text *page)
{
    roff_heading(page, "SYNOPSIS");
    text_append(page, ".B lrun\n\\fICONFIG\\fR... [\\-\\-\\fIkey\\fR=\\fIvalue\\fR]...\n.br\n"
                      ".B lrun\n\\fIVERB\\fR [\\fIARGUMENT\\fR]...\n.br\n"
                      ".B lrun help\n[\\fIVERB\\fR|\\fINAME\\fR]\n");
}

static void append_exit_statuses(struct text *page)
{
    struct text code = TEXT_INIT;
    roff_heading(page, "EXIT STATUS");
    for (const struct exit_status *status = exit_statuses; status->meaning != NULL; status++) {
        text_clear(&code);
        text_format(&code, "%d", (int)status->code);
        roff_item(page, text_string(&code), status->meaning);
    }
    text_finish(&code);
}

void page_format_lrun(struct text *page)
{
    roff_title(page, "LRUN", 1);
    roff_heading(page, "NAME");
    text_append(page, "lrun \\- ");
    roff_words(page, program_summary);
    text_append_char(page, '\n');
    append_synopsis(page);
    roff_heading(page, "DESCRIPTION");
    roff_help(page, about_keys);
    roff_paragraph(page, "Every problem of a config is found before anything starts. What a config may say is in "
                         "lrun-config(5).");
    roff_heading(page, "VERBS");
    for (const struct verb *verb = verbs; verb->name != NULL; verb++)
        if (!verb->hidden && verb_next_part(verb, NULL) == NULL)
            append_verb(page, verb);
    roff_heading(page, "OPTIONS");
    append_options(page, program_options);
    append_exit_statuses(page);
    append_definitions(page, "ENVIRONMENT", variables);
    append_definitions(page, "FILES", files);
    roff_heading(page, "SEE ALSO");
    text_append(page, ".BR lrun\\-config (5)\n");
}
