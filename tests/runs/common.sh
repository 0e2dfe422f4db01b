# shellcheck shell=sh disable=SC2034,SC2154
# common.sh: what the tests of whole runs share: a folder of their own, tiny data, tiny configs, checks with words.
#
# Sourced by the scripts beside it, which meson calls with the places of the programs in the environment:
#   LRUN           the program
#   LRUN_TENSORS   prints the digest of a checkpoint's arrays, and whether all are finite (tensors.c)
#   LRUN_BREAKER   a library that breaks writing to disk at a chosen point, and hides libraries (breaker.c)
#   LRUN_HOLD_GPU_MEMORY  runs a command while most of a GPU's memory is taken (hold_gpu_memory.c)
#   LRUN_FILE_SERVER  serves files over HTTP (file_server.c)
#   LRUN_MOST_MEMORY  runs a command and prints the most memory that it held (most_memory.c)
#   LRUN_CUDA, LRUN_MPI  1 where the build found them
#   LRUN_MAN_PAGES  the folder of the manual pages that the build wrote; empty: it wrote none
#   LRUN_ONEDNN    1 in a build with oneDNN
#   LRUN_SANITIZED 1 in a build with sanitizers, where nothing is fast
set -eu
export LC_ALL=C.UTF-8 TERM=dumb
sources=$(cd "$LRUN_SOURCE_ROOT" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/lrun-runs-XXXXXX")
trap 'status=$?; trap - EXIT; cd /; rm -rf "$scratch"; exit $status' EXIT
trap 'exit 1' INT TERM HUP
cd "$scratch"

fail() {
    echo "FAIL: $*" >&2
    for log in out err; do
        [ -s "$scratch/$log" ] && tail -n 20 "$scratch/$log" | sed "s/^/  $log: /" >&2
    done
    exit 1
}

# run STATUS ARGUMENT...: the program ends with this status; what it prints is in ./out and ./err.
run() {
    wanted=$1
    shift
    status=0
    "$LRUN" "$@" >out 2>err || status=$?
    [ "$status" = "$wanted" ] || fail "lrun $* ended with $status, wanted $wanted"
}

# says TEXT: standard error has it.
says() { grep -qF -- "$1" err || fail "standard error lacks '$1'"; }

# prints TEXT: standard output has it.
prints() { grep -qF -- "$1" out || fail "standard output lacks '$1'"; }

same() { cmp -s "$1" "$2" || fail "'$1' and '$2' differ${3:+ ($3)}"; }

# tensors FILE: the digest of its arrays; "finite" follows when they are.
tensors() { "$LRUN_TENSORS" "$1" || fail "cannot read the tensors of '$1'"; }

same_tensors() {
    one=$(tensors "$1")
    two=$(tensors "$2")
    [ "$one" = "$two" ] || fail "the tensors of '$1' and '$2' differ${3:+ ($3)}"
}

# column FILE NAME: the numbers in a column of metrics.csv, without blanks.
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; if (!at) exit 1; next }
                          $at != "" { print $at }' "$1" || fail "'$1' has no column '$2'"
}

# rows FILE NAME: how many numbers the column has.
rows() { column "$1" "$2" | wc -l | tr -d ' '; }

is() { [ "$1" = "$2" ] || fail "$3: found '$1', wanted '$2'"; }

# below A B: A < B, as numbers.
below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && b != "" && a + 0 < b + 0) }' || fail "$3: $1 is not below $2"; }

# Drawn scenes, and a detector for them that trains in a tenth of a second: 16 images in 4 batches, 5 to validate on.
make_detection() {
    run 0 scenes scenes.tar --images 24 --width 64 --height 48
    cat >detect.yaml <<'YAML'
seed_everything: 1
trainer:
  max_epochs: 2
  num_threads: 1
  log_every_n_steps: 1
  num_sanity_val_steps: 1
model:
  type: SSD
  backbone: {type: SimpleCNN, channels: [8, 16, 16, 32]}
  backbone_maps: 2
  extra_maps: 1
  extra_channels: 16
  scales: [0.1, 0.3, 0.6, 0.9]
  ratios_per_map: [1, 1, 1]
  aspect_ratios: [2]
data:
  type: VOCDataModule
  root: data
  url: scenes.tar
  folder: VOCdevkit/Scenes
  classes: [circle, cross, ring, square, star, triangle]
  test_set: val
  batch_size: 4
  num_workers: 1
  train_transforms:
    - RandomPhotometricDistort
    - RandomIoUCrop
    - RandomHorizontalFlip
    - SanitizeBoundingBoxes
    - {type: Resize, size: [64, 64]}
    - {type: ToDtype, dtype: float32, scale: true}
  val_transforms: &evaluation
    - {type: Resize, size: [64, 64]}
    - {type: ToDtype, dtype: float32, scale: true}
  test_transforms: *evaluation
optimizer: {type: SGD, lr: 0.01, momentum: 0.9, weight_decay: 0.0005}
YAML
}

# Two classes of images, each in its folder, and a classifier for them.
make_classification() {
    run 0 scenes one.tar --images 12 --width 48 --height 48 --seed 1
    run 0 scenes two.tar --images 12 --width 96 --height 48 --seed 2
    for class in one two; do
        mkdir -p "images/$class" "unpacked/$class"
        tar -xf "$class.tar" -C "unpacked/$class"
        cp unpacked/$class/VOCdevkit/Scenes/JPEGImages/*.jpg "images/$class/"
    done
    cat >classify.yaml <<'YAML'
seed_everything: 1
trainer:
  max_epochs: 3
  num_threads: 1
  log_every_n_steps: 1
model:
  type: ImageClassifier
  backbone: {type: SimpleCNN, channels: [8, 16]}
data:
  type: DataModule
  train: {type: ImageFolder, root: images}
  val_split: 8
  test: {type: ImageFolder, root: images}
  batch_size: 8
  train_transforms: &all
    - {type: Resize, size: [32, 32]}
    - {type: ToDtype, dtype: float32, scale: true}
  val_transforms: *all
  test_transforms: *all
optimizer: {type: AdamW, lr: 0.01}
YAML
}

# broken_run HOW AT ARGUMENT...: runs the program with its AT-th call to the disk broken (breaker.c); sets $status.
broken_run() {
    how=$1
    at=$2
    shift 2
    status=0
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" BREAK_HOW=$how BREAK_AT=$at \
        BREAK_COUNT="$scratch/calls" LD_PRELOAD=$LRUN_BREAKER "$LRUN" "$@" >out 2>err || status=$?
}

# count_calls ARGUMENT...: runs the program undisturbed and sets $calls to the number of its calls to the disk.
count_calls() {
    broken_run none 0 "$@"
    is "$status" 0 "status of lrun $*"
    calls=$(cat "$scratch/calls")
    [ "$calls" -gt 0 ] || fail 'the breaker counted nothing'
}

# spread COUNT TOTAL: COUNT numbers from 1 to TOTAL; all of them with LRUN_EXHAUSTIVE=1, fewer where nothing is fast.
spread() {
    wanted=$1
    [ "$LRUN_SANITIZED" = 0 ] || wanted=$((wanted / 4 + 1))
    [ "${LRUN_EXHAUSTIVE:-0}" = 0 ] || wanted=$2
    awk -v count="$wanted" -v total="$2" 'BEGIN { if (count > total) count = total
        for (i = 0; i < count; i++) print 1 + int((i + 0.5) * total / count) }'
}

# The newest run directory under $1.
newest_run() { ls -d "$1"/lightning_logs/version_* | sort -t_ -k3n | tail -n 1; }
