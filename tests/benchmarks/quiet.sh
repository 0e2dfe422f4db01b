# shellcheck shell=sh
# quiet.sh: a step allocates nothing and takes no lock: what a process of 12 steps does so often, one of 4 does as often.
#
# Where oneDNN computes, it makes a table of a primitive's arguments in each call (C++'s std::unordered_map, hence the
# allocations of libstdc++, which nobody else here uses), and takes a lock for the buffer in which it packs a matrix. Nothing
# in its interface spares that; they cost 3 µs of a step of 300 µs.
set -eu
scratch=$(mktemp -d "${TMPDIR:-/tmp}/lrun-quiet-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# steps COUNT CONFIG CHANNELS SIDE KIND OVERRIDE...: runs so many steps and writes the counts to a file of that name.
steps() {
    number=$1 config=$2 channels=$3 side=$4 kind=$5
    shift 5
    COUNT_FILE=$scratch/$number LD_PRELOAD=$LRUN_COUNTER "$LRUN_BENCH_STEP" \
        "$LRUN_SOURCE_ROOT/tests/benchmarks/configs/$config.yaml" "$channels" "$side" "$number" "$kind" "$@" >"$scratch/out"
}

# check CONFIG CHANNELS SIDE KIND OVERRIDE...: fails where ours, or a library that is not named above, does something in steps.
check() {
    steps 4 "$@"
    steps 12 "$@"
    [ "$(wc -l <"$scratch/4")" -gt 10 ] || { echo 'FAIL: nothing was counted' >&2; exit 1; }
    awk -v what="$*" 'NR == FNR { before[$1 " " $2] = $3; next }
        $3 == before[$1 " " $2] { next }
        { printf "%s: %s: %g a step\n", what, $1 " " $2, ($3 - before[$1 " " $2]) / 8 }
        $1 !~ /^lib(dnnl|stdc\+\+)\.so/ { failed = 1 }
        END { if (failed) { print "FAIL: a step is not quiet"; exit 1 } }' "$scratch/4" "$scratch/12" >&2
}

for threads in 1 2; do
    check small_cnn 1 28 train --data.batch_size=4 --trainer.num_threads=$threads
    check small_cnn 1 28 validate --data.batch_size=4 --trainer.num_threads=$threads
done
check ssd_resnet18 3 64 train --data.batch_size=2
check mobilenet_v3_large 3 64 train --data.batch_size=2
check small_cnn 1 28 train --data.batch_size=4 --optimizer='{type: AdamW}'
