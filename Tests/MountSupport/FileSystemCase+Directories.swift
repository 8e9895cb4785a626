extension FileSystemCase {
    static let directories = [
        FileSystemCase(
            "nested directories hold files at every level",
            """
            path = "."
            for level in range(30):
                path += f"/level{level}"
                os.mkdir(path)
                put(path + "/file", b"%d" % level)
            found = sum(len(files) for _, _, files in os.walk("."))
            assert found == 30 and content(path + "/file") == b"29"
            raises(errno.ENOTEMPTY, os.rmdir, "level0")
            shutil.rmtree("level0")
            assert os.listdir(".") == []
            """),
        FileSystemCase(
            "a listing follows each change, whatever was cached",
            """
            expected = set()
            for number in range(40):
                put(f"f{number}", b"")
                expected.add(f"f{number}")
                if number % 3 == 0:
                    os.unlink(f"f{number}")
                    expected.remove(f"f{number}")
                elif number % 5 == 1:
                    os.rename(f"f{number}", f"r{number}")
                    expected.remove(f"f{number}")
                    expected.add(f"r{number}")
                assert set(os.listdir(".")) == expected
            """),
        FileSystemCase(
            "5000 entries are each listed once while they are deleted", limit: .seconds(120),
            """
            for number in range(5000):
                os.close(os.open(f"entry-with-a-longer-name-{number}", os.O_CREAT))
            seen = set()
            with os.scandir(".") as listing:
                for entry in listing:
                    assert entry.name not in seen, entry.name
                    seen.add(entry.name)
                    if len(seen) % 2:
                        os.unlink(entry.name)
            assert len(seen) == 5000, len(seen)
            assert len(os.listdir(".")) == 2500
            subprocess.check_call("rm -rf entry-*", shell=True)
            assert os.listdir(".") == []
            """),
        FileSystemCase(
            "a listing goes on though the kernel has forgotten what another reader had of it",
            """
            for number in range(5000):
                os.close(os.open(f"entry-with-a-longer-name-{number}", os.O_CREAT))
            assert len(os.listdir(".")) == 5000
            with os.scandir(".") as listing:
                seen = [next(listing).name]
                try:
                    with open("/proc/sys/vm/drop_caches", "w") as caches:
                        caches.write("1")
                except PermissionError:
                    pass
                seen += [entry.name for entry in listing]
            assert len(set(seen)) == len(seen) == 5000, len(seen)
            """),
        FileSystemCase(
            "an open directory can be rewound and continued at a remembered place",
            """
            import ctypes
            libc = ctypes.CDLL(None)
            class Entry(ctypes.Structure):
                _fields_ = [("inode", ctypes.c_uint64), ("next", ctypes.c_int64), ("length", ctypes.c_ushort),
                            ("kind", ctypes.c_ubyte), ("name", ctypes.c_char * 256)]
            libc.opendir.restype = ctypes.c_void_p
            libc.readdir.restype = ctypes.POINTER(Entry)
            libc.telldir.restype = ctypes.c_long
            libc.readdir.argtypes = libc.rewinddir.argtypes = libc.telldir.argtypes = [ctypes.c_void_p]
            libc.seekdir.argtypes = [ctypes.c_void_p, ctypes.c_long]
            for number in range(600):
                put(f"f{number}", b"")
            directory = libc.opendir(b".")
            def rest():
                names = []
                while True:
                    entry = libc.readdir(directory)
                    if not entry:
                        return names
                    names.append(entry.contents.name)
            for _ in range(300):
                libc.readdir(directory)
            place = libc.telldir(directory)
            tail = rest()
            libc.seekdir(directory, place)
            assert rest() == tail and len(tail) == 302
            put("late", b"")
            libc.rewinddir(directory)
            names = rest()
            assert len(names) == 603 and b"late" in names and names.count(b".") == 1
            """),
    ]
}
