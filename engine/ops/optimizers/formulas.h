/*
 * formulas.h: the update of one parameter by one gradient, written once for every backend.
 *
 * As torch.optim's single-tensor implementations, in float32; in float64 where a file defines REAL so.
 */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_FORMULAS_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_FORMULAS_H

#include <math.h>
#include <stdint.h>

#include "engine/base/formula.h"

/** What they compute in. */
#ifndef REAL
#define REAL float
#endif

/** Numbers of one SGD step. */
struct sgd_formula {
    double learning_rate;
    double momentum;
    double rest; /* 1 - dampening */
    double weight_decay;
    double gradient_scale; /* of the step's state (step_state.h) */
    int nesterov;
    int first;      /* the momentum buffer is empty */
    int is_counted; /* whether it is, the step's state says */
};

/** torch.optim.SGD; `buffer` is NULL without momentum. */
FORMULA void sgd_update(const struct sgd_formula *f, REAL *parameter, REAL gradient, REAL *buffer)
{
    REAL momentum = (REAL)f->momentum;
    REAL direction = gradient * (REAL)f->gradient_scale + (REAL)f->weight_decay * *parameter;
    if (buffer != 0) {
        *buffer = f->first ? direction : momentum * *buffer + (REAL)f->rest * direction;
        direction = f->nesterov ? direction + momentum * *buffer : *buffer;
    }
    *parameter -= (REAL)f->learning_rate * direction;
}

/** Numbers of one Adam or AdamW step. */
struct adam_formula {
    double learning_rate;
    double beta1;
    double beta2;
    double rest1; /* 1 - beta1, computed in double: 1.0f - 0.999f would be wrong in the fifth digit */
    double rest2; /* 1 - beta2 */
    double epsilon;
    double coupled_decay;    /* Adam: added to the gradient */
    double decoupled_factor; /* AdamW: 1 - lr * weight_decay; 1 otherwise */
    double step_size;        /* lr / (1 - beta1^t) */
    double root_correction;  /* sqrt(1 - beta2^t) */
    double gradient_scale;   /* as in sgd_formula */
    int is_counted;          /* t is one more than the updates that the step's state has counted */
};

/** Sets what depends on how many updates were done. */
FORMULA void adam_correct(struct adam_formula *f, int64_t updates)
{
    double count = (double)updates + 1;
    f->step_size = f->learning_rate / (1.0 - pow(f->beta1, count));
    f->root_correction = sqrt(1.0 - pow(f->beta2, count));
}

/** torch.optim.Adam and AdamW; `largest` is NULL unless amsgrad. */
FORMULA void adam_update(const struct adam_formula *f, REAL *parameter, REAL gradient, REAL *average, REAL *square,
                         REAL *largest)
{
    REAL g = gradient * (REAL)f->gradient_scale + (REAL)f->coupled_decay * *parameter;
    *parameter *= (REAL)f->decoupled_factor;
    *average += (REAL)f->rest1 * (g - *average);
    *square = (REAL)f->beta2 * *square + (REAL)f->rest2 * g * g;
    REAL second = *square;
    if (largest != 0) {
        *largest = *largest > second ? *largest : second;
        second = *largest;
    }
    /* Of a float, the root in double rounded to float is the float root: compilers take that. */
    REAL root = (REAL)sqrt((double)second);
    *parameter += -(REAL)f->step_size * *average / (root / (REAL)f->root_correction + (REAL)f->epsilon);
}

#endif
