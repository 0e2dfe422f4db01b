/* doctor.c: what this build has, what this machine has, and what a run would use. */
#include "runner/cli/doctor.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build_config.h"
#include "engine/backends/cpu/gemm.h"
#include "engine/backends/cpu/half.h"
#include "engine/backends/device.h"
#include "runner/cli/help.h"
#include "runner/train/accelerator.h"

#define COLUMN 16
#define GIB ((double)(1 << 30))

/* The findings: for people a list of sections of lines, for programs the same as objects of strings. */
struct findings {
    struct text *text;
    json_t *json;
    json_t *section;
};

static void section_begin(struct findings *findings, const char *title)
{
    text_format(findings->text, "%s%s\n", findings->text->length > 0 ? "\n" : "", title);
    findings->section = json_object();
    json_object_set_new(findings->json, title, findings->section);
}

static void line_add(struct findings *findings, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void line_add(struct findings *findings, const char *name, const char *format, ...)
{
    char value[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    json_object_set_new(findings->section, name, json_string(value));
    text_format(findings->text, "  %-*s", COLUMN, name);
    help_append_wrapped(findings->text, value, COLUMN + 2, COLUMN + 2, HELP_WIDTH);
}

static const char *yes_or_no(bool has)
{
    return has ? "yes" : "no";
}

static void find_build(struct findings *findings)
{
    section_begin(findings, "this build");
    line_add(findings, "lrun", "%s", LRUN_VERSION);
    line_add(findings, "compiler", "%s", __VERSION__);
    line_add(findings, "oneDNN", "%s", yes_or_no(LRUN_HAVE_ONEDNN));
    line_add(findings, "OpenBLAS", "%s", yes_or_no(LRUN_HAVE_OPENBLAS));
    line_add(findings, "OpenMP", "%s", yes_or_no(LRUN_HAVE_OPENMP));
    line_add(findings, "CUDA", "%s", yes_or_no(backend_is_built(BACKEND_CUDA)));
}

/* The line of /proc that begins with `key`: what stands behind its colon; "" when there is none. */
static void read_proc(const char *path, const char *key, char value[256])
{
    char line[512];
    FILE *file = fopen(path, "re");
    value[0] = '\0';
    while (file != NULL && value[0] == '\0' && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, strlen(key)) != 0 || colon == NULL)
            continue;
        colon += 1 + strspn(colon + 1, " \t");
        snprintf(value, 256, "%.*s", (int)strcspn(colon, "\n"), colon);
    }
    if (file != NULL)
        fclose(file);
}

static void find_instructions(struct findings *findings)
{
#if defined(__x86_64__)
    line_add(findings, "instructions", "AVX2 %s, AVX-512 %s, bfloat16 %s, AMX %s",
             yes_or_no(__builtin_cpu_supports("avx2")), yes_or_no(__builtin_cpu_supports("avx512f")),
             yes_or_no(half_find_implementation() != NULL && !half_is_emulated()), yes_or_no(half_is_channels_last()));
#else
    line_add(findings, "instructions", "not x86-64: plain vectors");
#endif
}

static void find_memory(struct findings *findings)
{
    char total[256], available[256];
    double total_kib = 0, available_kib = 0;
    read_proc("/proc/meminfo", "MemTotal", total);
    read_proc("/proc/meminfo", "MemAvailable", available);
    if (sscanf(total, "%lf", &total_kib) == 1 && sscanf(available, "%lf", &available_kib) == 1)
        line_add(findings, "memory", "%.1f GiB, %.1f GiB of it free", total_kib * 1024 / GIB,
                 available_kib * 1024 / GIB);
}

static void find_processor(struct findings *findings)
{
    char model[256];
    struct error missing = ERROR_INIT;
    section_begin(findings, "processor");
    read_proc("/proc/cpuinfo", "model name", model);
    line_add(findings, "name", "%s", model[0] != '\0' ? model : "unknown");
    line_add(findings, "cores", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
    find_instructions(findings);
    find_memory(findings);
    if (LRUN_HAVE_GEMM && gemm_open_best(&missing))
        line_add(findings, "library", "%s", LRUN_HAVE_ONEDNN ? "oneDNN" : "OpenBLAS");
    else if (LRUN_HAVE_GEMM)
        line_add(findings, "library", "%s (%s)", missing.message, missing.hint);
    else
        line_add(findings, "library", "none: convolutions are plain loops, a hundred times slower");
}

static void find_gpu(struct findings *findings, int index)
{
    struct device_facts facts;
    struct error error = ERROR_INIT;
    char name[32];
    snprintf(name, sizeof name, "GPU %d", index);
    if (device_describe(BACKEND_CUDA, index, &facts, &error))
        line_add(findings, name, "%s: %s, %.1f GiB, %.1f GiB of it free", facts.name, facts.details,
                 (double)facts.memory / GIB, (double)facts.free_memory / GIB);
    else
        line_add(findings, name, "%s", error.message);
}

static void find_gpus(struct findings *findings)
{
    struct backend_part parts[BACKEND_PARTS_MAX];
    struct error why = ERROR_INIT;
    section_begin(findings, "GPUs");
    int part_count = backend_find_parts(BACKEND_CUDA, parts), count = device_count(BACKEND_CUDA, &why);
    for (int i = 0; i < part_count; i++)
        line_add(findings, parts[i].name, "%s",
                 parts[i].version[0] != '\0' ? parts[i].version : parts[i].missing.message);
    for (int i = 0; i < count; i++)
        find_gpu(findings, i);
    if (count == 0)
        line_add(findings, "found", "none: %s", why.message);
}

static void find_choice(struct findings *findings)
{
    struct error why = ERROR_INIT, none = ERROR_INIT;
    bool has_gpu = accelerator_count_gpus(&why) > 0;
    section_begin(findings, "a run would use");
    line_add(findings, "device", "%s",
             has_gpu                                  ? "GPU 0, for models that it has kernels for; else the processor"
             : !backend_is_built(BACKEND_CUDA)        ? "the processor, as this build has no backend for GPUs"
             : device_count(BACKEND_CUDA, &none) == 0 ? "the processor, as there is no GPU"
                                                      : "the processor, as not all is there that a GPU needs");
    line_add(findings, "threads", "%ld, one per core", sysconf(_SC_NPROCESSORS_ONLN));
    const char *half = half_find_implementation();
    line_add(findings, "bf16-mixed", "%s%s",
             has_gpu        ? "on a GPU"
             : half != NULL ? "by oneDNN's "
                            : "not here",
             has_gpu || half == NULL ? "" : half);
}

void doctor_format(bool as_json, struct text *text)
{
    struct text unused = TEXT_INIT;
    struct findings findings = {as_json ? &unused : text, json_object(), NULL};
    find_build(&findings);
    find_processor(&findings);
    find_gpus(&findings);
    find_choice(&findings);
    if (as_json) {
        char *dump = json_dumps(findings.json, JSON_INDENT(2));
        text_format(text, "%s\n", dump);
        free(dump);
    }
    json_decref(findings.json);
    text_finish(&unused);
}
