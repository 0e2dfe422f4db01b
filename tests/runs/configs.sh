# shellcheck shell=sh disable=SC2034,SC2154
# configs.sh: every config in configs/ is right, builds, and says how much memory it takes, whether its data is here or not;
# those of the benchmarks are right.
. "$(dirname "$0")/common.sh"
for config in "$sources"/configs/*.yaml; do
    run 0 check "$config"
    prints 'peak'
    run 0 "$config" --print_config
    cp out printed.yaml
    run 0 check printed.yaml
    run 0 printed.yaml --print_config
    same out printed.yaml "$config"
done
for config in "$sources"/tests/benchmarks/configs/*.yaml; do # their data is noise
    run 0 config show "$config"
done
rm -f out err printed.yaml
is "$(ls -A)" '' 'files left by check'
