# shellcheck shell=sh disable=SC2034,SC2154
# options.sh: the trainer's options do what Lightning's do. The training set has 4 batches, the validation set 1.
. "$(dirname "$0")/common.sh"
make_detection

# train ARGUMENT...: runs in a fresh root; $metrics and $checkpoints are its results.
train() {
    rm -rf root
    run 0 detect.yaml --trainer.default_root_dir=root --trainer.enable_model_summary=false "$@"
    metrics=root/lightning_logs/version_0/metrics.csv
    checkpoints=root/lightning_logs/version_0/checkpoints
}

# steps WANTED: the optimizer steps that were done, and are in `last`.
steps() {
    is "$(rows $metrics train_loss)" "$1" 'optimizer steps'
    grep -aq "\"global_step\":\"$1\"" $checkpoints/last.safetensors || fail "last.safetensors is not of step $1"
}

# validations WANTED: the steps, counted from 0, behind which there was a validation.
validations() {
    found=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "val_loss") v = i; if ($i == "step") s = i } next }
                     v && $v != "" { printf "%s ", $s }' $metrics)
    is "$found" "$1" 'validated behind steps'
}

train
steps 8
validations '3 7 '
cp $metrics plain.csv

train --trainer.limit_train_batches=2 --trainer.limit_val_batches=0
steps 4
validations ''
train --trainer.limit_train_batches=0.5
steps 4
train --trainer.limit_train_batches=1.0
same plain.csv $metrics

train --trainer.max_steps=3
steps 3
train --trainer.max_steps=6
steps 6
train --trainer.max_steps=6 --trainer.max_epochs=1
steps 4
train --trainer.max_epochs=-1 --trainer.max_time=00:00:00:01
below 0 "$(rows $metrics train_loss)" "the steps of a second"
train --trainer.max_time=00:00:00:00 --trainer.min_steps=5 --trainer.max_epochs=3
[ -s $metrics ] || fail 'no metrics'

train --trainer.accumulate_grad_batches=2
steps 4
validations '1 3 '
train --trainer.accumulate_grad_batches=3
steps 4
train --trainer.accumulate_grad_batches=4 --data.shuffle=false --trainer.max_epochs=1
steps 1

train --trainer.val_check_interval=2
validations '1 3 5 7 '
train --trainer.val_check_interval=0.25 --trainer.max_epochs=1
validations '0 1 2 3 '
train --trainer.check_val_every_n_epoch=2 --trainer.max_epochs=5
validations '7 15 '
steps 20
train --trainer.check_val_every_n_epoch=null --trainer.val_check_interval=3
validations '2 5 '

train --trainer.log_every_n_steps=3
is "$(column $metrics step | tr '\n' ' ')" '2 3 3 5 7 7 ' 'logged steps'

# Clipping leaves what is below the limit as it is, and holds a large rate down.
train --trainer.gradient_clip_val=1e9
same plain.csv $metrics
train --trainer.gradient_clip_val=0.001 --optimizer.momentum=0 --optimizer.weight_decay=0
first=$(column $metrics train_loss_epoch | head -n 1)
below 16 "$first" 'the loss of a run that hardly moves'
train --trainer.gradient_clip_val=0.001 --trainer.gradient_clip_algorithm=value
[ "$(column $metrics train_loss_epoch | head -n 1)" != "$first" ] || fail 'both ways of clipping do the same'

# One batch again and again.
train --trainer.overfit_batches=1 --trainer.max_epochs=8 --data.train_transforms='[{type: Resize, size: [64, 64]},
    {type: ToDtype, dtype: float32, scale: true}]'
steps 8
below "$(column $metrics train_loss | tail -n 1)" "$(column $metrics train_loss | head -n 1)" 'the loss of one batch'

# A callback that stops the run.
train --trainer.max_epochs=20 '--trainer.callbacks=[{type: EarlyStopping, monitor: val_loss, mode: max, patience: 2}]'
below "$(rows $metrics val_loss)" 8 'validations before stopping early'

# A smoke test leaves nothing.
rm -rf root
for batches in 1 3; do
    run 0 detect.yaml --trainer.fast_dev_run=$batches --trainer.default_root_dir=root
    [ ! -e root ] || fail 'fast_dev_run wrote files'
    says "$batches/$batches"
done

# No checkpoints, no bars.
train --trainer.enable_checkpointing=false --trainer.enable_progress_bar=false
is "$(ls -A $checkpoints)" '' 'checkpoints'
if grep -q 'Epoch' err; then fail 'a progress bar'; fi

# A checkpoint's name has equals signs, and needs no quotes; its value may stand alone.
train --trainer.max_epochs=1
cp $checkpoints/last.safetensors epoch=9-step=9.safetensors
run 0 validate detect.yaml --ckpt_path=epoch=9-step=9.safetensors
cp out joined
run 0 validate detect.yaml --ckpt_path epoch=9-step=9.safetensors
same joined out 'validations'
# Where the time goes: the same run, and tables; with a trace of every node and sample where that is asked for.
train --trainer.profiler=simple
same plain.csv $metrics
says 'forward and backward'
for line in '^waiting for data  *8 ' '^conv2d_backward_weights  *[0-9.]* ' '^backbone.blocks.0.conv  *[0-9.]* '; do
    grep -q "$line" "${metrics%/*}/profile.txt" || fail "profile.txt lacks $line"
done
[ ! -e "${metrics%/*}/trace.json" ] || fail 'a trace that nobody asked for'
train --trainer.profiler=advanced
for name in '"cat":"loader","name":"0000' '"cat":"train","name":"backbone.blocks.0.conv.conv2d"' '"name":"optimizer"'; do
    grep -q "$name" "${metrics%/*}/trace.json" || fail "trace.json lacks $name"
done
run 0 validate detect.yaml --trainer.profiler=simple
says 'steps (val)'

# Without workers the loop makes its samples itself, here by a detour, and the bar says how long it waited for them.
train --data.num_workers=0 '--data.train_transforms.0+={type: Resize, size: [1500, 1500]}'
says 'data_wait='
