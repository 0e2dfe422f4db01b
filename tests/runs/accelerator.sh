# shellcheck shell=sh disable=SC2034,SC2154
# accelerator.sh: short runs on what LRUN_ACCELERATOR names, cpu or gpu: the loss falls, the same config gives the same bytes,
# whatever interrupts it; what is wrong ends the run with its status. Without a GPU `gpu` is a skip that says why.
. "$(dirname "$0")/common.sh"
accelerator=${LRUN_ACCELERATOR:-cpu}
run 0 doctor
if [ "$accelerator" = gpu ]; then
    if ! grep -q '^  GPU 0 ' out; then
        awk '/^  found /, /^$/' out | tr -s ' \n' ' ' | sed 's/^ found none: /skipped: /' >&2
        exit 77
    fi
    grep -Eq '^  device +GPU 0, ' out || fail 'doctor does not say that a run would use the GPU'
fi
make_detection
make_classification
sed -i "s/^trainer:/&\n  accelerator: $accelerator\n  enable_progress_bar: false/" detect.yaml classify.yaml

# same_runs ONE TWO WHAT: two runs ended with the same numbers and the same arrays.
same_runs() {
    same "$(newest_run "$1")/metrics.csv" "$(newest_run "$2")/metrics.csv" "$3"
    same_tensors "$(newest_run "$1")/checkpoints/last.safetensors" "$(newest_run "$2")/checkpoints/last.safetensors" "$3"
}

# falls ROOT: the loss of the last epoch is below the first's, and all weights are finite.
falls() {
    first=$(column "$(newest_run "$1")/metrics.csv" train_loss_epoch | head -n 1)
    last=$(column "$(newest_run "$1")/metrics.csv" train_loss_epoch | tail -n 1)
    below "$last" "$first" "the loss of the last epoch in $1"
    case $(tensors "$(newest_run "$1")/checkpoints/last.safetensors") in *finite) ;; *) fail "$1: not finite" ;; esac
}

# near ONE TWO COLUMN COUNT SHARE: the first COUNT numbers of a column differ by this share of them at most.
near() {
    column "$(newest_run "$1")/metrics.csv" "$3" | head -n "$4" >near.1
    column "$(newest_run "$2")/metrics.csv" "$3" | head -n "$4" >near.2
    is "$(wc -l <near.1)" "$4" "numbers of $3 in $1"
    paste near.1 near.2 | awk -v share="$5" '{ d = $1 - $2; if (d < 0) d = -d; if (!(d <= share * $1)) exit 1 }' ||
        fail "$3 of $1 and $2: $(paste -s near.1), $(paste -s near.2)"
}

run 0 check detect.yaml
prints "memory on the $accelerator"

# Trained, and once more, with workers, with a profiler, with activations computed again: the same bytes.
run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=whole
falls whole
is "$(rows whole/lightning_logs/version_0/metrics.csv val_map_50)" 4 'logged validations'
run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=again --data.num_workers=2
same_runs whole again 'again, with two workers'
run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=timed --trainer.profiler=simple
same_runs whole timed 'with a profiler'
run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=recomputed \
    --trainer.activation_checkpointing='[backbone.blocks.1,backbone.blocks.2,head]'
same_runs whole recomputed 'with activations computed again'
run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=checked --trainer.detect_anomaly=true
same_runs whole checked 'with every node checked'

# The processor's losses are these, but for rounding, at first; what was learned is measured alike on both.
run 0 detect.yaml --trainer.max_epochs=1 --trainer.default_root_dir=processor --trainer.accelerator=cpu
near processor whole train_loss 3 2e-3
for on in cpu "$accelerator"; do
    run 0 validate whole/lightning_logs/version_0 --trainer.accelerator="$on"
    awk '$1 == "val_loss" || $1 == "val_map_50" { print $2 }' out >"measured.$on"
done
is "$(wc -l <measured.cpu)" 2 'measured figures'
paste measured.cpu "measured.$accelerator" | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 1e-3 * $1 + 0.01) exit 1 }' ||
    fail "measured on the processor: $(paste -s measured.cpu); here: $(paste -s "measured.$accelerator")"
run 0 predict whole/lightning_logs/version_0
run 0 test whole/lightning_logs/version_0

# Interrupted between epochs, and killed anywhere, it goes on to the same bytes; and elsewhere to an end.
run 0 detect.yaml --trainer.max_epochs=1 --trainer.default_root_dir=cut
run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=cut --resume
same_runs whole cut 'resumed after an epoch'
count_calls detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=counted
for at in $(spread 4 "$calls"); do
    rm -rf killed
    broken_run kill "$at" detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=killed
    is "$status" 137 "status of a run killed at call $at"
    run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=killed --resume
    same_runs whole killed "killed at call $at of $calls"
done
run 0 detect.yaml --trainer.max_epochs=1 --trainer.default_root_dir=moved
run 0 detect.yaml --trainer.max_epochs=2 --trainer.default_root_dir=moved --resume --trainer.accelerator=cpu
falls moved

# Other optimizers, averages over batches, limits, depthwise convolutions, dropout.
run 0 classify.yaml --trainer.default_root_dir=classes
falls classes
for root in mobile mobile_again; do
    run 0 classify.yaml --trainer.default_root_dir=$root --model.backbone=MobileNetV3Small \
        --trainer.accumulate_grad_batches=2 --trainer.gradient_clip_val=1
done
same_runs mobile mobile_again 'MobileNetV3'

# In bfloat16, where it can be: the same bytes again, and losses near those of float32.
if "$LRUN" check detect.yaml --trainer.precision=bf16-mixed >out 2>err; then
    for root in half half_again; do
        run 0 detect.yaml --trainer.max_epochs=4 --trainer.default_root_dir=$root --trainer.precision=bf16-mixed
    done
    same_runs half half_again 'bf16-mixed'
    falls half
    near whole half train_loss 3 2e-2
else
    [ "$accelerator" = cpu ] || fail 'no bf16-mixed'
fi

# What is not finite ends with 5 and names the step.
run 5 detect.yaml --optimizer.lr=1e30 --trainer.default_root_dir=burst
says 'the loss is'
says 'at step 1 (epoch 0, batch 1, learning rate 1e+30)'
run 5 detect.yaml --optimizer.lr=1e30 --trainer.default_root_dir=burst --trainer.detect_anomaly=true
says 'first in layer'

# Demanded and absent: 2. Wished for and absent: the processor, with its bytes.
CUDA_VISIBLE_DEVICES='' run 2 detect.yaml --trainer.accelerator=gpu --trainer.default_root_dir=absent
says trainer.accelerator
run 2 detect.yaml --trainer.devices='[64]' --trainer.default_root_dir=absent
CUDA_VISIBLE_DEVICES='' run 0 detect.yaml --trainer.max_epochs=1 --trainer.accelerator=auto --trainer.default_root_dir=wished
same_runs processor wished 'wished for and absent'

# Out of memory: 6, and what was wanted. Of a GPU all but 3 GiB are taken, of the processor there are 3 GiB of addresses.
large='[{type: Resize, size: [800, 800]}, {type: ToDtype, dtype: float32, scale: true}]'
set -- detect.yaml --model.backbone=ResNet50 --data.batch_size=16 --data.train_transforms="$large" \
    --data.val_transforms="$large" --trainer.default_root_dir=absent
if [ "$accelerator" = gpu ]; then
    status=0
    "$LRUN_HOLD_GPU_MEMORY" 3072 "$LRUN" "$@" >out 2>err || status=$?
    is "$status" 6 'status of a run without memory'
    says ' MiB free'
elif [ "$LRUN_SANITIZED" = 0 ]; then
    status=0
    # shellcheck disable=SC3045
    (ulimit -v 3145728 && exec "$LRUN" "$@") >out 2>err || status=$?
    is "$status" 6 'status of a run without memory'
    says 'not enough memory'
fi
[ ! -e absent ] || fail 'a run that could not begin left a directory'
