# shellcheck shell=sh disable=SC2034,SC2154
# workers.sh: any number of workers gives the same run.
. "$(dirname "$0")/common.sh"
make_detection
for workers in 0 1 3; do
    run 0 detect.yaml --data.num_workers=$workers --data.prefetch_factor=$((workers + 1)) \
        --trainer.default_root_dir=$workers
    same_tensors 0/lightning_logs/version_0/checkpoints/last.safetensors \
        $workers/lightning_logs/version_0/checkpoints/last.safetensors "$workers workers"
    same 0/lightning_logs/version_0/metrics.csv $workers/lightning_logs/version_0/metrics.csv "$workers workers"
done
