/* precision.c: what trainer.precision means. */
#include "runner/train/precision.h"

#include "engine/backends/cpu/half.h"

static const struct {
    const char *name;
    enum needs { NOTHING, BFLOAT16, GPU, ANOTHER_VERSION } needs;
    struct number_types types;
    bool scales_loss;
} precisions[] = {
    [PRECISION_32_TRUE] = {"32-true", NOTHING, {DTYPE_F32, DTYPE_F32, DTYPE_F32}, false},
    [PRECISION_32] = {"32-true", NOTHING, {DTYPE_F32, DTYPE_F32, DTYPE_F32}, false},
    [PRECISION_BF16_MIXED] = {"bf16-mixed", BFLOAT16, {DTYPE_F32, DTYPE_BF16, DTYPE_F32}, false},
    [PRECISION_BF16] = {"bf16-mixed", BFLOAT16, {DTYPE_F32, DTYPE_BF16, DTYPE_F32}, false},
    [PRECISION_BF16_TRUE] = {"bf16-true", BFLOAT16, {DTYPE_BF16, DTYPE_BF16, DTYPE_F32}, false},
    [PRECISION_64_TRUE] = {"64-true", NOTHING, {DTYPE_F64, DTYPE_F64, DTYPE_F64}, false},
    [PRECISION_64] = {"64-true", NOTHING, {DTYPE_F64, DTYPE_F64, DTYPE_F64}, false},
    [PRECISION_16_MIXED] = {"16-mixed", GPU, {DTYPE_F32, DTYPE_F16, DTYPE_F32}, true},
    [PRECISION_16] = {"16-mixed", GPU, {DTYPE_F32, DTYPE_F16, DTYPE_F32}, true},
    [PRECISION_16_TRUE] = {"16-true", GPU, {DTYPE_F16, DTYPE_F16, DTYPE_F32}, false},
    [PRECISION_TRANSFORMER_ENGINE] = {"transformer-engine", ANOTHER_VERSION, {DTYPE_F32, DTYPE_F32, DTYPE_F32}, false},
};

static bool is_16_mixed(const struct trainer_params *params)
{
    return params->precision == PRECISION_16_MIXED || params->precision == PRECISION_16;
}

static bool is_processor(const struct device *device)
{
    return device == device_cpu();
}

/* What is computed in there. */
static enum precision precision_on(const struct trainer_params *params, const struct device *device)
{
    return is_processor(device) && is_16_mixed(params) ? PRECISION_BF16_MIXED : params->precision;
}

struct arithmetic precision_arithmetic(const struct trainer_params *params, const struct device *device)
{
    enum precision precision = precision_on(params, device);
    return (struct arithmetic){
        .types = precisions[precision].types,
        .tf32 = params->float32_matmul_precision != FLOAT32_MATMUL_PRECISION_HIGHEST,
        .scales_loss = precisions[precision].scales_loss,
    };
}

bool precision_check(const struct trainer_params *params, const struct device *device, struct error *error)
{
    const char *name = precisions[params->precision].name;
    switch (precisions[precision_on(params, device)].needs) {
    case NOTHING:
        return true;
    case BFLOAT16:
        if (!is_processor(device) || half_find_implementation() != NULL)
            return true;
        error_set(error, ERROR_CONFIG, "trainer.precision '%s'%s needs oneDNN and a processor with AVX-512", name,
                  is_16_mixed(params) ? " is bf16-mixed on the processor, which" : "");
        return error_hint(error, "use precision: 32-true");
    case GPU:
        if (!is_processor(device))
            return true;
        error_set(error, ERROR_CONFIG, "trainer.precision '%s' needs a GPU", name);
        return error_hint(error, "use precision: bf16-true");
    case ANOTHER_VERSION:
        break;
    }
    error_set(error, ERROR_CONFIG, "trainer.precision '%s' is for GPUs, and this version does not have it yet", name);
    return error_hint(error, "use precision: bf16-mixed, which needs no scaling of losses");
}

void precision_note(const struct trainer_params *params, const struct device *device, struct text *note)
{
    if (precision_on(params, device) != params->precision)
        text_format(note, "trainer.precision '%s' is for GPUs: on the processor it is bf16-mixed",
                    precisions[params->precision].name);
}

void precision_describe(const struct trainer_params *params, const struct device *device, struct text *text)
{
    enum precision precision = precision_on(params, device);
    struct arithmetic arithmetic = precision_arithmetic(params, device);
    text_format(text, "precision %s", precisions[precision].name);
    bool is_half = is_processor(device) && precisions[precision].needs == BFLOAT16;
    const char *implementation = is_half ? half_find_implementation() : NULL;
    if (implementation != NULL)
        text_format(text, ", by oneDNN's %s", implementation);
    if (implementation != NULL && half_is_emulated())
        text_append(text, " (this processor has no bfloat16 arithmetic: it saves memory, but no time)");
    if (!is_processor(device) && arithmetic.tf32 && arithmetic.types.narrow == DTYPE_F32)
        text_append(text, ", products in TF32");
    text_append_char(text, '\n');
    size_t end = text->length;
    precision_note(params, device, text);
    if (text->length > end)
        text_append_char(text, '\n');
}
