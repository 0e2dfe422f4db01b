/* memory_account.c: who has how much of a device's memory. */
#include "engine/backends/memory_account.h"

#include <assert.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"

#define MIB ((double)(1 << 20))

struct memory_block {
    const void *memory;
    size_t bytes;
    struct memory_purpose *purpose;
    struct memory_block *next;
};

static struct memory_purpose *find_purpose(struct memory_account *account, const char *what)
{
    int i = 0;
    while (i < account->purpose_count && strcmp(account->purposes[i].what, what) != 0)
        i++;
    if (i == MEMORY_PURPOSES_MAX)
        return &account->purposes[i - 1];
    if (i == account->purpose_count)
        account->purposes[account->purpose_count++].what = i < MEMORY_PURPOSES_MAX - 1 ? what : "others";
    return &account->purposes[i];
}

void memory_account_add(struct memory_account *account, const void *memory, size_t bytes, const char *what)
{
    struct memory_block *block = memory_allocate(1, sizeof *block);
    *block = (struct memory_block){memory, bytes, find_purpose(account, what), account->blocks};
    block->purpose->bytes += bytes;
    account->blocks = block;
}

void memory_account_remove(struct memory_account *account, const void *memory)
{
    struct memory_block **link = &account->blocks;
    while (*link != NULL && (*link)->memory != memory)
        link = &(*link)->next;
    struct memory_block *block = *link;
    assert(block != NULL && "memory is given back once");
    block->purpose->bytes -= block->bytes;
    *link = block->next;
    memory_free(block);
}

void memory_account_finish(struct memory_account *account)
{
    while (account->blocks != NULL)
        memory_account_remove(account, account->blocks->memory);
}

/* "this run holds 96.0 MiB: weights 32.0, gradients 32.0, optimizer 32.0". Returns the bytes. */
static size_t format_own(const struct memory_account *account, struct text *lines)
{
    size_t own = 0;
    const char *separator = ": ";
    for (int i = 0; i < account->purpose_count; i++)
        own += account->purposes[i].bytes;
    text_format(lines, "this run holds %.1f MiB", (double)own / MIB);
    for (int i = 0; i < account->purpose_count; i++) {
        const struct memory_purpose *purpose = &account->purposes[i];
        if (purpose->bytes == 0)
            continue;
        text_format(lines, "%s%s %.1f", separator, purpose->what, (double)purpose->bytes / MIB);
        separator = ", ";
    }
    return own;
}

bool memory_account_fail(const struct memory_account *account, const struct memory_shortage *shortage,
                         struct error *error)
{
    struct text lines = TEXT_INIT, wanted = TEXT_INIT;
    size_t own = format_own(account, &lines), used = shortage->total - shortage->free;
    if (shortage->total > shortage->free && used > own)
        text_format(&lines, "\nthe libraries and other programs hold %.1f MiB", (double)(used - own) / MIB);
    text_append(&lines,
                "\ntry a smaller data.batch_size (with trainer.accumulate_grad_batches the step stays as large), "
                "precision: bf16-mixed\nor trainer.activation_checkpointing; 'lrun check' shows what a config "
                "needs");
    if (shortage->bytes > 0)
        text_format(&wanted, "wanted %.1f MiB for %s", (double)shortage->bytes / MIB, shortage->what);
    else
        text_format(&wanted, "%s wanted more", shortage->what);
    error_set(error, ERROR_MEMORY, "not enough memory on '%s': %s, found %.1f of %.1f MiB free", shortage->device,
              text_string(&wanted), (double)shortage->free / MIB, (double)shortage->total / MIB);
    error_hint(error, "%s", text_string(&lines));
    text_finish(&lines);
    text_finish(&wanted);
    return false;
}
