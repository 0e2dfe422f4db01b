/*
 * fuzz_override.c: any arguments over a small config, without a fault. Lines of the input are arguments; with two
 * empty lines, what comes before them is the config.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "runner/config/check.h"
#include "runner/config/override.h"
#include "runner/config/report.h"
#include "runner/config/yaml.h"

#define ARGUMENTS_MAX ((size_t)32)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct report_style style = {.color = false, .width = 60};
static const char usual[] = "model: SSD\ndata: {root: data, train_transforms: [Resize, {type: Resize}, ToDtype]}\n";

/* Cuts the text into lines. */
static size_t cut_arguments(char *text, const char *arguments[ARGUMENTS_MAX])
{
    size_t count = 0;
    for (char *line = strsep(&text, "\n"); line != NULL && count < ARGUMENTS_MAX; line = strsep(&text, "\n"))
        arguments[count++] = line;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct problems problems = {.arena = &arena};
    char *text = arena_copy_bytes(&arena, (const char *)bytes, size);
    char *overrides = strstr(text, "\n\n\n");
    struct source source = {.name = "fuzz.yaml", .text = usual, .length = strlen(usual)};
    if (overrides != NULL) {
        *overrides = '\0';
        source = (struct source){.name = "fuzz.yaml", .text = text, .length = strlen(text)};
        text = overrides + 3;
    }
    const char *arguments[ARGUMENTS_MAX];
    struct sources sources = {.arguments = arguments, .argument_count = cut_arguments(text, arguments)};
    sources_add(&sources, &arena, source);
    struct mark start = {source.name, 1, 1};
    struct config_node *root = yaml_parse(&arena, source.text, source.length, start, &problems);
    if (root != NULL) {
        struct composer composer = {.arena = &arena, .sources = &sources, .problems = &problems};
        root = override_apply(&composer, root, COMMAND_LINE, arguments, sources.argument_count);
        check_run(&arena, root, &problems);
    }
    struct text report = TEXT_INIT;
    problems_sort(&problems, &sources);
    report_problems(&sources, &problems, &style, &report);
    text_finish(&report);
    arena_finish(&arena);
    return 0;
}
