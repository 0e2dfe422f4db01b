# shellcheck shell=sh disable=SC2034,SC2154
# devices.sh: training on several devices, as replicas on the processor: what it says, that it is as training on one, and resumed.
. "$(dirname "$0")/common.sh"
export CUDA_VISIBLE_DEVICES=
make_detection

# What cannot be, before anything begins.
wrong() {
    run 2 check detect.yaml --trainer.devices="$1"
    says "$2"
}
for devices in all 0 -2 '[]' '[0' '[0 x]' '[-1]'; do
    wrong "$devices" "wanted trainer.devices to be 'auto', how many as '2' or which GPUs as '[0, 1]', found '$devices'"
done
says "GPUs are counted from 0; 'lrun doctor' lists them"
wrong '[0, 0]' "wanted each GPU once, found trainer.devices '[0, 0]'"
wrong 1,2,1 "wanted each GPU once, found trainer.devices '1,2,1'"
wrong 17 "wanted at most 16 devices, found trainer.devices '17'"
run 2 check detect.yaml --trainer.accelerator=cpu --trainer.devices='[0, 1]'
says "trainer.devices '[0, 1]' names GPUs, but trainer.accelerator is 'cpu'"
says 'devices: 2 trains that many replicas on the processor'
run 2 fit detect.yaml --trainer.devices='[0, 1]'
says "trainer.accelerator is 'auto': "
printf 'trainer: {devices: [0, {a: 1}]}\n' >map.yaml
run 2 check detect.yaml map.yaml
says 'map.yaml:1:24: error: trainer.devices: wanted a string, found a mapping'
[ ! -e lightning_logs ] || fail 'a run that could not begin left a directory'

# A list as a list, and GPU 0 where there is none.
printf 'trainer: {devices: [0]}\n' >first.yaml
for devices in first.yaml --trainer.devices=-1 --trainer.devices=1 --trainer.devices=auto; do
    run 0 check detect.yaml $devices
    prints 'memory on the cpu'
    ! grep -q replicas out || fail "$devices is more than one device"
done
run 0 config show detect.yaml first.yaml
prints "  devices: '[0]'"

# Memory of each, and of all.
run 0 check detect.yaml --trainer.devices=3
prints 'so far, of 3 replicas'

# 16 samples on two devices: 8 each, two steps of 2 x 4. Every replica ends with the same parameters, as what is evaluated
# on both is what one of them alone says.
run 0 fit detect.yaml --trainer.devices=2 --trainer.default_root_dir=two
says '2 replicas on the processor: 2 x 4 samples at a time'
run=two/lightning_logs/version_0
is "$(rows $run/metrics.csv train_loss)" 4 'steps of two epochs on two devices'
grep -q '"devices": 2' $run/environment.json || fail 'environment.json does not say how many devices'
for devices in 1 2 3; do
    run 0 validate $run --ckpt_path=last --trainer.devices=$devices
    cp out on_$devices
done
same on_1 on_2 'validation on one device and on two'
same on_1 on_3 'validation on one device and on three'
for name in val_loss val_map_50; do
    value=$(column $run/metrics.csv $name | tail -n 1)
    grep -Eq "^$name +$(printf %.6g "$value")\$" on_1 || fail "training on two devices found $name $value, one: $(cat on_1)"
done

# The same run is the same bytes, with any number of workers, and after a kill.
run 0 fit detect.yaml --trainer.devices=2 --trainer.default_root_dir=again --data.num_workers=3
same $run/metrics.csv again/lightning_logs/version_0/metrics.csv
same_tensors $run/checkpoints/last.safetensors again/lightning_logs/version_0/checkpoints/last.safetensors
cat >often.yaml <<'YAML'
trainer:
  devices: 3
  accumulate_grad_batches: 2
  gradient_clip_val: 5
  callbacks: [{type: ModelCheckpoint, every_n_train_steps: 1, save_top_k: 2}, LearningRateMonitor]
data: {batch_size: 2}
lr_scheduler: {type: CosineAnnealingLR, interval: step}
YAML
count_calls detect.yaml often.yaml --trainer.default_root_dir=whole
total=$calls
whole=whole/lightning_logs/version_0
for at in $(spread 8 "$total"); do
    rm -rf killed
    broken_run kill "$at" detect.yaml often.yaml --trainer.default_root_dir=killed
    is "$status" 137 "status of a run killed at call $at"
    run 0 detect.yaml often.yaml --trainer.default_root_dir=killed --resume
    directory=$(newest_run killed)
    same $whole/metrics.csv "$directory/metrics.csv" "killed at call $at of $total"
    same_tensors $whole/checkpoints/last.safetensors "$directory/checkpoints/last.safetensors" "killed at call $at"
done

# Another number of devices: from the end of an epoch, with a note; not from within one.
run 0 fit detect.yaml --trainer.devices=2 --trainer.default_root_dir=other --trainer.max_epochs=1
run 0 fit detect.yaml --trainer.default_root_dir=other --resume
says 'the checkpoint was made with 2 devices, this run has 1: steps are of other sizes'
is "$(rows other/lightning_logs/version_0/metrics.csv train_loss)" 6 'steps of an epoch on two devices and one on one'
run 0 fit detect.yaml often.yaml --trainer.default_root_dir=within --trainer.max_steps=1
run 2 fit detect.yaml often.yaml --trainer.default_root_dir=within --resume --trainer.devices=2
says 'the checkpoint was made with 3 devices at batch 2 of 3, this run has 2'
says 'trainer.devices: 3 goes on from there; from the end of an epoch any number does'
