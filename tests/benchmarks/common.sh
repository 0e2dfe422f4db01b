# shellcheck shell=bash
# common.sh: what bench.sh and gpu.sh share: the models that are measured, and numbers read from what programs print.

# images MODEL: channels and side of its images.
images() {
    case $1 in
    small_cnn*) echo 1 28 ;;
    ssdlite320*) echo 3 320 ;;
    ssd*) echo 3 300 ;;
    *) echo 3 224 ;;
    esac
}

# batch_of MODEL: the batch size: behind "_batch" in its name, else its config's.
batch_of() {
    case $1 in
    *_batch*) echo "${1##*_batch}" ;;
    *) sed -n 's/.*batch_size: \([0-9]*\).*/\1/p' "tests/benchmarks/configs/$1.yaml" ;;
    esac
}

# field NAME: the number behind NAME in what comes in, once a line.
field() {
    sed -n "s/.*\b$1 \([0-9.]*\).*/\1/p"
}
