/* gemm.c: linear and its gradients as products of matrices. */
#include "engine/backends/cpu/gemm.h"

#include <string.h>

#include "engine/ops/linear/linear.h"
#include "engine/ops/value_view.h"

static void linear_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *x = instance->node->inputs[0]->shape.size, *y = instance->node->outputs[0]->shape.size;
    const float *bias = run->inputs[2];
    float *result = run->outputs[0];
    for (int64_t n = 0; n < y[0] && bias != NULL; n++)
        memcpy(result + n * y[1], bias, sizeof *bias * (size_t)y[1]);
    gemm_run(&(struct gemm){.a = run->inputs[0],
                            .b = run->inputs[1],
                            .c = result,
                            .m = y[0],
                            .n = y[1],
                            .k = x[1],
                            .transpose_b = true,
                            .accumulate = bias != NULL});
}

static void backward_data_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *y = instance->node->inputs[0]->shape.size, *x = instance->node->outputs[0]->shape.size;
    gemm_run(&(struct gemm){
        .a = run->inputs[0], .b = run->inputs[1], .c = run->outputs[0], .m = y[0], .n = x[1], .k = y[1]});
}

static void backward_weights_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *y = instance->node->inputs[1]->shape.size, *x = instance->node->inputs[0]->shape.size;
    const float *gradient = run->inputs[1];
    float *bias = instance->node->output_count > 1 ? run->outputs[1] : NULL;
    gemm_run(&(struct gemm){.a = gradient,
                            .b = run->inputs[0],
                            .c = run->outputs[0],
                            .m = y[1],
                            .n = x[1],
                            .k = y[0],
                            .transpose_a = true});
    for (int64_t k = 0; k < y[1] && bias != NULL; k++) {
        double sum = 0;
        for (int64_t n = 0; n < y[0]; n++)
            sum += gradient[n * y[1] + k];
        bias[k] = (float)sum;
    }
}

const struct kernel linear_gemm = {
    .name = "gemm", .is_available = gemm_is_available, .supports = node_is_plain, .run = linear_run};
const struct kernel linear_backward_data_gemm = {
    .name = "gemm", .is_available = gemm_is_available, .supports = node_is_plain, .run = backward_data_run};
const struct kernel linear_backward_weights_gemm = {
    .name = "gemm", .is_available = gemm_is_available, .supports = node_is_plain, .run = backward_weights_run};
