/*
 * fuzz_tar.c: any bytes as an archive: extracted whole into its directory, or refused with nothing left; never a byte
 * elsewhere, never anything but files and directories.
 */
#include <assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "components/datasets/extract.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"

/* Members that lead out of the directory by a few steps still land inside `root`, where they are seen. */
#define STEPS "/1/2/3/4"

/* Where a tar header has its magic word and its sum. */
#define BLOCK_BYTES ((size_t)512)
#define SUM_OFFSET 148
#define SUM_BYTES ((size_t)8)
#define MAGIC_OFFSET 257

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct extract_limits limits = {
    .entries = 100, .file_bytes = 1 << 18, .bytes = 1 << 19, .expansion = 100, .bomb_bytes = 1 << 17};

static char root[64];
static char archive[128];
static char directory[128];

static void root_remove(void)
{
    struct error error = ERROR_INIT;
    directory_remove(root, &error);
}

/* In memory where the machine has a place for it: a disk would be worn out by what is tried here. */
static void root_make(void)
{
    if (*root != '\0')
        return;
    struct error error = ERROR_INIT;
    char work[96];
    snprintf(root, sizeof root, "%s/lrun-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(root) == NULL)
        abort();
    snprintf(work, sizeof work, "%s" STEPS, root);
    snprintf(archive, sizeof archive, "%s/archive", work);
    snprintf(directory, sizeof directory, "%s/out", work);
    if (!directory_create(work, &error))
        abort();
    atexit(root_remove);
}

/* Writes a tar header's sum anew: else nearly all that a fuzzer changes in a header would end at the same check. */
static void header_sum(uint8_t *header)
{
    unsigned sum = 0;
    memset(header + SUM_OFFSET, ' ', SUM_BYTES);
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        sum += header[i];
    snprintf((char *)header + SUM_OFFSET, SUM_BYTES, "%06o", sum);
}

/* The bytes as they are when they are not whole blocks, with right sums when they are. */
static void archive_write(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = memory_allocate(size + 1, 1);
    memcpy(copy, bytes, size);
    for (size_t at = 0; size % BLOCK_BYTES == 0 && at < size; at += BLOCK_BYTES)
        if (memcmp(copy + at + MAGIC_OFFSET, "ustar", strlen("ustar")) == 0)
            header_sum(copy + at);
    int descriptor = open(archive, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0 || write(descriptor, copy, size) != (ssize_t)size || close(descriptor) != 0)
        abort();
    memory_free(copy);
}

/* Nothing but the way to the directory, the archive, and plain files and directories within the directory. */
static int check_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)place;
    size_t length = strlen(path), whole = strlen(directory);
    bool inside = strncmp(path, directory, whole) == 0 && (path[whole] == '/' || path[whole] == '\0');
    assert(inside || strcmp(path, archive) == 0 ||
           (kind == FTW_D && strncmp(path, directory, length) == 0 && directory[length] == '/'));
    assert(kind == FTW_D || (kind == FTW_F && S_ISREG(status->st_mode) && status->st_nlink == 1));
    assert((status->st_mode & (S_ISUID | S_ISGID | S_IWGRP | S_IWOTH)) == 0);
    assert(kind == FTW_D || !inside || (status->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    root_make();
    archive_write(bytes, size);
    struct error error = ERROR_INIT;
    bool ok = extract_archive(archive, directory, &limits, &progress_silent, &error);
    assert(ok != error_is_set(&error));
    assert(ok == extract_is_complete(directory) && ok == directory_exists(directory));
    if (nftw(root, check_entry, 8, FTW_PHYS) != 0)
        abort();
    error_clear(&error);
    if (!directory_remove(directory, &error))
        abort();
    return 0;
}
