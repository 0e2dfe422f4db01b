/*
 * mutants.c: mutates configs as the fuzzer does, a seed always in the same way, and puts each to the test of config_verdict.h.
 *
 *     mutants SEED COUNT FOLDER            says how many were good
 *     mutants --print SEED COUNT FOLDER    for compare_mutants.py: a line of JSON for each that is YAML
 */
#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "runner/build/schema.h"
#include "runner/config/yaml.h"
#include "tests/fuzz/config_mutator.h"
#include "tests/fuzz/config_verdict.h"

#define GENERATIONS 8

struct tally {
    bool prints;
    int64_t seed;
    size_t count;
    size_t yaml;
    size_t good;
};

static void print_mutant(const struct text *yaml, struct config_verdict verdict)
{
    json_t *json = json_pack("{s:s,s:b,s:b,s:b}", "yaml", text_string(yaml), "good", verdict.is_good, "schema",
                             verdict.schema_accepts, "core", verdict.core_schema_accepts);
    json_dumpf(json, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(json);
}

/* A config, then a mutant of it, then a mutant of that, as long as they are good. */
static void run_line(const struct text *first, uint64_t number, struct tally *tally)
{
    struct rng rng = rng_make((uint64_t)tally->seed, RNG_TEST, 0, number);
    struct text parent = TEXT_INIT;
    text_append_bytes(&parent, text_string(first), first->length);
    for (int i = 0; i < GENERATIONS; i++) {
        struct text child = TEXT_INIT;
        config_mutate_text(text_string(&parent), parent.length, &rng, &child);
        struct config_verdict verdict = config_verdict_find(text_string(&child), child.length);
        tally->count += 1;
        tally->yaml += verdict.is_yaml;
        tally->good += verdict.is_good;
        if (tally->prints && verdict.is_yaml && !verdict.is_too_deep)
            print_mutant(&child, verdict);
        struct text *kept = verdict.is_good ? &parent : &child;
        text_finish(kept);
        if (verdict.is_good)
            parent = child;
    }
    text_finish(&parent);
}

/* Lines from each config of the folder in turn, until there are enough mutants. */
static bool run_folder(const char *folder, size_t wanted, struct tally *tally)
{
    glob_t found = {0};
    struct text pattern = TEXT_INIT;
    text_format(&pattern, "%s/*.yaml", folder);
    bool ok = glob(text_string(&pattern), 0, NULL, &found) == 0;
    for (uint64_t number = 0; ok && tally->count < wanted; number++) {
        struct text config = TEXT_INIT;
        struct error error = ERROR_INIT;
        ok = file_read(found.gl_pathv[number % found.gl_pathc], YAML_FILE_BYTES_MAX, &config, ERROR_DATA, &error);
        if (ok)
            run_line(&config, number, tally);
        text_finish(&config);
    }
    globfree(&found);
    text_finish(&pattern);
    return ok;
}

int main(int count, char **arguments)
{
    struct tally tally = {.prints = count == 5 && strcmp(arguments[1], "--print") == 0};
    int64_t wanted = 0;
    if (count < 4 || !number_parse_int64(arguments[count - 3], &tally.seed) ||
        !number_parse_int64(arguments[count - 2], &wanted) ||
        !run_folder(arguments[count - 1], (size_t)wanted, &tally)) {
        fprintf(stderr, "usage: mutants [--print] SEED COUNT FOLDER\n");
        return EXIT_FAILURE;
    }
    fprintf(stderr, "%zu mutants, %zu of them YAML, %zu good\n", tally.count, tally.yaml, tally.good);
    return tally.good * 20 > tally.count ? EXIT_SUCCESS : EXIT_FAILURE;
}
