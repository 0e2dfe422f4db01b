/*
 * memory_account.h: who has how much of a device's memory, for the error when there is no more. Internal to engine/backends/.
 *
 *     memory_account_add(&account, memory, bytes, "gradients");
 *     memory_account_remove(&account, memory);
 *     return memory_account_fail(&account, &(struct memory_shortage){"NVIDIA H100", bytes, "activations", free, total}, error);
 */
#ifndef LRUN_ENGINE_BACKENDS_MEMORY_ACCOUNT_H
#define LRUN_ENGINE_BACKENDS_MEMORY_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

#define MEMORY_PURPOSES_MAX 16

/** What is held for one purpose. */
struct memory_purpose {
    const char *what;
    size_t bytes;
};

/** Zero when nothing is held. */
struct memory_account {
    /** In the order in which they came; what does not fit is the last one's, "others". */
    struct memory_purpose purposes[MEMORY_PURPOSES_MAX];
    int purpose_count;
    /** Internal: the allocations. */
    struct memory_block *blocks;
};

/** `what` must live as long as the account. */
void memory_account_add(struct memory_account *account, const void *memory, size_t bytes, const char *what);
/** Of memory that was added. */
void memory_account_remove(struct memory_account *account, const void *memory);
void memory_account_finish(struct memory_account *account);

/** What was asked for in vain, of which device; what it has free, and has at all. Sizes in bytes. */
struct memory_shortage {
    const char *device;
    /** 0: nobody knows how much `what` wanted. */
    size_t bytes;
    const char *what;
    size_t free, total;
};

/** Sets ERROR_MEMORY: what was asked, who has what, and what to do. Returns false. */
bool memory_account_fail(const struct memory_account *account, const struct memory_shortage *shortage,
                         struct error *error);

#endif
