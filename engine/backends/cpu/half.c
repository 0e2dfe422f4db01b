/* half.c: what this machine does with bfloat16. */
#include "engine/backends/cpu/half.h"

#include <stddef.h>
#include <string.h>

#include "build_config.h"

#if LRUN_HAVE_ONEDNN
#include "engine/backends/cpu/onednn.h"

/* Asks for a common convolution: what the library has for it, it has for the others too. */
static dnnl_primitive_desc_t find_convolution(void)
{
    dnnl_memory_desc_t x = onednn_plain_format(4, (const dnnl_dim_t[]){1, 64, 8, 8}, DTYPE_BF16), y = x;
    dnnl_memory_desc_t weight = onednn_plain_format(4, (const dnnl_dim_t[]){64, 64, 3, 3}, DTYPE_BF16);
    dnnl_dims_t one = {1, 1}, zero = {0, 0};
    dnnl_convolution_desc_t descriptor;
    x = y = onednn_any_format(&x, DTYPE_BF16);
    weight = onednn_any_format(&weight, DTYPE_BF16);
    if (dnnl.dilated_convolution_forward_desc_init(&descriptor, dnnl_forward_training, dnnl_convolution_direct, &x,
                                                   &weight, NULL, &y, one, zero, one, one) != dnnl_success)
        return NULL;
    return onednn_find(&descriptor, false);
}

/* Asked once: a graph asks for each of its nodes. */
static struct {
    bool is_known;
    const char *name;
} implementation;

const char *half_find_implementation(void)
{
    if (implementation.is_known || !onednn_is_available())
        return implementation.name;
    dnnl_primitive_desc_t found = find_convolution();
    if (found != NULL)
        implementation.name = onednn_implementation(found);
    implementation.is_known = true;
    dnnl.primitive_desc_destroy(found);
    return implementation.name;
}
#else
const char *half_find_implementation(void)
{
    return NULL;
}
#endif

bool half_is_channels_last(void)
{
    const char *name = half_find_implementation();
    return name != NULL && strstr(name, "amx") != NULL;
}

bool half_is_emulated(void)
{
    const char *name = half_find_implementation(), *instructions = name != NULL ? strrchr(name, ':') : NULL;
    return instructions != NULL && strstr(instructions, "bf16") == NULL;
}
