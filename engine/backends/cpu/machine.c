/* machine.c: which machine this is. */
#include "engine/backends/cpu/machine.h"

#include <stdio.h>
#include <string.h>

#include "build_config.h"
#if LRUN_HAVE_ONEDNN
#include "engine/backends/cpu/onednn.h"
#endif

/* Raised when a kernel of ours becomes faster or slower than another, so that all are measured again. */
#define KERNELS_VERSION "1"

/* What Linux says of the first processor: "model name\t: Intel(R) Xeon(R) Processor". */
#define CPUINFO "/proc/cpuinfo"

/* Calls `take` with each line of the first processor, its newline cut. */
static void read_processor(void (*take)(const char *line, void *context), void *context)
{
    char line[8192];
    FILE *file = fopen(CPUINFO, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && line[0] != '\n') {
        line[strcspn(line, "\n")] = '\0';
        take(line, context);
    }
    if (file != NULL)
        fclose(file);
}

static bool line_is(const char *line, const char *key)
{
    return strncmp(line, key, strlen(key)) == 0;
}

static void take_name(const char *line, void *context)
{
    const char *colon = strchr(line, ':');
    if (line_is(line, "model name") && colon != NULL)
        text_append(context, colon[1] != '\0' ? colon + 2 : "");
}

void machine_format_processor(struct text *text)
{
    read_processor(take_name, text);
}

/* Not its clock, which changes. */
static void take_kind(const char *line, void *context)
{
    static const char *const kinds[] = {"vendor_id",  "cpu family", "model",   "stepping",
                                        "cache size", "flags",      "Features"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (line_is(line, kinds[i])) {
            digest_add(context, line, strlen(line) + 1);
            return;
        }
}

void machine_digest(char hex[DIGEST_HEX_BYTES])
{
    static const char own[] = "lrun " LRUN_VERSION ", kernels " KERNELS_VERSION;
    struct digest digest;
    digest_begin(&digest, DIGEST_SHA256);
    read_processor(take_kind, &digest);
    digest_add(&digest, own, sizeof own);
#if LRUN_HAVE_ONEDNN
    if (onednn_is_available()) {
        const dnnl_version_t *version = dnnl.version();
        const int numbers[] = {version->major, version->minor, version->patch};
        digest_add(&digest, numbers, sizeof numbers);
    }
#endif
    digest_end(&digest, hex);
}
