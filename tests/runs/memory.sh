# shellcheck shell=sh disable=SC2034,SC2154
# memory.sh: the memory that a config needs, as `lrun check` says before it runs, is what it then holds.
. "$(dirname "$0")/common.sh"
if [ "$LRUN_SANITIZED" = 1 ]; then
    echo 'skipped: sanitizers take memory of their own' >&2
    exit 77
fi
run 0 scenes scenes.tar --images 60
sed 's/max_epochs: .*/max_epochs: 1/' "$sources/configs/quickstart.yaml" >quick.yaml

# peak OPTION...: what was said and what was held differ by less than a twentieth.
peak() {
    run 0 check quick.yaml --data.url=scenes.tar "$@"
    said=$(sed -n 's/^ *peak *\([0-9.]*\) MiB$/\1/p' out)
    held=$("$LRUN_MOST_MEMORY" "$LRUN" quick.yaml --data.url=scenes.tar "$@" 2>err) || fail "the run ended badly"
    awk -v said="$said" -v held="$held" 'BEGIN { exit !(said > 0.95 * held && said < 1.05 * held) }' ||
        fail "peak with '$*': check says $said MiB, the run held $held MiB"
    echo "$said MiB said, $held MiB held: $*"
}
peak
peak --trainer.limit_val_batches=0 --data.num_workers=1
peak --trainer.accumulate_grad_batches=2 --data.num_workers=0
peak --trainer.precision=bf16-mixed
