import Core
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// Who may do what on a mount that others may enter.
    @Suite struct AccessTests {
        @Test("a named user reads what a list lets them read, and nobody else does; a mount for one is for one")
        func accessLists() throws {
            try Scratch.with { scratch in
                let place = try scratch.mount("open", "-o", "allow_other")
                try scratch.python(
                    """
                    import os, struct
                    os.chmod(".", 0o755)
                    def attempt(user, call):
                        child = os.fork()
                        if child == 0:
                            os.setgroups([])
                            os.setgid(user)
                            os.setuid(user)
                            try:
                                call()
                                os._exit(0)
                            except PermissionError:
                                os._exit(1)
                        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
                    def acl(*entries):
                        return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
                    NONE = 0xffffffff
                    open("f", "x").close()
                    os.chmod("f", 0o600)
                    here = os.open(".", os.O_RDONLY)
                    reads = lambda: os.close(os.open("f", os.O_RDONLY, dir_fd=here))
                    writes = lambda: os.close(os.open("f", os.O_WRONLY, dir_fd=here))
                    assert not attempt(1234, reads)
                    os.setxattr("f", "system.posix_acl_access",
                                acl((1, 6, NONE), (2, 6, 1234), (4, 0, NONE), (8, 4, 77), (16, 4, NONE), (32, 0, NONE)))
                    assert attempt(1234, reads) and not attempt(1234, writes), "the mask takes writing away"
                    assert attempt(77, reads) and not attempt(78, reads)
                    os.chmod("f", 0o660)
                    assert attempt(1234, writes)
                    os.chmod("f", 0o600)
                    assert not attempt(1234, reads)
                    """, in: place, limit: .seconds(30))
                try scratch.expect(0, "umount", place)
                let closed = try scratch.mount("closed")
                try scratch.python(
                    """
                    import os
                    here = os.open(".", os.O_RDONLY)
                    child = os.fork()
                    if child == 0:
                        os.setuid(1234)
                        try:
                            os.stat("nothing", dir_fd=here)
                        except FileNotFoundError:
                            os._exit(1)
                        except PermissionError:
                            os._exit(0)
                        os._exit(1)
                    assert os.waitpid(child, 0)[1] == 0
                    """, in: closed, limit: .seconds(30))
                try scratch.expect(0, "umount", closed)
            }
        }
    }
}
