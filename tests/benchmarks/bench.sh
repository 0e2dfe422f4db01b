#!/usr/bin/env bash
# bench.sh: lrun against PyTorch on this machine's processor, in turns. Prints tables. (On a GPU: gpu.sh.)
#
#     bench.sh [steps|validation|loader|loaded|program|startup]... [MODEL]...
#
# All parts and all models of tests/benchmarks/configs/ unless some are named (small_cnn_batch8: at that batch size). In the
# environment: LRUN_ROUNDS (3), LRUN_THREADS (as many as cores), LRUN_PRECISIONS ("32-true bf16-mixed"), LRUN_BCCD (BCCD.tar,
# for the part `program`).
#
# PyTorch, torchvision and Lightning come from PyPI into a virtual environment outside the repository. Its best setting is
# the faster of channels_last and channels_last compiled, both with jemalloc where the system has it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/benchmarks/common.sh
cache=${XDG_CACHE_HOME:-$HOME/.cache}/lrun-bench
venv=${LRUN_RIVAL_VENV:-$cache/venv}
rounds=${LRUN_ROUNDS:-3}
precisions=${LRUN_PRECISIONS:-32-true bf16-mixed}
configs=tests/benchmarks/configs
export OMP_NUM_THREADS=${LRUN_THREADS:-$(nproc)}
logs=$(mktemp -d)
trap 'rm -r "$logs"' EXIT

if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q torch torchvision lightning 'jsonargparse[signatures]' pycocotools
fi
jemalloc=$(ldconfig -p | sed -n 's/.*libjemalloc.so.2 .* => //p' | head -n 1)

median() {
    sort -n | awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'
}

# number WHO NAME: the median of a number over the rounds.
number() {
    field "$2" <"$logs/$1" | median
}

# spread WHO: how far the slowest round is from the fastest, in percent of the fastest.
spread() {
    field ms <"$logs/$1" | sort -n | awk 'NR == 1 { least = $1 } { most = $1 } END { printf "%.0f", (most / least - 1) * 100 }'
}

run_ours() {
    local side
    read -r -a side <<<"$(images "$1")"
    BENCH_START=$(date +%s.%N) GOMP_SPINCOUNT=5000 build/tests/benchmarks/bench_step "$configs/${1%_batch*}.yaml" \
        "${side[@]}" "$steps" "$2" --trainer.precision="$3" --data.batch_size="$(batch_of "$1")" | tail -n 1
}

# run_rival MODEL STAGE PRECISION SETTING...
run_rival() {
    local stage=$2 settings=("${@:4}")
    [ "$3" = 32-true ] || settings+=(bf16)
    BENCH_START=$(date +%s.%N) "$venv/bin/python" tests/benchmarks/rival/step.py "${1%_batch*}" "$(batch_of "$1")" \
        "$steps" "$stage" "${settings[@]}" | tail -n 1
}

# run_best: as run_rival, with jemalloc.
run_best() {
    LD_PRELOAD=$jemalloc MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1 run_rival "$@"
}

# row MODEL STAGE PRECISION: measures, and prints a row.
row() {
    local compiled=$logs/compiled best=(channels_last)
    steps=9
    [[ $1 != small* ]] || steps=300
    rm -f "$logs"/*
    run_best "$@" channels_last >"$logs/plain"
    if run_best "$@" channels_last compile >"$compiled" 2>/dev/null && [ -s "$compiled" ] &&
        awk -v a="$(field ms <"$compiled")" -v b="$(field ms <"$logs/plain")" 'BEGIN { exit !(a < b) }'; then
        best+=(compile)
    fi
    for _ in $(seq "$rounds"); do
        run_best "$@" "${best[@]}" >>"$logs/best"
        run_ours "$@" >>"$logs/ours"
        run_rival "$@" >>"$logs/default"
    done
    awk -v name="$1" -v precision="$3" -v n="$(batch_of "$1")" -v best="${best[*]}" -v peak="$peak" \
        -v a="$(number ours ms)" -v b="$(number best ms)" -v c="$(number default ms)" -v s="$(spread ours)" \
        -v t="$(spread best)" -v g="$(number ours gflops)" -v pa="$(number ours peak_mib)" \
        -v pb="$(number best peak_mib)" -v fa="$(number ours first_s)" -v fb="$(number best first_s)" 'BEGIN {
        printf "| %s | %s | %.1f ±%d %% | %.1f ±%d %% (%s) | %.1f | %.2fx | %.0f %% | %d | %d | %.2fx | %.2f | %.2f | %.2fx |\n",
            name, precision, n * 1e3 / a, s, n * 1e3 / b, t, best, n * 1e3 / c, b / a, 100 * g / peak, pa, pb, pa / pb, fa,
            fb, fa / fb }'
}

# rows STAGE TITLE: a table.
rows() {
    local precision model
    peak=$(build/tests/benchmarks/bench_peak | field gflops)
    echo "| $2 | precision | lrun images/s | PyTorch, best | PyTorch, as it comes | speed | of the peak of $peak GFLOP/s |" \
        "lrun MiB | PyTorch MiB | memory | lrun start s | PyTorch start s | start |"
    echo "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    for precision in $precisions; do
        for model in $models; do
            [[ $model != small* || $precision = 32-true ]] || continue
            row "$model" "$1" "$precision"
        done
    done
    echo
}

# scenes: drawn pictures of VOC's usual size, in its layout; sets `folder`.
scenes() {
    folder=$cache/loader
    mkdir -p "$folder"
    if [ ! -d "$folder/VOCdevkit" ]; then
        build/lrun scenes "$folder/scenes.tar" --images 400 --width 500 --height 375
        tar -xf "$folder/scenes.tar" -C "$folder"
    fi
}

# loader: images from JPEG files to batches. Processor time tells more than images/s where the machine does other work too.
loader() {
    local kind folder
    scenes
    rm -f "$logs"/*
    for _ in $(seq "$rounds"); do
        build/tests/benchmarks/bench_decode 2 3 "$folder"/VOCdevkit/Scenes/JPEGImages/*.jpg >>"$logs/decode"
        for kind in none memory disk; do
            XDG_CACHE_HOME=$cache/kept build/tests/benchmarks/bench_loader "$folder" VOCdevkit/Scenes train \
                circle,cross,square,triangle 2 3 "$kind" >>"$logs/$kind"
        done
        "$venv/bin/python" tests/benchmarks/rival/loader.py "$folder/VOCdevkit/Scenes" train 2 3 >>"$logs/rival"
    done
    rm -r "$cache/kept"
    echo "| 500x375 JPEG to 300x300 batches, 2 workers | images/s | against DataLoader | processor ms per image |" \
        "against libjpeg-turbo alone |"
    echo "|---|---|---|---|---|"
    loader_row decode 'libjpeg-turbo alone, decoding only'
    loader_row none 'lrun'
    loader_row memory 'lrun, cache: memory'
    loader_row disk 'lrun, cache: disk'
    loader_row rival 'DataLoader, torchvision'
    echo
}

# loader_row WHO NAME
loader_row() {
    awk -v name="$2" -v a="$(number "$1" images_per_s)" -v c="$(number "$1" cpu_ms)" \
        -v rival="$(number rival images_per_s)" -v floor="$(number decode cpu_ms)" \
        'BEGIN { printf "| %s | %.0f | %.2fx | %.2f | %.2fx |\n", name, a, a / rival, c, c / floor }'
}

# loaded: a training step whose batches the loader makes meanwhile, against the same step without.
loaded() {
    local precision folder
    scenes
    echo "| SSD-ResNet18, 300x300, batch 8 | precision | step, ms | with the loader, ms | ratio | middle half of the rounds |"
    echo "|---|---|---|---|---|---|"
    for precision in $precisions; do
        GOMP_SPINCOUNT=5000 build/tests/benchmarks/bench_loaded_step "$configs/ssd_resnet18.yaml" 5 "$((5 * rounds))" \
            --trainer.precision="$precision" --data.root="$folder" --data.folder=VOCdevkit/Scenes \
            --data.train_set=trainval --data.classes='[circle, cross, square, triangle]' \
            --data.train_transforms='[RandomHorizontalFlip, {type: Resize, size: [300, 300]},
                {type: ToDtype, dtype: float32, scale: true},
                {type: Normalize, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}]' >"$logs/loaded"
        awk -v precision="$precision" -v a="$(number loaded alone_ms)" -v b="$(number loaded loaded_ms)" \
            -v r="$(number loaded ratio)" -v low="$(number loaded low)" -v high="$(number loaded high)" 'BEGIN {
            printf "| lrun | %s | %.0f | %.0f | %.3f | %.3f to %.3f |\n", precision, a, b, r, low, high }'
    done
    echo
}

# program: lrun against Lightning's trainer.fit with torchvision's loader and transforms: BCCD, 3 epochs, start to end.
program() {
    local precision
    : "${LRUN_BCCD:?wanted LRUN_BCCD, the path of BCCD.tar}"
    build/lrun validate configs/bccd_detect.yaml --data.url="$LRUN_BCCD" --data.root="$cache/bccd" \
        --trainer.limit_val_batches=1 >/dev/null 2>&1 # unpacks it
    echo "| the whole program, BCCD, 3 epochs | precision | lrun s | Lightning s | speed | lrun MiB | Lightning MiB | memory |"
    echo "|---|---|---|---|---|---|---|---|"
    for precision in $precisions; do
        rm -rf "${logs:?}"/*
        for _ in $(seq "$rounds"); do
            build/tests/benchmarks/bench_command 1 build/lrun configs/bccd_detect.yaml --data.url="$LRUN_BCCD" \
                --data.root="$cache/bccd" --trainer.accelerator=cpu --trainer.max_epochs=3 --trainer.check_val_every_n_epoch=1 \
                --trainer.precision="$precision" --trainer.default_root_dir="$logs/runs" >>"$logs/ours"
            LD_PRELOAD=$jemalloc build/tests/benchmarks/bench_command 1 "$venv/bin/python" \
                tests/benchmarks/rival/lightning_bccd.py --root "$cache"/bccd/*/VOCdevkit/BCCD --epochs 3 \
                --precision "$precision" >>"$logs/rival"
        done
        awk -v precision="$precision" -v a="$(number ours ms)" -v b="$(number rival ms)" -v pa="$(number ours peak_mib)" \
            -v pb="$(number rival peak_mib)" 'BEGIN { printf "| lrun against trainer.fit | %s | %.0f | %.0f | %.2fx | %d | %d | %.2fx |\n",
                precision, a / 1e3, b / 1e3, b / a, pa, pb, pa / pb }'
    done
    echo
}

parts='' models=''
for argument in "$@"; do
    if [ -f "$configs/${argument%_batch*}.yaml" ]; then
        models+="$argument "
    else
        parts+="$argument "
    fi
done
models=${models:-$(basename -s .yaml "$configs"/*.yaml) small_cnn_batch8}
echo "$(date +%F), $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $OMP_NUM_THREADS threads," \
    "$("$venv/bin/python" -c 'import torch, torchvision; print("PyTorch", torch.__version__, "torchvision", torchvision.__version__)')," \
    "median of $rounds rounds in turns"
echo
for part in ${parts:-steps validation loader loaded program startup}; do
    case $part in
    steps) rows train 'training step' ;;
    validation) rows validate 'validation step' ;;
    loader) loader ;;
    loaded) loaded ;;
    program) program ;;
    startup) tests/benchmarks/startup.sh ;;
    *) echo "bench.sh: unknown part or model '$part'" >&2 && exit 2 ;;
    esac
done
