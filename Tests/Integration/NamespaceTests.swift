import Core
import Glibc
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// Machines that are not as they should be: each is made in a mount namespace of its own, which only root can.
    @Suite(.enabled(if: unsafe getenv("CBSTORE_CI") != nil || geteuid() == 0, "needs root"))
    struct NamespaceTests {
        /// `t STATUS VERB…` runs the program and ends the script unless it ends with that status; its outputs are in `out` and
        /// `err`. What is mounted goes with the script.
        private static let preamble = """
            export M="$WORK/../mount"
            mkdir -p "$M" "$CBSTORE_HOME"
            trap 'umount -l "$M" 2> /dev/null || true' EXIT
            t() {
                want=$1; shift
                timeout 40 "$CBSTORE" "$@" > out 2> err && got=0 || got=$?
                if [ $got != $want ]; then echo "$*: $got instead of $want"; cat out err; exit 1; fi
            }
            says() { grep -q -e "$1" err || { echo "not said: $1"; cat err; exit 1; }; }

            """

        private func inNamespace(_ script: String, limit: Duration = .seconds(100)) throws {
            try Scratch.with(vault: false) { scratch in
                try scratch.write("script", Self.preamble + script)
                try scratch.shell("exec unshare --mount sh -eu script", limit: limit)
            }
        }

        @Test(
            "on a full disk upload ends with 8, a writer in the mount hears ENOSPC, all that was stored is read, and space heals it"
        )
        func fullDisk() throws {
            try inNamespace(
                """
                mount -t tmpfs -o size=32m none "$CBSTORE_HOME"
                t 0 init --no-passphrase
                head -c 5000000 /dev/urandom > kept; head -c 40000000 /dev/urandom > large
                t 0 upload kept
                t 8 upload large
                says "free some space"
                t 0 ls
                [ "$(cat out)" = kept ]
                t 0 fetch /kept -o back
                cmp kept back
                t 0 mount "$M"
                cat > writer.py <<'END'
                import errno, os, sys
                def attempt():
                    file = os.open(sys.argv[1] + "/writer", os.O_CREAT | os.O_WRONLY)
                    try:
                        for _ in range(30): os.write(file, os.urandom(1_000_000))
                        os.fsync(file)
                    finally:
                        os.close(file)
                try:
                    attempt()
                except OSError as error:
                    sys.exit(0 if error.errno == errno.ENOSPC else f"{error}")
                sys.exit("a full disk took it all")
                END
                timeout 60 python3 writer.py "$M"
                cmp kept "$M/kept"
                ls "$M" > /dev/null; df "$M" > /dev/null
                [ "$(wc -l < "$CBSTORE_HOME/vaults/default/log")" -lt 20 ]
                rm "$M/writer"
                mount -o remount,size=200m "$CBSTORE_HOME"
                echo works > "$M/after"; sync "$M/after"
                t 0 upload large
                cmp large "$M/large"
                t 0 umount "$M"
                t 0 ls
                [ "$(cat out)" = "$(printf 'after\\nkept\\nlarge')" ]
                for name in kept large; do t 0 cat /$name; cmp $name out; done
                t 0 cat /after
                [ "$(cat out)" = works ]
                """)
        }

        @Test(
            "on a disk that somebody filled to the last byte files are removed, cut, renamed and committed; room heals it"
        )
        func filledByOthers() throws {
            try inNamespace(
                """
                mount -t tmpfs -o size=400m none "$CBSTORE_HOME"
                t 0 init --no-passphrase
                head -c 9000000 /dev/urandom > kept
                for name in kept large small gone; do t 0 upload kept; t 0 mv /kept /$name; done
                t 0 upload kept
                t 0 mount "$M"
                dd if=/dev/zero of="$CBSTORE_HOME/filler" bs=1M > dd 2>&1 && exit 1
                dd if=/dev/zero of="$CBSTORE_HOME/filler" bs=1 count=5000 oflag=append conv=notrunc >> dd 2>&1 || true
                [ "$(df --output=avail "$CBSTORE_HOME" | tail -1)" -eq 0 ]
                # What was taken before anybody looked at the disk is stored, on the reserve; then no more is taken.
                refused=
                for n in 1 2 3 4 5 6 7 8 9 10; do
                    ( head -c 200000 /dev/urandom > "$M/new" && sync "$M/new" ) 2> err || { refused=yes; break; }
                done
                [ "$refused" = yes ]
                says "No space left"
                rm "$M/new"
                rm "$M/large"; mv "$M/small" "$M/renamed"; truncate -s 1000 "$M/renamed"; mkdir "$M/folder"
                sync "$M/renamed"; sync "$M/folder"
                cmp kept "$M/kept"
                t 0 umount "$M"
                t 0 rm /gone
                t 0 mv /renamed /folder/renamed
                head -c 3000000 /dev/urandom > fresh
                t 8 upload fresh --to /folder
                says "free some space"
                rm "$CBSTORE_HOME/filler"
                t 0 upload fresh --to /folder
                t 0 cat /folder/fresh
                cmp fresh out
                t 0 cat /kept
                cmp kept out
                t 0 cat /folder/renamed
                head -c 1000 kept | cmp - out
                for name in large small gone renamed; do t 3 stat /$name; done
                """)
        }

        @Test("a home that is read-only ends every verb with 4, and nothing is lost")
        func readOnlyHome() throws {
            try inNamespace(
                """
                mount -t tmpfs -o size=64m none "$CBSTORE_HOME"
                t 0 init --no-passphrase
                echo content > f
                t 0 upload f
                mount -o remount,ro "$CBSTORE_HOME"
                for verb in ls "cat /f" "upload f" "mount $M" status "rm /f" "mkdir /d" "init --vault x --no-passphrase"; do
                    t 4 $verb
                    says "Read-only file system"
                done
                mount -o remount,rw "$CBSTORE_HOME"
                t 0 cat /f
                [ "$(cat out)" = content ]
                """)
        }

        @Test("without /dev/fuse mount ends with 1 and says what to do; everything else works")
        func noDevice() throws {
            try inNamespace(
                """
                t 0 init --no-passphrase
                mount -t tmpfs none /dev
                mknod -m 666 /dev/null c 1 3
                for way in "" --foreground; do
                    t 1 mount "$M" $way
                    says "/dev/fuse"; says "modprobe fuse"
                done
                t 1 doctor
                grep -q "no /dev/fuse" out
                echo content > f
                t 0 upload f
                t 0 cat /f
                """)
        }

        @Test("another user is refused with 4, and has a vault and a mount of their own through fusermount3")
        func nobody() throws {
            try inNamespace(
                """
                t 0 init --no-passphrase
                chmod 711 "$WORK/.." "$WORK"; chmod 700 "$CBSTORE_HOME"
                mount -t tmpfs none /dev
                mknod -m 666 /dev/fuse c 10 229; mknod -m 666 /dev/null c 1 3; mknod -m 444 /dev/urandom c 1 9
                mkdir -m 755 "$WORK/nobody"; export N="$WORK/nobody"; mkdir -m 700 $N/home $N/run $N/m; chown -R nobody "$N"
                cp "$CBSTORE" $N/cbstore; chmod 755 $N/cbstore
                n() {
                    want=$1; shift
                    (cd "$N" && exec timeout 40 setpriv --reuid=nobody --regid=nogroup --clear-groups \\
                        env HOME="$N" XDG_RUNTIME_DIR="$N/run" "$@") > out 2> err && got=0 || got=$?
                    if [ $got != $want ]; then echo "$*: $got instead of $want"; cat out err; exit 1; fi
                }
                n 4 $N/cbstore ls
                says "permission"
                n 4 $N/cbstore mount $N/m
                n 4 $N/cbstore init --no-passphrase --vault other
                export CBSTORE_HOME=$N/home
                trap 'umount -l "$N/m" 2> /dev/null || true' EXIT
                n 0 $N/cbstore init --no-passphrase
                n 4 $N/cbstore mount "$M"
                n 0 $N/cbstore mount $N/m
                n 0 sh -c "echo mine > $N/m/f && sync $N/m/f"
                ! ls $N/m 2> err
                says "denied"
                n 0 $N/cbstore cat /f
                [ "$(cat out)" = mine ]
                n 0 $N/cbstore umount $N/m
                n 3 $N/cbstore umount $N/m
                n 0 $N/cbstore ls -l
                grep -q " 65534 " out
                chmod 600 /dev/fuse
                n 4 $N/cbstore mount $N/m
                says "/dev/fuse"
                """)
        }
    }
}
