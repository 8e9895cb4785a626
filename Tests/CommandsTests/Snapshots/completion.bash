# bash completion for cbstore
_cbstore() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local path=cbstore word index skip= literal=
    COMPREPLY=()
    # '=' parts words, so --option=value comes as three.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if [[ $word == = ]]; then skip=1; continue; fi
        if [[ $skip ]]; then skip=; continue; fi
        if [[ $word == -- ]]; then literal=1; continue; fi
        case $path:$word in
            'cbstore:--vault') skip=1 ;;
            'cbstore:--home') skip=1 ;;
            'cbstore:--passphrase-file') skip=1 ;;
            'cbstore init:--vault') skip=1 ;;
            'cbstore init:--home') skip=1 ;;
            'cbstore init:--passphrase-file') skip=1 ;;
            'cbstore recover:--store') skip=1 ;;
            'cbstore recover:--vault') skip=1 ;;
            'cbstore recover:--home') skip=1 ;;
            'cbstore recover:--passphrase-file') skip=1 ;;
            'cbstore upload:--to') skip=1 ;;
            'cbstore upload:--exclude') skip=1 ;;
            'cbstore upload:--vault') skip=1 ;;
            'cbstore upload:--home') skip=1 ;;
            'cbstore upload:--passphrase-file') skip=1 ;;
            'cbstore fetch:--output'|'cbstore fetch:-o') skip=1 ;;
            'cbstore fetch:--range') skip=1 ;;
            'cbstore fetch:--vault') skip=1 ;;
            'cbstore fetch:--home') skip=1 ;;
            'cbstore fetch:--passphrase-file') skip=1 ;;
            'cbstore ls:--vault') skip=1 ;;
            'cbstore ls:--home') skip=1 ;;
            'cbstore ls:--passphrase-file') skip=1 ;;
            'cbstore cat:--vault') skip=1 ;;
            'cbstore cat:--home') skip=1 ;;
            'cbstore cat:--passphrase-file') skip=1 ;;
            'cbstore stat:--vault') skip=1 ;;
            'cbstore stat:--home') skip=1 ;;
            'cbstore stat:--passphrase-file') skip=1 ;;
            'cbstore rm:--vault') skip=1 ;;
            'cbstore rm:--home') skip=1 ;;
            'cbstore rm:--passphrase-file') skip=1 ;;
            'cbstore mkdir:--vault') skip=1 ;;
            'cbstore mkdir:--home') skip=1 ;;
            'cbstore mkdir:--passphrase-file') skip=1 ;;
            'cbstore mv:--vault') skip=1 ;;
            'cbstore mv:--home') skip=1 ;;
            'cbstore mv:--passphrase-file') skip=1 ;;
            'cbstore status:--vault') skip=1 ;;
            'cbstore status:--home') skip=1 ;;
            'cbstore status:--passphrase-file') skip=1 ;;
            'cbstore flush:--vault') skip=1 ;;
            'cbstore flush:--home') skip=1 ;;
            'cbstore flush:--passphrase-file') skip=1 ;;
            'cbstore mount:--options'|'cbstore mount:-o') skip=1 ;;
            'cbstore mount:--vault') skip=1 ;;
            'cbstore mount:--home') skip=1 ;;
            'cbstore mount:--passphrase-file') skip=1 ;;
            'cbstore umount:--vault') skip=1 ;;
            'cbstore umount:--home') skip=1 ;;
            'cbstore umount:--passphrase-file') skip=1 ;;
            'cbstore cid:--profile') skip=1 ;;
            'cbstore cid:--chunker') skip=1 ;;
            'cbstore doctor:--vault') skip=1 ;;
            'cbstore doctor:--home') skip=1 ;;
            'cbstore doctor:--passphrase-file') skip=1 ;;
            'cbstore:init') [[ $literal ]] || path='cbstore init' ;;
            'cbstore:recover') [[ $literal ]] || path='cbstore recover' ;;
            'cbstore:upload') [[ $literal ]] || path='cbstore upload' ;;
            'cbstore:fetch') [[ $literal ]] || path='cbstore fetch' ;;
            'cbstore:ls') [[ $literal ]] || path='cbstore ls' ;;
            'cbstore:cat') [[ $literal ]] || path='cbstore cat' ;;
            'cbstore:stat') [[ $literal ]] || path='cbstore stat' ;;
            'cbstore:rm') [[ $literal ]] || path='cbstore rm' ;;
            'cbstore:mkdir') [[ $literal ]] || path='cbstore mkdir' ;;
            'cbstore:mv') [[ $literal ]] || path='cbstore mv' ;;
            'cbstore:status') [[ $literal ]] || path='cbstore status' ;;
            'cbstore:flush') [[ $literal ]] || path='cbstore flush' ;;
            'cbstore:mount') [[ $literal ]] || path='cbstore mount' ;;
            'cbstore:umount') [[ $literal ]] || path='cbstore umount' ;;
            'cbstore:cid') [[ $literal ]] || path='cbstore cid' ;;
            'cbstore:doctor') [[ $literal ]] || path='cbstore doctor' ;;
            'cbstore:version') [[ $literal ]] || path='cbstore version' ;;
            'cbstore:completion') [[ $literal ]] || path='cbstore completion' ;;
            'cbstore:man') [[ $literal ]] || path='cbstore man' ;;
            'cbstore:help') [[ $literal ]] || path='cbstore help' ;;
        esac
    done
    [[ $literal ]] || case $path:$previous in
        'cbstore:--vault') :; return ;;
        'cbstore:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore init:--vault') :; return ;;
        'cbstore init:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore init:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore recover:--store') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore recover:--vault') :; return ;;
        'cbstore recover:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore recover:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore upload:--to') :; return ;;
        'cbstore upload:--exclude') :; return ;;
        'cbstore upload:--vault') :; return ;;
        'cbstore upload:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore upload:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore fetch:--output'|'cbstore fetch:-o') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore fetch:--range') :; return ;;
        'cbstore fetch:--vault') :; return ;;
        'cbstore fetch:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore fetch:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore ls:--vault') :; return ;;
        'cbstore ls:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore ls:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore cat:--vault') :; return ;;
        'cbstore cat:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore cat:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore stat:--vault') :; return ;;
        'cbstore stat:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore stat:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore rm:--vault') :; return ;;
        'cbstore rm:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore rm:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore mkdir:--vault') :; return ;;
        'cbstore mkdir:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore mkdir:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore mv:--vault') :; return ;;
        'cbstore mv:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore mv:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore status:--vault') :; return ;;
        'cbstore status:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore status:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore flush:--vault') :; return ;;
        'cbstore flush:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore flush:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore mount:--options'|'cbstore mount:-o') :; return ;;
        'cbstore mount:--vault') :; return ;;
        'cbstore mount:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore mount:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore umount:--vault') :; return ;;
        'cbstore umount:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore umount:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        'cbstore cid:--profile') mapfile -t COMPREPLY < <(compgen -W 'unixfs-v0-2015 unixfs-v1-2025' -- "$current"); return ;;
        'cbstore cid:--chunker') :; return ;;
        'cbstore doctor:--vault') :; return ;;
        'cbstore doctor:--home') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        'cbstore doctor:--passphrase-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    esac
    if [[ $current == -* && ! $literal ]]; then
        case $path in
            'cbstore') mapfile -t COMPREPLY < <(compgen -W '--vault --home --passphrase-file --json -q --quiet -v --verbose -h --help --version' -- "$current") ;;
            'cbstore init') mapfile -t COMPREPLY < <(compgen -W '--no-passphrase --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore recover') mapfile -t COMPREPLY < <(compgen -W '--store --no-passphrase --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore upload') mapfile -t COMPREPLY < <(compgen -W '--to --exclude --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore fetch') mapfile -t COMPREPLY < <(compgen -W '-o --output --range -f --force --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore ls') mapfile -t COMPREPLY < <(compgen -W '-l --long -R --recursive --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore cat') mapfile -t COMPREPLY < <(compgen -W '--vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore stat') mapfile -t COMPREPLY < <(compgen -W '--vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore rm') mapfile -t COMPREPLY < <(compgen -W '-r --recursive -f --force -y --yes --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore mkdir') mapfile -t COMPREPLY < <(compgen -W '-p --parents --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore mv') mapfile -t COMPREPLY < <(compgen -W '-n --no-clobber --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore status') mapfile -t COMPREPLY < <(compgen -W '--vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore flush') mapfile -t COMPREPLY < <(compgen -W '--vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore mount') mapfile -t COMPREPLY < <(compgen -W '-f --foreground --read-only --allow-other -o --options --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore umount') mapfile -t COMPREPLY < <(compgen -W '-f --force --no-wait --vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore cid') mapfile -t COMPREPLY < <(compgen -W '--profile --chunker --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore doctor') mapfile -t COMPREPLY < <(compgen -W '--vault --home --passphrase-file --json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore version') mapfile -t COMPREPLY < <(compgen -W '--json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore completion') mapfile -t COMPREPLY < <(compgen -W '--json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore man') mapfile -t COMPREPLY < <(compgen -W '--json -q --quiet -v --verbose -h --help' -- "$current") ;;
            'cbstore help') mapfile -t COMPREPLY < <(compgen -W '--json -q --quiet -v --verbose -h --help' -- "$current") ;;
        esac
        return
    fi
    case $path in
        'cbstore') mapfile -t COMPREPLY < <(compgen -W 'init recover upload fetch ls cat stat rm mkdir mv status flush mount umount cid doctor version completion man help' -- "$current") ;;
        'cbstore init') : ;;
        'cbstore recover') : ;;
        'cbstore upload') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        'cbstore fetch') : ;;
        'cbstore ls') : ;;
        'cbstore cat') : ;;
        'cbstore stat') : ;;
        'cbstore rm') : ;;
        'cbstore mkdir') : ;;
        'cbstore mv') : ;;
        'cbstore status') : ;;
        'cbstore flush') : ;;
        'cbstore mount') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        'cbstore umount') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        'cbstore cid') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        'cbstore doctor') : ;;
        'cbstore version') : ;;
        'cbstore completion') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$current") ;;
        'cbstore man') mapfile -t COMPREPLY < <(compgen -W 'init recover upload fetch ls cat stat rm mkdir mv status flush mount umount cid doctor version completion man help' -- "$current") ;;
        'cbstore help') mapfile -t COMPREPLY < <(compgen -W 'init recover upload fetch ls cat stat rm mkdir mv status flush mount umount cid doctor version completion man help' -- "$current") ;;
    esac
}
complete -F _cbstore cbstore
