extension CallSequence {
    /// A list with the owner's, the group's and the others' rights and nothing else: editors copy the mode this way.
    private static let plainList = #"""
        b"\2\0\0\0\1\0\6\0\377\377\377\377\4\0\4\0\377\377\377\377 \0\0\0\377\377\377\377"
        """#

    static let editors = [
        CallSequence(
            "vim, which keeps the old version as a copy",
            #"""
            f = open("notes", O_WRONLY | O_CREAT | O_EXCL, 0o640)
            write(f, b"one\n")
            close(f)
            utimens("notes", 1234567890000000000, 1234567890000000000)
            swap = open(".notes.swp", O_RDONLY) -> ENOENT
            swap = open(".notes.swp", O_RDWR | O_CREAT | O_EXCL, 0o600)
            other = open(".notes.swx", O_RDWR | O_CREAT | O_EXCL, 0o600)
            close(other)
            unlink(".notes.swx")
            close(swap)
            unlink(".notes.swp")
            lstat(".notes.swp") -> ENOENT
            swap = open(".notes.swp", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
            lseek(swap, 0, SEEK_SET) -> 0
            write(swap, b"b0VIM 9.0" + bytes(4087)) -> 4096
            chmod(".notes.swp", 0o640)
            second: open(".notes.swp", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600) -> EEXIST
            f = open("notes", O_RDONLY)
            read(f, 8192) -> b'one\n'
            access("notes", W_OK) -> yes
            acl: getxattr("notes", "system.posix_acl_access") -> ENODATA
            lseek(swap, 4096, SEEK_SET) -> 4096
            write(swap, b"tp\1\0\177" + bytes(4091)) -> 4096
            write(swap, b"ad\0\0\330" + bytes(4091)) -> 4096
            fsync(swap)
            unlink("notes~") -> ENOENT
            backup = open("notes~", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640)
            write(backup, b"one\n") -> 4
            close(backup)
            utimens("notes~", 1234567890000000000, 1234567890000000000)
            acl: setxattr("notes~", "system.posix_acl_access", \#(plainList))
            f = open("notes", O_WRONLY | O_CREAT, 0o640)
            ftruncate(f, 0)
            write(f, b"one\ntwo\n") -> 8
            fsync(f)
            fchmod(f, 0o100640)
            close(f)
            acl: setxattr("notes", "system.posix_acl_access", \#(plainList))
            stat("notes") -> file 0640 0:0 links 1 size 8 changed now
            stat("notes~") -> file 0640 0:0 links 1 size 4 changed 1234567890000000000
            lseek(swap, 0, SEEK_SET) -> 0
            write(swap, b"b0VIM 9.0" + bytes(4087)) -> 4096
            stat(".notes.swp") -> file 0640 0:0 links 1 size 12288 changed now
            close(swap)
            unlink(".notes.swp")
            listdir() -> b'notes notes~'
            """#),
        CallSequence(
            "vim, which renames the old version away",
            #"""
            f = open("notes", O_WRONLY | O_CREAT | O_EXCL, 0o640)
            write(f, b"one\n")
            close(f)
            link("notes", "other name")
            second: reader = open("notes", O_RDONLY)
            swap = open(".notes.swp", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
            write(swap, bytes(12288))
            fsync(swap)
            probe = open("4913", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o100640)
            fchown(probe, 0, 0)
            stat("4913") -> file 0640 0:0 links 1 size 0 changed now
            close(probe)
            unlink("4913")
            unlink("notes~") -> ENOENT
            rename("notes", "notes~")
            f = open("notes", O_WRONLY | O_CREAT, 0o640)
            ftruncate(f, 0)
            write(f, b"one\ntwo\n")
            fsync(f)
            fchmod(f, 0o100640)
            close(f)
            acl: setxattr("notes", "system.posix_acl_access", \#(plainList))
            second: read(reader, 100) -> b'one\n'
            second: fstat(reader) -> file 0640 0:0 links 2 size 4 changed now
            stat("notes") -> file 0640 0:0 links 1 size 8 changed now
            close(swap)
            unlink(".notes.swp")
            unlink("notes~")
            second: fstat(reader) -> file 0640 0:0 links 1 size 4 changed now
            listdir() -> b'notes other name'
            """#),
        CallSequence(
            "emacs, which locks by a link, and renames the old version away",
            #"""
            umask(0o022) -> 0022
            f = open("notes", O_WRONLY | O_CREAT | O_EXCL, 0o640)
            write(f, b"one\n")
            close(f)
            readlink(".#notes") -> ENOENT
            symlink("me@machine.8155:1795680000", ".#notes")
            second: symlink("you@machine.9000:1795680000", ".#notes") -> EEXIST
            second: readlink(".#notes") -> me@machine.8155:1795680000
            second: stat(".#notes") -> ENOENT
            second: f = open(".#notes", O_RDONLY) -> ENOENT
            lstat(".#notes") -> link 0777 0:0 links 1 size 26 changed now
            f = open("#notes#", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
            write(f, b"one\ntwo\n") -> 8
            close(f)
            acl: getxattr("notes", "system.posix_acl_access") -> ENODATA
            second: old = open("notes", O_RDONLY)
            rename("notes", "notes~")
            symlink("me@machine.8155:1795680000", ".#notes") -> EEXIST
            f = open("notes", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
            write(f, b"one\ntwo\n") -> 8
            fsync(f)
            close(f)
            f = open("notes", O_WRONLY | O_CLOEXEC)
            fstat(f) -> file 0644 0:0 links 1 size 8 changed now
            close(f)
            unlink(".#notes")
            chmod("notes", 0o640)
            acl: setxattr("notes", "system.posix_acl_access", \#(plainList))
            unlink("#notes#")
            second: read(old, 10) -> b'one\n'
            listdir() -> b'notes notes~'
            """#),
        CallSequence(
            "emacs, which keeps the old version as a copy",
            #"""
            f = open("notes", O_WRONLY | O_CREAT | O_EXCL, 0o640)
            write(f, b"one\ntwo\n")
            close(f)
            utimens("notes", 1234567890000000000, 1234567890123456789)
            link("notes", "second name")
            symlink("me@machine.8170", ".#notes")
            f = open("notes", O_RDONLY | O_CLOEXEC)
            backup = open("notes~", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            copy_file_range(f, backup, 8) -> 8
            copy_file_range(f, backup, 8) -> 0
            fchown(backup, 0, 0)
            utimens("notes~", 1234567890000000000, 1234567890123456789)
            fchmod(backup, 0o640)
            acl: setxattr("notes~", "system.posix_acl_access", \#(plainList))
            close(backup)
            f = open("notes", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
            write(f, b"one\ntwo\nthree\n") -> 14
            fsync(f)
            close(f)
            unlink(".#notes")
            stat("second name") -> file 0640 0:0 links 2 size 14 changed now
            stat("notes~") -> file 0640 0:0 links 1 size 8 changed 1234567890123456789
            """#),
        CallSequence(
            "an editor that replaces a file by a new one, with the attributes of the old",
            #"""
            f = open("config.json", O_WRONLY | O_CREAT | O_EXCL, 0o604)
            write(f, b"{}")
            setxattr("config.json", "user.mime_type", b"application/json")
            setxattr("config.json", "user.empty", b"")
            chown("config.json", 1000, 100)
            close(f)
            second: reader = open("config.json", O_RDONLY)
            f = open("config.json.tmp", O_RDWR | O_CREAT | O_EXCL, 0o600)
            write(f, b'{"a": 1}')
            listxattr("config.json") -> user.empty user.mime_type
            fsetxattr(f, "user.mime_type", getxattr("config.json", "user.mime_type"), XATTR_CREATE)
            fsetxattr(f, "user.empty", b"", XATTR_CREATE)
            fchown(f, 1000, 100)
            fchmod(f, 0o604)
            fsync(f)
            close(f)
            rename("config.json.tmp", "config.json")
            folder = open(".", O_RDONLY | O_DIRECTORY)
            fsync(folder)
            second: pread(reader, 10, 0) -> b'{}'
            second: fstat(reader) -> file 0604 1000:100 links 0 size 2 changed now
            second: reader = open("config.json", O_RDONLY)
            second: pread(reader, 10, 0) -> b'{"a": 1}'
            rename("config.json.tmp", "config.json") -> ENOENT
            """#),
    ]
}
