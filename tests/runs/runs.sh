# shellcheck shell=sh disable=SC2034,SC2154
# runs.sh: runs that were made are listed, whatever state they are in.
. "$(dirname "$0")/common.sh"
make_detection

run 0 runs
is "$(cat out)" "there are no runs in 'lightning_logs'" 'a list without runs'
run 0 runs --json
is "$(cat out)" '[]' 'a list without runs, as JSON'

run 0 detect.yaml
run 0 detect.yaml --optimizer.lr=0.02 --trainer.max_epochs=1
run 5 detect.yaml --optimizer.lr=1e9
mkdir lightning_logs/version_9
echo 'model: [' >lightning_logs/version_9/config.yaml
run 0 runs
awk '{ print $1, ($1 == 9 ? $2 : $4) }' out | sed '/version_9/d' >states
is "$(tr '\n' ' ' <states)" 'run epochs 9 damaged 2 failed 1 finished 0 finished ' 'states'
prints 'version_9: config.yaml: '
prints '2/2      8'

# The best first; as many as wanted; of another folder; as JSON.
run 0 runs --sort val_map_50 --limit 1 --metrics val_map_50,train_loss .
is "$(wc -l <out | tr -d ' ')" 2 'lines of a list with a limit of one'
prints 'val_map_50  train_loss'
run 0 runs lightning_logs --sort optimizer.lr
is "$(awk 'NR > 1 && NR < 5 { printf "%s ", $1 }' out)" '0 1 2 ' 'runs by their rate'
run 0 runs --json
prints '"optimizer.lr": 0.02'
prints '"state": "failed"'
prints '"status": 5'
prints '"message": "the loss is '
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys; assert len(json.load(open("out"))) == 4' || fail 'no JSON, or not of four runs'
fi

# What is wrong is said.
run 2 runs --sort=val_map_5
says "--sort: wanted a metric or a key that a run has, found 'val_map_5'"
says "did you mean 'val_map_50'?"
run 2 runs nosuch
says "wanted a folder with runs, found no directory 'nosuch'"
run 2 runs a b
says 'runs: wanted one folder, found 2'
says 'lrun help runs'
run 2 runs --metrics=val_loss,
says "--metrics: wanted names joined by commas, found 'val_loss,'"
run 2 runs --limit 0
says '--limit: wanted an integer from 1 to'

# A run is repeated by its number, to the byte, in a directory that says whose run it repeats and from what.
run 0 run 0
same lightning_logs/version_0/metrics.csv lightning_logs/version_10/metrics.csv 'of a repeated run'
same lightning_logs/version_0/config.yaml lightning_logs/version_10/config.yaml 'of a repeated run'
grep -q '"repeats": "lightning_logs/version_0"' lightning_logs/version_10/origin.json || fail 'no word of the repeated run'
same detect.yaml lightning_logs/version_0/sources/0_detect.yaml 'the copy of the config'
grep -q '"--optimizer.lr=0.02"' lightning_logs/version_1/origin.json || fail 'no word of the override'
export LRUN_TRAINER__MAX_EPOCHS=1
run 0 run lightning_logs/version_0 --trainer.enable_progress_bar=false
unset LRUN_TRAINER__MAX_EPOCHS
grep -q '"LRUN_TRAINER__MAX_EPOCHS=1"' lightning_logs/version_11/origin.json || fail 'no word of the variable'
run 0 run 11 --resume --trainer.max_epochs=2
prints 'results: lightning_logs/version_11'
same lightning_logs/version_0/metrics.csv lightning_logs/version_11/metrics.csv 'of a run that was gone on with'
run 2 run
says "run: wanted a run's directory or its number"
says "'lrun runs' lists them; 'lrun CONFIG.yaml' trains from a config"
run 2 run 99
says "wanted a run's directory or its number in 'lightning_logs', found '99'"

# In what two runs differ.
run 0 runs diff 0 lightning_logs/version_1
prints '  optimizer.lr: 0.01 -> 0.02'
prints '  trainer.max_epochs: 2 -> 1'
prints '  after  version_1: finished, 4 steps'
run 0 runs diff 0 2 --json
prints '"after": 1000000000'
run 2 runs diff 0
says 'runs diff: wanted two runs, found 1'
says 'lrun runs diff BEFORE AFTER'
run 2 runs diff 0 98
says "found '98'"

# What was not committed is kept as a patch, and a run with other code is told. What the repository configures does not run.
if command -v git >/dev/null; then
    mkdir repository
    cd repository || exit 1
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
    unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
    git init -q .
    printf 'data/\nlightning_logs/\n' >.gitignore
    cp ../detect.yaml .
    ln -s ../scenes.tar .
    git add -A
    git -c user.name=a -c user.email=a@b commit -qm one
    printf '#!/bin/sh\ntouch "%s/monitored"\n' "$scratch" >monitor
    chmod +x monitor
    git config core.fsmonitor "$PWD/monitor"
    git config diff.external "$PWD/monitor"
    git config diff.noprefix true
    git config color.ui always
    "$LRUN" detect.yaml --trainer.max_epochs=1 >../out 2>../err || fail 'a training in a repository'
    [ ! -e lightning_logs/version_0/changes.patch ] || fail 'a patch of no changes'
    echo '# changed' >>detect.yaml
    cksum .git/index >../before
    "$LRUN" run 0 >../out 2>../err || fail 'a repeated run in a repository'
    cksum .git/index >../after
    same ../before ../after 'the index of the repository'
    grep -q '^lightning_logs/version_0 was made with other code: git_patch (none) -> ' ../err || fail 'no word of changes'
    grep -q '"monitor"' lightning_logs/version_1/environment.json || fail 'no word of an untracked file'
    [ ! -e ../monitored ] || fail 'what the repository configures ran'
    git checkout -q detect.yaml
    git apply --check lightning_logs/version_1/changes.patch || fail 'the patch does not apply'
    cd ..
fi
