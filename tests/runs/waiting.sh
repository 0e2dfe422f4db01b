# shellcheck shell=sh disable=SC2034,SC2154
# waiting.sh: a training's threads wait briefly, whatever else the machine does; who says how they wait is heard.
. "$(dirname "$0")/common.sh"
make_detection

# waits_as ASSIGNMENT: what a training's environment says of waiting while it runs, with this one set.
waits_as() {
    rm -rf waiting
    env -u OMP_WAIT_POLICY -u GOMP_SPINCOUNT "$@" "$LRUN" detect.yaml --trainer.default_root_dir=waiting \
        --trainer.max_epochs=1000000 >out 2>err &
    trained=$!
    for try in $(seq 600); do
        [ ! -e waiting/lightning_logs/version_0 ] || break
        sleep 0.05
    done
    tr '\0' '\n' <"/proc/$trained/environ" | grep -E '^(OMP_WAIT_POLICY|GOMP_SPINCOUNT)=' || true
    kill -TERM $trained
    status=0
    wait $trained || status=$?
    is "$status" 143 "status of a training with $*" >&2
}
if "$LRUN" --version | grep -q '^OpenMP: yes'; then
    is "$(waits_as A=1)" GOMP_SPINCOUNT=5000 'how threads wait'
    is "$(waits_as OMP_WAIT_POLICY=active)" OMP_WAIT_POLICY=active 'how threads wait when the user says so'
    is "$(waits_as GOMP_SPINCOUNT=7)" GOMP_SPINCOUNT=7 'how long threads spin when the user says so'
fi
