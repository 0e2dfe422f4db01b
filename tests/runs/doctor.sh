# shellcheck shell=sh disable=SC2034,SC2154
# doctor.sh: what `lrun doctor` shows, and what a run is on: the processor where there is no GPU, an error where one is demanded.
. "$(dirname "$0")/common.sh"
export CUDA_VISIBLE_DEVICES=

# For people: at most 80 columns, a section for each question.
run 0 doctor
for title in 'this build' 'processor' 'GPUs' 'a run would use'; do
    grep -qx -- "$title" out || fail "doctor lacks the section '$title'"
done
[ "$(awk '{ if (length($0) > most) most = length($0) } END { print most + 0 }' out)" -le 80 ] || fail 'doctor is too wide'
grep -Eq '^  device +the processor, as ' out || fail 'doctor does not say what a run would use'
grep -Eq "^  cores +$(nproc --all)\$" out || fail 'doctor does not count the cores'
is "$(wc -c <err)" 0 'what doctor says on standard error'

# For programs: the same.
run 0 doctor --json
if command -v python3 >/dev/null; then
    python3 - out <<'END' || fail 'doctor --json is not what doctor is'
import json
import sys
found = json.load(open(sys.argv[1]))
assert list(found) == ["this build", "processor", "GPUs", "a run would use"], found
assert all(isinstance(value, str) for section in found.values() for value in section.values()), found
END
fi
run 2 doctor now
says 'doctor: wanted [OPTION]...'

# Demanded and not there.
make_detection
for accelerator in gpu cuda; do
    run 2 fit detect.yaml --trainer.accelerator=$accelerator
    says "trainer.accelerator"
    says "'$accelerator'"
done
[ ! -e lightning_logs ] || fail 'a run that could not begin left a directory'
