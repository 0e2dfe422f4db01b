# shellcheck shell=sh disable=SC2034,SC2154
# sweep.sh: many runs from one command line: multiplied, checked, run a few at a time, and gone on with after any end.
. "$(dirname "$0")/common.sh"
make_detection
run 0 validate detect.yaml # extracts the archive
sed -i 's/max_epochs: 2/max_epochs: 1/' detect.yaml

# A grid, with a run that fails: the others go on, and the best is on top.
run 1 sweep detect.yaml --optimizer.lr=0.001,1e30,0.01 --jobs 2
is "$(sed -n '2,4s/  */ /gp' out | cut -d ' ' -f 1-4)" "* 2 0.01 done
 0 0.001 done
 1 1e30 failed" 'the table of results'
prints 'run 1 failed (5): the loss is nan'
prints 'lightning_logs/sweep_0/logs/version_1.log'
prints 'best: lightning_logs/sweep_0/version_2'
says 'run 0 (optimizer.lr=0.001) begins'
says 'run 0 (optimizer.lr=0.001) done, val_loss '
says 'run 1 (optimizer.lr=1e30) failed (5): the loss is nan'
says '1 of 3 runs failed'
says "'lrun sweep lightning_logs/sweep_0' tries them again"
sweep=lightning_logs/sweep_0
grep -q 'results: lightning_logs/sweep_0/version_0' $sweep/logs/version_0.log || fail 'the log lacks what the run printed'
grep -q 'lower learning rate' $sweep/logs/version_1.log || fail 'the log lacks what the run complained of'

# Each is the run that the same values give alone.
run 0 detect.yaml --optimizer.lr=0.01
same_tensors lightning_logs/version_0/checkpoints/last.safetensors $sweep/version_2/checkpoints/last.safetensors
same lightning_logs/version_0/metrics.csv $sweep/version_2/metrics.csv

# Called again, by its folder or by its runs: what is done is not done again, what failed is tried.
cp -p $sweep/logs/version_0.log log
run 1 sweep $sweep/
same log $sweep/logs/version_0.log 'the log of a finished run'
says "$sweep: 3 runs: 2 done, 1 failed"
run 1 sweep detect.yaml --optimizer.lr=0.001,1e30,0.01 --jobs 2 --resume
same log $sweep/logs/version_0.log 'the log of a finished run'
is "$(ls -d lightning_logs/sweep_*)" $sweep 'sweeps'
is "$(grep -c 'lrun: error: ' $sweep/logs/version_1.log)" 3 'tries of what fails'

# For programs.
run 1 sweep $sweep --json --monitor val_map --mode max
prints '"monitor": "val_map"'
prints '"mode": "max"'
prints '"state": "failed"'
if command -v python3 >/dev/null; then
    python3 -c 'import json; json.load(open("out"))["runs"][2]["values"]["optimizer.lr"]' || fail 'no JSON'
fi
run 1 sweep $sweep --monitor val_lss
prints "no run logged 'val_lss'; --monitor takes one of:"
prints ' val_loss'
run 2 sweep $sweep --optimizer.lr=1
says "'$sweep' is a sweep, whose runs are what they are; found '--optimizer.lr=1'"
says '--jobs, --monitor, --mode and --json may be given with it'

# A state that is damaged is said to be.
mkdir damaged
head -c 300 $sweep/sweep.json >damaged/sweep.json
run 4 sweep damaged
says "'damaged/sweep.json' is damaged: "
says "its runs are as they were, in 'damaged'; begin a new sweep for the others"

# Everything that is wrong with any combination is said before any begins, where the user wrote it.
mkdir wrong
cp detect.yaml wrong/
cd wrong || exit 1
ln -s ../data data
bad() {
    status=0
    "$LRUN" sweep "$@" >../out 2>../err || status=$?
    is "$status" 2 "status of lrun sweep $*"
    [ ! -e lightning_logs ] || fail 'something was made'
}
told() { grep -qF -- "$1" ../err || fail "standard error lacks '$1'"; }
bad detect.yaml --optimizer.lr=0.01,fast --data.batch_size 4,x --modle=1
told "optimizer.lr: wanted a number, found 'fast'"
told '        --optimizer.lr=0.01,fast'
told '                            ^~~~'
told "data.batch_size: wanted an integer, found 'x'"
told '        --data.batch_size 4,x'
told '                            ^'
told "modle: unknown key 'modle'"
is "$(grep -c 'error: ' ../err)" 3 'problems'
export LRUN_DATA__BATCH_SIZE=x
bad detect.yaml --optimizer.lr=0.01,0.02
unset LRUN_DATA__BATCH_SIZE
told "environment: error: data.batch_size: wanted an integer, found 'x'"
told '        LRUN_DATA__BATCH_SIZE=x'
bad detect.yaml --model.backbone_maps=2,1 --optimizer.lr=1,2
told 'detect.yaml:8:9: error: wanted 3 scales (one per map and one more), found 4 (in 2 runs, as with model.backbone_maps=1, optimizer.lr=1)'
bad detect.yaml --model.backbone_maps=2,1 --optimizer.lr=1,x
told 'found 4 (with model.backbone_maps=1, optimizer.lr=1)'
bad detect.yaml --error-format=json --optimizer.lr=1,x
told '"argument":"--optimizer.lr=1,x"'
told '"column":18,'
bad detect.yaml --optimizer.lr=1,2 '--trainer.callbacks=[{type: ModelCheckpoint, dirpath: kept}]'
told 'trainer.callbacks.0.dirpath: all runs would save in one folder'
told 'leave it out: each run has a folder of its own'
bad detect.yaml --optimizer.lr=1
told 'wanted a key with several values'
told 'lrun sweep CONFIG --optimizer.lr=1e-2,1e-3'
bad detect.yaml --optimizer.lr=1,2 --optimizer.lr=3
told 'two runs are the same: optimizer.lr=1; optimizer.lr=2'
told 'leave out the option that sets a key of the sweep once more'
bad detect.yaml --optimizer.lr=1e-2,0.01 --model.backbone.channels=[8],[8]
told "optimizer.lr: the choice '0.01' is there twice"
told "model.backbone.channels: the choice '[8]' is there twice"
ten=1,2,3,4,5,6,7,8,9,10
bad detect.yaml --a=$ten --b=$ten --c=$ten --d=$ten --e=1,2
told 'wanted at most 10000 runs, found more combinations'
told 'leave out values, or draw some of them: --random 100'
bad detect.yaml --random 3 --data.batch_size=4..5
told '--random 3: there are only 2 different runs to draw'
told 'without --random every combination is run'
bad detect.yaml --optimizer.lr=1..2
told 'optimizer.lr: a range is drawn from, by --random N'
bad detect.yaml --optimizer.lr=1,2 --mode=mean
told "--mode: wanted min or max, found 'mean'"
bad detect.yaml --optimizer.lr=1,2 --jobs=0
bad nosuch.yaml --optimizer.lr=1,2
told "cannot open 'nosuch.yaml'"
"$LRUN" sweep detect.yaml --optimizer.lr=$ten --optimizer.weight_decay=$ten --data.batch_size=$ten >../out 2>../err &
checking=$!
sleep 1
kill -TERM $checking
status=0
wait $checking || status=$?
is "$status" 143 'status of a sweep that was stopped while it checked'
told 'stopped while the runs were checked; none has begun'
[ ! -e lightning_logs ] || fail 'something was made'
cd ..

# What a config says by the way is said once, not for each run.
run 0 sweep detect.yaml --dry_run --optimizer.lr=0.01,0.02 --model.backbone.type=ResNet18,ResNet34
is "$(grep -c "note: .*ResNet18.*channels" err)" 1 'notes about ResNet18'
is "$(grep -c 'note: ' err)" 2 'notes'

# What is drawn is drawn by the seed: the config's, or another.
draw() { run 0 sweep detect.yaml --dry_run --random 4 --optimizer.lr=log:1e-4..1e-1 --data.batch_size=2,4 "$@"; }
draw
cp out drawn
is "$(wc -l <drawn | tr -d ' ')" 5 'lines of a table of 4 runs'
draw
same drawn out 'drawn again'
draw --seed 1
same drawn out 'drawn by the same seed'
draw --seed 2
if cmp -s drawn out; then fail 'another seed draws the same'; fi

# The cores are shared among the runs at once.
run 0 sweep detect.yaml --optimizer.lr=0.01,0.02 --trainer.num_threads=0 --jobs 2 --trainer.default_root_dir=shared
cores=$(getconf _NPROCESSORS_ONLN)
share=$((cores / 2))
[ "$share" -gt 0 ] || share=1
grep -q "num_threads: $share\$" shared/lightning_logs/sweep_0/version_1/config.yaml || fail 'the cores are not shared'
run 0 sweep detect.yaml --optimizer.lr=0.01,0.02 --trainer.num_threads=1024 --dry_run --jobs 2
says 'note: 2 jobs of 1024 threads each, on '

# Without --jobs there are as many as GPUs, where a config lets runs use them and the program can.
if [ "$LRUN_CUDA" = 1 ]; then
    CUDA_VISIBLE_DEVICES=0,2,5 run 0 sweep detect.yaml --optimizer.lr=0.01,0.02,0.03,0.04 --trainer.num_threads=1024 --dry_run
    says 'note: 3 jobs of 1024 threads each, on '
fi
CUDA_VISIBLE_DEVICES=0,2,5 run 0 sweep detect.yaml --optimizer.lr=0.01,0.02 --trainer.num_threads=1024 --dry_run \
    --trainer.accelerator=cpu
if grep -q 'jobs of 1024' err; then fail 'jobs for GPUs that no run uses'; fi

# A sweep that cannot be written down leaves nothing.
for at in 1 2 4 8; do
    broken_run full $at sweep detect.yaml --optimizer.lr=0.01,0.02 --trainer.default_root_dir=full
    is "$status" 4 "status with a disk that is full from call $at on"
    [ -z "$(ls full/lightning_logs 2>/dev/null)" ] || fail 'half of a sweep is left'
done

# A queue that starts its jobs again says --resume from the first time on.
run 0 sweep detect.yaml --optimizer.lr=0.01,0.02 --trainer.default_root_dir=queued --resume --json \
    '--trainer.callbacks=[{type: ModelCheckpoint, monitor: val_map, mode: max}]'
prints '"monitor": "val_map"'
prints '"mode": "max"'
says 'there is no sweep of these runs yet: it begins now'

# Stopped in any way, it goes on: each run ends with the bytes of one that was never stopped.
set -- detect.yaml --optimizer.lr=0.01,0.02,0.03 --trainer.max_epochs=40 --jobs 2
run 0 sweep "$@" --trainer.default_root_dir=whole
gpu_of() { # what CUDA_VISIBLE_DEVICES is for the process of a run
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/cwd")" = "$PWD" ] && tr '\0' '\n' <"$process/cmdline" | grep -q "/$1\$"; then
            tr '\0' '\n' <"$process/environ" | sed -n 's/^CUDA_VISIBLE_DEVICES=//p'
        fi
    done 2>/dev/null
}
stop() {
    CUDA_VISIBLE_DEVICES=5,GPU-7e "$LRUN" sweep "$@" --trainer.default_root_dir=stopped >out 2>err &
    sweep_pid=$!
    until [ -e stopped/lightning_logs/sweep_0/version_1/checkpoints/last.safetensors ]; do
        kill -0 $sweep_pid 2>/dev/null || fail 'the sweep ended by itself'
        sleep 0.02
    done
    if [ $how = KILL ]; then # the others stop in time
        is "$(gpu_of version_0) $(gpu_of version_1)" '5 GPU-7e' 'the GPUs of two runs at once'
    fi
    kill "-$how" $sweep_pid
    status=0
    wait $sweep_pid || status=$?
}
is_whole() {
    for number in 0 1 2; do
        wanted_run=whole/lightning_logs/sweep_0/version_$number
        found_run=stopped/lightning_logs/sweep_0/version_$number
        same $wanted_run/metrics.csv $found_run/metrics.csv "$1"
        same_tensors $wanted_run/checkpoints/last.safetensors $found_run/checkpoints/last.safetensors "$1"
        is "$(ls -A $found_run)" "$(ls -A $wanted_run)" "files after $1"
    done
    is "$(ls stopped/lightning_logs)" sweep_0 "sweeps after $1"
}
for how in KILL INT TERM; do
    rm -rf stopped
    stop "$@"
    case $how in KILL) code=137 ;; INT) code=130 ;; TERM) code=143 ;; esac
    is "$status" $code "status of a sweep that got SIG$how"
    if [ $how != KILL ]; then
        says 'stopped by a signal; 3 runs: '
        says 'run 1 (optimizer.lr=0.02) begins on GPU GPU-7e'
        says "'lrun sweep stopped/lightning_logs/sweep_0' goes on from there"
        grep -q 'saved .*last.safetensors' stopped/lightning_logs/sweep_0/logs/version_1.log || fail 'the run was not saved'
    fi
    if [ $how = TERM ]; then # the config may have changed meanwhile: its runs are what was checked
        mv detect.yaml aside.yaml
        run 0 sweep stopped/lightning_logs/sweep_0
        mv aside.yaml detect.yaml
    else
        run 0 sweep "$@" --trainer.default_root_dir=stopped --resume
    fi
    grep -q 'going on from' stopped/lightning_logs/sweep_0/logs/version_1.log || fail 'the run began anew'
    is_whole "a sweep that got SIG$how"
done
