/*
 * components.h: a small house of components for the tests of configs: named as the real ones, and fixed, so that the
 * expected messages change only when the messages do.
 */
#ifndef LRUN_TESTS_UNIT_CONFIG_COMPONENTS_H
#define LRUN_TESTS_UNIT_CONFIG_COMPONENTS_H

#include "components/backbones/backbone.h"
#include "components/callbacks/callback.h"
#include "components/datamodules/data_module.h"
#include "components/loggers/logger.h"
#include "components/lr_schedulers/lr_scheduler.h"
#include "components/models/model.h"
#include "components/optimizers/optimizer.h"
#include "components/transforms/transform.h"
#include "engine/base/params.h"

struct run;
struct trainer;

/** Everything that a run is made of. Name: Config. */
struct run_params {
    /** Seed of all random numbers. Default: 0. Range: [0, inf). */
    int64_t seed_everything;
    /** How to run. Default: Trainer. */
    struct trainer *trainer;
    /** What is trained. */
    struct model *model;
    /** What it is trained on. */
    struct data_module *data;
    /** How the weights follow their gradients. Default: SGD. */
    struct optimizer *optimizer;
    /** How the learning rate changes. Default: null. */
    struct lr_scheduler *lr_scheduler;
};
struct run *run_create(const struct run_params *params, struct error *error);

/** Runs the loops. Name: Trainer. */
struct trainer_params {
    /** Stop after this many epochs; null never stops. Default: 10. Range: [0, inf). */
    const int64_t *max_epochs;
    /** Clip gradients to this norm. Default: null. Range: (0, inf). */
    const double *gradient_clip_val;
    /** How many training batches per epoch. Default: 1.0. */
    struct amount limit_train_batches;
    /** Run one batch of everything. Default: false. */
    bool fast_dev_run;
    /** Draw a progress bar. Default: true. */
    bool enable_progress_bar;
    /** Where runs are written. Default: lightning_logs. */
    const char *default_root_dir;
    /** What is told about each step. Default: []. */
    struct callback_list callbacks;
};
struct trainer *trainer_create(const struct trainer_params *params, struct error *error);

/** Detects objects in boxes. Name: SSD. */
struct ssd_params {
    /** Number of classes without background; null takes the data's. Default: null. Range: [1, 100000]. */
    const int64_t *num_classes;
    /** What makes the feature maps. Default: ResNet18. */
    struct backbone *backbone;
    /** Least score of a detection. Default: 0.01. Range: [0, 1]. */
    double score_thresh;
    /** File to start from. Default: null. */
    const char *weights;
};
struct model *ssd_create(const struct ssd_params *params, struct error *error);

/** Classifies images. Name: ImageClassifier. */
struct image_classifier_params {
    /** What makes the features. */
    struct backbone *backbone;
    /** Share of features dropped. Default: 0. Range: [0, 1). */
    double dropout;
};
struct model *image_classifier_create(const struct image_classifier_params *params, struct error *error);

/** A residual network of 18 layers. Name: ResNet18. */
struct resnet18_params;
struct backbone *resnet18_create(const struct resnet18_params *params, struct error *error);

/** A residual network of 50 layers. Name: ResNet50. */
struct resnet50_params {
    /** Channels of the first layer. Default: 64. Range: [1, 4096]. */
    int width;
};
struct backbone *resnet50_create(const struct resnet50_params *params, struct error *error);

/** Pascal VOC. Name: VOCDataModule. */
struct voc_data_module_params {
    /** Folder of the data. */
    const char *root;
    /** Year of the challenge. Default: "2012". */
    const char *year;
    /** Names of the classes. Default: [aeroplane, bicycle]. */
    struct string_list classes;
    /** Images per batch. Default: 8. Range: [1, 65536]. */
    int batch_size;
    /** Threads that load; null chooses. Default: null. Range: [0, 256]. */
    const int64_t *num_workers;
    /** Fetches what is missing. Default: true. */
    bool download;
    /** What happens to training images, in order. Default: [Resize, ToDtype]. */
    struct transform_list train_transforms;
};
struct data_module *voc_data_module_create(const struct voc_data_module_params *params, struct error *error);

/** How pixels are sampled. */
enum sampling {
    SAMPLING_NEAREST,
    SAMPLING_BILINEAR,
    SAMPLING_COUNT,
};

/** Resizes images. Name: Resize. */
struct resize_params {
    /** Height and width in pixels; one number sets the shorter side. Default: [300, 300]. Range: [1, 16384]. */
    struct int_list size;
    /** How pixels are sampled. Default: bilinear. */
    enum sampling interpolation;
};
struct transform *resize_create(const struct resize_params *params, struct error *error);

/** Makes numbers of pixels. Name: ToDtype. */
struct to_dtype_params {
    /** Divides by 255. Default: true. */
    bool scale;
};
struct transform *to_dtype_create(const struct to_dtype_params *params, struct error *error);

/** Subtracts a mean and divides by a deviation. Name: Normalize. */
struct normalize_params {
    /** One for each channel. Default: [0.485, 0.456, 0.406]. */
    struct double_list mean;
    /** One for each channel. Default: [0.229, 0.224, 0.225]. Range: (0, inf). */
    struct double_list std;
};
struct transform *normalize_create(const struct normalize_params *params, struct error *error);

/** Several transforms, one after the other. Name: Compose. */
struct compose_params {
    /** The transforms. */
    struct transform_list transforms;
};
struct transform *compose_create(const struct compose_params *params, struct error *error);

/** Gradient descent. Name: SGD. */
struct sgd_params {
    /** Learning rate. Default: 0.001. Range: (0, inf). */
    double lr;
    /** Share of the last step that is kept. Default: 0. Range: [0, 1). */
    double momentum;
    /** With Nesterov's correction. Default: false. */
    bool nesterov;
};
struct optimizer *sgd_create(const struct sgd_params *params, struct error *error);

/** Adam with decoupled weight decay. Name: AdamW. */
struct adam_w_params {
    /** Learning rate. Default: 0.001. Range: (0, inf). */
    double lr;
    /** Averages' shares. Default: [0.9, 0.999]. Range: [0, 1). */
    struct double_list betas;
};
struct optimizer *adam_w_create(const struct adam_w_params *params, struct error *error);

/** Multiplies the rate at milestones. Name: MultiStepLR. */
struct multi_step_lr_params {
    /** Epochs. */
    struct int_list milestones;
    /** Factor. Default: 0.1. */
    double gamma;
};
struct lr_scheduler *multi_step_lr_create(const struct multi_step_lr_params *params, struct error *error);

/** Keeps the best checkpoints. Name: ModelCheckpoint. */
struct model_checkpoint_params {
    /** The metric. Default: null. */
    const char *monitor;
    /** How many. Default: 1. Range: [-1, inf). */
    int save_top_k;
};
struct callback *model_checkpoint_create(const struct model_checkpoint_params *params, struct error *error);

/** Stops when nothing gets better. Name: EarlyStopping. */
struct early_stopping_params {
    /** The metric. */
    const char *monitor;
    /** Checks without progress. Default: 3. Range: [0, inf). */
    int patience;
};
struct callback *early_stopping_create(const struct early_stopping_params *params, struct error *error);

#endif
