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
if "$LRUN" check detect.yaml --trainer.precision=bf16-mixed >out 2>err; then
    has_half=1
    prints 'precision bf16-mixed, by oneDNN'
    check_precision bf16-mixed F32
    check_precision bf16-true 'BF16 F32'
else
    has_half=0
    says "trainer.precision 'bf16-mixed' needs oneDNN and a processor with AVX-512"
fi
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

# In bfloat16 to two; and the plan needs less memory.
# planned NAME [ARGUMENT...]: what check says of activations, in KiB.
planned() {
    name=$1
    shift
    run 0 check detect.yaml --trainer.precision="$name" --data.batch_size=32 "$@"
    awk '/^  activations/ { print int($2 * 1024) }' out
}
if [ $has_half = 1 ]; then
    column bf16-mixed-0/lightning_logs/version_0/metrics.csv train_loss >half
    paste single half | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 2e-2 * $1) exit 1; if (d > 0) differs = 1 }
                             END { exit !differs }' || fail 'the losses of 32-true and bf16-mixed'
    below "$(planned bf16-mixed)" "$(planned 32-true)" 'the memory in bf16-mixed'
fi

# A processor without AVX-512, or a machine without oneDNN, has none of it; one without bfloat16 arithmetic has it emulated.
if [ "$LRUN_ONEDNN" = 1 ]; then
    DNNL_MAX_CPU_ISA=AVX2 run 2 check detect.yaml --trainer.precision=bf16-mixed
    says "trainer.precision 'bf16-mixed' needs oneDNN and a processor with AVX-512"
    says 'use precision: 32-true'
fi
if [ $has_half = 1 ]; then
    DNNL_MAX_CPU_ISA=AVX512_CORE run 0 check detect.yaml --trainer.precision=bf16
    prints 'this processor has no bfloat16 arithmetic: it saves memory, but no time'
    DNNL_MAX_CPU_ISA=AVX512_CORE run 0 detect.yaml --trainer.precision=bf16 --trainer.fast_dev_run=2
fi

# Weights of one precision start a run in another.
run 0 detect.yaml --trainer.precision=64-true --trainer.default_root_dir=taken \
    --model.weights=32-true-0/lightning_logs/version_0/checkpoints/last.safetensors --trainer.max_epochs=1
is "$(types taken/lightning_logs/version_0/checkpoints/last.safetensors)" F64 'types taken over'

# Float16 is for GPUs. Mixed, it is bfloat16 on the processor, as in Lightning, and says so.
note="trainer.precision '16-mixed' is for GPUs: on the processor it is bf16-mixed"
for name in 16-mixed 16; do
    if [ $has_half = 1 ]; then
        run 0 check detect.yaml --trainer.accelerator=cpu --trainer.precision=$name
        prints 'precision bf16-mixed, by oneDNN'
        prints "$note"
        run 0 detect.yaml --trainer.accelerator=cpu --trainer.precision=$name --trainer.default_root_dir=$name
        says "$note"
        same_tensors bf16-mixed-0/lightning_logs/version_0/checkpoints/last.safetensors \
            $name/lightning_logs/version_0/checkpoints/last.safetensors "$name and bf16-mixed"
    else
        run 2 check detect.yaml --trainer.accelerator=cpu --trainer.precision=$name
        says "trainer.precision '16-mixed' is bf16-mixed on the processor, which needs oneDNN and a processor with AVX-512"
        says 'use precision: 32-true'
    fi
done
run 2 check detect.yaml --trainer.accelerator=cpu --trainer.precision=16-true
says "trainer.precision '16-true' needs a GPU"
says 'use precision: bf16-true'
run 2 check detect.yaml --trainer.precision=transformer-engine
says "trainer.precision 'transformer-engine' is for GPUs, and this version does not have it yet"
says 'use precision: bf16-mixed, which needs no scaling of losses'

# What a GPU would need in it is known without one.
if [ "$LRUN_CUDA" = 1 ]; then
    single=$(planned 32-true --trainer.accelerator=gpu)
    for name in 16-mixed 16-true; do
        below "$(planned $name --trainer.accelerator=gpu)" "$single" "the memory in $name"
        prints "precision $name"
    done
    is "$(planned 16-mixed --trainer.accelerator=gpu)" "$(planned bf16-mixed --trainer.accelerator=gpu)" \
        'the memory in two bytes'
fi

# Products in TF32 are a GPU's; the processor's bits stay.
for name in high medium; do
    run 0 detect.yaml --trainer.accelerator=cpu --trainer.float32_matmul_precision=$name \
        --trainer.default_root_dir=products-$name
    same_tensors 32-true-0/lightning_logs/version_0/checkpoints/last.safetensors \
        products-$name/lightning_logs/version_0/checkpoints/last.safetensors "products: $name"
    if [ "$LRUN_CUDA" = 1 ]; then
        run 0 check detect.yaml --trainer.accelerator=gpu --trainer.float32_matmul_precision=$name
        prints 'precision 32-true, products in TF32'
    fi
done
run 0 check detect.yaml --trainer.accelerator=cpu --trainer.float32_matmul_precision=high
if grep -q TF32 out; then fail 'the processor multiplies in TF32'; fi

# What is averaged over batches, and what limits gradients, works in every type.
run 0 classify.yaml --trainer.precision=64-true --trainer.accumulate_grad_batches=2 --trainer.gradient_clip_val=0.5
run 0 classify.yaml --trainer.precision=64-true --trainer.gradient_clip_val=0.1 \
    --trainer.gradient_clip_algorithm=value --trainer.detect_anomaly=true
run 0 check detect.yaml --trainer.precision=64-true
prints 'precision 64-true'
