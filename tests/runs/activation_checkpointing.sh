# shellcheck shell=sh disable=SC2034,SC2154
# activation_checkpointing.sh: what is computed again is the same to the bit; less memory is planned; stages must be there.
. "$(dirname "$0")/common.sh"
make_detection
make_classification

# check_same NAME CONFIG STAGES ARGUMENT...: a run with and one without end with the same checkpoint and numbers.
check_same() {
    name=$1
    config=$2
    stages=$3
    shift 3
    run 0 "$config" "$@" --trainer.default_root_dir="$name-kept"
    run 0 "$config" "$@" --trainer.default_root_dir="$name-again" --trainer.activation_checkpointing="$stages"
    same_tensors "$name-kept/lightning_logs/version_0/checkpoints/last.safetensors" \
        "$name-again/lightning_logs/version_0/checkpoints/last.safetensors" "$name"
    same "$name-kept/lightning_logs/version_0/metrics.csv" "$name-again/lightning_logs/version_0/metrics.csv" "$name"
}

# planned CONFIG ARGUMENT...: the activations that check prints, in KiB.
planned() {
    run 0 check "$@"
    awk '/^  activations/ { print int($2 * 1024) }' out
}

blocks='[backbone.blocks.1,backbone.blocks.2,backbone.blocks.3,head]'
check_same detect detect.yaml "$blocks"
check_same whole detect.yaml backbone
# Dropout, squeeze-and-excitation, activations.
check_same mobile classify.yaml '[features,classifier]' --model.backbone=MobileNetV3Small --trainer.max_epochs=2
check_same threads detect.yaml "$blocks" --trainer.num_threads=2
if "$LRUN" check detect.yaml --trainer.precision=bf16-mixed >out 2>err; then
    check_same mixed detect.yaml "$blocks" --trainer.precision=bf16-mixed
    check_same half detect.yaml "$blocks" --trainer.precision=bf16-true
fi

# A run that was begun without goes on with, to the same end.
run 0 detect.yaml --trainer.default_root_dir=resumed --trainer.max_epochs=1
run 0 detect.yaml --trainer.default_root_dir=resumed --resume --trainer.activation_checkpointing="$blocks"
same_tensors detect-kept/lightning_logs/version_0/checkpoints/last.safetensors \
    "$(newest_run resumed)/checkpoints/last.safetensors" 'resumed'

layers='[backbone.layer1,backbone.layer2]'
below "$(planned detect.yaml --model.backbone=ResNet18 --data.batch_size=16 --trainer.activation_checkpointing="$layers")" \
    "$(planned detect.yaml --model.backbone=ResNet18 --data.batch_size=16)" 'activations that are computed again'

# A name that is none is an error with its place, before anything is made.
cat >wrong.yaml <<'YAML'
base: detect.yaml
trainer:
  activation_checkpointing:
    - backbone.blocks.0
    - bakbone.blocks.1
YAML
for verb in check fit; do
    run 2 $verb wrong.yaml
    says "wrong.yaml:5:7: error: trainer.activation_checkpointing: the model has no stage 'bakbone.blocks.1' (did you mean"
    says "'backbone.blocks.1'?)"
    says 'its stages are backbone, '
done
run 2 check detect.yaml --trainer.activation_checkpointing=neck
says "trainer.activation_checkpointing: the model has no stage 'neck'"
is "$(ls -d lightning_logs 2>/dev/null || true)" '' 'runs of configs that are wrong'
