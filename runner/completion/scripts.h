/* scripts.h: the shells' completion scripts, which are the files lrun.* beside this one; embed.c makes the table. */
#ifndef LRUN_RUNNER_COMPLETION_SCRIPTS_H
#define LRUN_RUNNER_COMPLETION_SCRIPTS_H

struct completion_script {
    /** "bash". NULL ends the table. */
    const char *shell;
    const char *text;
};

extern const struct completion_script completion_scripts[];

#endif
