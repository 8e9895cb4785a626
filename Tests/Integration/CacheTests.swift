import Core
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// A mount that keeps no more content here than it may.
    @Suite struct CacheTests {
        @Test("more is written through a mount than its cache may hold; what left it is read, and its limit is told")
        func limited() throws {
            try Scratch.with { scratch in
                try Files.makeDirectory(scratch.path("remote"), mode: 0o700)
                try scratch.expect(0, "remote", "add", "folder", "dir:" + scratch.path("remote"))
                let place = try scratch.mount("mount", "-o", "cache_mb=64")
                try scratch.python(
                    """
                    import os, random
                    random.seed(30)
                    with open("large", "wb") as file:
                        for _ in range(150):
                            file.write(random.randbytes(1 << 20))
                            file.flush()
                    """, in: place, limit: .seconds(100))
                try scratch.expect(0, "flush", "--wait")
                let status = try scratch.expect(0, "status", "--json").json()
                #expect(status["cache_limit_bytes"]?.int == 64 << 20)
                // What the session and its commits had taken when the limit was reached comes on top.
                #expect((status["cached_bytes"]?.int ?? .max) < 192 << 20)
                #expect(try scratch.expect(0, "status").output.contains("of content, of at most 64.0 MiB"))
                try scratch.expect(0, "umount", place)
                let again = try scratch.mount("again", "--cache-size-mb", "64")
                try scratch.python(
                    """
                    import random
                    random.seed(30)
                    with open("large", "rb") as file:
                        for _ in range(150): assert file.read(1 << 20) == random.randbytes(1 << 20)
                    """, in: again, limit: .seconds(100))
                try scratch.expect(0, "umount", again)
            }
        }

        @Test("a limit needs a remote, and is a number")
        func refusals() throws {
            try Scratch.with { scratch in
                let place = try scratch.mountpoint("mount")
                let alone = try scratch.expect(1, "mount", place, "--cache-size-mb", "100")
                #expect(alone.errors.contains("needs a remote") && alone.errors.contains("remote add"), "\(alone)")
                for word in ["cache_mb=", "cache_mb=x", "cache_mb=63", "cache_mb=-1"] {
                    try scratch.expect(64, "mount", place, "-o", word)
                }
                try scratch.expect(64, "mount", place, "--cache-size-mb", "1")
            }
        }
    }
}
