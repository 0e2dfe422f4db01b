/* renamed_table.c: names that others use and we do not: what they are here, or what to do instead. */
#include "runner/config/renamed.h"

#define NOTHING                                                                                                        \
    {                                                                                                                  \
        {                                                                                                              \
            NULL, NULL                                                                                                 \
        }                                                                                                              \
    }
#define TRAINER "Trainer"

static const char one_process[] = "one process trains, on one machine: leave it out";
static const char no_tpu[] = "what computes is chosen by 'accelerator'";
static const char no_average[] = "weights are not averaged: leave it out";
static const char find_rate[] = "try several: lrun sweep CONFIG --optimizer.lr=1e-2,1e-3,1e-4";
static const char find_batch[] = "set data.batch_size; 'lrun check CONFIG' says how much memory it takes";

/* Lightning 1.5's and 2.x's Trainer. */
const struct renamed renamed_table[] = {
    {TRAINER, "amp_backend", "native", NOTHING, NULL},
    {TRAINER, "amp_backend", "null", NOTHING, NULL},
    {TRAINER, "amp_backend", NULL, NOTHING, "set 'precision'"},
    {TRAINER, "amp_level", "null", NOTHING, NULL},
    {TRAINER, "amp_level", NULL, NOTHING, "set 'precision'"},
    {TRAINER, "auto_lr_find", "false", NOTHING, NULL},
    {TRAINER, "auto_lr_find", "null", NOTHING, NULL},
    {TRAINER, "auto_lr_find", NULL, NOTHING, find_rate},
    {TRAINER, "auto_scale_batch_size", "false", NOTHING, NULL},
    {TRAINER, "auto_scale_batch_size", "null", NOTHING, NULL},
    {TRAINER, "auto_scale_batch_size", NULL, NOTHING, find_batch},
    {TRAINER, "auto_select_gpus", "false", NOTHING, NULL},
    {TRAINER, "auto_select_gpus", NULL, NOTHING, "name the GPU in the environment: CUDA_VISIBLE_DEVICES=0"},
    {TRAINER, "barebones", "false", NOTHING, NULL},
    {TRAINER, "barebones", NULL, NOTHING,
     "turn off enable_checkpointing, enable_progress_bar and enable_model_summary"},
    {TRAINER, "checkpoint_callback", "null", NOTHING, NULL},
    {TRAINER, "checkpoint_callback", NULL, {{"enable_checkpointing", NULL}}, NULL},
    {TRAINER, "enable_autolog_hparams", NULL, NOTHING, NULL},
    {TRAINER, "fast_dev_run", "false", {{"fast_dev_run", "0"}}, NULL},
    {TRAINER, "fast_dev_run", "true", {{"fast_dev_run", "1"}}, NULL},
    {TRAINER, "flush_logs_every_n_steps", NULL, NOTHING, NULL},
    {TRAINER, "gpus", "null", NOTHING, NULL},
    {TRAINER, "gpus", "0", {{"accelerator", "cpu"}}, NULL},
    {TRAINER, "gpus", "-1", {{"accelerator", "gpu"}}, NULL},
    {TRAINER, "gpus", NULL, {{"accelerator", "gpu"}, {"devices", NULL}}, NULL},
    {TRAINER, "inference_mode", NULL, NOTHING, NULL},
    {TRAINER, "ipus", "0", NOTHING, NULL},
    {TRAINER, "ipus", "null", NOTHING, NULL},
    {TRAINER, "ipus", NULL, NOTHING, no_tpu},
    {TRAINER, "log_gpu_memory", "null", NOTHING, NULL},
    {TRAINER, "log_gpu_memory", NULL, NOTHING, "'lrun check CONFIG' says how much memory a run takes"},
    {TRAINER, "logger", "false", {{"logger", "[]"}}, NULL},
    {TRAINER, "logger", "true", NOTHING, NULL},
    {TRAINER, "model_registry", "null", NOTHING, NULL},
    {TRAINER, "model_registry", NULL, NOTHING, "the best checkpoint is in the run directory, under checkpoints"},
    {TRAINER, "move_metrics_to_cpu", NULL, NOTHING, NULL},
    {TRAINER, "multiple_trainloader_mode", NULL, NOTHING, NULL},
    {TRAINER, "num_nodes", "1", NOTHING, NULL},
    {TRAINER, "num_nodes", NULL, NOTHING, one_process},
    {TRAINER, "num_processes", "1", NOTHING, NULL},
    {TRAINER, "num_processes", NULL, NOTHING, "one process trains; 'devices' says on how many, of the processor too"},
    {TRAINER, "plugins", "[]", NOTHING, NULL},
    {TRAINER, "plugins", "null", NOTHING, NULL},
    {TRAINER, "plugins", NULL, NOTHING, "a config loads no code: leave it out"},
    {TRAINER, "prepare_data_per_node", NULL, NOTHING, NULL},
    {TRAINER, "process_position", NULL, NOTHING, NULL},
    {TRAINER, "profiler", "null", {{"profiler", "none"}}, NULL},
    {TRAINER, "progress_bar_refresh_rate", "0", {{"enable_progress_bar", "false"}}, NULL},
    {TRAINER, "progress_bar_refresh_rate", "null", NOTHING, NULL},
    {TRAINER, "progress_bar_refresh_rate", NULL, {{"enable_progress_bar", "true"}}, NULL},
    {TRAINER, "reload_dataloaders_every_epoch", "false", NOTHING, NULL},
    {TRAINER, "reload_dataloaders_every_epoch", NULL, NOTHING,
     "data is read from its files at every epoch: leave it out"},
    {TRAINER, "reload_dataloaders_every_n_epochs", "0", NOTHING, NULL},
    {TRAINER, "reload_dataloaders_every_n_epochs", NULL, NOTHING,
     "data is read from its files at every epoch: leave it out"},
    {TRAINER, "replace_sampler_ddp", NULL, NOTHING, NULL},
    {TRAINER, "stochastic_weight_avg", "false", NOTHING, NULL},
    {TRAINER, "stochastic_weight_avg", NULL, NOTHING, no_average},
    {TRAINER, "strategy", "auto", NOTHING, NULL},
    {TRAINER, "strategy", "ddp", NOTHING, NULL},
    {TRAINER, "strategy", "ddp_fork", NOTHING, NULL},
    {TRAINER, "strategy", "ddp_spawn", NOTHING, NULL},
    {TRAINER, "strategy", "null", NOTHING, NULL},
    {TRAINER, "strategy", NULL, NOTHING, "several devices train together as with 'ddp': leave it out"},
    {TRAINER, "suggest_integrations", NULL, NOTHING, NULL},
    {TRAINER, "sync_batchnorm", "false", NOTHING, NULL},
    {TRAINER, "sync_batchnorm", NULL, NOTHING, "each device normalises its own batches: leave it out"},
    {TRAINER, "terminate_on_nan", "false", NOTHING, "a run ends where the loss is not finite: leave it out"},
    {TRAINER, "terminate_on_nan", NULL, NOTHING, NULL},
    {TRAINER, "tpu_cores", "0", NOTHING, NULL},
    {TRAINER, "tpu_cores", "null", NOTHING, NULL},
    {TRAINER, "tpu_cores", NULL, NOTHING, no_tpu},
    {TRAINER, "track_grad_norm", "-1", NOTHING, NULL},
    {TRAINER, "track_grad_norm", NULL, NOTHING, "gradients are not logged; 'gradient_clip_val' limits them"},
    {TRAINER, "use_distributed_sampler", NULL, NOTHING, NULL},
    {TRAINER, "weights_save_path", "null", NOTHING, NULL},
    {TRAINER, "weights_save_path", NULL, NOTHING,
     "add a callback: {type: ModelCheckpoint, dirpath: FOLDER}; 'default_root_dir' moves the whole run"},
    {TRAINER, "weights_summary", "null", {{"enable_model_summary", "false"}}, NULL},
    {TRAINER, "weights_summary", NULL, {{"enable_model_summary", "true"}}, NULL},
    {.name = NULL},
};

static const char to_dtype[] = "write {type: ToDtype, dtype: float32, scale: true}";
static const char no_conversion[] = "images are arrays of pixels already: leave it out";
static const char progress_bar[] = "the bar is the trainer's: enable_progress_bar";
static const char model_summary[] = "the summary is the trainer's: enable_model_summary";

/* Of torchvision.transforms, then of Lightning's callbacks and loggers. */
const struct renamed_type renamed_types[] = {
    {"ConvertImageDtype", to_dtype},
    {"ConvertDtype", to_dtype},
    {"PILToTensor", no_conversion},
    {"ToImage", no_conversion},
    {"ToPILImage", no_conversion},
    {"ToPureTensor", no_conversion},
    {"ToTensor", to_dtype},
    {"BatchSizeFinder", find_batch},
    {"DeviceStatsMonitor", "'lrun check CONFIG' says how much memory a run takes"},
    {"GradientAccumulationScheduler", "set trainer.accumulate_grad_batches"},
    {"LearningRateFinder", find_rate},
    {"ModelSummary", model_summary},
    {"RichModelSummary", model_summary},
    {"RichProgressBar", progress_bar},
    {"StochasticWeightAveraging", no_average},
    {"TQDMProgressBar", progress_bar},
    {"Timer", "set trainer.max_time"},
    {"TensorBoardLogger", "CSVLogger writes every number to metrics.csv"},
    {.name = NULL},
};
