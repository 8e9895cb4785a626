extension FileSystemCase {
    static let bulk = [
        FileSystemCase(
            "20 small files in quick succession are all there, and none stalls",
            """
            slowest = 0
            for number in range(20):
                start = time.monotonic()
                put(f"f{number}", b"content %d" % number)
                slowest = max(slowest, time.monotonic() - start)
            assert slowest < 1, slowest
            assert all(content(f"f{number}") == b"content %d" % number for number in range(20))
            assert len(os.listdir(".")) == 20
            """),
        FileSystemCase(
            "files of every size around the block sizes are read back",
            """
            edges = [0, 1, 4095, 4096, 4097, 65_535, 65_536, 131_071, 131_073, 262_144, (1 << 20) - 1, 1 << 20, (1 << 20) + 1,
                     (1 << 21) + 4097]
            for size in edges:
                data = os.urandom(size)
                put("f", data)
                assert os.stat("f").st_size == size and content("f") == data, size
            """),
        FileSystemCase(
            "100 MB are read back with the same digest", limit: .seconds(180),
            """
            digest = hashlib.sha256()
            with open("big", "wb", buffering=0) as file:
                for _ in range(100):
                    piece = os.urandom(1_000_000)
                    digest.update(piece)
                    assert file.write(piece) == 1_000_000
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            again = hashlib.sha256()
            with open("big", "rb", buffering=0) as file:
                while piece := file.read(777_777):
                    again.update(piece)
            assert digest.digest() == again.digest()
            """),
        FileSystemCase(
            "many readers of one file all see it whole", limit: .seconds(120),
            """
            data = os.urandom(8_000_000)
            put("f", data)
            expected = hashlib.sha256(data).hexdigest()
            reader = "import hashlib; print(hashlib.sha256(open('f','rb').read()).hexdigest())"
            children = [subprocess.Popen([sys.executable, "-c", reader], stdout=subprocess.PIPE) for _ in range(8)]
            assert all(child.communicate()[0].decode().strip() == expected for child in children)
            """),
        FileSystemCase(
            "writers side by side do not mix their files", limit: .seconds(120),
            """
            writer = '''
            import os, sys
            for number in range(100):
                with open(f"{sys.argv[1]}-{number}", "wb") as file:
                    file.write(sys.argv[1].encode() * (number * 97))
            '''
            children = [subprocess.Popen([sys.executable, "-c", writer, name]) for name in "abcd"]
            assert all(child.wait() == 0 for child in children)
            for name in "abcd":
                assert all(content(f"{name}-{number}") == name.encode() * (number * 97) for number in range(100))
            """),
    ]
}
