extension FileSystemCase {
    static let attributes = [
        FileSystemCase(
            "extended attributes are set, listed, replaced and removed, with every length asked first",
            """
            put("f", b"")
            os.mkdir("d")
            for path in ["f", "d"]:
                os.setxattr(path, "user.one", b"1")
                os.setxattr(path, "user.empty", b"")
                os.setxattr(path, "user.big", bytes(range(256)) * 64)
                raises(errno.EEXIST, os.setxattr, path, "user.one", b"2", os.XATTR_CREATE)
                raises(errno.ENODATA, os.setxattr, path, "user.two", b"2", os.XATTR_REPLACE)
                os.setxattr(path, "user.one", b"bytes \\0 and \\xff", os.XATTR_REPLACE)
                assert os.getxattr(path, "user.one") == b"bytes \\0 and \\xff"
                assert os.getxattr(path, "user.empty") == b""
                assert os.getxattr(path, "user.big") == bytes(range(256)) * 64
                assert sorted(os.listxattr(path)) == ["user.big", "user.empty", "user.one"]
                os.removexattr(path, "user.one")
                raises(errno.ENODATA, os.getxattr, path, "user.one")
                raises(errno.ENODATA, os.removexattr, path, "user.one")
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            small = ctypes.create_string_buffer(10)
            assert libc.getxattr(b"f", b"user.big", None, 0) == 16_384
            assert libc.getxattr(b"f", b"user.big", small, 10) == -1 and ctypes.get_errno() == errno.ERANGE
            assert libc.listxattr(b"f", small, 10) == -1 and ctypes.get_errno() == errno.ERANGE
            """),
        FileSystemCase(
            "mode, times and size are what was set",
            """
            put("f", b"12345")
            os.chmod("f", 0o640)
            os.utime("f", ns=(1_000_000_001_123_456_789, 2_000_000_002_987_654_321))
            status = os.stat("f")
            assert stat.S_IMODE(status.st_mode) == 0o640 and status.st_size == 5
            assert status.st_atime_ns == 1_000_000_001_123_456_789 and status.st_mtime_ns == 2_000_000_002_987_654_321
            assert abs(status.st_ctime - time.time()) < 60
            os.utime("f", (-1000, -1000))
            assert os.stat("f").st_mtime == -1000
            put("f", b"1")
            assert abs(os.stat("f").st_mtime - time.time()) < 60 and os.stat("f").st_size == 1
            old = os.umask(0o027)
            put("masked", b"")
            os.mkdir("directory")
            assert stat.S_IMODE(os.stat("masked").st_mode) == 0o640
            assert stat.S_IMODE(os.stat("directory").st_mode) == 0o750
            """),
        FileSystemCase(
            "pipes and sockets are made and work",
            """
            import socket
            os.mkfifo("pipe")
            assert stat.S_ISFIFO(os.stat("pipe").st_mode)
            child = subprocess.Popen(["/bin/sh", "-c", "echo through > pipe"])
            assert content("pipe") == b"through\\n" and child.wait() == 0
            with socket.socket(socket.AF_UNIX) as server:
                server.bind("socket")
                assert stat.S_ISSOCK(os.stat("socket").st_mode)
            """),
        FileSystemCase(
            "locks of a process keep another out",
            """
            import fcntl
            put("f", b"0123456789")
            file = open("f", "r+b")
            fcntl.lockf(file, fcntl.LOCK_EX, 5, 0)
            attempt = "import fcntl,sys; fcntl.lockf(open('f','r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB, 5, int(sys.argv[1]))"
            run = lambda start: subprocess.run([sys.executable, "-c", attempt, start], stderr=subprocess.DEVNULL).returncode
            assert run("0") != 0 and run("5") == 0
            fcntl.lockf(file, fcntl.LOCK_UN)
            assert run("0") == 0
            fcntl.flock(file, fcntl.LOCK_EX)
            assert subprocess.run(["flock", "-n", "f", "true"]).returncode != 0
            """),
        FileSystemCase(
            "the file system tells its capacity",
            """
            values = os.statvfs(".")
            assert values.f_namemax == 255 and values.f_blocks > 0 and values.f_bfree <= values.f_blocks
            """),
    ]
}
