#!/usr/bin/env bash
# startup.sh: what commands cost that train nothing: processor time (perf stat's mean of 20 runs) and the most memory that one
# of them held (/usr/bin/time), or both by bench_command where those are not installed. LightningCLI's beside ours where the
# virtual environment of bench.sh is there; of those, 3 runs. Fails when one of ours takes 10 ms or 15 MiB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
venv=${LRUN_RIVAL_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/lrun-bench/venv}
root=$PWD
rival=$root/tests/benchmarks/rival/cli.py
most_ms=10
most_mib=15
aside=$(mktemp -d)
trap 'rm -r "$aside"' EXIT
printf 'trainer: {max_epoch: 3}\nmodel: {type: SDD}\n' >"$aside/wrong.yaml"

# measure RUNS COMMAND...: prints milliseconds and MiB. What the command prints is thrown away, and its status does not count.
measure() {
    local runs=$1 ms mib=0 held i
    shift
    if ! { [ -x /usr/bin/time ] && perf stat -e task-clock true; } >"$aside/log" 2>&1; then
        "$root/build/tests/benchmarks/bench_command" "$runs" "$@" | awk '{ print $4, $6 }'
        return
    fi
    perf stat -x, -o "$aside/perf" -e task-clock -r "$runs" "$@" >"$aside/log" 2>&1 || true
    ms=$(awk -F, '$3 ~ /^task-clock/ { printf "%.1f", $1 }' "$aside/perf")
    for ((i = 0; i < runs; i++)); do
        /usr/bin/time -f %M -o "$aside/time" "$@" >"$aside/log" 2>&1 || true
        held=$(tail -n 1 "$aside/time")
        mib=$(awk -v most="$mib" -v held="$held" 'BEGIN { held /= 1024; printf "%.1f", (held > most ? held : most) }')
    done
    echo "$ms $mib"
}

# row WORDS OURS RIVAL: the arguments of each, split at blanks.
row() {
    local ours theirs='- -' arguments
    read -ra arguments <<<"$2"
    ours=$(measure 20 build/lrun "${arguments[@]}")
    read -ra arguments <<<"$3"
    if "$venv/bin/python" -c 'import jsonargparse, lightning' 2>/dev/null; then
        theirs=$(cd "$aside" && measure 3 "$venv/bin/python" "$rival" "${arguments[@]}")
    fi
    awk -v words="$1" -v ours="$ours" -v theirs="$theirs" -v ms="$most_ms" -v mib="$most_mib" 'BEGIN {
        split(ours, a, " "); split(theirs, b, " ")
        printf "| %s | %s | %s | %s | %s |\n", words, a[1], a[2], b[1], b[2]
        exit !(a[1] != "" && a[1] < ms && a[2] < mib) }' || failed=1
}

failed=0
echo "| command, processor time and memory | lrun ms | lrun MiB | LightningCLI ms | LightningCLI MiB |"
echo "|---|---|---|---|---|"
row '`help`' 'help' '--help'
row '`config show`, `--print_config`' 'config show configs/voc_detect.yaml' 'fit --print_config'
row 'a config with mistakes' "$aside/wrong.yaml" 'fit --trainer.max_epoch=3'
[ "$failed" = 0 ] || echo "startup.sh: wanted less than $most_ms ms and $most_mib MiB" >&2
exit "$failed"
