# shellcheck shell=sh disable=SC2034,SC2154
# image_cache.sh: kept images change no bit of a run, whether they fit, are found on disk, or cannot be kept.
. "$(dirname "$0")/common.sh"
export XDG_CACHE_HOME="$scratch/cache"
make_detection
make_classification
kept="$XDG_CACHE_HOME/lrun/images"

# as_without NAME CONFIG ARGUMENT...: a run with these arguments equals the run named CONFIG, to the bit.
as_without() {
    name=$1
    config=$2
    shift 2
    run 0 "$config.yaml" --trainer.default_root_dir="$name" "$@"
    same_tensors "$config/lightning_logs/version_0/checkpoints/last.safetensors" \
        "$name/lightning_logs/version_0/checkpoints/last.safetensors" "$name"
    same "$config/lightning_logs/version_0/metrics.csv" "$name/lightning_logs/version_0/metrics.csv" "$name"
}

for config in detect classify; do
    run 0 $config.yaml --trainer.default_root_dir=$config
    [ ! -e "$kept" ] || fail 'images are kept that nobody asked for'
    as_without memory_$config $config --data.cache=memory --data.num_workers=3
    as_without little_$config $config --data.cache=memory --data.cache_bytes=30000
    says "decoded images are no longer kept: the cache's 30000 bytes are used up; the others are decoded each time"
    as_without fresh_$config $config --data.cache=disk --data.num_workers=3
    count=$(find "$kept" -name '*.pixels' | wc -l)
    [ "$count" -ge 16 ] || fail "$count images are on disk"
    as_without again_$config $config --data.cache=disk
    is "$(find "$kept" -name '*.pixels' | wc -l)" "$count" 'images on disk'
    for file in "$kept"/*.pixels; do
        printf 'damage' | dd of="$file" bs=1 seek=1000 conv=notrunc 2>/dev/null
    done
    as_without damaged_$config $config --data.cache=disk
    rm -r "$XDG_CACHE_HOME"
done

# Without a directory the run goes on, and says so.
: >"$XDG_CACHE_HOME"
as_without nowhere detect --data.cache=disk
says "decoded images are no longer kept: cannot make the directory '"

run 2 detect.yaml --data.cache=memory --data.cache_bytes=0
says 'cache_bytes'
