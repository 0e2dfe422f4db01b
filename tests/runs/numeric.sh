# shellcheck shell=sh disable=SC2034,SC2154
# numeric.sh: numbers that are not finite end the run, which says where they came from; no checkpoint has them.
. "$(dirname "$0")/common.sh"
make_detection

# no_bad_checkpoint: every checkpoint of every run has finite numbers only.
no_bad_checkpoint() {
    for file in lightning_logs/version_*/checkpoints/*.safetensors; do
        [ -e "$file" ] || continue
        case $(tensors "$file") in *' finite') ;; *) fail "'$file' has numbers that are not finite" ;; esac
    done
}

run 5 detect.yaml --optimizer.lr=1e30
says 'the loss is'
says 'at step 1 (epoch 0, batch 1, learning rate 1e+30)'
says "in layer '"
says "samples '0000"
says 'gradient_clip_val'

# Saved at every step, by the loss of before the step: the step that ruins the weights is not saved.
run 5 detect.yaml --optimizer.lr=1e38 \
    '--trainer.callbacks=[{type: ModelCheckpoint, every_n_train_steps: 1, monitor: train_loss}]'
says 'is not finite after step 0 (epoch 0), so no checkpoint was saved'

# A validation without a finite loss is no best one. The steps of the rate are: small, then far too large.
cat >late.yaml <<'YAML'
trainer:
  max_epochs: 5
  num_sanity_val_steps: 0
  callbacks:
    - {type: ModelCheckpoint, monitor: val_loss, filename: "best-{epoch}"}
lr_scheduler: {type: MultiStepLR, milestones: [2], gamma: 1.0e+36}
YAML
run 5 detect.yaml late.yaml
best=$(ls lightning_logs/version_2/checkpoints/best-*)
case $best in *best-epoch=[01].safetensors) ;; *) fail "the best checkpoint is '$best'" ;; esac
no_bad_checkpoint

# Looked for after every operation, the first that is not finite is named at once.
run 5 detect.yaml --optimizer.lr=1e30 --trainer.detect_anomaly=true
says 'first in layer'
