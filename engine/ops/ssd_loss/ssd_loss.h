/*
 * ssd_loss.h: the kernels of ssd_loss and of its gradient.
 *
 * ssd_loss: inputs regression, logits, boxes, labels, counts; outputs the two losses [], and as int32 [n, anchors] the role
 * of each anchor: the number of its box, or one of the roles below. ssd_loss_backward: inputs the gradients of the two losses
 * [] (NULL where none flows), regression, logits, boxes, labels, roles; outputs the gradients of regression and logits.
 */
#ifndef LRUN_ENGINE_OPS_SSD_LOSS_SSD_LOSS_H
#define LRUN_ENGINE_OPS_SSD_LOSS_SSD_LOSS_H

#include "engine/graph/op.h"
#include "engine/ops/ops.h"

enum ssd_role {
    SSD_IGNORED = -1,  /* background that is not hard enough */
    SSD_NEGATIVE = -2, /* background that counts */
};

extern const struct kernel ssd_loss_cuda;
extern const struct kernel ssd_loss_reference;
extern const struct kernel ssd_loss_backward_cuda;
extern const struct kernel ssd_loss_backward_reference;

#endif
