/*
 * formulas.h: the update of one parameter by one gradient, written once for every backend.
 *
 * As torch.optim's single-tensor implementations, in float32.
 */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_FORMULAS_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_FORMULAS_H

#include <math.h>

/** Numbers of one SGD step. */
struct sgd_formula {
    float learning_rate;
    float momentum;
    float rest; /* 1 - dampening */
    float weight_decay;
    float gradient_scale;
    int nesterov;
    int first; /* the momentum buffer is empty */
};

/** torch.optim.SGD; `buffer` is NULL without momentum. */
static inline void sgd_update(const struct sgd_formula *f, float *parameter, float gradient, float *buffer)
{
    float direction = gradient * f->gradient_scale + f->weight_decay * *parameter;
    if (buffer != 0) {
        *buffer = f->first ? direction : f->momentum * *buffer + f->rest * direction;
        direction = f->nesterov ? direction + f->momentum * *buffer : *buffer;
    }
    *parameter -= f->learning_rate * direction;
}

/** Numbers of one Adam or AdamW step. */
struct adam_formula {
    float beta2;
    float rest1; /* 1 - beta1, rounded once: 1.0f - 0.999f would be wrong in the fifth digit */
    float rest2; /* 1 - beta2 */
    float epsilon;
    float coupled_decay;    /* Adam: added to the gradient */
    float decoupled_factor; /* AdamW: 1 - lr * weight_decay; 1 otherwise */
    float step_size;        /* lr / (1 - beta1^t) */
    float root_correction;  /* sqrt(1 - beta2^t) */
    float gradient_scale;
};

/** torch.optim.Adam and AdamW; `largest` is NULL unless amsgrad. */
static inline void adam_update(const struct adam_formula *f, float *parameter, float gradient, float *average,
                               float *square, float *largest)
{
    float g = gradient * f->gradient_scale + f->coupled_decay * *parameter;
    *parameter *= f->decoupled_factor;
    *average += f->rest1 * (g - *average);
    *square = f->beta2 * *square + f->rest2 * g * g;
    float second = *square;
    if (largest != 0) {
        *largest = *largest > second ? *largest : second;
        second = *largest;
    }
    *parameter += -f->step_size * *average / (sqrtf(second) / f->root_correction + f->epsilon);
}

#endif
