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
