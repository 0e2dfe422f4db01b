#!/usr/bin/env bash
# gpu.sh: all that only a GPU can tell, in one command of at most 8 minutes: tests, compute-sanitizer, steps against PyTorch,
# trainings against the processor's figures. Prints tables last.
#
#     gpu.sh pack [FOLDER]   where lrun was built: gathers in FOLDER (build/gpu) what the other machine needs, at most 64 MiB
#     gpu.sh [FOLDER]        where the GPU is, and FOLDER was carried to
#
# That machine needs bash, tar, gzip, NVIDIA's driver, and cuDNN 9 and cuBLASLt 13, which are too large to be carried: where the
# system, CUDA or PyTorch's wheels have put them. What else may be there: compute-sanitizer, and a python3 with PyTorch and
# torchvision. What was not there is in the tables.
#
# In the environment:
#   LRUN_GPU_RESULTS   a folder for tables.md and log.txt, which are written as parts end (gpu-results)
#   LRUN_GPU_SECONDS   for everything (460)
#   LRUN_GPU_PARTS     "suite training sanitizer steps"
#   LRUN_GPU_MODELS    "resnet50_batch256 ssd_resnet50_batch64"
#   LRUN_GPU_OPTIONS   for every training: --key=value ...
#   LRUN_PYTHON        python3
#   LRUN_ACCELERATOR   gpu; with cpu the script itself is rehearsed
#   LRUN_BUILD, LRUN_DATA, LRUN_PACK_MIB   of `pack`: build, ../shared/data (where the archives are), 64
#
# Ends with 0 when all passed, 1 when a part failed or missed its target (the tables say which), 2 when it was called wrongly or the
# pack is too large, 77 when there is no GPU: then nothing was run.
set -euo pipefail

say() {
    printf '%s\n' "$*" >&2
}

# ---- pack

# needed PROGRAM...: the shared libraries that they need, the C library's own left out.
needed() {
    local found
    found=$(ldd "$@")
    if grep 'not found' <<<"$found" >&2; then
        exit 2
    fi
    sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' <<<"$found" | sort -u | grep -vE '/lib(c|m|dl|rt|pthread|resolv|util)\.so\.[0-9]+$'
}

# figures: what the processor reached, as docs/results.md has it: NAME and map_50 a line.
figures() {
    awk '/^## / { section = $2 }
        /^\| \*\*lrun, mean\*\* \|/ && section == "BCCD," { gsub(/\*/, ""); print "BCCD", $5 }
        /^\| the processor \|/ && section == "VOC," { print "VOC", $5 }' docs/results.md
}

# gather FOLDER: everything, laid out as in the sources.
gather() {
    local build=${LRUN_BUILD:-build} data=${LRUN_DATA:-../shared/data} program library libraries
    mkdir -p "$1"/{bin,lib,data,tests/benchmarks,tests/runs,tests/fixtures}
    for program in "$build"/lrun "$build"/tests/test_gpu_* "$build"/tests/benchmarks/bench_step \
        "$build"/tests/runs/{tensors,hold_gpu_memory,libbreaker.so}; do
        [ ! -f "$program" ] || strip -o "$1/bin/${program##*/}" "$program"
    done
    libraries=$(needed "$1"/bin/*)
    for library in $libraries; do
        cp -L "$library" "$1/lib/"
    done
    cp -r configs "$1/"
    cp -r tests/fixtures/models "$1/tests/fixtures/"
    cp -r tests/benchmarks/{configs,rival,common.sh,voc_subset.yaml} "$1/tests/benchmarks/"
    cp tests/runs/{common,accelerator}.sh "$1/tests/runs/"
    cp "$data/bccd/BCCD.tar" "$data/pascal_voc/VOC2012_subset70_seg.tar" "$1/data/" 2>/dev/null ||
        say "gpu.sh: without archives, as '$data' lacks them"
    figures >"$1/figures"
    git rev-parse HEAD >"$1/revision" 2>/dev/null || echo unknown >"$1/revision"
}

pack() {
    local limit=${LRUN_PACK_MIB:-64} folder bytes
    mkdir -p "$1"
    folder=$(cd "$1" && pwd)
    cd "$here/../.."
    if ! "${LRUN_BUILD:-build}/lrun" doctor | grep -E '^  CUDA +yes$' >/dev/null; then
        say 'gpu.sh: this build has no CUDA backend'
        exit 2
    fi
    gather "$work"
    cp "$here/gpu.sh" "$folder/"
    tar -czf "$folder/files.tar.gz" -C "$work" .
    bytes=$(cat "$folder/gpu.sh" "$folder/files.tar.gz" | wc -c)
    if [ "$bytes" -gt $((limit << 20)) ]; then
        say "gpu.sh: '$1' has $((bytes >> 20)) MiB, wanted at most $limit"
        exit 2
    fi
    say "'$1' has $((bytes >> 20)) MiB: carry it, and run '$1/gpu.sh'"
}

# ---- what runs, and how long

# left RESERVE: the seconds that are left, but for so many.
left() {
    echo $((deadline - SECONDS - $1))
}

# row NAME VERDICT SECONDS DETAIL
row() {
    printf '| %s | %s | %s | %s |\n' "$1" "$2" "$3" "${4//|/;}" >>"$work/parts"
    say "$1: $2 ${4:+($4)}"
    case $2 in failed | unfinished | missed) failures=$((failures + 1)) ;; esac
    tables >"$results/tables.md"
}

# limited SECONDS LOG COMMAND...: ends as it does; 124: it took too long. What it printed is added to log.txt.
limited() {
    local limit=$1 log=$2 status=0
    shift 2
    timeout -k 5 "$limit" "$@" >"$log" 2>&1 &
    running=$!
    wait "$running" || status=$?
    running=''
    { echo "==== $*" && cat "$log" && echo "==== status $status"; } >>"$results/log.txt"
    return "$status"
}

# part NAME SECONDS COMMAND...: at most so many seconds, and never those of the steps; a row of the table. Fails as it does.
part() {
    local name=$1 limit=$(($2 * patience)) status=0 began=$SECONDS rest
    shift 2
    rest=$(left "$reserve")
    [ "$limit" -lt "$rest" ] || limit=$rest
    if [ "$limit" -lt 5 ]; then
        row "$name" unfinished 0 'no time was left'
        return 124
    fi
    limited "$limit" "$work/log" "$@" || status=$?
    took=$((SECONDS - began))
    case $status in
    0) row "$name" passed $took '' ;;
    77) row "$name" skipped $took "$(sed -n 's/^skipped: //p' "$work/log" | head -n 1)" ;;
    124 | 137) row "$name" unfinished $took "stopped after $limit s" ;;
    *) row "$name" failed $took "status $status: $(tail -n 1 "$work/log")" ;;
    esac
    return $status
}

# ---- what the machine has

# has_library SONAME: the loader finds it by itself.
has_library() {
    ldconfig -p 2>/dev/null | grep -F "$1 " >/dev/null
}

# find_library SONAME: the folder that has it; an empty line where the loader finds it. Fails where there is none.
find_library() {
    local folder
    if has_library "$1"; then
        echo
        return
    fi
    for folder in ${LD_LIBRARY_PATH:+${LD_LIBRARY_PATH//:/ }} /usr/lib/x86_64-linux-gnu /usr/local/cuda/lib64 $wheels; do
        if [ -e "$folder/$1" ]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

# find_libraries: the libraries' folders in `path`, what is absent in the tables. A C++ library of the machine's own is newer than ours.
find_libraries() {
    local name folder
    path=$work/lib
    wheels=$("$python" -c 'import glob, sys; print(*[f for p in sys.path for f in glob.glob(p + "/nvidia/*/lib")])' 2>/dev/null) || wheels=''
    for name in libcudnn.so.9 libcublasLt.so.13 libnvrtc.so.13; do
        if folder=$(find_library $name); then
            [ -z "$folder" ] || [[ :$path: == *:$folder:* ]] || path+=:$folder
        else
            facts+="; no $name was found"
        fi
    done
    for name in libstdc++.so.6 libgcc_s.so.1; do
        ! has_library $name || rm -f "$work/lib/$name"
    done
    path+=${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
}

# find_machine: `ours`, which runs one of our programs; `facts`, for the tables' first line. Ends where there is no GPU.
find_machine() {
    facts="$(date +%F), lrun $(cut -c 1-12 "$work/revision")"
    find_libraries
    ours=(env "LD_LIBRARY_PATH=$path" LRUN_SOURCE_ROOT="$work" LRUN="$work/bin/lrun" LRUN_TENSORS="$work/bin/tensors"
        LRUN_BREAKER="$work/bin/libbreaker.so" LRUN_HOLD_GPU_MEMORY="$work/bin/hold_gpu_memory" LRUN_SANITIZED=0
        LRUN_ACCELERATOR="$accelerator" OMP_WAIT_POLICY=passive CUDA_CACHE_PATH="$work/cache")
    "${ours[@]}" bin/lrun doctor >"$work/doctor" 2>&1 || { cat "$work/doctor" >&2 && exit 1; }
    cat "$work/doctor" >>"$results/log.txt"
    if [ "$accelerator" = gpu ] && ! grep -q '^  GPU 0 ' "$work/doctor"; then
        say "gpu.sh: there is no GPU: $(awk '/^  found /, /^$/' "$work/doctor" | tr -s ' \n' ' ' | sed 's/^ found none: //; s/ $//')"
        exit 77
    fi
    if [ "$accelerator" = gpu ]; then
        facts+=";$(awk '/^  GPU 0 /, /free$/' "$work/doctor" | tr -s ' \n' ' ')"
    else
        facts+='; a rehearsal on the processor '
    fi
    facts+=";$(awk '/^  (driver|cuDNN|cuBLASLt) / { printf "%s%s", comma, $0; comma = "," }' "$work/doctor" | tr -s ' ')"
    find_rival
}

# find_rival: `rival`, which PyTorch there is; empty when it cannot be measured.
find_rival() {
    if ! command -v "$python" >/dev/null; then
        echo "there is no $python" >"$work/log"
    else
        rival=$("$python" -c 'import sys, torch, torchvision
assert sys.argv[1] == "cpu" or torch.cuda.is_available(), "no GPU"
print("PyTorch", torch.__version__, "cuDNN", torch.backends.cudnn.version())' "$accelerator" 2>"$work/log") || rival=''
    fi
    facts+="; ${rival:-"PyTorch cannot be measured: $(tail -n 1 "$work/log")"}"
}

# ---- the parts

suite() {
    local program
    part 'suite gpu: runs' 150 "${ours[@]}" sh tests/runs/accelerator.sh || true
    start_warm # not beside the runs, one of which wants all memory
    for program in bin/test_gpu_*; do
        part "suite gpu: ${program##*_}" 60 "${ours[@]}" "$program" || true
    done
}

# train NAME ARCHIVE CONFIG ARGUMENT...: trained to the processor's map_50, to within 0.02 (on a GPU less is not expected).
train() {
    local name=$1 archive=$work/data/$2 wanted found
    shift 2
    wanted=$(sed -n "s/^${name%% *} //p" "$work/figures")
    if [ ! -f "$archive" ] || [ -z "$wanted" ]; then
        row "training: $name" skipped 0 "no ${archive##*/} was packed, or no figure for it"
        return
    fi
    rm -rf "$work/run"
    # shellcheck disable=SC2086
    part "training: $name" 90 "${ours[@]}" bin/lrun "$@" --data.url="$archive" --data.root="$work/unpacked" \
        --trainer.accelerator="$accelerator" --trainer.default_root_dir="$work/run" --trainer.enable_progress_bar=false \
        ${LRUN_GPU_OPTIONS:-} || return 0
    found=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "val_map_50") at = i } NR > 1 && $at != "" { last = $at }
        END { print last }' "$work"/run/lightning_logs/version_0/metrics.csv)
    awk -v name="$name" -v a="$found" -v b="$wanted" -v s="$took" \
        'BEGIN { printf "| %s | %.3f | %.3f | %+.3f | %d |\n", name, a, b, a - b, s }' >>"$work/trained"
    if awk -v a="$found" -v b="$wanted" 'BEGIN { exit !(a != "" && a - b < 0.02 && b - a < 0.02) }'; then
        row "map_50: $name" passed 0 ''
    else
        row "map_50: $name" missed 0 "$found, wanted $wanted to within 0.02"
    fi
}

training() {
    start_warm
    train BCCD BCCD.tar configs/bccd_detect.yaml
    train 'VOC subset' VOC2012_subset70_seg.tar tests/benchmarks/voc_subset.yaml
    train 'BCCD bf16-mixed' BCCD.tar configs/bccd_detect.yaml --trainer.precision=bf16-mixed
}

# sanitize NAME TOOL SECONDS COMMAND...
sanitize() {
    part "$2: $1" "$3" "${ours[@]}" "$tool" --tool "$2" --error-exitcode 99 --print-limit 10 "${@:4}" || true
}

sanitizer() {
    start_warm
    tool=$(PATH=$PATH:/usr/local/cuda/bin command -v compute-sanitizer) || {
        row sanitizer skipped 0 'no compute-sanitizer was found'
        return 0
    }
    sanitize arrays memcheck 40 bin/test_gpu_arrays
    sanitize products memcheck 40 bin/test_gpu_products
    sanitize 'steps of a small CNN' memcheck 30 bin/bench_step tests/benchmarks/configs/small_cnn.yaml 1 28 4 train \
        --trainer.accelerator="$accelerator" --data.batch_size=4
    sanitize 'steps of SSD' memcheck 60 bin/bench_step tests/benchmarks/configs/ssd_resnet18.yaml 3 64 2 train \
        --trainer.accelerator="$accelerator" --data.batch_size=2
    sanitize arrays racecheck 40 bin/test_gpu_arrays
    sanitize kernels memcheck 90 bin/test_gpu_kernels
}

# settings MODEL: what PyTorch is tried with beside channels_last and bf16, a line each, the quickest to try first.
settings() {
    case $accelerator-$1 in
    cpu-*) echo ;;
    gpu-ssd*) printf '%s\n' '' 'compile parts' 'compile' 'reduce_overhead parts' 'max_autotune parts' ;;
    *) printf '%s\n' '' 'graph' 'compile graph' 'reduce_overhead' 'max_autotune' ;;
    esac
}

# set_rival MODEL STEPS SETTING...: `command`, which measures PyTorch.
set_rival() {
    command=(env TORCHINDUCTOR_CACHE_DIR="$work/inductor" "$python" tests/benchmarks/rival/step.py "${1%_batch*}"
        "$(batch_of "$1")" "$2" train channels_last)
    [ "$accelerator" = cpu ] || command+=(cuda bf16)
    command+=("${@:3}")
}

# What PyTorch compiles is kept: it does so while other parts run. Not max_autotune, which measures.
warm_rival() {
    local model line
    for model in $models; do
        while read -r line; do
            # shellcheck disable=SC2086
            set_rival "$model" 5 $line
            timeout --foreground 120 "${command[@]}" >/dev/null 2>&1 </dev/null || true
        done < <(settings "$model" | grep -E 'compile|reduce_overhead')
    done
}

# start_warm: once, in a process group of its own, so that it can be ended as a whole.
start_warm() {
    if [ "$warm" = 0 ] && [ -n "$rival" ] && [ "$accelerator" = gpu ] && [[ $parts == *steps* ]]; then
        set -m
        warm_rival &
        warm=$!
        set +m
    fi
}

# await_warm SECONDS: at most so long.
await_warm() {
    local i
    for ((i = 0; i < $1 && warm > 0; i++)); do
        kill -0 "$warm" 2>/dev/null || break
        sleep 1
    done
    if [ "$warm" != 0 ]; then
        kill -- -"$warm" 2>/dev/null || true
        wait "$warm" 2>/dev/null || true
    fi
    warm=0
}

# try_rival MODEL SECONDS: its quickest line in ./rival, with its setting in `best`; all that was tried in `tried`.
try_rival() {
    local setting ms status least='' limit lines end=$((SECONDS + $2))
    best='' tried=''
    mapfile -t lines < <(settings "$1")
    for setting in "${lines[@]}"; do
        limit=$((end - SECONDS))
        [ "$limit" -lt 90 ] || limit=90
        # shellcheck disable=SC2086
        set_rival "$1" "$step_count" $setting
        status=124
        if [ "$limit" -ge 10 ]; then
            status=0
            limited "$limit" "$work/log" "${command[@]}" || status=$?
        fi
        if [ $status = 0 ]; then
            ms=$(tail -n 1 "$work/log" | field ms)
            tried+=", ${setting:-eager}: $ms ms"
            if [ -z "$least" ] || awk -v a="$ms" -v b="$least" 'BEGIN { exit !(a < b) }'; then
                least=$ms best=${setting:-eager}
                tail -n 1 "$work/log" >"$work/rival"
            fi
        elif [ $status = 124 ] || [ $status = 137 ]; then
            tried+=", ${setting:-eager}: not finished in $((limit > 0 ? limit : 0)) s"
        else
            tried+=", ${setting:-eager}: failed"
        fi
    done
}

# compare MODEL: our line in ./ours, PyTorch's in ./rival: a row of figures, and whether they are what is wanted.
compare() {
    local memory=gpu_mib
    [ "$accelerator" = gpu ] || memory=peak_mib
    if awk -v name="$1" -v n="$(batch_of "$1")" -v best="$best" -v a="$(field ms <"$work/ours")" -v b="$(field ms <"$work/rival")" \
        -v pa="$(field $memory <"$work/ours")" -v pb="$(field $memory <"$work/rival")" \
        -v qa="$(field gpu_all_mib <"$work/ours")" -v qb="$(field gpu_all_mib <"$work/rival")" 'BEGIN {
        printf "| %s | %.0f | %.0f (%s) | %.2fx | %d | %d | %.2fx | %d | %d |\n", name, n * 1e3 / a, n * 1e3 / b, best, b / a,
            pa, pb, pa / pb, qa, qb
        exit !(b / a >= 1.2 && pa / pb <= 0.7) }' >>"$work/measured"; then
        row "speed and memory: $1" passed 0 ''
    else
        row "speed and memory: $1" missed 0 'wanted 1.2x the images/s, 0.7x the memory'
    fi
}

steps() {
    local model side precision=bf16-mixed rest
    [ "$accelerator" = gpu ] || precision=32-true
    reserve=5
    await_warm 30
    rest=$(wc -w <<<"$models")
    for model in $models; do
        rest=$((rest - 1))
        read -r -a side <<<"$(images "$model")"
        part "steps: $model" 60 "${ours[@]}" bin/bench_step "tests/benchmarks/configs/${model%_batch*}.yaml" "${side[@]}" \
            "$step_count" train --trainer.accelerator="$accelerator" --trainer.precision=$precision \
            --data.batch_size="$(batch_of "$model")" || continue
        tail -n 1 "$work/log" >"$work/ours"
        rm -f "$work/rival"
        tried=''
        [ -z "$rival" ] || try_rival "$model" $(($(left 5) / (rest + 1)))
        if [ -f "$work/rival" ]; then
            echo "PyTorch, $model: ${tried#, }" >>"$work/tried"
            compare "$model"
        else
            row "PyTorch: $model" unmeasured 0 "${tried:+${tried#, }; }lrun: $(cat "$work/ours")"
        fi
    done
}

# ---- the tables

tables() {
    printf '%s\n\n| part | verdict | s | |\n|---|---|---|---|\n' "$facts"
    cat "$work/parts"
    if [ -s "$work/trained" ]; then
        printf '\n| training | map_50 | the processor'\''s | difference | s |\n|---|---|---|---|---|\n'
        cat "$work/trained"
    fi
    if [ -s "$work/measured" ]; then
        printf '\n| training step | lrun images/s | PyTorch images/s | speed | lrun MiB | PyTorch MiB | memory |'
        printf ' lrun MiB in all | PyTorch MiB in all |\n|---|---|---|---|---|---|---|---|---|\n'
        cat "$work/measured"
        printf '\n'
        cat "$work/tried"
    fi
}

# However it ends.
finish() {
    [ -z "$running" ] || kill "$running" 2>/dev/null || true
    await_warm 0
    if [ -s "$work/parts" ]; then
        tables | tee "$results/tables.md"
    fi
    rm -rf "$work"
}

# run_all FOLDER
run_all() {
    local name
    if [ ! -f "$1/files.tar.gz" ]; then
        say "gpu.sh: '$1' has no files.tar.gz; 'gpu.sh pack' makes it"
        exit 2
    fi
    mkdir -p "$results"
    results=$(cd "$results" && pwd)
    : >"$results/log.txt"
    tar -xzf "$1/files.tar.gz" -C "$work"
    cd "$work"
    . tests/benchmarks/common.sh
    : >parts
    find_machine
    [[ $parts != *steps* ]] || reserve=200
    for name in $parts; do
        case $name in
        suite | training | sanitizer | steps) "$name" ;;
        *) say "gpu.sh: unknown part '$name'" && exit 2 ;;
        esac
    done
}

accelerator=${LRUN_ACCELERATOR:-gpu}
parts=${LRUN_GPU_PARTS:-suite training sanitizer steps}
models=${LRUN_GPU_MODELS:-resnet50_batch256 ssd_resnet50_batch64}
results=${LRUN_GPU_RESULTS:-gpu-results}
python=${LRUN_PYTHON:-python3}
deadline=${LRUN_GPU_SECONDS:-460} # SECONDS count from the script's start
step_count=30 patience=1 reserve=5 failures=0 warm=0 running='' facts='' rival=''
[ "$accelerator" = gpu ] || patience=4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packed=$here
[ -f "$here/files.tar.gz" ] || packed=$here/../../build/gpu
work=$(mktemp -d "${TMPDIR:-/tmp}/lrun-gpu-XXXXXX")
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
case ${1:-} in
pack) pack "${2:-build/gpu}" ;;
-*) sed -n '2,/^set -/p' "${BASH_SOURCE[0]}" | sed '/^set -/d; s/^# \{0,1\}//' >&2 && exit 2 ;;
*) run_all "${1:-$packed}" ;;
esac
[ "$failures" = 0 ] || exit 1
