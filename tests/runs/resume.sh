# shellcheck shell=sh disable=SC2034,SC2154
# resume.sh: killed at any moment and resumed, a run ends with the bytes of one that was never interrupted.
. "$(dirname "$0")/common.sh"
make_detection
cat >often.yaml <<'YAML'
trainer:
  accumulate_grad_batches: 2
  max_epochs: 3
  val_check_interval: 2
  gradient_clip_val: 5
  callbacks:
    - {type: ModelCheckpoint, every_n_train_steps: 1, save_top_k: 2}
    - {type: ModelCheckpoint, monitor: val_loss, filename: "best-{epoch}-{step}", save_last: false}
    - LearningRateMonitor
data: {batch_size: 3, num_workers: 2}
lr_scheduler:
  type: SequentialLR
  interval: step
  milestones: [3]
  schedulers:
    - {type: LinearLR, start_factor: 0.1, total_iters: 3}
    - CosineAnnealingLR
YAML

run 0 validate detect.yaml # extracts the archive
count_calls detect.yaml often.yaml --trainer.default_root_dir=whole
whole=whole/lightning_logs/version_0
total=$calls

# The run in folder $1 is as the whole one, in its numbers and in what it left.
is_whole() {
    directory=$(newest_run "$1")
    same $whole/metrics.csv "$directory/metrics.csv" "$2"
    for file in "$whole"/checkpoints/*; do
        [ -f "$directory/checkpoints/${file##*/}" ] || fail "$2: lacks ${file##*/}"
        same_tensors "$file" "$directory/checkpoints/${file##*/}" "$2"
    done
    is "$(ls -A "$directory/checkpoints")" "$(ls -A $whole/checkpoints)" "$2: checkpoints"
    is "$(ls -A "$directory")" "$(ls -A $whole)" "$2: files"
}

for at in $(spread 24 "$total"); do
    rm -rf killed
    broken_run kill "$at" detect.yaml often.yaml --trainer.default_root_dir=killed
    is "$status" 137 "status of a run killed at call $at"
    run 0 detect.yaml often.yaml --trainer.default_root_dir=killed --resume
    is_whole killed "killed at call $at of $total"
done

# Killed again and again, each time after a little more than the time before.
rm -rf killed
for at in 60 75 90 105; do
    broken_run kill $at detect.yaml often.yaml --trainer.default_root_dir=killed --resume
done
run 0 detect.yaml often.yaml --trainer.default_root_dir=killed --resume
is_whole killed 'killed four times'

# From a file that is named: in the same run directory, whatever came after it.
run 0 detect.yaml often.yaml --trainer.default_root_dir=named --trainer.max_epochs=3
first=$(ls named/lightning_logs/version_0/checkpoints/best-*)
run 0 detect.yaml often.yaml --trainer.default_root_dir=named --trainer.resume_from_checkpoint="$first"
prints 'results: named/lightning_logs/version_0'
is_whole named "resumed from $first"

# A file elsewhere begins a new run directory, at the same step.
cp "$first" elsewhere.safetensors
run 0 detect.yaml often.yaml --trainer.default_root_dir=new --trainer.resume_from_checkpoint=elsewhere.safetensors
same_tensors $whole/checkpoints/last.safetensors new/lightning_logs/version_0/checkpoints/last.safetensors

# Nothing to resume: a fresh start. A finished run: nothing to do, and nothing changes.
run 0 detect.yaml often.yaml --trainer.default_root_dir=fresh --resume
is_whole fresh 'fresh start with --resume'
run 0 detect.yaml often.yaml --trainer.default_root_dir=fresh --resume
is_whole fresh 'resumed when finished'
is "$(ls fresh/lightning_logs)" version_0 'run directories'

# Checkpoints that are damaged are passed over, with a note, for the newest that is good.
cut=fresh/lightning_logs/version_0/checkpoints
newest=$(ls $cut/epoch=2-step=*.safetensors | sort -t= -k3n | tail -n 1)
size=$(wc -c <"$newest")
head -c $((size - 100)) "$newest" >short && cp short "$newest"
rm -f "$cut/last.safetensors"
run 0 detect.yaml often.yaml --trainer.default_root_dir=fresh --resume
says 'passed over a checkpoint'
is "$(tensors $cut/last.safetensors)" "$(tensors $whole/checkpoints/last.safetensors)" 'tensors after a truncated file'
printf 'XXXX' | dd of="$newest" bs=1 seek=$(($(wc -c <"$newest") - 50)) conv=notrunc status=none
rm -f "$cut/last.safetensors"
run 0 detect.yaml often.yaml --trainer.default_root_dir=fresh --resume
says 'its digest is not the one it was saved with'
is_whole fresh 'after damaged checkpoints'
run 4 detect.yaml often.yaml --trainer.resume_from_checkpoint=short

# A folder of the run's own: killed at any moment, it goes on there, whatever other runs are beside it and whatever
# checkpoint the config begins from.
for at in $(spread 6 "$total"); do
    rm -rf own/mine
    broken_run kill "$at" detect.yaml often.yaml --trainer.default_root_dir=own --run_directory own/mine
    is "$status" 137 "status of a run with a folder of its own killed at call $at"
    run 0 detect.yaml often.yaml --trainer.default_root_dir=own --run_directory=own/mine/ --resume
    prints 'results: own/mine'
    same $whole/metrics.csv own/mine/metrics.csv "killed in its own folder at call $at"
    same_tensors $whole/checkpoints/last.safetensors own/mine/checkpoints/last.safetensors "own folder, call $at"
done
[ ! -e own/lightning_logs ] || fail 'a run with a folder of its own made a version_N'
run 4 detect.yaml often.yaml --run_directory own/mine
says "there is a run in 'own/mine' already"
says '--resume goes on with it; or choose another --run_directory'
run 2 detect.yaml often.yaml --run_directory=
says "--run_directory: wanted a folder, found ''"
run 0 detect.yaml often.yaml --trainer.resume_from_checkpoint=elsewhere.safetensors --run_directory own/named
cp own/named/metrics.csv named.csv
run 0 detect.yaml often.yaml --trainer.resume_from_checkpoint=elsewhere.safetensors --run_directory own/named --resume
same named.csv own/named/metrics.csv 'finished in its own folder and resumed'
