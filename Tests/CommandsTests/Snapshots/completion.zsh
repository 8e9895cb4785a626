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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
                'passphrase:Change the passphrase of a vault'\''s key on this machine'
                'rekey:Start a new epoch, and seal the whole vault with its keys'
                'upload:Store files and folders in the vault'
                'fetch:Get a file or folder out of the vault, verified'
                'ls:List files and folders of the vault'
                'cat:Print files of the vault on standard output'
                'stat:Show what is known about files and folders of the vault'
                'mkdir:Make folders in the vault'
                'mv:Move or rename files and folders in the vault'
                'rm:Remove files and folders from the vault'
                'mount:Use the vault as an ordinary folder'
                'umount:Unmount the vault'\''s folder and wait until it is safe'
                'status:Show what is safe, and where'
                'flush:Bring every change to the disk, commit it, and send it'
                'sync:Take in what other devices published, and publish what is here'
                'login:Begin a session at a CipherBox API'
                'logout:End the session at a CipherBox API'
                'whoami:Show who is logged in at a CipherBox API'
                'quota:Show how much room the account has'
                'remote:Choose where copies of a vault go'
                'cid:Print the CID that files have as public IPFS content'
                'add:Make files public IPFS content'
                'resolve:Show what an IPNS name or a domain stands for'
                'publish:Make an IPNS name stand for a CID'
                'pin:Keep an object at the remote'
                'unpin:No longer keep an object at the remote'
                'pins:List what was pinned by hand'
                'key:Keep the keys that publish names by hand'
                'name:Make and check IPNS records, offline'
                'doctor:Check that everything cbstore needs is in order'
                'version:Print the version'
                'help:Show help for a command'
                'completion:Print a script that completes command lines'
                'man:Print the manual page of the program or of a command'
            )
            _describe -t commands 'command' verbs ;;
        rest)
            case $line[1] in
                init) _cbstore_init ;;
                recover) _cbstore_recover ;;
                passphrase) _cbstore_passphrase ;;
                rekey) _cbstore_rekey ;;
                upload) _cbstore_upload ;;
                fetch) _cbstore_fetch ;;
                ls) _cbstore_ls ;;
                cat) _cbstore_cat ;;
                stat) _cbstore_stat ;;
                mkdir) _cbstore_mkdir ;;
                mv) _cbstore_mv ;;
                rm) _cbstore_rm ;;
                mount) _cbstore_mount ;;
                umount) _cbstore_umount ;;
                status) _cbstore_status ;;
                flush) _cbstore_flush ;;
                sync) _cbstore_sync ;;
                login) _cbstore_login ;;
                logout) _cbstore_logout ;;
                whoami) _cbstore_whoami ;;
                quota) _cbstore_quota ;;
                remote) _cbstore_remote ;;
                cid) _cbstore_cid ;;
                add) _cbstore_add ;;
                resolve) _cbstore_resolve ;;
                publish) _cbstore_publish ;;
                pin) _cbstore_pin ;;
                unpin) _cbstore_unpin ;;
                pins) _cbstore_pins ;;
                key) _cbstore_key ;;
                name) _cbstore_name ;;
                doctor) _cbstore_doctor ;;
                version) _cbstore_version ;;
                help) _cbstore_help ;;
                completion) _cbstore_completion ;;
                man) _cbstore_man ;;
            esac ;;
    esac
}

_cbstore_init() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--no-passphrase)--no-passphrase[Store the key unsealed, with mode 0600, and never ask for a passphrase.]' \
        '(--no-compression)--no-compression[Never compress content, so that no length tells how well it compresses.]' \
        '(--pad-sizes)--pad-sizes[Round the sizes of what is stored up, by 6 % at most from 256 bytes on, to hide them.]' \
        '(--no-phrase-check)--no-phrase-check[Do not ask for words of the recovery phrase.]' \
        '(--remote)--remote=[Attach this remote\: cipherbox+https\://HOST or dir\:/PATH. Nothing is sent to it yet.]:url:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_passphrase() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--new-passphrase-file)--new-passphrase-file=[Take the new passphrase from the first line of this file.]:file:_files' \
        '(--no-passphrase)--no-passphrase[Store the key unsealed, with mode 0600, and never ask for a passphrase.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_rekey() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--new-epoch-only)--new-epoch-only[Make new keys for what is written from now on; seal nothing anew.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_upload() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--to)--to=[Put them below this folder of the vault.]:dir:' \
        '*--exclude=[Leave out what matches\: * and ? within a name, ** across folders.]:glob:' \
        '(--no-wait)--no-wait[Store on this machine only; what is new is sent later.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<source>:' \
        ':<target>:'
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:'
}

_cbstore_mount() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--foreground -f)--foreground[Serve the mount in this process.]' \
        '(--foreground -f)-f[Serve the mount in this process.]' \
        '(--read-only)--read-only[Allow no changes through the folder.]' \
        '(--allow-other)--allow-other[Let other users in; unless you are root, needs user_allow_other in /etc/fuse.conf.]' \
        '(--cache-size-mb)--cache-size-mb=[Keep the content stored here below N MiB, at least 64; needs a remote.]:n:' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<dir>:_files -/'
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_flush() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--wait)--wait[Wait until everything is published on the remote.]' \
        '(--timeout)--timeout=[Wait no longer than this, as in 90s or 10m.]:duration:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_sync() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--timeout)--timeout=[Wait no longer than this for sending, as in 90s or 10m.]:duration:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_login() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--test)--test=[Log in by the test secret, taken from CIPHERBOX_TEST_SECRET.]:email:' \
        '(--refresh-token-file)--refresh-token-file=[Log in by the refresh token in the first line of this file.]:file:_files' \
        '(--api)--api=[The API'\''s address.]:url:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_logout() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--api)--api=[The API'\''s address.]:url:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_whoami() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--api)--api=[The API'\''s address.]:url:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_quota() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--api)--api=[The API'\''s address.]:url:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_remote() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '1: :->verb' \
        '*:: :->rest'
    case $state in
        verb)
            local -a verbs=(
                'add:Attach a remote to the vault'
                'list:Show the vault'\''s remotes'
                'remove:Detach a remote from the vault'
                'test:See whether a remote works'
            )
            _describe -t commands 'command' verbs ;;
        rest)
            case $line[1] in
                add) _cbstore_remote_add ;;
                list) _cbstore_remote_list ;;
                remove) _cbstore_remote_remove ;;
                test) _cbstore_remote_test ;;
            esac ;;
    esac
}

_cbstore_remote_add() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<name>:' \
        ':<url>:'
}

_cbstore_remote_list() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_remote_remove() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<name>:'
}

_cbstore_remote_test() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '::<name>:'
}

_cbstore_cid() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--profile)--profile=[Everything below in one word; the other options change parts of it.]:name:(unixfs-v0-2015 unixfs-v1-2025)' \
        '(--chunker)--chunker=[Cut into pieces of N bytes.]:size-n:' \
        '(--max-file-links)--max-file-links=[Put at most N links into a node.]:n:' \
        '(--trickle)--trickle[Use the trickle layout, for streams, and not the balanced one.]' \
        '(--raw-leaves --no-raw-leaves)--raw-leaves[Make the pieces blocks as they are, not nodes that carry them. Without either, version 1 does.]' \
        '(--raw-leaves --no-raw-leaves)--no-raw-leaves[Make the pieces blocks as they are, not nodes that carry them. Without either, version 1 does.]' \
        '(--cid-version)--cid-version=[Print CIDs of version 0 or 1.]:n:(0 1)' \
        '(--hash)--hash=[Name blocks by this function\: sha1, sha2-512, dbl-sha2-256, or blake2b-160 to blake2b-512.]:name:' \
        '(--preserve-mode)--preserve-mode[Store the file'\''s permissions in the root. This switches raw leaves off.]' \
        '(--preserve-mtime)--preserve-mtime[Store the file'\''s modification time in the root. This switches raw leaves off.]' \
        '(--mode)--mode=[Store these permissions, such as 0644.]:octal:' \
        '(--mtime)--mtime=[Store this time\: seconds since 1970, with decimals or without, or RFC 3339.]:time:' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '1: :->verb' \
        '*:: :->rest'
    case $state in
        verb)
            local -a verbs=(
                'inspect:Show what CIDs are made of'
                'convert:Write CIDs in another version, base or codec'
            )
            _describe -t commands 'command' verbs
            _files ;;
        rest)
            case $line[1] in
                inspect) _cbstore_cid_inspect ;;
                convert) _cbstore_cid_convert ;;
                *) _files ;;
            esac ;;
    esac
}

_cbstore_cid_inspect() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<cid>:'
}

_cbstore_cid_convert() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--version)--version=[Write version 0 or 1.]:n:(0 1)' \
        '(--base)--base=[Write this base.]:name:(base16 base16upper base32 base32upper base36 base36upper base58btc base64 base64pad base64url base64urlpad)' \
        '(--codec)--codec=[Put this codec in, such as raw, dag-pb, dag-cbor or libp2p-key.]:name:' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<cid>:'
}

_cbstore_add() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--only-hash)--only-hash[Print the CIDs and add nothing; needed in this version.]' \
        '(--profile)--profile=[Everything below in one word; the other options change parts of it.]:name:(unixfs-v0-2015 unixfs-v1-2025)' \
        '(--chunker)--chunker=[Cut into pieces of N bytes.]:size-n:' \
        '(--max-file-links)--max-file-links=[Put at most N links into a node.]:n:' \
        '(--trickle)--trickle[Use the trickle layout, for streams, and not the balanced one.]' \
        '(--raw-leaves --no-raw-leaves)--raw-leaves[Make the pieces blocks as they are, not nodes that carry them. Without either, version 1 does.]' \
        '(--raw-leaves --no-raw-leaves)--no-raw-leaves[Make the pieces blocks as they are, not nodes that carry them. Without either, version 1 does.]' \
        '(--cid-version)--cid-version=[Print CIDs of version 0 or 1.]:n:(0 1)' \
        '(--hash)--hash=[Name blocks by this function\: sha1, sha2-512, dbl-sha2-256, or blake2b-160 to blake2b-512.]:name:' \
        '(--preserve-mode)--preserve-mode[Store the file'\''s permissions in the root. This switches raw leaves off.]' \
        '(--preserve-mtime)--preserve-mtime[Store the file'\''s modification time in the root. This switches raw leaves off.]' \
        '(--mode)--mode=[Store these permissions, such as 0644.]:octal:' \
        '(--mtime)--mtime=[Store this time\: seconds since 1970, with decimals or without, or RFC 3339.]:time:' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<path>:_files'
}

_cbstore_resolve() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<name>:'
}

_cbstore_publish() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--key)--key=[Publish the name of this key.]:name:' \
        '(--lifetime)--lifetime=[How long the record is good.]:duration:' \
        '(--ttl)--ttl=[How long others may keep an answer without asking again.]:duration:' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<cid>:'
}

_cbstore_pin() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<cid>:'
}

_cbstore_unpin() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--force -f)--force[Unpin it at the remote, whoever may need it.]' \
        '(--force -f)-f[Unpin it at the remote, whoever may need it.]' \
        '(--vault)--vault=[Use the vault of this name.]:name:' \
        '(--home)--home=[Keep settings and vaults in this folder.]:dir:_files -/' \
        '(--passphrase-file)--passphrase-file=[Read the passphrase from the first line of this file. Without it the passphrase is taken from CBSTORE_PASSPHRASE, else asked for on the terminal.]:file:_files' \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<cid>:'
}

_cbstore_pins() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_key() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '1: :->verb' \
        '*:: :->rest'
    case $state in
        verb)
            local -a verbs=(
                'gen:Make a key'
                'list:Show the keys and their IPNS names'
                'import:Take over a key from another program'
                'export:Write a key out for another program'
            )
            _describe -t commands 'command' verbs ;;
        rest)
            case $line[1] in
                gen) _cbstore_key_gen ;;
                list) _cbstore_key_list ;;
                import) _cbstore_key_import ;;
                export) _cbstore_key_export ;;
            esac ;;
    esac
}

_cbstore_key_gen() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<name>:'
}

_cbstore_key_list() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
}

_cbstore_key_import() {
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<name>:' \
        ':<file>:_files'
}

_cbstore_key_export() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--format)--format=[How it is written.]:name:(libp2p pem)' \
        '(--output -o)--output=[Write to this file; - is standard output, even if that is a terminal.]:file:_files' \
        '(--output -o)-o+[Write to this file; - is standard output, even if that is a terminal.]:file:_files' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<name>:'
}

_cbstore_name() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '1: :->verb' \
        '*:: :->rest'
    case $state in
        verb)
            local -a verbs=(
                'create:Sign a record, and send it nowhere'
                'inspect:Show what a record says, and what is wrong with it'
                'verify:Check that a record is a name'\''s, and still good'
            )
            _describe -t commands 'command' verbs ;;
        rest)
            case $line[1] in
                create) _cbstore_name_create ;;
                inspect) _cbstore_name_inspect ;;
                verify) _cbstore_name_verify ;;
            esac ;;
    esac
}

_cbstore_name_create() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--key)--key=[Make a record of this key'\''s name.]:name:' \
        '(--sequence)--sequence=[Give the record this number.]:n:' \
        '(--lifetime)--lifetime=[How long the record is good.]:duration:' \
        '(--ttl)--ttl=[How long others may keep an answer without asking again.]:duration:' \
        '(--output -o)--output=[Write to this file; - is standard output, even if that is a terminal.]:file:_files' \
        '(--output -o)-o+[Write to this file; - is standard output, even if that is a terminal.]:file:_files' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<value>:'
}

_cbstore_name_inspect() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<file>:_files'
}

_cbstore_name_verify() {
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C -s -S \
        '(--json)--json[Print JSON on standard output, and errors as JSON on standard error.]' \
        '(--quiet -q)--quiet[Print no progress and no notes; errors are still printed.]' \
        '(--quiet -q)-q[Print no progress and no notes; errors are still printed.]' \
        '*--verbose[Print more about what is done.]' \
        '*-v[Print more about what is done.]' \
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        ':<name>:' \
        ':<file>:_files'
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]'
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<command>:(init recover passphrase rekey upload fetch ls cat stat mkdir mv rm mount umount status flush sync login logout whoami quota remote cid add resolve publish pin unpin pins key name doctor version help completion man)'
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
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
        '(--trace-requests)--trace-requests[Print a line for each request to a remote on standard error, without its secrets.]' \
        '(--help -h)--help[Show help for the command.]' \
        '(--help -h)-h[Show help for the command.]' \
        '*:<command>:(init recover passphrase rekey upload fetch ls cat stat mkdir mv rm mount umount status flush sync login logout whoami quota remote cid add resolve publish pin unpin pins key name doctor version help completion man)'
}

if [[ $funcstack[1] == _cbstore ]]; then
    _cbstore "$@"
else
    compdef _cbstore cbstore
fi
