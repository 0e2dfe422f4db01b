# shellcheck shell=sh disable=SC2034,SC2154
# signals.sh: stopped by SIGINT or SIGTERM at any moment, a run saves itself, says so, and goes on as if nothing was.
. "$(dirname "$0")/common.sh"
make_detection
overrides='--trainer.accumulate_grad_batches=2 --data.batch_size=3 --trainer.val_check_interval=2 --trainer.max_epochs=3'

# Stopped while the data is unpacked: nothing half is left, and the next run unpacks it.
count_calls validate detect.yaml
for at in $(spread 4 "$calls"); do
    rm -rf data
    broken_run term "$at" detect.yaml
    is "$status" 143 "status when stopped at call $at of extraction"
    set -- data/scenes-*
    [ ! -e "$1" ] || [ -e "$1/VOCdevkit/Scenes/ImageSets/Main/val.txt" ] ||
        fail "stopped at call $at: half of the data"
done
run 0 validate detect.yaml

# shellcheck disable=SC2086
count_calls detect.yaml $overrides --trainer.default_root_dir=whole
whole=whole/lightning_logs/version_0
for how in int term; do
    for at in $(spread 8 "$calls"); do
        rm -rf stopped
        # shellcheck disable=SC2086
        broken_run $how "$at" detect.yaml $overrides --trainer.default_root_dir=stopped
        if [ $how = int ]; then code=130 name=SIGINT; else code=143 name=SIGTERM; fi
        if [ $((at * 10)) -lt $((calls * 9)) ]; then
            is "$status" $code "status when stopped by $name at call $at of $calls"
            says "stopped by $name at epoch"
            says "saved 'stopped/lightning_logs/version_0/checkpoints/last.safetensors'"
            says '--resume goes on from there'
        else # while the end of the run is saved: it is done
            [ "$status" = 0 ] || is "$status" $code "status when stopped by $name at call $at of $calls"
        fi
        # shellcheck disable=SC2086
        run 0 detect.yaml $overrides --trainer.default_root_dir=stopped --resume
        directory=$(newest_run stopped)
        same $whole/metrics.csv "$directory/metrics.csv" "$name at call $at of $calls"
        same_tensors $whole/checkpoints/last.safetensors "$directory/checkpoints/last.safetensors" "$name at call $at"
    done
done

# Twice: at once, with what had been saved before.
# shellcheck disable=SC2086
broken_run twice $((calls / 2)) detect.yaml $overrides --trainer.default_root_dir=twice
is "$status" 130 'status when stopped twice'
if grep -q 'saved' err; then fail 'the second signal did not stop the run at once'; fi
# shellcheck disable=SC2086
run 0 detect.yaml $overrides --trainer.default_root_dir=twice --resume
same_tensors $whole/checkpoints/last.safetensors "$(newest_run twice)/checkpoints/last.safetensors" 'stopped twice'
