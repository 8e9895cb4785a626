#compdef cbstore

_cbstore() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '(--version)--version[Print the version.]' \
        '1: :->verb' \
        '*:: :->rest'
    case $state in
        verb)
            local -a verbs=(
                'init:Make a vault'
                'recover:Get access to a vault back from its recovery phrase'
                'upload:Store files and folders in the vault'
                'fetch:Get a file or folder out of the vault, verified'
                'ls:List files and folders of the vault'
                'cat:Print files of the vault on standard output'
                'stat:Show what is known about files and folders of the vault'
                'rm:Remove files and folders from the vault'
                'mkdir:Make folders in the vault'
                'mv:Move or rename files and folders in the vault'
                'status:Show what is safe, and where'
                'flush:Bring every change to the disk and commit it'
                'mount:Use the vault as an ordinary folder'
                'umount:Unmount the vault'\''s folder and wait until it is safe'
                'cid:Print the CID that files have as public IPFS content'
                'doctor:Check that everything cbstore needs is in order'
                'version:Print the version'
                'completion:Print a script that completes command lines'
                'man:Print the manual page of the program or of a command'
                'help:Show help for a command'
            )
            _describe -t commands 'command' verbs ;;
        rest)
            case $line[1] in
                init) _cbstore_init ;;
                recover) _cbstore_recover ;;
                upload) _cbstore_upload ;;
                fetch) _cbstore_fetch ;;
                ls) _cbstore_ls ;;
                cat) _cbstore_cat ;;
                stat) _cbstore_stat ;;
                rm) _cbstore_rm ;;
                mkdir) _cbstore_mkdir ;;
                mv) _cbstore_mv ;;
                status) _cbstore_status ;;
                flush) _cbstore_flush ;;
                mount) _cbstore_mount ;;
                umount) _cbstore_umount ;;
                cid) _cbstore_cid ;;
                doctor) _cbstore_doctor ;;
                version) _cbstore_version ;;
                completion) _cbstore_completion ;;
                man) _cbstore_man ;;
                help) _cbstore_help ;;
            esac ;;
    esac
}

_cbstore_init() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--no-passphrase)--no-passphrase[Store the key unsealed, with mode 0600, and never ask for a passphrase.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_recover() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--store)--store=[Rebuild from this copy of a store'\''s folder.]:dir:_files -/' \
        '(--no-passphrase)--no-passphrase[Store the key unsealed, with mode 0600, and never ask for a passphrase.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_upload() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--to)--to=[Put them below this folder of the vault.]:dir:' \
        '*--exclude=[Leave out what matches\: * and ? within a name, ** across folders.]:glob:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:_files'
}

_cbstore_fetch() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--output -o)--output=[Write to this file or folder, or to standard output for -.]:out:_files' \
        '(--output -o)-o+[Write to this file or folder, or to standard output for -.]:out:_files' \
        '(--range)--range=[Only bytes A to B of a file, counted from 0, B included; '\''A-'\'' is to its end.]:a-b:' \
        '(--force -f)--force[Replace an existing file.]' \
        '(--force -f)-f[Replace an existing file.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<source>:'
}

_cbstore_ls() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--long -l)--long[Print mode, links, owner, size, time of change and name.]' \
        '(--long -l)-l[Print mode, links, owner, size, time of change and name.]' \
        '(--recursive -R)--recursive[List folders below folders as well.]' \
        '(--recursive -R)-R[List folders below folders as well.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:'
}

_cbstore_cat() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:'
}

_cbstore_stat() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:'
}

_cbstore_rm() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--recursive -r)--recursive[Remove folders with all that is in them.]' \
        '(--recursive -r)-r[Remove folders with all that is in them.]' \
        '(--force -f)--force[Say nothing about paths that do not exist.]' \
        '(--force -f)-f[Say nothing about paths that do not exist.]' \
        '(--yes -y)--yes[Do not ask.]' \
        '(--yes -y)-y[Do not ask.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:'
}

_cbstore_mkdir() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--parents -p)--parents[Make missing folders on the way too, and accept folders that exist.]' \
        '(--parents -p)-p[Make missing folders on the way too, and accept folders that exist.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:'
}

_cbstore_mv() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--no-clobber -n)--no-clobber[Replace nothing.]' \
        '(--no-clobber -n)-n[Replace nothing.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<source>:' \
        ':<target>:'
}

_cbstore_status() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_flush() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_mount() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--foreground -f)--foreground[Serve the mount in this process.]' \
        '(--foreground -f)-f[Serve the mount in this process.]' \
        '(--read-only)--read-only[Allow no changes through the folder.]' \
        '(--allow-other)--allow-other[Let other users in; unless you are root, needs user_allow_other in /etc/fuse.conf.]' \
        '*--options=[Options of mount(8), parted by commas.]:opt,...:' \
        '*-o+[Options of mount(8), parted by commas.]:opt,...:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<dir>:_files -/'
}

_cbstore_umount() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--force -f)--force[Detach even while files are open; they stay usable to who has them open.]' \
        '(--force -f)-f[Detach even while files are open; they stay usable to who has them open.]' \
        '(--no-wait)--no-wait[Return when the folder is detached, without waiting for the journal.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<dir>:_files -/'
}

_cbstore_cid() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--profile)--profile=[How the file becomes a DAG.]:name:(unixfs-v0-2015 unixfs-v1-2025)' \
        '(--chunker)--chunker=[Pieces of N bytes; overrides the profile'\''s.]:size-n:' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<file>:_files'
}

_cbstore_doctor() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_version() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_completion() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<shell>:(bash zsh fish)'
}

_cbstore_man() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<command>:(init recover upload fetch ls cat stat rm mkdir mv status flush mount umount cid doctor version completion man help)'
}

_cbstore_help() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<command>:(init recover upload fetch ls cat stat rm mkdir mv status flush mount umount cid doctor version completion man help)'
}

if [[ $funcstack[1] == _cbstore ]]; then
    _cbstore "$@"
else
    compdef _cbstore cbstore
fi
