# shellcheck shell=sh disable=SC2034,SC2154
# man.sh: the manual pages name everything and are clean, and what `lrun help config` shows of the language is true.
. "$(dirname "$0")/common.sh"

run 0 man lrun
cp out lrun.1
run 0 man lrun-config
cp out lrun-config.5
run 2 man
says 'man: wanted lrun or lrun-config, found nothing'
run 2 man ls
says "man: wanted lrun or lrun-config, found 'ls'"
says 'lrun man lrun | man -l -'

# has PAGE HEADING: the page has it.
has() { grep -qxF -- "$2" "$1" || fail "$1 lacks '$2'"; }

# Every verb, every exit status, every component and every key has its place.
run 0 help
sed -n 's/^  lrun \([a-z ]*[a-z]\)  .*/\1/p' out >verbs
[ "$(wc -l <verbs)" -gt 10 ] || fail 'found no verbs'
while IFS= read -r verb; do
    grep -q "^\.SS \"lrun ${verb}[ \"]" lrun.1 || fail "lrun(1) lacks the verb '$verb'"
done <verbs
for status in 0 1 2 3 4 5 6 7 130 143; do
    has lrun.1 ".B \"$status\""
done
for option in help version 'error\-format text|json' print_config 'difficult crowd|all|drop'; do
    has lrun.1 ".B \"\\-\\-$option\""
done
run 0 list
sed -n 's/^  \([A-Za-z0-9][A-Za-z0-9]*\) .*/\1/p' out >components
[ "$(wc -l <components)" -gt 40 ] || fail 'found no components'
while IFS= read -r name; do
    has lrun-config.5 ".SS \"$name\""
done <components
has lrun-config.5 '.B "momentum: number in [0, inf); default 0"'

# Clean for those who read it.
for page in lrun.1 lrun-config.5; do
    if command -v groff >/dev/null; then
        groff -man -Tutf8 -ww "$page" >"$page.txt" 2>complaints || fail "groff failed on $page"
        is "$(cat complaints)" '' "groff's complaints about $page"
        ! grep -q '‐$' "$page.txt" || fail "$page has hyphenated words"
    fi
    if command -v man >/dev/null && man --version >/dev/null 2>&1; then
        MANWIDTH=80 man -l "$page" >"$page.txt" 2>complaints || fail "man failed on $page"
        is "$(cat complaints)" '' "man's complaints about $page"
        [ "$(wc -L <"$page.txt")" -le 80 ] || fail "$page is wider than 80 columns: examples in help have 71 at most"
    fi
    if command -v mandoc >/dev/null; then
        mandoc -Tlint -W warning "$page" 2>&1 | grep -v 'missing date' >complaints || true
        is "$(cat complaints)" '' "mandoc's complaints about $page"
    fi
done

# The overrides that the language shows are understood, and its config is one.
run 0 help config
sed -n 's/^  \(--[^ ]*\)  .*/\1/p' out >overrides
sed -n '/^  model:/,/^$/s/^  //p' out >shown.yaml
[ "$(wc -l <overrides)" -ge 10 ] || fail 'found no overrides'
sed -n '/^  data:$/,/^$/s/^  //p' out >over.yaml
run 0 config show shown.yaml
run 0 config show "$sources/configs/voc_detect.yaml" over.yaml
prints 'ClampBoundingBoxes'
while IFS= read -r override; do
    run 0 config show "$sources/configs/voc_detect.yaml" "$override" </dev/null
done <overrides

# The build installs them.
if command -v man >/dev/null && [ -n "${LRUN_MAN_PAGES:-}" ]; then
    for page in lrun.1 lrun-config.5; do
        same "$page" "$LRUN_MAN_PAGES/$page"
    done
fi
