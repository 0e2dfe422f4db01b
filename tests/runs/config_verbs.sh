# shellcheck shell=sh disable=SC2034,SC2154
# config_verbs.sh: lrun config diff, and errors as JSON, as a user and an editor meet them.
. "$(dirname "$0")/common.sh"

cat >a.yaml <<'YAML'
model: {type: SSD, backbone: ResNet18}
data: {type: VOCDataModule, root: data}
optimizer: {type: SGD, lr: 0.001}
YAML
sed 's/0.001/1e-3/' a.yaml >same.yaml
sed 's/0.001/0.01/' a.yaml >b.yaml

# By value, with the status of diff(1).
run 0 config diff a.yaml same.yaml
is "$(cat out)" '' 'differences of the same'
run 1 config diff a.yaml b.yaml
is "$(cat out)" 'optimizer.lr: 0.001 -> 0.01' 'differences'
is "$(cat err)" '' 'complaints about differences'
run 1 config diff --json a.yaml b.yaml
prints '"after": 0.01'
run 2 config diff a.yaml
says 'config diff: wanted two configs, found 1'
says 'lrun config diff BEFORE AFTER'
run 2 config diff a.yaml b.yaml --jsn
says "did you mean --json?"
run 2 config diff a.yaml nosuch.yaml
says "'nosuch.yaml'"

# A run directory is its config.
mkdir version_0
run 0 config show a.yaml
cp out version_0/config.yaml
run 0 config diff a.yaml version_0

# A git revision, with the paths that git takes; nothing of the repository changes and no hook runs.
if command -v git >/dev/null; then
    mkdir -p repository/configs
    cp a.yaml repository/configs/x.yaml
    cd repository || exit 1
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
    unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
    git init -q .
    git -c user.name=a -c user.email=a@b add -A
    git -c user.name=a -c user.email=a@b commit -qm one
    printf '#!/bin/sh\ntouch "%s/hooked"\n' "$scratch" >.git/hooks/post-checkout
    chmod +x .git/hooks/post-checkout
    cp ../b.yaml configs/x.yaml
    git status --porcelain >../before
    mkdir ../temporary
    TMPDIR=$scratch/temporary
    export TMPDIR
    run 1 config diff HEAD:configs/x.yaml configs/x.yaml
    prints 'optimizer.lr: 0.001 -> 0.01'
    cd configs || exit 1
    run 0 config diff HEAD:./x.yaml HEAD:configs/x.yaml
    cd ..
    mv configs/out configs/err ..
    run 2 config diff HEAD:configs/y.yaml configs/x.yaml
    says "the revision 'HEAD' has no YAML file 'configs/y.yaml'"
    says 'git ls-tree -r --name-only HEAD'
    run 2 config diff nosuch:configs/x.yaml configs/x.yaml
    says "cannot read 'nosuch:configs/x.yaml' from git: fatal: "
    says "a revision's config is named as git names it: HEAD~1:configs/voc_detect.yaml"
    run 2 config diff --output=x:configs/x.yaml configs/x.yaml
    TMPDIR=$scratch/nosuch
    run 4 config diff HEAD:configs/x.yaml configs/x.yaml
    says "cannot make the folder '$scratch/nosuch/lrun-revision-"
    unset TMPDIR
    mv out err ..
    git status --porcelain >../after
    cd ..
    same before after 'the state of the repository'
    [ ! -e hooked ] || fail 'a hook ran'
    is "$(ls -A temporary)" '' 'files left'
fi

# A note of what another type drops: a line on standard error, whatever the verb; standard output is the config alone.
printf 'optimizer: {type: SGD, momentum: 0.9, nesterov: true}\n' >sgd.yaml
run 0 config show a.yaml sgd.yaml --optimizer=AdamW
is "$(cat err)" "command line: note: optimizer: AdamW has no 'momentum' (sgd.yaml:1:24), 'nesterov' (sgd.yaml:1:39): dropped" 'note'
! grep -q note out || fail 'a note in the config'
run 0 check a.yaml sgd.yaml --print_config --optimizer.type=AdamW --error-format=json
cp err notes
is "$(cat err)" '{"severity":"note","status":0,"file":null,"line":null,"column":18,"width":5,"argument":"--optimizer.type=AdamW","message":"optimizer: AdamW has no '"'momentum' (sgd.yaml:1:24), 'nesterov' (sgd.yaml:1:39)"': dropped","hint":null,"related":[]}' 'note'
run 2 config show a.yaml sgd.yaml --optimizer=AdamW --optimizer.betas=x
says 'has no'
says 'wanted a number'
run 0 complete words -- config show a.yaml sgd.yaml --optimizer=AdamW --optimizer.be
is "$(cat err)" '' 'notes while a command line is completed'

# --PATH.help explains what stands at a place of the config at hand: a component, or a key.
run 0 a.yaml --model.help
prints 'SSD (model)'
prints '  SSD(backbone, num_classes=null,'
run 0 fit --model.help
prints 'ImageClassifier, SSD'
run 0 --trainer.help
prints 'Trainer (trainer)'
run 0 --trainer.max_epochs.help
prints 'max_epochs: integer in [-1, inf) or null; default null'
run 0 --data.train_transforms.Resize.help
prints 'Resize (transform)'
run 2 a.yaml --modle.help
says "--modle.help: no key of the config is called 'modle'"
says "'lrun help Config' shows the keys at the top, 'lrun help NAME' those of a component"
run 0 --model.type.help
prints 'ImageClassifier, SSD'
printf 'data: {type: VOCDataModule, train_transforms: [Resise]}\n' >resise.yaml
run 2 resise.yaml --data.train_transforms.0.help
says '--data.train_transforms.0.help: nothing in the config has this place'
says "'lrun help' shows what there is help for"

# A config to begin with is right as it is, and nothing is written over.
run 0 config init
prints 'detection'
run 0 config init detection
cp out printed.yaml
run 0 config init detection --output=made.yaml
is "$(cat out)" '' 'output beside a file'
same printed.yaml made.yaml
run 0 config show made.yaml
run 4 config init classification --output=made.yaml
says "'made.yaml' is there already"
says 'choose another --output, or remove it'
same printed.yaml made.yaml 'written over'
run 4 config init SSD --output=nosuch/made.yaml
says "cannot make 'nosuch/made.yaml'"
run 2 config init SDD
says "did you mean 'SSD'?"
run 2 config init SSD SGD
says 'config init: wanted one name, found 2'
says 'lrun help config init'

# Where a value came from: files, bases, variables, arguments.
mkdir parts
printf 'base: ../a.yaml\ndata: {batch_size: 4}\n' >parts/over.yaml
printf 'base: parts/over.yaml\noptimizer: {lr: "${data.batch_size}"}\n' >mine.yaml
LRUN_DATA__BATCH_SIZE=5 "$LRUN" config explain mine.yaml data.batch_size --data.batch_size=6 >out 2>err || fail explain
prints 'batch_size: integer in [1, 65536]; default 8'
prints 'the last one wins'
prints '  parts/over.yaml:2:20  4                        base of mine.yaml:1'
prints '  environment           LRUN_DATA__BATCH_SIZE=5'
is "$(tail -n 1 out)" '  6' 'the value'
run 0 config explain mine.yaml optimizer.lr
prints '    -> parts/over.yaml:2:20'
run 0 config explain mine.yaml model.backbone.type
prints 'type: which backbone it is'
run 0 config explain mine.yaml seed_everything
prints 'set nowhere: what stands there is the default'
run 0 config explain mine.yaml data.batch_size --json
prints '"column": 20'
run 2 config explain mine.yaml data.batch_sise
says "config explain: no key of the config is called 'data.batch_sise' (did you mean 'data.batch_size'?)"
says "'lrun help NAME' shows the keys of a component"
run 2 config explain mine.yaml
says 'config explain: wanted a config and a key, found one argument'
says 'lrun config explain CONFIG KEY'
run 2 config explain mine.yaml optimizer.lr --data.batch_size=x
prints '    -> command line'
says "optimizer.lr: wanted a number, found 'x'"

# The environment changes a run's config; diff compares files.
LRUN_DATA__BATCH_SIZE=5 "$LRUN" config show mine.yaml >out 2>err || fail show
prints 'batch_size: 5'
LRUN_DATA__BATCH_SIZE=5 "$LRUN" config diff a.yaml mine.yaml >out 2>err && fail 'no difference'
prints 'data.batch_size: 8 -> 4'
LRUN_DATA__BATCH_SISE=5 "$LRUN" config show mine.yaml >out 2>err && fail 'a misspelt variable counts for nothing'
says "(did you mean 'LRUN_DATA__BATCH_SIZE'?)"

# A line of JSON for each problem, as docs/error.schema.json says, whatever kind it is.
printf 'model: SDD\ndata: {type: VOCDataModule, batch_sise: 1}\n' >bad.yaml
run 2 --error-format=json check bad.yaml --optimizer.lr=x
is "$(grep -c '^{.*}$' err)" "$(wc -l <err | tr -d ' ')" 'lines of JSON'
says '{"severity":"error","status":2,"file":"bad.yaml","line":1,"column":8,"width":3,"argument":null,"message":"model: no model'
says '"file":null,"line":null,"column":13,"width":2,"argument":"--optimizer.lr=x"'
cat err notes >all
run 2 --error-format=json check mine.yaml --data.batch_size=x --no-trainer.max_epochs
says '"message":"${data.batch_size} stands for this"'
cat err >>all
printf 'data: {batch_sise: 1}\n' >>parts/bad.yaml
printf 'base: parts/bad.yaml\n' >with_bad.yaml
run 2 --error-format=json check with_bad.yaml
says '"message":"base of with_bad.yaml:1"'
cat err >>all
run 2 list nosuch --error-format json
cat err >>all
run 3 a.yaml --error-format=json --data.download=false
says '"status":3'
grep '^{' err >>all
run 2 --error-format=xml list
says "--error-format: wanted text or json, found 'xml'"
run 2 list --error-format
cat >validate.py <<'PYTHON'
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(0)
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
for line in open("all"):
    jsonschema.validate(json.loads(line), schema)
PYTHON
if command -v python3 >/dev/null; then
    python3 validate.py "$LRUN_SOURCE_ROOT/docs/error.schema.json" || fail 'not as docs/error.schema.json says'
fi
