# shellcheck shell=sh disable=SC2034,SC2154
# storage.sh: a disk that fills up ends the run with a clear message; what was saved before is whole and can be gone on from.
. "$(dirname "$0")/common.sh"
make_detection
run 0 validate detect.yaml
cat >often.yaml <<'YAML'
trainer:
  max_epochs: 3
  callbacks:
    - {type: ModelCheckpoint, every_n_train_steps: 2, save_top_k: 2}
YAML
count_calls detect.yaml often.yaml --trainer.default_root_dir=whole
whole=whole/lightning_logs/version_0

# Full from any call on: exit 4, and no checkpoint that cannot be read.
for at in $(spread 12 "$calls"); do
    rm -rf full
    broken_run full "$at" detect.yaml often.yaml --trainer.default_root_dir=full
    is "$status" 4 "status when the disk is full from call $at of $calls on"
    says 'No space left on device'
    for file in full/lightning_logs/version_0/checkpoints/*.safetensors; do
        [ ! -e "$file" ] || tensors "$file" >/dev/null
    done
    run 0 detect.yaml often.yaml --trainer.default_root_dir=full --resume
    same_tensors $whole/checkpoints/last.safetensors "$(newest_run full)/checkpoints/last.safetensors" "full at call $at"
    same $whole/metrics.csv "$(newest_run full)/metrics.csv" "full at call $at"
done

# While the archive is unpacked: nothing half stays in the way of the next run.
mv data unpacked
count_calls validate detect.yaml
for at in $(spread 4 "$calls"); do
    rm -rf data
    broken_run full "$at" validate detect.yaml
    is "$status" 4 "status when the disk is full from call $at of extraction on"
    says 'No space left on device'
done
run 0 validate detect.yaml

# The limit of a file's size, which the kernel reports with a signal of its own.
status=0
(ulimit -f 100 && exec "$LRUN" detect.yaml --trainer.default_root_dir=limited >out 2>err) || status=$?
is "$status" 4 'status with a limit of the file size'
says 'File too large'

# A real full disk, where this user may mount one.
if unshare -rm true 2>/dev/null; then
    mkdir small
    status=0
    unshare -rm sh -c 'mount -t tmpfs -o size=640k tmpfs small && "$LRUN" detect.yaml often.yaml \
        --trainer.default_root_dir=small >out 2>err || status=$?
        for file in small/lightning_logs/version_0/checkpoints/*.safetensors; do
            "$LRUN_TENSORS" "$file" >tensors || exit 100
        done
        exit "${status:-0}"' || status=$?
    is "$status" 4 'status on a full disk'
    says 'No space left on device'
    [ -s tensors ] || fail 'no checkpoint from before the disk was full'
else
    echo 'skipped: a small file system (unshare -rm is not permitted here)'
fi

# A directory that cannot be written to, and one that is a file.
touch file
run 4 detect.yaml --trainer.default_root_dir=file
says 'file'
