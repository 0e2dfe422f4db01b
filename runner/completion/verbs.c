/* verbs.c: `lrun completion SHELL` prints the shell's script; `lrun complete` is what the scripts ask. */
#include <string.h>

#include "engine/base/arena.h"
#include "runner/cli/verb.h"
#include "runner/completion/complete.h"
#include "runner/completion/line.h"
#include "runner/completion/scripts.h"

bool verb_completion(struct verb_call *call, struct error *error)
{
    const char *shell = call->count == 1 ? call->arguments[0] : "";
    for (const struct completion_script *script = completion_scripts; script->shell != NULL; script++) {
        if (strcmp(script->shell, shell) == 0) {
            text_append(&call->output, script->text);
            return true;
        }
    }
    error_set(error, ERROR_CONFIG, "completion: wanted bash, zsh or fish, found %s%s%s", call->count > 0 ? "'" : "",
              call->count > 0 ? call->arguments[0] : "nothing", call->count > 0 ? "'" : "");
    return error_hint(error, "lrun help completion");
}

/* complete words -- WORD...: the words behind the program's name, the last of which is at the cursor. */
static void complete_words(struct verb_call *call, struct answer *answer)
{
    const char *const *words = call->arguments + 2;
    int count = call->count - 2;
    answer->current = count > 0 ? words[count - 1] : "";
    complete(answer, words, count > 0 ? count - 1 : 0);
}

/* complete line LINE BREAKS: the line up to the cursor, the program's name with it. */
static void complete_line(struct verb_call *call, struct answer *answer)
{
    struct arena arena = ARENA_INIT;
    struct line line = line_split(call->arguments[1], call->arguments[2], &arena);
    if (line.count > 1) {
        answer->current = line.words[line.count - 1];
        answer->skipped = line.skipped;
        complete(answer, line.words + 1, (int)line.count - 2);
    }
    arena_finish(&arena);
}

bool verb_complete(struct verb_call *call, struct error *error)
{
    (void)error; /* a shell that asks while somebody types wants no complaints */
    struct answer answer = {.lines = TEXT_INIT};
    if (call->count >= 2 && strcmp(call->arguments[0], "words") == 0)
        complete_words(call, &answer);
    else if (call->count == 3 && strcmp(call->arguments[0], "line") == 0)
        complete_line(call, &answer);
    text_append(&call->output, text_string(&answer.lines));
    text_finish(&answer.lines);
    return true;
}
