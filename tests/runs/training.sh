# shellcheck shell=sh disable=SC2034,SC2154
# training.sh: a detector trains from a config; its run directory repeats it.
. "$(dirname "$0")/common.sh"
make_detection

run 0 detect.yaml --trainer.max_epochs=6
prints 'results: lightning_logs/version_0'
says 'Epoch 5/5: 100%'
directory=lightning_logs/version_0
for file in config.yaml command_line.txt environment.json metrics.csv checkpoints/last.safetensors \
    checkpoints/epoch=5-step=24.safetensors; do
    [ -s "$directory/$file" ] || fail "the run has no $file"
done
is "$(ls "$directory/checkpoints" | wc -l)" 2 'checkpoints kept'
is "$(cat "$directory/command_line.txt")" "$LRUN detect.yaml --trainer.max_epochs=6" 'the command line'

first=$(column "$directory/metrics.csv" train_loss_epoch | head -n 1)
last=$(column "$directory/metrics.csv" train_loss_epoch | tail -n 1)
below "$last" "$first" 'the training loss of the last epoch'
is "$(rows "$directory/metrics.csv" train_loss)" 24 'logged steps'
is "$(rows "$directory/metrics.csv" val_map_50)" 6 'logged validations'
case $(tensors "$directory/checkpoints/last.safetensors") in *finite) ;; *) fail 'weights that are not finite' ;; esac

# The written config repeats the run, and shows itself unchanged.
run 0 "$directory/config.yaml"
same "$directory/metrics.csv" lightning_logs/version_1/metrics.csv
same "$directory/config.yaml" lightning_logs/version_1/config.yaml
same_tensors "$directory/checkpoints/last.safetensors" lightning_logs/version_1/checkpoints/last.safetensors
run 0 "$directory/config.yaml" --print_config
same out "$directory/config.yaml"

# What was learned can be measured: the run directory stands for its best checkpoint.
run 0 validate "$directory"
prints val_map_50
run 0 test "$directory" --ckpt_path=last
prints test_map_50
run 0 validate detect.yaml --ckpt_path "$directory/checkpoints/epoch=5-step=24.safetensors"
wanted=$(column "$directory/metrics.csv" val_loss | tail -n 1 | cut -c 1-6)
prints "$wanted"

# Another seed is another run.
run 0 detect.yaml --seed_everything=2
one=$(tensors "$directory/checkpoints/last.safetensors")
two=$(tensors lightning_logs/version_2/checkpoints/last.safetensors)
[ "$one" != "$two" ] || fail 'two seeds gave the same weights'
