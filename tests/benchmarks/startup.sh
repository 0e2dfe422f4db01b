#!/usr/bin/env bash
# startup.sh: what commands cost that train nothing: the least processor time of 20 runs and the most memory. LightningCLI's
# beside ours where the virtual environment of bench.sh is there; of those, 3 runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
venv=${LRUN_RIVAL_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/lrun-bench/venv}
rival=$PWD/tests/benchmarks/rival/cli.py
measure=build/tests/benchmarks/bench_command
aside=$(mktemp -d)
trap 'rm -r "$aside"' EXIT
printf 'trainer: {max_epoch: 3}\nmodel: {type: SDD}\n' >"$aside/wrong.yaml"

# row WORDS OURS RIVAL: the arguments of each, split at blanks.
row() {
    local ours theirs='- -' arguments
    read -ra arguments <<<"$2"
    ours=$("$measure" 20 build/lrun "${arguments[@]}")
    read -ra arguments <<<"$3"
    if "$venv/bin/python" -c 'import jsonargparse, lightning' 2>/dev/null; then
        theirs=$(cd "$aside" && "$OLDPWD/$measure" 3 "$venv/bin/python" "$rival" "${arguments[@]}")
    fi
    awk -v words="$1" -v ours="$ours" -v theirs="$theirs" 'BEGIN {
        split(ours, a, " "); split(theirs, b, " ")
        printf "| %s | %s | %s | %s | %s |\n", words, a[4], a[6], b[4], b[6] }'
}

echo "| command, processor time and memory | lrun ms | lrun MiB | LightningCLI ms | LightningCLI MiB |"
echo "|---|---|---|---|---|"
row 'help' 'help' '--help'
row '`--print_config`' 'configs/voc_detect.yaml --print_config' 'fit --print_config'
row 'a config with mistakes' "$aside/wrong.yaml" 'fit --trainer.max_epoch=3'
