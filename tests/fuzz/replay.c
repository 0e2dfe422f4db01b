/*
 * replay.c: runs a fuzz target over files and folders of files, once each, without libFuzzer.
 *
 *     fuzz_xml tests/fuzz/corpus/xml
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"

#define FUZZ_BYTES_MAX ((size_t)1 << 26)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int replay_file(const char *path)
{
    struct error error = ERROR_INIT;
    struct text bytes = TEXT_INIT;
    if (!file_read(path, FUZZ_BYTES_MAX, &bytes, ERROR_DATA, &error)) {
        fprintf(stderr, "%s\n", error.message);
        exit(EXIT_FAILURE);
    }
    LLVMFuzzerTestOneInput((const uint8_t *)text_string(&bytes), bytes.length);
    text_finish(&bytes);
    return 1;
}

static int replay_folder(const char *path)
{
    DIR *directory = opendir(path);
    int count = 0;
    for (const struct dirent *entry = directory != NULL ? readdir(directory) : NULL; entry != NULL;
         entry = readdir(directory)) {
        struct text file = TEXT_INIT;
        text_format(&file, "%s/%s", path, entry->d_name);
        if (file_exists(text_string(&file)))
            count += replay_file(text_string(&file));
        text_finish(&file);
    }
    if (directory != NULL)
        closedir(directory);
    return count;
}

int main(int argument_count, char **arguments)
{
    int count = 0;
    for (int i = 1; i < argument_count; i++)
        count += file_exists(arguments[i]) ? replay_file(arguments[i]) : replay_folder(arguments[i]);
    printf("%d files\n", count);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
