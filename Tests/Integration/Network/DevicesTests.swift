import Core
import MockServer
import MountSupport
import Testing

extension MountTests {
    /// Several machines with one vault.
    @Suite struct DevicesTests {
        @Test("two machines with the vault mounted see each other's changes after a sync, in turn")
        func turns() throws {
            try Scratch.withMock { mock in
                try Scratch.with(vault: false) { first in
                    let phrase = try first.makeVault()
                    try first.connect(to: mock.url)
                    let here = try first.mount()
                    try first.python(
                        """
                        import os
                        os.mkdir("d"); open("d/f", "w").write("one"); open("gone", "w").write("x")
                        """, in: here)
                    try first.expect(0, "flush", "--wait")
                    try Scratch.with(vault: false) { second in
                        try second.recover(phrase, from: mock.url)
                        let there = try second.mount()
                        // Looked at and remembered by the kernel, that it is not there included.
                        try second.python(
                            """
                            import os
                            assert open("d/f").read() == "one" and not os.path.exists("new") and os.path.exists("gone")
                            """, in: there)
                        try first.python(
                            """
                            import os
                            open("d/f", "w").write("two, longer"); open("new", "w").write("n"); os.remove("gone")
                            os.rename("d", "e")
                            """, in: here)
                        try first.expect(0, "flush", "--wait")
                        #expect(try second.expect(0, "sync", "--json").json()["took_in"]?.text != nil)
                        try second.python(
                            """
                            import os
                            assert sorted(os.listdir(".")) == ["e", "new"] and open("e/f").read() == "two, longer"
                            assert open("new").read() == "n" and not os.path.exists("gone") and not os.path.exists("d")
                            open("e/f", "a").write(" and three")
                            """, in: there)
                        try second.expect(0, "flush", "--wait")
                        try first.expect(0, "sync")
                        try first.python("assert open('e/f').read() == 'two, longer and three'", in: here)
                        try second.expect(0, "umount", there)
                    }
                    try first.expect(0, "umount", here)
                }
            }
        }

        @Test("a file that is open and was changed elsewhere holds the other state off until it is closed")
        func openFile() throws {
            try Scratch.withMock { mock in
                try Scratch.with(vault: false) { first in
                    let phrase = try first.makeVault()
                    try first.connect(to: mock.url)
                    try first.write("f", "old")
                    try first.expect(0, "upload", "f")
                    try Scratch.with(vault: false) { second in
                        try second.recover(phrase, from: mock.url)
                        let there = try second.mount()
                        let reader = try second.startPython(
                            """
                            import sys
                            file = open("f"); print("open", flush=True); sys.stdin.readline(); print(file.read())
                            """, in: there, input: .held)
                        #expect(try reader.waitForLines(1, limit: .seconds(10)))
                        try first.write("f", "another")
                        try first.expect(0, "upload", "f")
                        try second.expect(9, "sync")
                        reader.endInput()
                        #expect(try reader.finish(limit: .seconds(10)).output.contains("old"))
                        try second.expect(0, "sync")
                        try second.python("assert open('f').read() == 'another'", in: there)
                        try second.expect(0, "umount", there)
                    }
                }
            }
        }

        @Test("machines that changed things apart from each other say so, and both keep all they have")
        func divergence() throws {
            try Scratch.withMock { mock in
                try Scratch.with(vault: false) { first in
                    let phrase = try first.makeVault()
                    try first.connect(to: mock.url)
                    try first.write("f", "f")
                    try first.expect(0, "upload", "f")
                    try Scratch.with(vault: false) { second in
                        try second.recover(phrase, from: mock.url)
                        try second.expect(0, "sync")
                        try first.expect(0, "mkdir", "/here")
                        try first.expect(0, "flush", "--wait")
                        try second.expect(0, "mkdir", "/there")
                        try second.expect(7, "sync")
                        try first.expect(7, "sync")
                        #expect(try first.expect(0, "ls").lines == ["f", "here"])
                        #expect(try second.expect(0, "ls").lines == ["f", "there"])
                    }
                }
            }
        }
    }
}
