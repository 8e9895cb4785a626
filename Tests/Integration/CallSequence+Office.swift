extension CallSequence {
    static let office = [
        CallSequence(
            "LibreOffice, which locks by a file and by the system, and renames over the document",
            #"""
            mkdir("Documents", 0o755)
            f = open("Documents/letter.odt", O_WRONLY | O_CREAT | O_EXCL, 0o640)
            write(f, b"PK\3\4" + b"old" * 30000)
            close(f)
            f = open("Documents/letter.odt", O_RDWR)
            lock(f, F_WRLCK, 0, 0)
            second: f = open("Documents/letter.odt", O_RDWR)
            second: lock(f, F_WRLCK, 0, 0) -> EAGAIN
            note = open("Documents/.~lock.letter.odt#", O_RDONLY) -> ENOENT
            note = open("Documents/.~lock.letter.odt#", O_RDWR | O_CREAT | O_EXCL, 0o666)
            pread(note, 4096, 0) -> b''
            pwrite(note, b",me,machine,26.11.2026 10:31,file:///home/me/.config/libreoffice/4;", 0) -> 67
            close(note)
            second: note = open("Documents/.~lock.letter.odt#", O_RDWR | O_CREAT | O_EXCL, 0o666) -> EEXIST
            second: note = open("Documents/.~lock.letter.odt#", O_RDONLY)
            second: pread(note, 32000, 0)[:11] -> b',me,machine'
            pread(f, 200000, 0) -> 90004 bytes bd254dd7008606ce
            unlink("Documents/.~lock.letter.odt#")
            access("Documents", F_OK) -> yes
            temporary = open("Documents/lu24133gbuqa.tmp", O_RDWR | O_CREAT | O_EXCL, 0o600)
            close(temporary)
            lstat("Documents/lu24133gbuqa.tmp") -> file 0600 0:0 links 1 size 0 changed now
            temporary = open("Documents/lu24133gbuqa.tmp", O_RDWR)
            lock(temporary, F_WRLCK, 0, 0)
            other = open("Documents/letter.odt", O_RDWR)
            lock(other, F_WRLCK, 0, 0)
            note = open("Documents/.~lock.letter.odt#", O_RDWR | O_CREAT | O_EXCL, 0o666)
            pwrite(note, b",me,machine,26.11.2026 10:31,file:///home/me/.config/libreoffice/4;", 0) -> 67
            close(note)
            pread(temporary, 4096, 0) -> b''
            pwrite(temporary, b"PK\3\4" + b"n" * 4092, 0) -> 4096
            pread(temporary, 4096, 4096) -> b''
            pwrite(temporary, b"e" * 4096, 4096) -> 4096
            pread(temporary, 4096, 8192) -> b''
            pwrite(temporary, b"PK\1\2" + bytes(938), 8192) -> 942
            pwrite(temporary, b"PK\3\4" + b"m" * 26, 0) -> 30
            fsync(temporary)
            close(temporary)
            open("Documents/letter.odt", O_RDWR | O_CREAT | O_EXCL, 0o666) -> EEXIST
            access("Documents/letter.odt", W_OK) -> yes
            access("Documents/letter.odt", X_OK) -> no
            rename("Documents/lu24133gbuqa.tmp", "Documents/letter.odt")
            chown("Documents/letter.odt", -1, 0)
            chmod("Documents/letter.odt", 0o640)
            lstat("Documents/lu24133gbuqa.tmp") -> ENOENT
            f = open("Documents/letter.odt", O_RDWR)
            fstat(f) -> file 0640 0:0 links 1 size 9134 changed now
            lock(f, F_WRLCK, 0, 0)
            second: fstat(f) -> file 0640 0:0 links 0 size 90004 changed now
            second: lock(f, F_WRLCK, 0, 0)
            second: pread(f, 8, 0) -> b'PK\x03\x04oldo'
            fsync(f)
            close(f)
            unlink("Documents/.~lock.letter.odt#")
            listdir("Documents") -> b'letter.odt'
            """#)
    ]
}
