# fish completion for lrun: lrun completion fish | source
# The program knows the answers; see runner/completion/answer.h for their form.

function __lrun_files --argument-names what prefix start
    # What begins with a tilde is looked for at home, and offered with the tilde.
    set -l paths (__fish_complete_path (string replace --regex '^~/' $HOME/ -- $start))
    if string match --quiet '~/*' -- $start
        set paths (string replace $HOME/ '~/' -- $paths)
    end
    switch $what
        case folders
            set paths (string match --regex '.*/(?:\t.*)?$' -- $paths)
        case 'files *'
            set -l ending (string escape --style=regex -- (string replace 'files ' '' -- $what))
            set paths (string match --regex ".*(?:/|$ending)(?:\t.*)?\$" -- $paths)
    end
    for path in $paths
        printf '%s\n' $prefix$path
    end
end

function __lrun_complete
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    while string match --quiet --regex '^\w+=' -- $words[1] # NAME=value before the command
        set --erase words[1]
    end
    set -l program (string replace --regex '^~/' $HOME/ -- $words[1])
    set -l current (commandline --current-token --cut-at-cursor)
    set -l typed (string unescape -- "$current")
    test (count $typed) = 1; or set typed "$current"
    for line in ($program complete words -- $words[2..] $typed 2>/dev/null)
        set -l parts (string split \t -- $line)
        if test -z "$parts[1]"
            __lrun_files $parts[2] "$parts[3]" "$parts[4]"
        else
            printf '%s\n' $line
        end
    end
end

complete --command lrun --no-files --keep-order --arguments '(__lrun_complete)'
