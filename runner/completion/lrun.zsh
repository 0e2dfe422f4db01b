#compdef lrun
# zsh completion for lrun: source <(lrun completion zsh)
# The program knows the answers; see runner/completion/answer.h for their form.

_lrun_files() {
    # $1: "files .yaml", "files" or "folders"; $2: what stands before the path.
    [[ -z $2 ]] || compset -P "${(b)2}"
    case $1 in
    folders) _files -/ ;;
    files) _files ;;
    *) _files -g "*${1#files }" ;;
    esac
}

_lrun() {
    local program=${(Q)words[1]} line word
    local -a whole open parts paths
    for line in "${(@f)$("${program/#\~\//$HOME/}" complete words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        parts=("${(@ps:\t:)line}")
        if [[ $line = $'\t'* ]]; then
            paths=("$parts[2]" "$parts[3]")
        elif [[ -n $line ]]; then
            word=${parts[1]//:/\\:}${parts[2]:+:$parts[2]}
            if [[ $parts[1] = *[=.] ]]; then open+=("$word"); else whole+=("$word"); fi
        fi
    done
    _describe -t values value whole -- open -S ''
    # Behind the words: what it sets aside of the word at the cursor would be missing for them.
    (( $#paths == 0 )) || _lrun_files "$paths[@]"
}

if [[ $funcstack[1] = _lrun ]]; then
    _lrun "$@"
else
    compdef _lrun lrun
fi
