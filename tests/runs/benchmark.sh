# shellcheck shell=sh disable=SC2034,SC2154
# benchmark.sh: kernels chosen by timing stay chosen: for other runs, for a repeated one, and for one that goes on.
. "$(dirname "$0")/common.sh"
if [ "$LRUN_ONEDNN" != 1 ]; then
    echo 'skipped: without oneDNN there is nothing to choose from' >&2
    exit 77
fi
make_detection
export XDG_CACHE_HOME="$scratch/cache"
cat >timed.yaml <<'YAML'
trainer: {benchmark: true, num_threads: 2, max_epochs: 2, enable_progress_bar: false}
model: {backbone: {type: SimpleCNN, channels: [16, 32, 32, 32]}}
YAML
set -- detect.yaml timed.yaml

# turn FILE: every choice between oneDNN's direct and Winograd's algorithm, and that between one thread and all, is turned, so
# that a run that measures again is found out.
turn() {
    sed -i 's/: "onednn"/: "turned"/; s/: "onednn_winograd"/: "onednn"/; s/: "turned"/: "onednn_winograd"/
        s/: "one thread"/: "turned"/; s/: "all threads"/: "one thread"/; s/: "turned"/: "all threads"/' "$1"
}

run 0 "$@" --trainer.default_root_dir=first
says 'chosen by timing'
first=first/lightning_logs/version_0
cache=$(ls cache/lrun/kernels-*.json)
[ "$(grep -c '": "onednn' "$first/kernels.json")" -gt 3 ] || fail 'few kernels were chosen'

# Another run measures nothing, and gives the same bytes.
run 0 "$@" --trainer.default_root_dir=second
if grep -q 'chosen by timing' err; then fail 'measured again'; fi
same "$first/metrics.csv" second/lightning_logs/version_0/metrics.csv
same "$first/kernels.json" second/lightning_logs/version_0/kernels.json
same_tensors "$first/checkpoints/last.safetensors" second/lightning_logs/version_0/checkpoints/last.safetensors

# A run of turned choices; killed, and the cache gone, it goes on with them; repeated without the cache, it has them too.
turn "$cache"
run 0 "$@" --trainer.default_root_dir=turned
turned=turned/lightning_logs/version_0
grep -qE '"2 threads: .*": "(one thread|all threads)"' "$first/kernels.json" || fail 'threads were not chosen'
if cmp -s "$first/kernels.json" "$turned/kernels.json"; then fail 'nothing was turned'; fi
run 0 "$@" --trainer.default_root_dir=cut --trainer.max_epochs=1
rm -r cache
run 0 "$@" --trainer.default_root_dir=cut --resume
same "$turned/metrics.csv" cut/lightning_logs/version_0/metrics.csv 'resumed without the cache'
same "$turned/kernels.json" cut/lightning_logs/version_0/kernels.json 'resumed without the cache'
same_tensors "$turned/checkpoints/last.safetensors" cut/lightning_logs/version_0/checkpoints/last.safetensors
rm -rf cache
run 0 "$turned" --trainer.default_root_dir=repeated
same "$turned/kernels.json" repeated/lightning_logs/version_0/kernels.json 'repeated without the cache'
same_tensors "$turned/checkpoints/last.safetensors" repeated/lightning_logs/version_0/checkpoints/last.safetensors

# A cache that cannot be written, and one that is no cache.
XDG_CACHE_HOME=/proc/nothing run 0 "$@" --trainer.default_root_dir=nowhere
[ -s nowhere/lightning_logs/version_0/kernels.json ] || fail 'no record without a cache'
mkdir -p cache/lrun
head -c 1000 /dev/urandom >"$cache"
run 0 "$@" --trainer.default_root_dir=broken
grep -q lrun.kernels "$cache" || fail 'a broken cache was left as it was'

# The fixed rule leaves nothing behind.
rm -r cache
run 0 detect.yaml --trainer.default_root_dir=ruled
[ ! -e ruled/lightning_logs/version_0/kernels.json ] || fail 'a record of the fixed rule'
[ ! -e cache/lrun ] || fail 'the fixed rule wrote a cache'
