extension CallSequence {
    static let transfers = [
        CallSequence(
            "tar, which takes a tree out of an archive",
            #"""
            umask(0) -> 0022
            top = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            mkdir("in", 0o700)
            mknod("in/f", S_IFREG | 0o600)
            setxattr("in/f", "user.a", b"b")
            f = open("in/f", O_WRONLY | O_CREAT | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0o600)
            write(f, b"x\n") -> 2
            utimens("in/f", 1000000001000000001, 1000000001000000001)
            fchown(f, 1000, 100)
            fchmod(f, 0o4755)
            close(f)
            symlink("f", "in/l")
            utimens("in/l", 1000000002000000002, 1000000002000000002)
            lchown("in/l", 1000, 100)
            lstat("in/l") -> link 0777 1000:100 links 1 size 1 changed 1000000002000000002
            link("in/f", "in/g")
            link("in/l", "in/second name of the link")
            mkfifo("in/p", 0o600)
            mkdir("in/d", 0o700)
            f = open("in/d/inside", O_WRONLY | O_CREAT | O_EXCL, 0o400)
            write(f, b"read only from the start") -> 24
            close(f)
            f = open("in/d/sparse", O_WRONLY | O_CREAT | O_EXCL, 0o600)
            lseek(f, 1000000, SEEK_SET) -> 1000000
            write(f, b"end of the first part")
            ftruncate(f, 3000000)
            close(f)
            chmod("in/d", 0o2750)
            utimens("in/d", 1000000003000000003, 1000000003000000003)
            chown("in/d", 0, 100)
            utimens("in", 1000000004000000004, 1000000004000000004)
            stat("in/g") -> file 4755 1000:100 links 2 size 2 changed 1000000001000000001
            stat("in/d") -> folder 2750 0:100 links 2 size - changed 1000000003000000003
            stat("in") -> folder 0700 0:0 links 3 size - changed 1000000004000000004
            mkdir("in/d", 0o700) -> EEXIST
            f = open("in/f", O_WRONLY | O_CREAT | O_EXCL, 0o600) -> EEXIST
            unlink("in/f")
            f = open("in/f", O_WRONLY | O_CREAT | O_EXCL, 0o600)
            stat("in/g") -> file 4755 1000:100 links 1 size 2 changed 1000000001000000001
            """#),
        CallSequence(
            "rsync, which writes beside a file and renames over it",
            #"""
            f = open("g", O_RDWR | O_CREAT | O_EXCL, 0o644)
            write(f, b"the old version")
            mkdir("d", 0o700)
            utimens("d", 1000000001000000001, 1000000001000000001)
            symlink("f", "l")
            temporary = open(".g.rotxqN", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
            write(temporary, pread(f, 8, 0)) -> 8
            write(temporary, b"new version, which is longer")
            ftruncate(temporary, 36)
            fchmod(temporary, 0o600)
            close(temporary)
            temporary = open(".g.rotxqN", O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
            fsetxattr(temporary, "user.a", b"b", 0)
            utimens(".g.rotxqN", 1000000002000000002, 1000000002000000002)
            fchown(temporary, 1000, 1000)
            fchmod(temporary, 0o640)
            fsync(temporary)
            rename(".g.rotxqN", "g")
            link("g", "h")
            link("g", "d/k")
            stat("h") -> file 0640 1000:1000 links 3 size 36 changed 1000000002000000002
            fstat(f) -> file 0644 0:0 links 0 size 15 changed now
            pread(f, 100, 0) -> b'the old version'
            rename("h", "g")
            listdir() -> b'd g h l'
            symlink("elsewhere", ".l.abc")
            rename(".l.abc", "l")
            readlink("l") -> elsewhere
            f = open("l", O_RDONLY | O_NOFOLLOW) -> ELOOP
            f = open("g", O_RDONLY | O_DIRECTORY) -> ENOTDIR
            utimens("d", 1000000001000000001, 1000000001000000001)
            """#),
        CallSequence(
            "cp of another user, who sees no attributes but those he may read",
            #"""
            f = open("f", O_WRONLY | O_CREAT | O_EXCL, 0o644)
            setxattr("f", "user.a", b"1")
            setxattr("f", "trusted.overlay.opaque", b"y")
            listxattr("f") -> trusted.overlay.opaque user.a
            mkdir("theirs", 0o755)
            chown("theirs", 65534, 65534)
            second: become(65534, 65534)
            second: listxattr("f") -> user.a
            second: getxattr("f", "trusted.overlay.opaque") -> ENODATA
            second: f = open("f", O_RDONLY | O_NOFOLLOW)
            second: copy = open("theirs/f", O_WRONLY | O_CREAT | O_EXCL, 0o600)
            second: fsetxattr(copy, "user.a", fgetxattr(f, "user.a"), 0)
            second: fsetxattr(copy, "trusted.overlay.opaque", b"y", 0) -> EPERM
            second: fchmod(copy, 0o644)
            second: lchown("theirs/f", 0, 0) -> EPERM
            second: utimens("theirs/f", 1000000001000000001, 1000000001000000001)
            second: setxattr("f", "user.a", b"2") -> EACCES
            second: f = open("f", O_WRONLY) -> EACCES
            second: unlink("f") -> EACCES
            second: rename("theirs/f", "f") -> EACCES
            second: mkdir("theirs/d", 0o2777)
            chmod("theirs", 0)
            second: stat("theirs/f") -> EACCES
            stat("theirs/f") -> file 0644 65534:65534 links 1 size 0 changed 1000000001000000001
            second: listdir("theirs") -> EACCES
            second: chmod("theirs", 0o755)
            second: listxattr("theirs/f") -> user.a
            """#),
        CallSequence(
            "dpkg, which keeps a link to each old file until all new ones are in place",
            #"""
            f = open("lock", O_RDWR | O_CREAT | O_TRUNC, 0o660)
            lock(f, F_WRLCK, 0, 0)
            second: f = open("lock", O_RDWR | O_CREAT | O_TRUNC, 0o660)
            second: lock(f, F_WRLCK, 0, 0) -> EAGAIN
            old = open("f", O_WRONLY | O_CREAT | O_EXCL, 0o644)
            write(old, b"1")
            link("f", "h")
            symlink("f", "l")
            status = open("tmp.i", O_WRONLY | O_CREAT | O_TRUNC, 0o666)
            write(status, b"#padding\n" * 455) -> 4095
            lseek(status, 0, SEEK_SET) -> 0
            rmdir("f.dpkg-new") -> ENOENT
            new = open("f.dpkg-new", O_WRONLY | O_CREAT | O_EXCL, 0)
            write(new, b"version 2")
            fchown(new, 0, 0)
            fchmod(new, 0o644)
            utimens("f.dpkg-new", 1500000000000000000, 1500000000000000000)
            fsync(new)
            link("f", "f.dpkg-tmp")
            link("f.dpkg-new", "h.dpkg-new")
            link("h", "h.dpkg-tmp")
            stat("f") -> file 0644 0:0 links 4 size 1 changed now
            symlink("f", "l.dpkg-new")
            lchown("l.dpkg-new", 0, 0)
            symlink("f", "l.dpkg-tmp")
            rename("f.dpkg-new", "f")
            rename("h.dpkg-new", "h")
            rename("l.dpkg-new", "l")
            stat("h") -> file 0644 0:0 links 2 size 9 changed 1500000000000000000
            stat("h.dpkg-tmp") -> file 0644 0:0 links 2 size 1 changed now
            write(status, b"Package: thing\nStatus: install ok unpacked\n") -> 43
            ftruncate(status, 43)
            fsync(status)
            rename("tmp.i", "0003")
            folder = open(".", O_RDONLY | O_DIRECTORY)
            fsync(folder)
            unlink("f.dpkg-tmp")
            unlink("h.dpkg-tmp")
            unlink("l.dpkg-tmp")
            rename("md5sums", "thing.md5sums") -> ENOENT
            rmdir("0003") -> ENOTDIR
            listdir() -> b'0003 f h l lock'
            """#),
    ]
}
