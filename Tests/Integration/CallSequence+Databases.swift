extension CallSequence {
    static let databases = [
        CallSequence(
            "sqlite with a rollback journal, beside a reader",
            #"""
            f = open("base", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            write(f, b"SQLite format 3\0" + bytes(8176)) -> 8192
            second: f = open("base", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            lock(f, F_RDLCK, 1073741824, 1)
            lock(f, F_RDLCK, 1073741826, 510)
            lock(f, F_UNLCK, 1073741824, 1)
            stat("base-journal") -> ENOENT
            pread(f, 16, 0) -> b'SQLite format 3\x00'
            lock(f, F_WRLCK, 1073741825, 1)
            second: lock(f, F_RDLCK, 1073741826, 510)
            second: lock(f, F_WRLCK, 1073741825, 1) -> EAGAIN
            journal = open("base-journal", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            fchown(journal, 0, 0)
            pwrite(journal, bytes(508) + b"({\260\367", 0) -> 512
            pwrite(journal, b"\0\0\0\2", 512) -> 4
            pwrite(journal, b"p" * 4096, 516) -> 4096
            pwrite(journal, b"({\260\367", 4612) -> 4
            lock(f, F_WRLCK, 1073741824, 1)
            lock(f, F_WRLCK, 1073741826, 510) -> EAGAIN
            second: lock(f, F_UNLCK, 0, 0)
            lock(f, F_WRLCK, 1073741826, 510)
            pread(journal, 8, 9216) -> b''
            fdatasync(journal)
            folder = open(".", O_RDONLY | O_CLOEXEC)
            fdatasync(folder)
            pwrite(journal, b"\331\325\5\371 \241c\327\0\0\0\2", 0) -> 12
            fdatasync(journal)
            pwrite(f, b"SQLite format 3\0" + b"1" * 4080, 0) -> 4096
            pwrite(f, b"2" * 4096, 4096) -> 4096
            fdatasync(f)
            close(journal)
            unlink("base-journal")
            lock(f, F_RDLCK, 1073741826, 510)
            lock(f, F_UNLCK, 1073741824, 2)
            lock(f, F_UNLCK, 0, 0)
            second: lock(f, F_RDLCK, 1073741826, 510)
            second: pread(f, 4, 8188) -> b'2222'
            second: fstat(f) -> file 0644 0:0 links 1 size 8192 changed now
            """#),
        CallSequence(
            "sqlite with a log written ahead, and its shared memory in a file",
            #"""
            f = open("base", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            write(f, b"SQLite format 3\0\20\0\2\2" + bytes(8172)) -> 8192
            log = open("base-wal", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            fchown(log, 0, 0)
            shared = open("base-shm", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            lock(shared, F_WRLCK, 128, 1)
            ftruncate(shared, 3)
            lock(shared, F_RDLCK, 128, 1)
            lock(shared, F_WRLCK, 120, 1)
            pwrite(shared, b"\0", 4095) -> 1
            pwrite(shared, b"\0", 32767) -> 1
            fstat(shared) -> file 0644 0:0 links 1 size 32768 changed now
            second: shared = open("base-shm", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            second: lock(shared, F_RDLCK, 128, 1)
            second: lock(shared, F_WRLCK, 120, 1) -> EAGAIN
            map = mapped(shared, 32768)
            map.write(b"header of the log's index")
            second: map = mapped(shared, 32768)
            second: map[:25] -> b"header of the log's index"
            second: map.write(b"HEADER")
            map[:10] -> b'HEADER of '
            pwrite(log, b"7\177\6\202\0-\342\30" + bytes(24), 0) -> 32
            fdatasync(log)
            folder = open(".", O_RDONLY | O_CLOEXEC)
            fdatasync(folder)
            pwrite(log, bytes(24), 32) -> 24
            pwrite(log, b"\r" + bytes(4095), 56) -> 4096
            fdatasync(log)
            lock(shared, F_UNLCK, 120, 1)
            second: lock(shared, F_WRLCK, 120, 1)
            second: log = open("base-wal", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            second: pread(log, 4096, 56) -> 4096 bytes 66757a657ad552f1
            second: pwrite(log, b"s" * 24, 4152) -> 24
            second: pwrite(log, b"\r" + b"3" * 4095, 4176) -> 4096
            second: fdatasync(log)
            second: lock(shared, F_UNLCK, 0, 0)
            pread(log, 4, 4177) -> b'3333'
            pwrite(f, pread(log, 4096, 4176), 4096) -> 4096
            ftruncate(f, 8192)
            fdatasync(f)
            unlink("base-shm")
            unlink("base-wal")
            second: fstat(log) -> file 0644 0:0 links 0 size 8272 changed now
            second: map[:6] -> b'HEADER'
            second: pread(shared, 6, 0) -> b'HEADER'
            pread(f, 4, 4097) -> b'3333'
            listdir() -> b'base'
            """#),
        CallSequence(
            "a deliverer of mail into a maildir, and its reader",
            #"""
            mkdir("Maildir", 0o700)
            mkdir("Maildir/tmp", 0o700)
            mkdir("Maildir/new", 0o700)
            mkdir("Maildir/cur", 0o700)
            chdir("Maildir")
            second: chdir("Maildir")
            umask(0o077) -> 0022
            stat("tmp/1795686801.M1P2.host") -> ENOENT
            f = open("tmp/1795686801.M1P2.host", O_WRONLY | O_CREAT | O_EXCL, 0o600)
            write(f, b"From: a\n\nHello\n")
            fsync(f)
            close(f)
            link("tmp/1795686801.M1P2.host", "new/1795686801.M1P2.host")
            unlink("tmp/1795686801.M1P2.host")
            second: listdir("new") -> b'1795686801.M1P2.host'
            second: rename("new/1795686801.M1P2.host", "cur/1795686801.M1P2.host:2,")
            f = open("tmp/1795686802.M3P2.host", O_WRONLY | O_CREAT | O_EXCL, 0o600)
            write(f, b"From: b\n\nHello again\n")
            utimens("tmp/1795686802.M3P2.host", 1000000001000000001, 1000000001000000001)
            fsync(f)
            close(f)
            rename("tmp/1795686802.M3P2.host", "new/1795686802.M3P2.host", RENAME_NOREPLACE)
            rename("cur/1795686801.M1P2.host:2,", "new/1795686802.M3P2.host", RENAME_NOREPLACE) -> EEXIST
            folder = open("new", O_RDONLY | O_DIRECTORY)
            fsync(folder)
            second: listdir("new") -> b'1795686802.M3P2.host'
            second: rename("new/1795686802.M3P2.host", "cur/1795686802.M3P2.host:2,S")
            second: rename("cur/1795686801.M1P2.host:2,", "cur/1795686801.M1P2.host:2,RS")
            second: rename("cur/1795686801.M1P2.host:2,", "cur/1795686801.M1P2.host:2,ST") -> ENOENT
            second: guard = open("dovecot-uidlist.lock", O_RDWR | O_CREAT | O_EXCL, 0o600)
            second: write(guard, b"3 V1 N3\n")
            guard = open("dovecot-uidlist.lock", O_RDWR | O_CREAT | O_EXCL, 0o600) -> EEXIST
            second: rename("dovecot-uidlist.lock", "dovecot-uidlist")
            stat("new") -> folder 0700 0:0 links 2 size - changed now
            listdir("tmp") -> b''
            """#),
    ]
}
