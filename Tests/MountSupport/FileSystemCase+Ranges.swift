extension FileSystemCase {
    /// What a file system need not be able to do, and a vault is.
    package static let further = [
        FileSystemCase(
            "space is reserved, punched and zeroed; what moves bytes is refused",
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            KEEP, PUNCH, COLLAPSE, ZERO = 1, 2, 8, 16
            def fallocate(fd, mode, offset, count):
                if libc.fallocate(fd, mode, ctypes.c_long(offset), ctypes.c_long(count)) != 0:
                    raise OSError(ctypes.get_errno(), "fallocate")
            put("f", b"x" * 300_000)
            with open("f", "r+b") as file:
                fd = file.fileno()
                assert os.pread(fd, 300_001, 0) == b"x" * 300_000
                fallocate(fd, PUNCH | KEEP, 4096, 200_000)
                assert os.pread(fd, 300_001, 0) == b"x" * 4096 + bytes(200_000) + b"x" * 95_904
                fallocate(fd, ZERO, 299_000, 10_000)
                assert os.fstat(fd).st_size == 309_000 and os.pread(fd, 10_001, 299_000) == bytes(10_000)
                fallocate(fd, KEEP, 0, 1_000_000)
                assert os.fstat(fd).st_size == 309_000
                os.posix_fallocate(fd, 0, 400_000)
                assert os.fstat(fd).st_size == 400_000
                raises(errno.EOPNOTSUPP, fallocate, fd, COLLAPSE, 4096, 4096)
                raises(errno.EOPNOTSUPP, fallocate, fd, PUNCH, 4096, 4096)
                raises(errno.ENOSPC, fallocate, fd, KEEP, 0, 1 << 60)
                with mmap.mmap(fd, 400_000) as shared:
                    shared[8192:8200] = b"mappedxx"
                    fallocate(fd, PUNCH | KEEP, 8192, 4)
                    assert shared[8192:8200] == bytes(4) + b"edxx"
            with open("f", "rb") as file:
                raises(errno.EBADF, fallocate, file.fileno(), 0, 0, 1)
                assert file.read()[8192:8200] == bytes(4) + b"edxx"
            """),
        FileSystemCase(
            "data and holes are found in a sparse file, and cp keeps them",
            """
            with open("f", "wb") as file:
                file.seek(1 << 30)
                file.write(b"y" * 100_000)
                file.truncate(1 << 33)
            fd = os.open("f", os.O_RDONLY)
            assert os.lseek(fd, 0, os.SEEK_DATA) == 1 << 30
            assert os.lseek(fd, 0, os.SEEK_HOLE) == 0
            assert os.lseek(fd, 1 << 30, os.SEEK_HOLE) == (1 << 30) + 100_000
            raises(errno.ENXIO, os.lseek, fd, 1 << 31, os.SEEK_DATA)
            assert os.lseek(fd, 1 << 31, os.SEEK_HOLE) == 1 << 31
            raises(errno.ENXIO, os.lseek, fd, 1 << 33, os.SEEK_HOLE)
            assert os.stat("f").st_blocks * 512 < 1 << 20
            subprocess.run(["cp", "--reflink=never", "f", "copy"], check=True, timeout=30)
            assert os.stat("copy").st_size == 1 << 33 and os.stat("copy").st_blocks * 512 < 1 << 20
            fd = os.open("copy", os.O_RDONLY)
            assert os.pread(fd, 4, (1 << 30) + 99_998) == b"yy\\0\\0"
            """),
        FileSystemCase(
            "a range is copied between files and within one, and the page cache follows",
            """
            data = os.urandom(3_000_000)
            put("f", data)
            source = os.open("f", os.O_RDWR)
            target = os.open("g", os.O_RDWR | os.O_CREAT)
            os.write(target, b"z" * 500_000)
            assert os.pread(target, 10, 100_000) == b"z" * 10
            expected = bytearray(b"z" * 500_000)
            def copied(count, start, place):
                done = 0
                while done < count:
                    step = os.copy_file_range(source, target, count - done, start + done, place + done)
                    if step == 0:
                        break
                    done += step
                expected[place:place + done] = data[start:start + done]
                return done
            assert copied(2_000_000, 123_457, 99_999) == 2_000_000
            assert copied(5_000, 2_999_000, 2_500_000 - 400_001) == 1_000
            expected[:] = expected.ljust(os.fstat(target).st_size, b"\\0")
            assert os.pread(target, 4_000_000, 0) == bytes(expected)
            assert os.copy_file_range(source, source, 1000, 0, 2_999_500) == 1000
            assert os.pread(source, 2000, 2_999_500) == data[:1000]
            raises(errno.EINVAL, os.copy_file_range, source, source, 1000, 0, 10)
            os.close(target)
            assert content("g") == bytes(expected)
            with mmap.mmap(source, 4096) as shared:
                shared[0:4] = b"MMAP"
                fresh = os.open("h", os.O_RDWR | os.O_CREAT)
                assert os.copy_file_range(source, fresh, 10, 0, 0) == 10
                assert os.pread(fresh, 10, 0) == b"MMAP" + data[4:10]
            """),
        FileSystemCase(
            "O_DIRECT works; a file without a name, a whiteout and a mapping of its own kind are refused",
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            fd = os.open("f", os.O_RDWR | os.O_CREAT | os.O_DIRECT)
            page = mmap.mmap(-1, 8192)
            page[:] = b"d" * 8192
            assert os.pwritev(fd, [page], 4096) == 8192
            page[:] = bytes(8192)
            assert os.preadv(fd, [page], 4096) == 8192 and page[:] == b"d" * 8192
            assert content("f") == bytes(4096) + b"d" * 8192
            raises(errno.EOPNOTSUPP, os.open, ".", os.O_TMPFILE | os.O_RDWR)
            assert libc.renameat2(-100, b"f", -100, b"g", 4) == -1 and ctypes.get_errno() == errno.EINVAL
            """),
        FileSystemCase(
            "a file may be as long as an offset can say, and no longer",
            """
            with open("f", "wb") as file:
                os.ftruncate(file.fileno(), 2**63 - 1)
                assert os.fstat(file.fileno()).st_size == 2**63 - 1
                assert os.pwrite(file.fileno(), b"end", 2**62) == 3
                raises(errno.EINVAL, os.pwrite, file.fileno(), b"x", 2**63 - 1)
            with open("f", "rb") as file:
                assert os.pread(file.fileno(), 10, 2**62 - 2) == bytes(2) + b"end" + bytes(5)
            assert os.stat("f").st_blocks * 512 < 1 << 20
            """),
        FileSystemCase(
            "paths of 4095 bytes are walked, longer ones refused",
            """
            depth = 0
            while depth < 15:
                os.mkdir("d" * 255)
                os.chdir("d" * 255)
                depth += 1
            put("f", b"deep")
            here = os.getcwd()
            os.chdir("/".join([".."] * depth))
            relative = "/".join(["d" * 255] * depth)
            name = "n" * (4095 - len(relative) - 1)
            put(relative + "/" + name, b"longest")
            assert content(relative + "/f") == b"deep" and content(relative + "/" + name) == b"longest"
            raises(errno.ENAMETOOLONG, os.stat, relative + "/" + name + "x")
            raises(errno.ENAMETOOLONG, os.stat, "n" * 256)
            """),
        FileSystemCase(
            "sendfile sends and receives",
            """
            data = os.urandom(500_000)
            put("f", data)
            source, target = os.open("f", os.O_RDONLY), os.open("g", os.O_WRONLY | os.O_CREAT)
            sent = 0
            while sent < len(data):
                sent += os.sendfile(target, source, sent, len(data) - sent)
            os.close(target)
            assert content("g") == data
            """),
        FileSystemCase(
            "access lists are kept, set modes and follow chmod, and new files get the default list",
            """
            import struct
            ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
            def acl(*entries):
                return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
            NONE = 0xffffffff
            def named(owner, user, group, mask, others):
                return acl((1, owner, NONE), (2, user, 1234), (4, group, NONE), (16, mask, NONE), (32, others, NONE))
            mode = lambda path: stat.S_IMODE(os.stat(path).st_mode)
            put("f", b"")
            raises(errno.ENODATA, os.getxattr, "f", ACCESS)
            os.setxattr("f", ACCESS, named(6, 6, 0, 4, 0))
            assert mode("f") == 0o640 and os.getxattr("f", ACCESS) == named(6, 6, 0, 4, 0)
            assert os.listxattr("f") == [ACCESS]
            os.chmod("f", 0o601)
            assert os.getxattr("f", ACCESS) == named(6, 6, 0, 0, 1)
            os.removexattr("f", ACCESS)
            raises(errno.ENODATA, os.getxattr, "f", ACCESS)
            raises(errno.EINVAL, os.setxattr, "f", ACCESS, acl((1, 7, NONE)))
            raises(errno.EACCES, os.setxattr, "f", DEFAULT, named(7, 7, 7, 7, 7))
            os.mkdir("d")
            os.setxattr("d", DEFAULT, named(7, 6, 5, 7, 0))
            os.umask(0o077)
            os.mkdir("d/inner", 0o777)
            put("d/file", b"")
            assert mode("d/inner") == 0o770 and os.getxattr("d/inner", DEFAULT) == named(7, 6, 5, 7, 0)
            assert mode("d/file") == 0o660 and os.getxattr("d/file", ACCESS) == named(6, 6, 5, 6, 0)
            put("masked", b"")
            assert mode("masked") == 0o600
            """),
    ]
}
