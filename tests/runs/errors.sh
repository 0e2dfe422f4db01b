# shellcheck shell=sh disable=SC2034,SC2154
# errors.sh: what is wrong with a config or its data is said at once, with the right status, and leaves nothing behind.
. "$(dirname "$0")/common.sh"
make_detection
mkdir empty

# Every mistake of a config in one go, with its place, within 50 ms, and nothing is made on the disk.
cat >bad.yaml <<'YAML'
trainer:
  max_epoch: 3
model: {type: SDD, backbone: ResNet18}
data: {type: VOCDataModule, batch_size: many}
optimizer: {type: SGD, lr: -1}
YAML
cd empty || exit 1
run 2 ../bad.yaml
cd ..
mv empty/out empty/err .
says "../bad.yaml:2:3: error: trainer.max_epoch: unknown key 'max_epoch' (did you mean 'max_epochs'?)"
says "../bad.yaml:3:"
says "no model is called 'SDD' (did you mean 'SSD'?)"
says "../bad.yaml:4:"
says "../bad.yaml:5:"
is "$(ls -A empty)" '' 'files left by a bad config'

# `type` is no misspelt `dtype`, which is missing here.
cat >no_dtype.yaml <<'YAML'
model: {type: SSD, backbone: ResNet18}
data: {type: VOCDataModule, train_transforms: [{type: ToDtype}]}
optimizer: {type: SGD, lr: 0.1}
YAML
run 2 check no_dtype.yaml
says "no_dtype.yaml:2:55: error: data.train_transforms.0: the key 'dtype' is missing, ToDtype needs it"

# As many bases as no config has.
number=0
while [ $number -le 100 ]; do
    echo "seed_everything: $number" >"base_$number.yaml"
    echo "- base_$number.yaml"
    number=$((number + 1))
done >bases
{ echo base: && cat bases; } >many_bases.yaml
run 2 check many_bases.yaml
says 'more than 100 files'

# milliseconds ARGUMENT...: of the processor, the least of some runs, so that a busy machine does not count.
milliseconds() {
    for try in 1 2 3 4 5 6 7 8; do
        (run 2 "$@" && times)
    done | awk '{ gsub(/[ms]/, " ") } NR % 2 == 0 { print int(($1 + $3) * 60000 + ($2 + $4) * 1000) }' |
        sort -n | head -n 1
}
if [ "$LRUN_SANITIZED" = 0 ]; then
    below "$(milliseconds bad.yaml)" 50 'milliseconds for a bad config'
fi

# On the command line.
run 2 detect.yaml --optimizer.lt=1
says 'command line: error: optimizer.lt'
run 2 detect.yaml --trainer.max_epochs=two
run 2 detect.yaml --trainer.logger=TensorBoardLogger
says 'CSVLogger writes every number to metrics.csv'
run 2 detect.yaml --resum
says 'resum'
run 2 nosuch.yaml
says "'nosuch.yaml'"
run 2 fitt detect.yaml
says "did you mean 'fit'?"
run 2 fit
says 'wanted a config file'
says "lrun CONFIG.yaml; 'lrun help' shows the verbs"
run 2 check bad.yaml
run 2 help Resise
says 'Resize'
says "'lrun list' shows all of them"
run 2 list transfroms
says 'kinds: runs, trainers,'
run 2 list transforms models
says 'lrun help list'
run 2 completion ksh
says 'lrun help completion'
run 2 score one
says 'lrun help score'
run 2 detect.yaml --resume=yes
says "--resume takes no value, found 'yes'"
run 2 scenes x.tar --images=none
says "--images: wanted an integer from 1 to 1000000, found 'none'"
run 2 predict detect.yaml --score_thresh=half
says "--score_thresh: wanted a number, found 'half'"

# What cannot be built together.
run 2 detect.yaml --trainer.accelerator=cuda
run 2 detect.yaml --trainer.min_epochs=5
run 2 detect.yaml --trainer.limit_train_batches=1.5
run 2 detect.yaml --trainer.max_time=soon
run 2 detect.yaml --trainer.val_check_interval=1000
run 2 detect.yaml '--model.scales=[0.1]'
run 2 detect.yaml '--trainer.callbacks=[ModelCheckpoint]' --trainer.enable_checkpointing=false
[ ! -e lightning_logs ] || fail 'a config that cannot be built made a run directory'

# Data that is not there, and data that is not good: status 3, and what to do about it.
run 3 detect.yaml --data.root=elsewhere --data.url=nosuch.tar
says "the archive 'nosuch.tar' is not there"
says "set 'url'"
run 3 detect.yaml --data.root=elsewhere --data.download=false
says 'elsewhere/VOCdevkit/Scenes'
says "set 'download: true'"
run 3 detect.yaml --data.root=elsewhere --data.checksum=md5:00000000000000000000000000000000
says 'MD5'
run 3 detect.yaml --data.train_set=nosuch
says 'nosuch'
run 0 validate detect.yaml
scenes=$(echo data/scenes-*/VOCdevkit/Scenes)
image=$(head -n 1 "$scenes/ImageSets/Main/train.txt" | cut -c 1-6)
mv "$scenes/JPEGImages/$image.jpg" good.jpg
printf 'no image' >"$scenes/JPEGImages/$image.jpg"
run 3 detect.yaml
says "$image"
run 0 detect.yaml --data.on_bad_sample=skip
says 'skipped a bad sample'
mv good.jpg "$scenes/JPEGImages/$image.jpg"

# A checkpoint that is not there or is none.
run 2 validate detect.yaml --ckpt_path=last --trainer.default_root_dir=none
run 4 validate detect.yaml --ckpt_path=nosuch.safetensors
run 4 detect.yaml --trainer.resume_from_checkpoint=scenes.tar
[ ! -e lightning_logs/version_1 ] || fail 'a run that could not begin made a run directory'
run 2 detect.yaml --trainer.resume_from_checkpoint=lightning_logs/version_0/checkpoints/last.safetensors \
    --model.extra_channels=8
says 'of another model'

# Help, everywhere, is no error.
for verb in fit validate test check list help schema scenes; do
    run 0 $verb --help
    prints "lrun $verb"
    run 0 help $verb
done
run 0 --help
run 0 -h
run 0 --version
run 0 help SSD
run 0 help Trainer.max_epochs
for name in $("$LRUN" list | sed -n 's/^  \([A-Z][A-Za-z0-9]*\) .*/\1/p'); do
    run 0 help "$name"
    run 0 schema "$name"
done

# What is shown is a config, and shows itself.
run 0 detect.yaml --optimizer.lr=1e-4 --print_config
cp out printed.yaml
run 0 printed.yaml --print_config
same out printed.yaml
run 0 config show detect.yaml --optimizer.lr=1e-4
same out printed.yaml
run 2 config show bad.yaml
says "bad.yaml:2:3: error: trainer.max_epoch: unknown key 'max_epoch'"
run 2 config
says 'config: wanted one of show'
run 2 config shwo detect.yaml
says "config: wanted one of show, diff, explain, init, migrate, found 'shwo'"
says "did you mean 'lrun config show'?"
run 0 config --help
prints 'lrun config show'
