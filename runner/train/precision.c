/* precision.c: what trainer.precision means. */
#include "runner/train/precision.h"

#include "engine/backends/cpu/half.h"

static const struct {
    const char *name;
    enum needs { NOTHING, BFLOAT16, GPU } needs;
    struct number_types types;
} precisions[] = {
    [PRECISION_32_TRUE] = {"32-true", NOTHING, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_32] = {"32-true", NOTHING, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_BF16_MIXED] = {"bf16-mixed", BFLOAT16, {DTYPE_F32, DTYPE_BF16, DTYPE_F32}},
    [PRECISION_BF16] = {"bf16-mixed", BFLOAT16, {DTYPE_F32, DTYPE_BF16, DTYPE_F32}},
    [PRECISION_BF16_TRUE] = {"bf16-true", BFLOAT16, {DTYPE_BF16, DTYPE_BF16, DTYPE_F32}},
    [PRECISION_64_TRUE] = {"64-true", NOTHING, {DTYPE_F64, DTYPE_F64, DTYPE_F64}},
    [PRECISION_64] = {"64-true", NOTHING, {DTYPE_F64, DTYPE_F64, DTYPE_F64}},
    [PRECISION_16_MIXED] = {"16-mixed", GPU, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_16] = {"16-mixed", GPU, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_16_TRUE] = {"16-true", GPU, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_TRANSFORMER_ENGINE] = {"transformer-engine", GPU, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
};

struct number_types precision_types(enum precision precision)
{
    return precisions[precision].types;
}

bool precision_check(enum precision precision, enum backend backend, struct error *error)
{
    const char *name = precisions[precision].name;
    if (precisions[precision].needs == GPU) {
        error_set(error, ERROR_CONFIG, "trainer.precision '%s' is for GPUs, and this version does not have it yet",
                  name);
        return error_hint(error, "use precision: bf16-mixed, which needs no scaling of losses");
    }
    if (backend == BACKEND_CPU && precisions[precision].needs == BFLOAT16 && half_find_implementation() == NULL) {
        error_set(error, ERROR_CONFIG, "trainer.precision '%s' needs oneDNN and a processor with AVX-512", name);
        return error_hint(error, "use precision: 32-true");
    }
    return true;
}

void precision_describe(enum precision precision, enum backend backend, struct text *text)
{
    text_format(text, "precision %s", precisions[precision].name);
    bool is_half = backend == BACKEND_CPU && precisions[precision].needs == BFLOAT16;
    const char *implementation = is_half ? half_find_implementation() : NULL;
    if (implementation != NULL)
        text_format(text, ", by oneDNN's %s", implementation);
    if (implementation != NULL && half_is_emulated())
        text_append(text, " (this processor has no bfloat16 arithmetic: it saves memory, but no time)");
    text_append_char(text, '\n');
}
