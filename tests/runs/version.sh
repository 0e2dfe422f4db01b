# shellcheck shell=sh disable=SC2034,SC2154
# version.sh: --version says what the build has, and a build that must have what is not there does not begin.
. "$(dirname "$0")/common.sh"
run 0 --version
head -n 1 out | grep -qE '^lrun [0-9]+\.[0-9]+\.[0-9]+$' || fail 'the first line is not the version'

if [ "$LRUN_MPI" = 1 ]; then prints 'MPI: found, not used by this version'; else prints 'MPI: not found'; fi
if [ "$LRUN_CUDA" = 1 ]; then prints 'CUDA: yes'; else prints 'CUDA: no'; fi
if [ "$LRUN_ONEDNN" = 1 ]; then prints 'oneDNN: yes'; else prints 'oneDNN: no'; fi
for library in compiler libc libpng jansson libarchive libcurl libxml2; do
    grep -qE "^$library [0-9]+\.[0-9]" out || fail "no version of $library"
done

# refuses OPTION WORDS: configuring ends, and says for want of what.
refuses() {
    rm -rf configured
    ! meson setup configured "$sources" "$1" >out 2>&1 || fail "$1 is configured without $2"
    grep -qiE "ERROR.*$2" out || fail "$1: the error does not name $2"
}
[ "$LRUN_MPI" = 1 ] || refuses -Dmpi=enabled mpi
[ -e /usr/local/cuda/bin/nvcc ] || command -v nvcc >/dev/null || refuses -Dcuda=enabled nvcc
# A toolkit whose cuDNN cannot be used; its folder is looked in before the compiler's own.
mkdir -p toolkit/bin toolkit/include
printf '#!/bin/sh\necho release 1.0\n' >toolkit/bin/nvcc
chmod +x toolkit/bin/nvcc
echo '#error none' >toolkit/include/cudnn.h
PATH=$scratch/toolkit/bin:$PATH
refuses -Dcuda=enabled cudnn
