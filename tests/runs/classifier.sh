# shellcheck shell=sh disable=SC2034,SC2154
# classifier.sh: nothing in a run is about detection only: a classifier trains, resumes and is measured.
. "$(dirname "$0")/common.sh"
make_classification

run 0 classify.yaml --trainer.max_epochs=10
metrics=lightning_logs/version_0/metrics.csv
below "$(column $metrics train_loss_epoch | tail -n 1)" "$(column $metrics train_loss_epoch | head -n 1)" 'the loss'
is "$(rows $metrics val_acc)" 10 'logged accuracies'
run 0 test lightning_logs/version_0
prints test_acc

# Stopped after half of its epochs and resumed, it is the same run.
run 0 classify.yaml --trainer.max_epochs=5
run 0 classify.yaml --trainer.max_epochs=10 --resume
prints 'results: lightning_logs/version_1'
same $metrics lightning_logs/version_1/metrics.csv
same_tensors lightning_logs/version_0/checkpoints/last.safetensors lightning_logs/version_1/checkpoints/last.safetensors
