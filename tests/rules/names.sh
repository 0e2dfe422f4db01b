#!/bin/sh
# names.sh LIBRARY...: no two functions or variables of the libraries share a name: with static libraries, whichever the
# linker sees first would win without a word. Prints every name that is there twice; exit 1 when there is one.
set -u
names=$(nm --extern-only --defined-only --format=posix "$@" | awk '$2 ~ /^[TDBRi]$/ { print $1 }') || exit 2
[ -n "$names" ] || { echo "no names found in: $*" && exit 2; }
twice=$(printf '%s\n' "$names" | sort | uniq -d)
[ -z "$twice" ] || { printf 'defined twice: %s\n' "$twice" && exit 1; }
