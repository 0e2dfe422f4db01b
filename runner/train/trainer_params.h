/*
 * trainer_params.h: the documented constructor of the trainer: all that a config's `trainer` can say.
 *
 * What a trainer does is in trainer.h. This header stands alone so that schemas/generator can read it.
 */
#ifndef LRUN_RUNNER_TRAIN_TRAINER_PARAMS_H
#define LRUN_RUNNER_TRAIN_TRAINER_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "components/callbacks/callback.h"
#include "components/loggers/logger.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

struct trainer;

/** How gradients are clipped. */
enum gradient_clip_algorithm {
    /** All gradients are scaled by one factor, so that their common norm is at most gradient_clip_val. */
    GRADIENT_CLIP_ALGORITHM_NORM,
    /** Each element is cut to [-gradient_clip_val, gradient_clip_val]. */
    GRADIENT_CLIP_ALGORITHM_VALUE,
};

/** What computes. */
enum accelerator {
    /** A GPU where one is found that can compute the model, else the processor. */
    ACCELERATOR_AUTO,
    /** The processor. */
    ACCELERATOR_CPU,
    /** A GPU of any maker; an error where there is none, or the build has no backend for one. */
    ACCELERATOR_GPU,
    /** An NVIDIA GPU; an error where there is none, or the build has no CUDA backend. */
    ACCELERATOR_CUDA,
};

/** The number format of arithmetic and weights. */
enum precision {
    PRECISION_32_TRUE, /**< "32-true": float32 throughout. */
    PRECISION_32,      /**< "32": the same. */
    /**
     * "bf16-mixed": what is large is bfloat16, which takes half the memory and, on a processor that has it, much less
     * time: convolutions, linear layers and what follows them, and the gradients of all that. Weights, their gradients,
     * statistics, losses and the optimizer are float32. Needs AVX-512.
     */
    PRECISION_BF16_MIXED,
    PRECISION_BF16, /**< "bf16": the same. */
    /** "bf16-true": weights, their gradients and the optimizer's states are bfloat16 as well. Small updates get lost. */
    PRECISION_BF16_TRUE,
    /** "64-true": float64 throughout, by plain loops: slow, to tell rounding from mistakes. */
    PRECISION_64_TRUE,
    PRECISION_64, /**< "64": the same. */
    /**
     * "16-mixed": as bf16-mixed, in float16, which has more digits and a smaller range. So the loss is scaled before it is
     * differentiated, as by torch.amp.GradScaler: by 65536 at first; a step whose gradients are not finite is left out and halves
     * the scale, 2000 others in a row double it. Needs a GPU: on a processor it is bf16-mixed.
     */
    PRECISION_16_MIXED,
    PRECISION_16, /**< "16": the same. */
    /**
     * "16-true": weights, their gradients and the optimizer's states are float16 as well, and nothing is scaled. Needs a
     * GPU. Small gradients and updates get lost.
     */
    PRECISION_16_TRUE,
    /** "transformer-engine": needs a GPU, and is not in this version yet. */
    PRECISION_TRANSFORMER_ENGINE,
};

/** How exact products of float32 are. */
enum float32_matmul_precision {
    /** float32. */
    FLOAT32_MATMUL_PRECISION_HIGHEST,
    /** On a GPU, convolutions and linear layers round what they multiply to TF32 (11 binary digits), which is much faster. */
    FLOAT32_MATMUL_PRECISION_HIGH,
    /** The same. */
    FLOAT32_MATMUL_PRECISION_MEDIUM,
};

/** What is recorded of where the time goes. */
enum profiler_kind {
    /** Nothing. */
    PROFILER_KIND_NONE,
    /** Tables at the end, also in the run directory's profile.txt: what the loop does, operations, layers. */
    PROFILER_KIND_SIMPLE,
    /** The tables, and trace.json, which chrome://tracing shows: every node and every sample that a worker makes. */
    PROFILER_KIND_ADVANCED,
};

/** Runs the loops: fit, validate, test, predict. As lightning.pytorch.Trainer. Name: Trainer. */
struct trainer_params {
    /**
     * Epochs to train; -1 for no limit. When neither this nor max_steps is given: 1000. Default: null. Range:
     * [-1, inf).
     */
    const int64_t *max_epochs;
    /** Epochs to train at least, whatever asks to stop earlier. Default: null. Range: [0, inf). */
    const int64_t *min_epochs;
    /** Optimizer steps to train; -1 for no limit. Default: -1. Range: [-1, inf). */
    int64_t max_steps;
    /** Optimizer steps to train at least, whatever asks to stop earlier. Default: null. Range: [0, inf). */
    const int64_t *min_steps;
    /** Stop after this time, written DD:HH:MM:SS ("00:01:30:00"). Default: null. */
    const char *max_time;
    /** Batches of a training epoch: a count (10) or a share (0.1). Default: 1.0. Range: [0, inf). */
    struct amount limit_train_batches;
    /** Batches of a validation: a count (10) or a share (0.1). Default: 1.0. Range: [0, inf). */
    struct amount limit_val_batches;
    /** Batches of a test: a count (10) or a share (0.1). Default: 1.0. Range: [0, inf). */
    struct amount limit_test_batches;
    /** Batches of a prediction: a count (10) or a share (0.1). Default: 1.0. Range: [0, inf). */
    struct amount limit_predict_batches;
    /**
     * A smoke test: this many batches of training, validation and test, one epoch, nothing written. 0: off.
     * Default: 0. Range: [0, inf).
     */
    int fast_dev_run;
    /**
     * Train and validate on only so much of their data, in order, to see a model overfit: a count or a share. 0: off.
     * Default: 0.0. Range: [0, inf).
     */
    struct amount overfit_batches;
    /**
     * When to validate within an epoch: after every so many batches (100), or after each such share of the
     * epoch (0.25). Default: 1.0. Range: (0, inf).
     */
    struct amount val_check_interval;
    /**
     * Validate every so many epochs; null counts the batches of val_check_interval across epochs. Default: 1.
     * Range: [1, inf).
     */
    const int64_t *check_val_every_n_epoch;
    /** Validation batches to run before training, to find errors early; -1 for all. Default: 2. Range: [-1, inf). */
    int num_sanity_val_steps;
    /** Batches whose gradients are averaged into one optimizer step. Default: 1. Range: [1, inf). */
    int accumulate_grad_batches;
    /** Limit of the gradients before an optimizer step; null: none. Default: null. Range: [0, inf). */
    const double *gradient_clip_val;
    /** How gradients are limited. Default: norm. */
    enum gradient_clip_algorithm gradient_clip_algorithm;
    /**
     * Log training numbers every so many optimizer steps. A GPU is waited for then, and what was not finite is found. Default: 50.
     * Range: [1, inf).
     */
    int log_every_n_steps;
    /** Looks for NaN and infinity after every operation, not only when a loss shows them. Slow. Default: false. */
    bool detect_anomaly;
    /** Directory in which lightning_logs/version_N is made; null: the working directory. Default: null. */
    const char *default_root_dir;
    /** Shows a progress bar on a terminal, and sparse lines elsewhere. Default: true. */
    bool enable_progress_bar;
    /**
     * Writes a checkpoint at the end of each epoch where no ModelCheckpoint is among the callbacks; false
     * forbids checkpoints. Default: true.
     */
    bool enable_checkpointing;
    /** Prints the model's layers, parameters and memory before training. Default: true. */
    bool enable_model_summary;
    /** What is recorded of where the time goes. Default: none. */
    enum profiler_kind profiler;
    /** File or URL of a checkpoint from which training goes on. Default: null. */
    const char *resume_from_checkpoint;
    /** What computes. Default: auto. */
    enum accelerator accelerator;
    /**
     * How many devices train together, each on batches of batch_size of its own, with the results of Lightning's `ddp`: 2; or which
     * GPUs, by their numbers: [0, 2]. auto and -1 are all GPUs, or the processor once; more than one of a processor are replicas,
     * computed one after another. Default: auto. List: as text.
     */
    const char *devices;
    /** The number format of arithmetic and weights. Default: 32-true. */
    enum precision precision;
    /**
     * How exact products of float32 are on a GPU; the processor's are always float32. As torch.set_float32_matmul_precision, for
     * convolutions too. Default: highest.
     */
    enum float32_matmul_precision float32_matmul_precision;
    /**
     * Same bytes on every run on the same machine with the same number of threads, or on the same GPU. On the processor nothing is
     * otherwise; false allows a GPU's libraries algorithms that add up in the order of arrival. Default: true.
     */
    bool deterministic;
    /**
     * Which of several algorithms computes a convolution or a linear layer (on a GPU, which of its libraries'), and whether one
     * thread is faster than num_threads where a step is small, is measured at the start, which takes a second or a few; false: by
     * a fixed rule. As torch.backends.cudnn.benchmark, but results can be repeated: what was chosen is kept in the user's cache
     * directory, in the run directory and in checkpoints, and a run that goes on or is repeated uses the same. Default: false.
     */
    bool benchmark;
    /**
     * Stages of the model whose activations are not kept for the backward pass but computed again in it, one stage after
     * another: less memory, more time, the same results to the bit. Named as layers in the summary and in the names of
     * parameters, or less far: [backbone.layer1, backbone.layer2]. As torch.utils.checkpoint. Default: [].
     */
    struct string_list activation_checkpointing;
    /** Threads that compute; 0: one per core. Results depend on it in the last bits. Default: 0. Range: [0, 1024]. */
    int num_threads;
    /** What happens besides training: ModelCheckpoint, EarlyStopping, ... Default: []. */
    struct callback_list callbacks;
    /** Where logged numbers go. Default: [CSVLogger]. */
    struct logger_list logger;
};

/**
 * Makes the trainer, which takes over callbacks and loggers. Fails with ERROR_CONFIG when the parameters do not fit
 * together: max_time that is no time, a share above 1, a device that this build cannot drive.
 */
struct trainer *trainer_create(const struct trainer_params *params, struct error *error);

#endif
