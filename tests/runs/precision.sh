# shellcheck shell=sh disable=SC2034,SC2154
# precision.sh: the types that a run computes in: a run in each is repeatable, resumes, and keeps what it says it keeps.
. "$(dirname "$0")/common.sh"
make_classification
make_detection

# types FILE: the floating types of a checkpoint's arrays.
types() { grep -ao '"dtype":"[BF][F0-9]*"' "$1" | sort -u | tr -d '\n' | sed 's/"dtype"://g; s/""/ /g; s/"//g'; }

# check_precision NAME TYPES: a detector trains in it; any number of workers and a resume give the same run.
check_precision() {
    for workers in 0 2; do
        run 0 detect.yaml --trainer.precision="$1" --data.num_workers=$workers --trainer.default_root_dir="$1-$workers"
    done
    whole=$1-0/lightning_logs/version_0
    same_tensors "$whole/checkpoints/last.safetensors" "$1-2/lightning_logs/version_0/checkpoints/last.safetensors" \
        "$1, workers"
    same "$whole/metrics.csv" "$1-2/lightning_logs/version_0/metrics.csv" "$1, workers"
    run 0 detect.yaml --trainer.precision="$1" --trainer.default_root_dir="$1-half" --trainer.max_epochs=1
    run 0 detect.yaml --trainer.precision="$1" --trainer.default_root_dir="$1-half" --resume
    same_tensors "$whole/checkpoints/last.safetensors" "$(newest_run "$1-half")/checkpoints/last.safetensors" \
        "$1, resumed"
    is "$(types "$whole/checkpoints/last.safetensors")" "$2" "types of a checkpoint in $1"
}

check_precision 32-true F32
check_precision 64-true F64
for alias in 32 64; do
    run 0 detect.yaml --trainer.precision=$alias --trainer.default_root_dir=alias-$alias
    same_tensors $alias-true-0/lightning_logs/version_0/checkpoints/last.safetensors \
        alias-$alias/lightning_logs/version_0/checkpoints/last.safetensors "alias $alias"
done

# In float64 nothing but rounding is otherwise: the losses agree to five digits.
column 32-true-0/lightning_logs/version_0/metrics.csv train_loss >single
column 64-true-0/lightning_logs/version_0/metrics.csv train_loss >double
paste single double | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 1e-5 * $2) exit 1; if (d > 0) differs = 1 }
                           END { exit !differs }' || fail 'the losses of 32-true and 64-true'

# Weights of one precision start a run in another.
run 0 detect.yaml --trainer.precision=64-true --trainer.default_root_dir=taken \
    --model.weights=32-true-0/lightning_logs/version_0/checkpoints/last.safetensors --trainer.max_epochs=1
is "$(types taken/lightning_logs/version_0/checkpoints/last.safetensors)" F64 'types taken over'

for name in 16-mixed 16 16-true transformer-engine; do
    run 2 check detect.yaml --trainer.precision=$name
    says 'needs a GPU, and this build has no backend for one'
done
says "trainer.precision 'transformer-engine'"

# What is averaged over batches, and what limits gradients, works in every type.
run 0 classify.yaml --trainer.precision=64-true --trainer.accumulate_grad_batches=2 --trainer.gradient_clip_val=0.5
run 0 classify.yaml --trainer.precision=64-true --trainer.gradient_clip_val=0.1 \
    --trainer.gradient_clip_algorithm=value --trainer.detect_anomaly=true
run 0 check detect.yaml --trainer.precision=64-true
prints 'precision 64-true'
