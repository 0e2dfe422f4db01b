#!/usr/bin/env bash
# bench.sh: lrun against PyTorch on this machine, in turns. Prints a table; LRUN_ROUNDS rounds (3).
# PyTorch, torchvision and Lightning come from PyPI into a virtual environment outside the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/lrun-bench
venv=${LRUN_RIVAL_VENV:-$cache/venv}
rounds=${LRUN_ROUNDS:-3}
export OMP_NUM_THREADS=${LRUN_THREADS:-$(nproc)}

if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q torch torchvision lightning 'jsonargparse[signatures]' pycocotools
fi

# field NAME: the number behind NAME in what comes in.
field() {
    sed -n "s/.*$1 \([0-9.]*\).*/\1/p" | tail -n 1
}

median() {
    sort -n | awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'
}

run_ours() {
    BENCH_START=$(date +%s.%N) build/tests/benchmarks/bench_step "$1" "$2" 9 | tail -n 1
}

run_rival() {
    BENCH_START=$(date +%s.%N) "$venv/bin/python" tests/benchmarks/rival/step.py "$1" "$2" 9 "$3"
}

# step NAME BATCH: a row of the table of steps.
step() {
    local name=$1 batch=$2 kind log
    log=$(mktemp -d)
    for _ in $(seq "$rounds"); do
        run_rival "$name" "$batch" best >>"$log/best"
        run_ours "$name" "$batch" >>"$log/ours"
        run_rival "$name" "$batch" default >>"$log/default"
    done
    declare -A ms peak first
    for kind in ours best default; do
        ms[$kind]=$(while read -r line; do echo "$line" | field ms; done <"$log/$kind" | median)
        peak[$kind]=$(while read -r line; do echo "$line" | field peak_mib; done <"$log/$kind" | median)
        first[$kind]=$(while read -r line; do echo "$line" | field first_s; done <"$log/$kind" | median)
    done
    awk -v name="$name, batch $batch" -v n="$batch" -v a="${ms[ours]}" -v b="${ms[best]}" -v c="${ms[default]}" \
        -v pa="${peak[ours]}" -v pb="${peak[best]}" -v fa="${first[ours]}" -v fb="${first[best]}" 'BEGIN {
        printf "| %s | %.1f | %.1f | %.1f | %.2fx | %d | %d | %.2fx | %.2f | %.2f | %.2fx |\n", name, n * 1e3 / a,
            n * 1e3 / b, n * 1e3 / c, b / a, pa, pb, pa / pb, fa, fb, fa / fb }'
    rm -r "$log"
}

loader() {
    local folder=$cache/loader log
    log=$(mktemp -d)
    mkdir -p "$folder"
    if [ ! -d "$folder/VOCdevkit" ]; then
        build/lrun scenes "$folder/scenes.tar" --images 400 --width 500 --height 375
        tar -xf "$folder/scenes.tar" -C "$folder"
    fi
    for _ in $(seq "$rounds"); do
        build/tests/benchmarks/bench_loader "$folder" VOCdevkit/Scenes train circle,cross,square,triangle 2 3 |
            field images_per_s >>"$log/ours"
        "$venv/bin/python" tests/benchmarks/rival/loader.py "$folder/VOCdevkit/Scenes" train 2 3 |
            field images_per_s >>"$log/rival"
    done
    awk -v a="$(median <"$log/ours")" -v b="$(median <"$log/rival")" \
        'BEGIN { printf "| 500x375 JPEG to 300x300 batches | %.0f | %.0f | %.2fx |\n", a, b, a / b }'
    rm -r "$log"
}

echo "$(date +%F), $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $OMP_NUM_THREADS threads," \
    "$("$venv/bin/python" -c 'import torch, torchvision; print("PyTorch", torch.__version__, "torchvision", torchvision.__version__)')," \
    "median of $rounds rounds in turns"
echo
echo "| training step, float32 | lrun images/s | PyTorch, channels_last | PyTorch, default | speed | lrun peak MiB | PyTorch peak MiB | memory | lrun first step s | PyTorch first step s | start |"
echo "|---|---|---|---|---|---|---|---|---|---|---|"
step resnet18 16
step ssd 8
echo
echo "| data path, 2 workers | lrun images/s | DataLoader images/s | speed |"
echo "|---|---|---|---|"
loader
echo
tests/benchmarks/startup.sh
