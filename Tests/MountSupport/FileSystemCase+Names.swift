extension FileSystemCase {
    static let names = [
        FileSystemCase(
            "a rename replaces its target, and an open target lives on",
            """
            put("old", b"old")
            put("new", b"new")
            file = os.open("old", os.O_RDONLY)
            os.rename("new", "old")
            assert content("old") == b"new" and os.read(file, 10) == b"old" and os.listdir(".") == ["old"]
            """),
        FileSystemCase(
            "a rename moves directories and refuses what POSIX refuses",
            """
            os.makedirs("a/b/c")
            os.makedirs("full/x")
            os.mkdir("empty")
            put("file", b"")
            raises(errno.ENOTEMPTY, os.rename, "a", "full")
            raises(errno.ENOTDIR, os.rename, "a", "file")
            raises(errno.EISDIR, os.rename, "file", "empty")
            raises(errno.EINVAL, os.rename, "a", "a/b/c/d")
            os.rename("a", "empty")
            assert os.path.isdir("empty/b/c") and not os.path.exists("a")
            os.rename("empty/b", "full/b")
            assert os.stat("full/b/..").st_ino == os.stat("full").st_ino
            assert os.stat("full").st_nlink == 4 and os.stat("empty").st_nlink == 2
            """),
        FileSystemCase(
            "renameat2 exchanges two names, and does not replace when told not to",
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            def rename(old, new, flags):
                if libc.renameat2(-100, old, -100, new, flags) != 0:
                    raise OSError(ctypes.get_errno(), "renameat2")
            put("a", b"A")
            os.mkdir("b")
            raises(errno.EEXIST, rename, b"a", b"b", 1)
            rename(b"a", b"b", 2)
            assert os.path.isdir("a") and content("b") == b"A"
            rename(b"b", b"c", 1)
            assert content("c") == b"A" and sorted(os.listdir(".")) == ["a", "c"]
            """),
        FileSystemCase(
            "hard links share one file",
            """
            put("a", b"one")
            os.link("a", "b")
            assert os.stat("a").st_nlink == 2 and os.stat("a").st_ino == os.stat("b").st_ino
            put("b", b"two")
            assert content("a") == b"two"
            os.unlink("a")
            assert os.stat("b").st_nlink == 1 and content("b") == b"two"
            os.mkdir("d")
            raises(errno.EPERM, os.link, "d", "e")
            raises(errno.EEXIST, os.link, "b", "d")
            """),
        FileSystemCase(
            "symbolic links keep their bytes",
            """
            put("target", b"data")
            os.symlink("target", "link")
            os.symlink("nowhere", "dangling")
            os.symlink(b"\\xff\\xfe raw", b"raw")
            assert content("link") == b"data" and os.readlink(b"raw") == b"\\xff\\xfe raw"
            assert os.lstat("link").st_size == 6 and stat.S_ISLNK(os.lstat("dangling").st_mode)
            raises(errno.ENOENT, content, "dangling")
            os.unlink("link")
            assert content("target") == b"data"
            long = "x" * 4000
            os.symlink(long, "long")
            assert os.readlink("long") == long
            """),
        FileSystemCase(
            "names are bytes: any but NUL and slash, to 255, never folded or normalised",
            """
            names = [bytes([byte]) for byte in range(1, 256) if byte not in b"/."]
            names += [b"n" * 255, "e\\u0301".encode(), "\\u00e9".encode(), b"File", b"file", b"new\\nline", b" "]
            for name in set(names):
                put(name, name)
            assert set(os.listdir(b".")) == set(names)
            for name in names:
                assert content(name) == name
            raises(errno.ENAMETOOLONG, put, b"n" * 256, b"")
            raises(errno.ENAMETOOLONG, os.stat, b"n" * 256)
            """),
        FileSystemCase(
            "exclusive creation has one winner",
            """
            os.close(os.open("f", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            raises(errno.EEXIST, os.open, "f", os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            winners = []
            def attempt(number):
                try:
                    os.close(os.open("race", os.O_CREAT | os.O_EXCL))
                    winners.append(number)
                except FileExistsError:
                    pass
            threads = [threading.Thread(target=attempt, args=(number,)) for number in range(16)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            assert len(winners) == 1
            """),
        FileSystemCase(
            "a missing name that was asked for can be made, and a made one vanishes",
            """
            for _ in range(3):
                assert not os.path.exists("f")
                put("f", b"")
                assert os.path.exists("f")
                os.unlink("f")
                raises(errno.ENOENT, os.stat, "f")
                os.mkdir("f")
                os.rmdir("f")
            raises(errno.ENOTDIR, os.stat, "/dev/null/x")
            """),
    ]
}
