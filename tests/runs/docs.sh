# shellcheck shell=sh disable=SC2034,SC2154
# docs.sh: every command and config in README.md and docs/ is run, each block in a folder of its own.
#
# A `sh` block holds one command a line: an `lrun` command is run, a training for one batch (`shortened`), and one whose
# data is not here is checked instead; a `./dev` command must be one that ./dev knows. A `yaml` block is a config, or a
# part of one that is laid over a ready config, unless it says its `base`; one that begins with "# NAME.yaml" is a file of that
# name. What a table shows in backquotes and begins with `--` is an override. A
# block in another language is text; a command of any other kind fails the test.
. "$(dirname "$0")/common.sh"
base=$sources/configs/bccd_detect.yaml
bccd=$sources/../shared/data/bccd/BCCD.tar
fashion=/usr/share/dataset-fashion-mnist

# blocks FILE LANGUAGE: writes each block of a language into ./block.1, ./block.2, ...
blocks() {
    rm -f block.*
    awk -v wanted="$2" '/^```/ { if (inside) inside = 0; else { inside = ($0 == "```" wanted); count += inside }
                                 fence = !fence; if (!fence) inside = 0; next }
                        inside { print > ("block." count) }' "$1"
}

# have_data ARGUMENT...: the data that the command trains on is on this machine.
have_data() {
    case "$*" in
    *bccd_detect*) [ -f "$bccd" ] ;;
    *fashion_mnist*) [ -d "$fashion" ] ;;
    *voc_*) false ;;
    *) true ;;
    esac
}

# shortened ARGUMENT...: runs the program, but on one batch of two images.
shortened() {
    run 0 "$@" --trainer.max_epochs=1 --trainer.limit_train_batches=1 --trainer.limit_val_batches=1 \
        --trainer.limit_test_batches=1 --trainer.limit_predict_batches=1 --trainer.num_sanity_val_steps=0 \
        --trainer.check_val_every_n_epoch=1 --data.batch_size=2 --data.num_workers=1
}

# run_lrun ARGUMENT...: one command of the docs. Sets untrained when it was only checked.
run_lrun() {
    case "$1 ${2:-}" in
    'runs diff')
        [ -n "$untrained" ] || run 0 "$@"
        return
        ;;
    esac
    case "$1" in
    list | help | schema | score | scenes | check | config | completion | runs | plot) run 0 "$@" ;;
    sweep)
        case "$*" in
        *--dry_run*) run 0 "$@" ;;
        *.yaml*) if have_data "$@"; then shortened "$@"; else run 0 "$@" --dry_run && untrained=yes; fi ;;
        *) [ -n "$untrained" ] || run 0 "$@" ;;
        esac
        ;;
    run | validate | test | predict)
        [ -n "$untrained" ] || shortened "$@"
        ;;
    *)
        [ "$1" != fit ] || shift
        if have_data "$@"; then
            shortened "$@"
        else
            untrained=yes
            run 0 check "$@"
        fi
        ;;
    esac
}

run_command() {
    command=$(printf '%s' "$1" | sed 's/[[:space:]]#.*//')
    case "$command" in
    '') ;;
    LRUN_*' lrun '*)
        eval "export ${command%% lrun *}"
        eval "set -- ${command#* lrun }"
        run_lrun "$@"
        for variable in ${command%% lrun *}; do unset "${variable%%=*}"; done
        ;;
    'build/lrun '* | 'lrun '*)
        eval "set -- ${command#*lrun }"
        run_lrun "$@"
        ;;
    'source <(lrun '*)
        command=${command%%)*}
        eval "set -- ${command#*lrun }"
        run_lrun "$@"
        ;;
    './dev '*)
        verb=${command#./dev }
        "$sources/dev" help | grep -q "^./dev ${verb%% *} " || fail "./dev has no '$verb'"
        ;;
    *) fail "the docs show a command that this test does not know: $command" ;;
    esac
}

run_sh_block() {
    mkdir world
    cd world || exit 1
    ln -s "$sources/configs" "$sources/schemas" .
    cp ../named/* . 2>/dev/null || true
    [ ! -f "$bccd" ] || ln -s "$bccd" BCCD.tar
    untrained=''
    while IFS= read -r line; do
        run_command "$line" </dev/null
    done <"../$1"
    cd ..
    rm -rf world
}

# name_blocks: a `yaml` block that begins with "# NAME.yaml" is a file of that name to the blocks of its page.
name_blocks() {
    rm -rf named
    mkdir named
    for block in block.*; do
        [ -f "$block" ] || continue
        name=$(sed -n '1s/^# \([a-z_]*\.yaml\)$/\1/p' "$block" 2>/dev/null)
        [ -z "$name" ] || mv "$block" "named/$name"
    done
    ln -s "$sources/configs" named/configs
}

run_yaml_block() {
    if ! grep -q '^[^#]' "$1"; then
        return 0
    elif grep -q '^base:' "$1"; then
        run 0 check "$1"
    elif [ "${1#named/}" != "$1" ]; then
        return 0 # a part that another block uses
    elif grep -q '^model:' "$1" && grep -q '^optimizer:' "$1"; then
        run 0 check "$1"
    else
        run 0 check "$base" "$1"
    fi
}

run_overrides() {
    sed -n 's/^| *\(`--[^|]*\)|.*/\1/p' "$1" | grep -o '`--[^`]*`' | tr -d '`' >overrides || true
    while IFS= read -r override; do
        eval "set -- $(printf '%s' "$override" | sed "s/[][{}~\$()*]/\\\\&/g")"
        run 0 "$base" --print_config "$@" </dev/null
    done <overrides
}

count=0
for page in "$sources"/README.md "$sources"/docs/*.md; do
    echo "$page"
    blocks "$page" yaml
    name_blocks
    blocks "$page" sh
    for block in block.*; do
        [ ! -f "$block" ] || run_sh_block "$block"
        count=$((count + 1))
    done
    blocks "$page" yaml
    name_blocks
    for block in block.* named/*.yaml; do
        [ ! -f "$block" ] || run_yaml_block "$block"
        count=$((count + 1))
    done
    run_overrides "$page"
done
[ "$count" -gt 10 ] || fail "found only $count blocks"

# The mistake that the README shows, word for word.
cat >mistake.yaml <<'YAML'
trainer: {max_epochs: 10}
model:
  type: SSD
  backbone: ResNet19
data:
  type: VOCDataModule
  root: data
optimizer: {type: SGD, lr: fast}
YAML
run 2 mistake.yaml
blocks "$sources/README.md" ''
found=''
for block in block.*; do
    ! cmp -s "$block" err || found=$block
done
[ -n "$found" ] || fail 'the README shows another message than this one'
