/* clip.h: limits for gradients, as torch.nn.utils.clip_grad_norm_. The norm, and limits of elements: engine/ops/arrays. */
#ifndef LRUN_RUNNER_TRAIN_CLIP_H
#define LRUN_RUNNER_TRAIN_CLIP_H

/** The factor that brings gradients of this norm to at most `limit`: min(1, limit / (norm + 1e-6)). */
double clip_norm_factor(double norm, double limit);

#endif
