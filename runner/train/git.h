/*
 * git.h: asking git about the repository of the working directory.
 *
 * Nothing of the repository changes, its index included; no hook, file system monitor, prompt or pager starts.
 *
 *     static const char *const arguments[] = {"rev-parse", "HEAD", NULL};
 *     struct git_answer answer = GIT_ANSWER_INIT;
 *     if (git_ask(&(struct git_question){.arguments = arguments, .limit = 1000}, &answer))
 *         puts(text_string(&answer.output));
 *     git_answer_finish(&answer);
 */
#ifndef LRUN_RUNNER_TRAIN_GIT_H
#define LRUN_RUNNER_TRAIN_GIT_H

#include <stdbool.h>

#include "engine/base/text.h"

#define GIT_ARGUMENTS_MAX 24

struct git_question {
    /** Those behind `git`, at most GIT_ARGUMENTS_MAX, ended by NULL. */
    const char *const *arguments;
    /** An index to work with in place of the repository's; NULL: the repository's. */
    const char *index_file;
    /** How many bytes of the answer are wanted at most. */
    size_t limit;
};

struct git_answer {
    /** What git wrote. */
    struct text output;
    /** There was more than the limit: git was not heard to its end. */
    bool is_cut;
    /** The first line of what it complained about; "" for nothing. */
    char complaint[512];
};

#define GIT_ANSWER_INIT                                                                                                \
    {                                                                                                                  \
        .output = TEXT_INIT                                                                                            \
    }

/** Runs git. True when it ended well or was cut; false when it failed, or there is no git. */
bool git_ask(const struct git_question *question, struct git_answer *answer);

void git_answer_finish(struct git_answer *answer);

#endif
