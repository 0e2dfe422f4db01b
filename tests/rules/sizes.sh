#!/bin/sh
# No file above 800 lines, no function above 80. Prints every breach; exit 1 when there is one.
set -u
cd "$LRUN_SOURCE_ROOT" || exit 2
find engine components runner schemas tests \( -name '*.[ch]' -o -name '*.cu' \) | sort | xargs awk '
    FNR == 1 { open = 0 }
    FNR == 801 { print FILENAME ": more than 800 lines"; bad = 1 }
    /^{/ { open = FNR }
    /^}/ { if (open && FNR - open > 80) { print FILENAME ":" open ": a function of " FNR - open " lines"; bad = 1 } open = 0 }
    END { exit bad }
'
