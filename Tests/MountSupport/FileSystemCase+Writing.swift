extension FileSystemCase {
    static let writing = [
        FileSystemCase(
            "23 bytes are read back as written",
            """
            put("f", b"twenty-three bytes here")
            assert content("f") == b"twenty-three bytes here"
            assert os.stat("f").st_size == 23
            """),
        FileSystemCase(
            "touch, a redirection and a script each make their file",
            """
            subprocess.check_call(["touch", "touched"])
            assert content("touched") == b""
            subprocess.check_call("echo text > redirected; echo more >> redirected", shell=True)
            assert content("redirected") == b"text\\nmore\\n"
            subprocess.check_call(["perl", "-e", 'open(F, ">", "perl") or die; print F "from perl"; close(F) or die'])
            assert content("perl") == b"from perl"
            """),
        FileSystemCase(
            "appending writers never overwrite each other",
            """
            first = os.open("log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
            second = os.open("log", os.O_WRONLY | os.O_APPEND)
            for number in range(50):
                os.write(first, b"a%03d\\n" % number)
                os.write(second, b"b%03d\\n" % number)
            os.lseek(first, 0, os.SEEK_SET)
            os.write(first, b"end\\n")
            lines = content("log").split()
            assert len(lines) == 101 and lines[-1] == b"end" and lines[1] == b"b000", lines[:4]
            """),
        FileSystemCase(
            "a partial overwrite keeps the rest, and a gap reads as zeros",
            """
            put("f", b"x" * 10_000)
            file = os.open("f", os.O_RDWR)
            os.pwrite(file, b"middle", 5_000)
            os.pwrite(file, b"far", 3_000_000)
            data = content("f")
            assert data[:5_000] == b"x" * 5_000 and data[5_000:5_006] == b"middle"
            assert data[5_006:10_000] == b"x" * 4_994
            assert data[10_000:3_000_000].count(0) == 2_990_000 and data[3_000_000:] == b"far"
            """),
        FileSystemCase(
            "truncation cuts, extends with zeros, and works on an open file and at open",
            """
            put("f", b"0123456789" * 200_000)
            os.truncate("f", 1_048_577)
            assert len(content("f")) == 1_048_577
            os.truncate("f", 5)
            os.truncate("f", 9)
            assert content("f") == b"01234\\0\\0\\0\\0"
            file = os.open("f", os.O_RDWR)
            os.ftruncate(file, 2)
            assert os.fstat(file).st_size == 2 and os.pread(file, 10, 0) == b"01"
            again = os.open("f", os.O_WRONLY | os.O_TRUNC)
            assert os.fstat(file).st_size == 0 and os.pread(file, 10, 0) == b""
            """),
        FileSystemCase(
            "an unlinked file lives until it is closed",
            """
            file = os.open("f", os.O_CREAT | os.O_RDWR)
            os.write(file, b"still here")
            os.unlink("f")
            assert not os.path.exists("f") and os.fstat(file).st_nlink == 0
            os.write(file, b", and writable")
            assert os.pread(file, 100, 0) == b"still here, and writable"
            put("f", b"another")
            assert os.pread(file, 10, 0) == b"still here" and content("f") == b"another"
            """),
        FileSystemCase(
            "a shared mapping writes, is read by others, and reaches the file",
            """
            put("f", bytes(300_000))
            file = os.open("f", os.O_RDWR)
            mapping = mmap.mmap(file, 300_000)
            mapping[100_000:100_005] = b"mmap!"
            mapping.flush()
            assert os.pread(file, 5, 100_000) == b"mmap!"
            os.pwrite(file, b"write", 200_000)
            assert mapping[200_000:200_005] == b"write"
            mapping[299_995:300_000] = b"close"
            mapping.close()
            os.close(file)
            data = content("f")
            assert data[100_000:100_005] == b"mmap!" and data[-5:] == b"close" and len(data) == 300_000
            """),
        FileSystemCase(
            "what fsync accepted is there for the next opener",
            """
            file = os.open("f", os.O_CREAT | os.O_WRONLY)
            os.write(file, b"durable")
            os.fsync(file)
            os.fdatasync(file)
            folder = os.open(".", os.O_RDONLY)
            os.fsync(folder)
            assert content("f") == b"durable"
            """),
        FileSystemCase(
            "SQLite keeps its transactions",
            """
            import sqlite3
            base = sqlite3.connect("base")
            base.execute("create table t(k integer primary key, v text)")
            for batch in range(10):
                with base:
                    base.executemany("insert into t values(?, ?)", [(batch * 100 + i, "x" * 50) for i in range(100)])
            assert base.execute("pragma integrity_check").fetchone()[0] == "ok"
            assert base.execute("select count(*) from t").fetchone()[0] == 1000
            """),
    ]
}
