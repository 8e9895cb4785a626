extension CallSequence {
    static let versioning = [
        CallSequence(
            "git, which writes an object and moves a branch",
            #"""
            mkdir("objects", 0o777)
            mkdir("objects/pack", 0o777)
            mkdir("refs", 0o777)
            mkdir("refs/heads", 0o777)
            f = open("HEAD", O_WRONLY | O_CREAT | O_TRUNC, 0o666)
            write(f, b"ref: refs/heads/main\n")
            close(f)
            index = open("index.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            second: index = open("index.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) -> EEXIST
            access("objects/45/b983be36", F_OK) -> no
            f = open("objects/45/tmp_obj_nIHdvH", O_RDWR | O_CREAT | O_EXCL, 0o444) -> ENOENT
            mkdir("objects/45", 0o777)
            f = open("objects/45/tmp_obj_h18OLE", O_RDWR | O_CREAT | O_EXCL, 0o444)
            write(f, b"x\1K\312\311OR0f\310\310\344\2\0\21\243\2\316") -> 18
            fsync(f)
            close(f)
            link("objects/45/tmp_obj_h18OLE", "objects/45/b983be36")
            unlink("objects/45/tmp_obj_h18OLE")
            stat("objects/45/b983be36") -> file 0444 0:0 links 1 size 18 changed now
            link("HEAD", "objects/45/b983be36") -> EEXIST
            write(index, b"DIRC\0\0\0\2" + bytes(101)) -> 109
            write(index, bytes(20)) -> 20
            fsync(index)
            close(index)
            rename("index.lock", "index")
            f = open("COMMIT_EDITMSG", O_WRONLY | O_CREAT | O_TRUNC, 0o666)
            write(f, b"one\n")
            head = open("HEAD.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            ref = open("refs/heads/main.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            write(ref, b"d5562de92300512d82d9271d014e888f7f0c319b") -> 40
            write(ref, b"\n") -> 1
            fsync(ref)
            close(ref)
            log = open("logs/HEAD", O_WRONLY | O_CREAT | O_APPEND, 0o666) -> ENOENT
            mkdir("logs", 0o777)
            log = open("logs/HEAD", O_WRONLY | O_CREAT | O_APPEND, 0o666)
            write(log, b"0" * 128 + b"\n")
            log = open("logs/HEAD", O_WRONLY | O_CREAT | O_APPEND, 0o666)
            write(log, b"1" * 128 + b"\n")
            fstat(log) -> file 0644 0:0 links 1 size 258 changed now
            rename("refs/heads/main.lock", "refs/heads/main")
            unlink("HEAD.lock")
            close(head)
            unlink("MERGE_HEAD") -> ENOENT
            second: index = open("index.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            second: unlink("index.lock")
            listdir() -> b'COMMIT_EDITMSG HEAD index logs objects refs'
            """#),
        CallSequence(
            "git, which packs objects and branches and takes the loose ones away",
            #"""
            mkdir("objects", 0o777)
            mkdir("objects/pack", 0o777)
            mkdir("objects/45", 0o777)
            mkdir("refs", 0o777)
            f = open("objects/45/b983be36", O_RDWR | O_CREAT | O_EXCL, 0o444)
            write(f, b"loose")
            close(f)
            f = open("refs/main", O_WRONLY | O_CREAT, 0o666)
            write(f, b"d5562de92300512d82d9271d014e888f7f0c319b\n")
            close(f)
            pid = open("gc.pid.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            write(pid, b"25048 vm")
            close(pid)
            rename("gc.pid.lock", "gc.pid")
            guard = open("packed-refs.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            f = open("packed-refs.new", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            write(f, b"# pack-refs with: peeled fully-peeled sorted\n") -> 45
            fsync(f)
            close(f)
            rename("packed-refs.new", "packed-refs")
            close(guard)
            unlink("packed-refs.lock")
            rmdir("refs/main") -> ENOTDIR
            unlink("refs") -> EISDIR
            rmdir("refs") -> ENOTEMPTY
            unlink("refs/main")
            f = open("objects/pack/tmp_pack_wOBFB6", O_RDWR | O_CREAT | O_EXCL, 0o444)
            write(f, b"PACK" + bytes(155)) -> 159
            write(f, bytes(20))
            pread(f, 4, 0) -> b'PACK'
            fsync(f)
            close(f)
            f = open("objects/pack/tmp_pack_wOBFB6", O_RDONLY)
            rename("objects/pack/tmp_pack_wOBFB6", "objects/pack/.tmp-25051.pack")
            chmod("objects/pack/.tmp-25051.pack", 0o100444)
            rename("objects/pack/.tmp-25051.pack", "objects/pack/pack-ceb9.pack")
            unlink("objects/pack/pack-ceb9.rev") -> ENOENT
            unlink("objects/45/b983be36")
            rmdir("objects/45")
            fstat(f) -> file 0444 0:0 links 1 size 179 changed now
            pread(f, 4, 0) -> b'PACK'
            unlink("gc.pid")
            listdir("objects") -> b'pack'
            """#),
    ]
}
