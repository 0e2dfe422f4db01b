# shellcheck shell=sh
# pack.sh: what gpu.sh packs is small enough, brings its libraries, and does its work elsewhere: without a GPU it says so, and
# rehearsed on the processor it runs its parts, compares, and ends as the tables say.
set -eu
scratch=$(mktemp -d "${TMPDIR:-/tmp}/lrun-pack-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/home" "$scratch/away" "$scratch/tmp"
script=$LRUN_SOURCE_ROOT/tests/benchmarks/gpu.sh

fail() {
    echo "FAIL: $*" >&2
    tail -n 30 "$scratch/out" "$scratch/err" >&2
    exit 1
}

# packs STATUS VARIABLE...: packs into ./pack; it ends with this status.
packs() {
    wanted=$1 status=0
    shift
    (cd "$scratch/home" && env "$@" LRUN_BUILD="$LRUN_BUILD_ROOT" TMPDIR="$scratch/tmp" bash "$script" pack pack) \
        >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = "$wanted" ] || fail "gpu.sh pack ended with $status, wanted $wanted"
}

# does STATUS VARIABLE...: what was carried away runs, with no more of the environment than these.
does() {
    wanted=$1 status=0
    shift
    rm -rf "$scratch/results"
    (cd / && env -i PATH="$PATH" TMPDIR="$scratch/tmp" CUDA_VISIBLE_DEVICES='' LRUN_GPU_RESULTS="$scratch/results" \
        LRUN_PYTHON="$scratch/python" "$@" bash "$scratch/away/pack/gpu.sh") >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = "$wanted" ] || fail "gpu.sh ended with $status, wanted $wanted"
    [ "$(ls -A "$scratch/tmp")" = '' ] || fail 'gpu.sh left something behind'
}

prints() { grep -qF -- "$1" "$scratch/out" || fail "the tables lack '$1'"; }
says() { grep -qF -- "$1" "$scratch/err" || fail "standard error lacks '$1'"; }

packs 2 LRUN_PACK_MIB=1
says 'wanted at most 1'
packs 0
says 'carry it'
mv "$scratch/home/pack" "$scratch/away/"

# Every program, and every library but the C library's.
mkdir "$scratch/unpacked"
tar -xzf "$scratch/away/pack/files.tar.gz" -C "$scratch/unpacked"
for program in lrun bench_step tensors hold_gpu_memory libbreaker.so test_gpu_kernels test_gpu_arrays test_gpu_products \
    test_gpu_models; do
    [ -f "$scratch/unpacked/bin/$program" ] || fail "the pack lacks '$program'"
done
LD_LIBRARY_PATH=$scratch/unpacked/lib ldd "$scratch"/unpacked/bin/* | grep ' => ' | grep -vF "=> $scratch/" |
    grep -vE '/lib(c|m|dl|rt|pthread|resolv)\.so' >"$scratch/out" || true
[ ! -s "$scratch/out" ] || fail 'the pack lacks libraries'
grep -Eq '^BCCD 0\.[0-9]+$' "$scratch/unpacked/figures" || fail "docs/results.md has no figure of the processor's for BCCD"
grep -Eq '^VOC [01]\.[0-9]+$' "$scratch/unpacked/figures" || fail "docs/results.md has no figure of the processor's for VOC"

# Without a GPU.
printf '#!/bin/sh\necho nothing >&2\nexit 1\n' >"$scratch/python"
chmod +x "$scratch/python"
does 77
says 'there is no GPU: '
does 2 LRUN_ACCELERATOR=cpu LRUN_GPU_PARTS=speed
says "unknown part 'speed'"

# Rehearsed: the tests that want a GPU are skips, the others run; without PyTorch the step is measured alone.
does 0 LRUN_ACCELERATOR=cpu LRUN_GPU_PARTS='suite sanitizer steps' LRUN_GPU_MODELS=small_cnn_batch8 LRUN_GPU_SECONDS=600
prints '| suite gpu: runs | passed |'
prints '| suite gpu: models | skipped |'
prints '| steps: small_cnn_batch8 | passed |'
prints '| PyTorch: small_cnn_batch8 | unmeasured |'
prints 'PyTorch cannot be measured: nothing'
cmp -s "$scratch/out" "$scratch/results/tables.md" || fail 'tables.md is not what was printed'
grep -q '^==== .*bench_step' "$scratch/results/log.txt" || fail 'log.txt lacks the step'

# A rival that is slow and large, and one that is neither.
for ms in 1000 0.001; do
    # shellcheck disable=SC2016
    printf '#!/bin/sh\ncase $1 in -c) echo PyTorch 0 ;; *) echo "ms %s peak_mib 100000 first_s 1" ;; esac\n' $ms \
        >"$scratch/python"
    if [ $ms = 1000 ]; then status=0; else status=1; fi
    does $status LRUN_ACCELERATOR=cpu LRUN_GPU_PARTS=steps LRUN_GPU_MODELS=small_cnn_batch8
    prints "PyTorch, small_cnn_batch8: eager: $ms ms"
    if [ $ms = 1000 ]; then prints ' | 8 (eager) | '; else prints '| speed and memory: small_cnn_batch8 | missed |'; fi
done

# No time is left; a training falls short of the figure, or has no data.
does 1 LRUN_ACCELERATOR=cpu LRUN_GPU_PARTS=steps LRUN_GPU_SECONDS=3
prints '| steps: resnet50_batch256 | unfinished | 0 | no time was left |'
short='--trainer.max_epochs=1 --trainer.limit_train_batches=1 --trainer.limit_val_batches=1 --trainer.check_val_every_n_epoch=1
    --trainer.num_sanity_val_steps=0 --data.batch_size=2 --trainer.precision=32-true'
if [ -f "$scratch/unpacked/data/BCCD.tar" ]; then
    does 1 LRUN_ACCELERATOR=cpu LRUN_GPU_PARTS=training LRUN_GPU_OPTIONS="$short" LRUN_GPU_SECONDS=600
    prints '| training: BCCD | passed |'
    prints '| map_50: BCCD | missed |'
else
    does 0 LRUN_ACCELERATOR=cpu LRUN_GPU_PARTS=training
    prints '| training: BCCD | skipped |'
fi
