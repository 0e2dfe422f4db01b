/* precision.c: what trainer.precision means. */
#include "runner/train/precision.h"

static const struct {
    const char *name;
    /* False: needs a GPU. */
    bool is_possible;
    struct number_types types;
} precisions[] = {
    [PRECISION_32_TRUE] = {"32-true", true, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_32] = {"32-true", true, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_64_TRUE] = {"64-true", true, {DTYPE_F64, DTYPE_F64, DTYPE_F64}},
    [PRECISION_64] = {"64-true", true, {DTYPE_F64, DTYPE_F64, DTYPE_F64}},
    [PRECISION_16_MIXED] = {"16-mixed", false, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_16] = {"16-mixed", false, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_16_TRUE] = {"16-true", false, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
    [PRECISION_TRANSFORMER_ENGINE] = {"transformer-engine", false, {DTYPE_F32, DTYPE_F32, DTYPE_F32}},
};

struct number_types precision_types(enum precision precision)
{
    return precisions[precision].types;
}

const char *precision_name(enum precision precision)
{
    return precisions[precision].name;
}

bool precision_check(enum precision precision, struct error *error)
{
    if (precisions[precision].is_possible)
        return true;
    error_set(error, ERROR_CONFIG, "trainer.precision '%s' needs a GPU, and this build has no backend for one",
              precision_name(precision));
    return error_hint(error, "use precision: 32-true on a processor");
}
