# shellcheck shell=bash
# bash completion for lrun: source <(lrun completion bash)
# The program knows the answers; see runner/completion/answer.h for their form.

_lrun_files() {
    # $1: "files .yaml", "files" or "folders"; $2: what stands before the path; $3: the path's beginning.
    local path
    compopt -o filenames 2>/dev/null
    while IFS= read -r path; do
        COMPREPLY+=("$2$path")
    done < <(
        case $1 in
        files) compgen -f -- "$3" ;;
        *)
            [ "$1" = folders ] || compgen -f -X "!*${1#files }" -- "$3"
            compgen -d -- "$3"
            ;;
        esac
    )
}

_lrun() {
    local word rest program=${1/#\~\//$HOME/}
    COMPREPLY=()
    while IFS= read -r word; do
        if [ "${word:0:1}" = $'\t' ]; then
            rest=${word#$'\t'*$'\t'} word=${word#$'\t'}
            _lrun_files "${word%%$'\t'*}" "${rest%%$'\t'*}" "${rest#*$'\t'}"
        else
            printf -v word %q "${word%%$'\t'*}"
            COMPREPLY+=("$word")
        fi
    done < <("$program" complete line "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    case ${#COMPREPLY[@]}${COMPREPLY[0]} in
    1*[=.]) compopt -o nospace 2>/dev/null ;;
    esac
}

complete -F _lrun lrun
