#compdef lrun
# zsh completion for lrun: source <(lrun completion zsh)
# The program knows the answers; see runner/completion/answer.h for their form.

_lrun() {
    local program=${(Q)words[1]} line word prefix start
    local -a whole open parts
    for line in "${(@f)$("${program/#\~\//$HOME/}" complete words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        parts=("${(@ps:\t:)line}")
        if [[ $line = $'\t'* ]]; then
            prefix=$parts[3]
            [[ -z $prefix ]] || compset -P "${(b)prefix}"
            case $parts[2] in
            folders) _files -/ ;;
            files) _files ;;
            *) _files -g "*${parts[2]#files }" ;;
            esac
        elif [[ -n $line ]]; then
            word=${parts[1]//:/\\:}${parts[2]:+:$parts[2]}
            if [[ $parts[1] = *[=.] ]]; then open+=("$word"); else whole+=("$word"); fi
        fi
    done
    _describe -t values value whole -- open -S ''
}

if [[ $funcstack[1] = _lrun ]]; then
    _lrun "$@"
else
    compdef _lrun lrun
fi
