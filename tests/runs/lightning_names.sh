# shellcheck shell=sh disable=SC2034,SC2154
# lightning_names.sh: the names of Lightning's Trainer: those that are called otherwise here are taken, with a note;
# those that are not here say what to do instead. `lrun config migrate` puts ours in the text.
. "$(dirname "$0")/common.sh"
expected=$sources/tests/runs/lightning_names

cat >a.yaml <<'YAML'
model: {type: SSD, backbone: ResNet18}
data: {type: VOCDataModule, root: data}
optimizer: {type: SGD, lr: 0.001}
YAML

# Every argument of Lightning 1.5's and 2.x's Trainer, at its default or off, is taken; nothing of it is an error.
cat >off.yaml <<'YAML'
trainer:
  checkpoint_callback: false
  process_position: 0
  num_nodes: 1
  num_processes: 1
  gpus: 0
  auto_select_gpus: False
  tpu_cores: null
  ipus:
  log_gpu_memory: null
  progress_bar_refresh_rate: 0
  track_grad_norm: -1
  fast_dev_run: false
  flush_logs_every_n_steps: 100
  strategy: null
  sync_batchnorm: false
  weights_summary: null
  weights_save_path: null
  profiler: null
  benchmark: true
  reload_dataloaders_every_n_epochs: 0
  reload_dataloaders_every_epoch: false
  auto_lr_find: false
  replace_sampler_ddp: true
  auto_scale_batch_size: false
  prepare_data_per_node: true
  plugins: []
  amp_backend: native
  amp_level: null
  move_metrics_to_cpu: false
  multiple_trainloader_mode: max_size_cycle
  stochastic_weight_avg: false
  terminate_on_nan: true
  logger: false
  inference_mode: true
  use_distributed_sampler: true
  barebones: false
  enable_autolog_hparams: true
  model_registry: null
  suggest_integrations: true
YAML
run 0 config show a.yaml off.yaml
same err "$expected/off.notes" 'notes'
prints '  accelerator: cpu'
prints '  enable_checkpointing: false'
prints '  enable_progress_bar: false'
prints '  enable_model_summary: false'
prints '  fast_dev_run: 0'
prints '  logger: []'

# What is not here says what to do instead, all at once.
cat >on.yaml <<'YAML'
trainer:
  num_nodes: 2
  num_processes: 4
  auto_select_gpus: true
  tpu_cores: 8
  ipus: 1
  log_gpu_memory: all
  track_grad_norm: 2
  strategy: fsdp
  sync_batchnorm: true
  weights_save_path: weights
  profiler: pytorch
  reload_dataloaders_every_n_epochs: 1
  reload_dataloaders_every_epoch: true
  auto_lr_find: true
  auto_scale_batch_size: power
  plugins: [SLURMEnvironment]
  amp_backend: apex
  amp_level: O2
  stochastic_weight_avg: true
  terminate_on_nan: false
  barebones: true
  model_registry: name
YAML
run 2 config show a.yaml on.yaml
same err "$expected/on.errors" 'errors'

# On the command line as in files.
run 0 config show a.yaml --trainer.checkpoint_callback=false --trainer.progress_bar_refresh_rate 20 --trainer.auto_lr_find=false
is "$(cat err)" "command line: note: trainer: Lightning's 'checkpoint_callback' is taken as 'enable_checkpointing: false'
command line: note: trainer: Lightning's 'progress_bar_refresh_rate' is taken as 'enable_progress_bar: true'
command line: note: trainer: Lightning's 'auto_lr_find' says nothing here: left out" 'notes'
prints '  enable_checkpointing: false'
run 0 config show a.yaml --no-trainer.checkpoint_callback --trainer.fast_dev_run=true --trainer.logger=false
prints '  enable_checkpointing: false'
prints '  fast_dev_run: 1'
prints '  logger: []'
run 0 config show a.yaml --trainer.gpus=1
prints '  accelerator: gpu'
prints "  devices: '1'"
for gpus in 2 -1 '[0, 1]' 0,1; do
    printf 'trainer: {strategy: ddp, gpus: %s}\n' "$(case $gpus in 0,1) echo "'0,1'" ;; *) echo "$gpus" ;; esac)" >gpus.yaml
    run 0 config show a.yaml gpus.yaml
    says "Lightning's 'strategy' says nothing here: left out"
    prints '  accelerator: gpu'
    case $gpus in -1) prints '  devices: auto' ;; *) prints "  devices: '$gpus'" ;; esac
done
run 2 config show a.yaml --trainer.auto_lr_find
says "command line: error: trainer.auto_lr_find: Lightning's 'auto_lr_find' is not here"
says 'try several: lrun sweep CONFIG --optimizer.lr=1e-2,1e-3,1e-4'

# Lying under and over each other, it is one key by whatever name.
printf 'trainer: {checkpoint_callback: false}\n' >under.yaml
printf 'trainer: {enable_checkpointing: true}\n' >over.yaml
run 0 config show a.yaml under.yaml over.yaml
prints '  enable_checkpointing: true'
run 0 config show a.yaml over.yaml under.yaml
prints '  enable_checkpointing: false'
printf 'trainer: {enable_checkpointing: true, checkpoint_callback: false, gpus: 1, accelerator: cpu}\n' >both.yaml
run 2 config show a.yaml both.yaml
says "both.yaml:1:39: error: trainer.checkpoint_callback: Lightning's 'checkpoint_callback' is 'enable_checkpointing' here, which is given too"
says "keep 'enable_checkpointing'"
says "Lightning's 'gpus' is 'accelerator' here, which is given too"

# LightningCLI's spelling.
cat >cli.yaml <<'YAML'
fit: {trainer: {max_epochs: 3}}
tune: {}
model: {class_path: models.SSD, init_args: {backbone: ResNet18}}
YAML
run 2 config show cli.yaml
says "fit: unknown key 'fit'"
says "move what is in it one level up; the verb is said by 'lrun fit CONFIG'"
says "the verb is said by 'lrun sweep CONFIG'"
says "the model is named by 'class_path', wanted 'type'"

# Names are put in the text, and nothing else is touched.
cat >old.yaml <<'YAML'
# Trained in the old days.
trainer:
    gpus: 1            # the big one
    max_epochs: 3

    # No search.
    auto_lr_find: false   # not needed
    weights_summary: top
    'checkpoint_callback': False
    fast_dev_run: False
model: {type: SSD, backbone: ResNet18}   # stays
data: {type: VOCDataModule, root: data}
optimizer: {type: SGD, lr: 1e-3}
YAML
cp old.yaml before.yaml
run 0 config migrate old.yaml
same out "$expected/migrated.yaml" 'migrated'
same err "$expected/migrated.notes" 'notes'
same old.yaml before.yaml 'the file itself'
cp out new.yaml
run 0 config migrate new.yaml
same out new.yaml 'migrated twice'
is "$(cat err)" '' 'notes on what is new'
run 0 config show old.yaml
cp out old.shown
run 0 config show new.yaml
is "$(cat err)" '' 'notes on what is new'
same out old.shown 'what the new text says'
chmod 640 old.yaml
ln -s old.yaml link.yaml
run 0 config migrate --in_place link.yaml
is "$(cat out)" '' 'output'
same old.yaml new.yaml
[ -L link.yaml ] || fail 'the link is a file now'
is "$(stat -c %a old.yaml)" 640 'permissions'

# In flow style, at the ends and alone; with a byte order mark and CRLF.
flow() {
    printf '%s' "$1" >flow.yaml
    run 0 config migrate flow.yaml
    is "$(cat out)" "$2" "migrated '$1'"
}
flow 'trainer: {auto_lr_find: false, max_epochs: 3}' 'trainer: {max_epochs: 3}'
flow 'trainer: {max_epochs: 3, auto_lr_find: false}' 'trainer: {max_epochs: 3}'
flow 'trainer: {max_epochs: 3, auto_lr_find: false, inference_mode: true}' 'trainer: {max_epochs: 3, }'
flow 'trainer: {auto_lr_find: false}' 'trainer: {}'
flow 'trainer: {gpus: 2, plugins: [], gradient_clip_val: 1}' 'trainer: {accelerator: gpu, devices: 2, gradient_clip_val: 1}'
flow 'trainer: { checkpoint_callback : false }' 'trainer: { enable_checkpointing : false }'
flow 'trainer:
  inference_mode: true
  auto_lr_find: false' 'trainer:
  {}'
printf '\357\273\277trainer:\r\n  weights_summary:\r\n  max_epochs: 3\r\n' >crlf.yaml
printf '\357\273\277trainer:\r\n  enable_model_summary: false\r\n  max_epochs: 3\r\n' >crlf.wanted
run 0 config migrate crlf.yaml
same out crlf.wanted 'a text with a byte order mark and CRLF'

# What cannot be done is said, and nothing is written.
printf 'trainer:\n  strategy: fsdp\n  checkpoint_callback: false\n' >refused.yaml
cp refused.yaml before.yaml
run 2 config migrate --in_place refused.yaml
says "refused.yaml:2:3: error: trainer.strategy: Lightning's 'strategy' is not here"
same refused.yaml before.yaml 'what was refused'
printf 'trainer:\n  ? inference_mode\n  : true\n  max_epochs: 3\n' >odd.yaml
run 2 config migrate odd.yaml
says 'odd.yaml:2:5: error: the text cannot be changed here without changing more than names'
says 'write the key in a line of its own, without an anchor'
printf 'trainer: &t {inference_mode: true}\nother: *t\n' >anchor.yaml
run 2 config migrate anchor.yaml
says 'anchor.yaml:1:14: error: the text cannot be changed here'
run 2 config migrate nosuch.yaml
says "'nosuch.yaml'"
printf 'trainer: {\n' >broken.yaml
run 2 config migrate broken.yaml
says 'not YAML'
run 2 config migrate
says 'config migrate: wanted one file, found 0'
says 'lrun help config migrate'
