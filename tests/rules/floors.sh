#!/bin/sh
# The house's rules that a search can check. Prints every breach; exit 1 when there is one.
set -u
cd "$LRUN_SOURCE_ROOT" || exit 2

# rule WORDS: prints what standard input holds, under the rule that it breaks.
rule() {
    breaches=$(cat)
    [ -n "$breaches" ] || return 0
    printf 'rule broken: %s\n%s\n' "$1" "$breaches"
}

list() {
    find "$@" -name '*.[ch]' -o -name '*.cu' | sort
}

report() {
    list engine | xargs grep -nE '#include "(components|runner)/' | rule "engine/ includes engine/ only"
    list components | xargs grep -nE '#include "runner/' | rule "components/ includes engine/ and components/ only"
    list engine components | xargs grep -nE '(^|[^a-z_])(printf|puts|putchar|perror|fprintf|exit|abort)\(' |
        grep -vE 'engine/base/(memory|arena)\.c|:[0-9]+: \*' | rule "only the runner prints, and nothing below it ends the process"
    list engine components runner | grep -vE '/(onednn|openblas|cuda)[a-z_0-9]*\.[ch]$|^engine/backends/' |
        xargs grep -nE '#include <(dnnl|cblas|cuda|cudnn)' | grep -v '_version\.h>' |
        rule "only engine/backends and a kernel's own file know a library"
    list engine | xargs grep -nE '^ +(cuda[A-Z]|cudnn\.[A-Z]|cublaslt\.[A-Z])[A-Za-z0-9]*\(.*;$' | grep -v 'String(' |
        awk '{ line = $0; if (gsub(/\(/, "", line) == gsub(/\)/, "", line)) print }' |
        rule "every call of CUDA and its libraries is checked, or says (void) where nobody can be told"
    list engine components runner schemas | xargs grep -nwE 'TODO|FIXME|XXX|HACK' | rule "no unfinished business"
    list engine components runner schemas | while read -r file; do
        head -n 3 "$file" | grep -qF "$(basename "$file"):" || echo "$file"
    done | rule "a file's first lines say its name and what it is"
}
broken=$(report)
[ -z "$broken" ] || { printf '%s\n' "$broken" && exit 1; }
