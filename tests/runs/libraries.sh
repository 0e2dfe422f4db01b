# shellcheck shell=sh disable=SC2034,SC2154
# libraries.sh: heavy libraries are opened when they are used, and a run goes on without those that only make it faster.
. "$(dirname "$0")/common.sh"
make_detection
heavy='libdnnl|libopenblas|libcurl'

# loads STATUS ARGUMENT...: the libraries that the program loads are in ./loaded.
loads() {
    rm -f loaded.*
    LD_DEBUG=files LD_DEBUG_OUTPUT=$scratch/loaded run "$@"
    cat loaded.* >loaded
    grep -q 'calling init: .*libyaml' loaded || fail 'the loader tells nothing'
}

# light STATUS ARGUMENT...: the program loads no heavy library.
light() {
    loads "$@"
    found=$(grep -oE "calling init: .*($heavy)" loaded | head -n 1)
    is "$found" '' "lrun $* loads a heavy library"
}
light 0 help
light 0 help Resize
light 0 list
light 0 detect.yaml --print_config
light 2 detect.yaml --optimizer.lr=fast
if [ "$LRUN_ONEDNN" = 1 ]; then
    loads 0 check detect.yaml
    grep -q 'calling init: .*libdnnl' loaded || fail 'a model is planned without oneDNN'
fi

# hidden PART STATUS ARGUMENT...: as run, where no library with PART in its name can be opened.
hidden() {
    part=$1
    wanted=$2
    shift 2
    HIDE=$part broken_run none 0 "$@"
    is "$status" "$wanted" "status of lrun $* without '$part'"
}

# first_loss ROOT: the loss of a run's first step.
first_loss() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "train_loss") c = i; next } $c != "" { print $c; exit }' \
        "$1"/lightning_logs/version_0/metrics.csv
}

run 0 detect.yaml --trainer.max_steps=1 --trainer.default_root_dir=all
for part in dnnl lib; do
    hidden $part 0 detect.yaml --trainer.max_steps=1 --trainer.default_root_dir=without_$part
    if [ "$LRUN_ONEDNN" = 1 ]; then
        says 'cannot open oneDNN: /nowhere/libdnnl.so.2: cannot open shared object file: No such file or directory;'
        says "the run is slower without (install it; its package in Debian is 'libdnnl2')"
    fi
    difference=$(echo "$(first_loss all) $(first_loss without_$part)" | awk '{ print ($1 > $2 ? $1 - $2 : $2 - $1) }')
    below "$difference" 0.001 "difference of the loss without '$part'"
done

hidden curl 1 detect.yaml --data.root=elsewhere --data.url=http://127.0.0.1:9/scenes.tar
says 'cannot open libcurl: /nowhere/libcurl.so.4: cannot open shared object file: No such file or directory'
says "install it; its package in Debian is 'libcurl4'"
