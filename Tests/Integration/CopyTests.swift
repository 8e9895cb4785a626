import Core
import MountSupport
import Mounting
import Testing

extension Scratch {
    /// Whether access lists can be set in a folder of a mount.
    func hasAccessLists(in folder: String) throws -> Bool {
        let script = "cd '\(folder)'; touch p; if setfacl -m u:1000:r p 2> /dev/null; then echo yes; fi; rm p"
        return try shell(script).output == "yes\n"
    }
}

extension MountTests {
    /// Programs that copy trees with all that belongs to a file.
    @Suite(.enabled(if: MemoryFiles.compareOrMust, "needs root, and /dev/shm with extended attributes"))
    struct CopyTests {
        @Test("rsync with links, lists and attributes has nothing to do the second time, nor after mounting anew")
        func rsync() throws {
            try Scratch.withFoldersToCompare { scratch, mounted, memory in
                let place = try scratch.mountpoint()
                _ = try scratch.program("make_tree.py", [memory])
                var options = "-aHX"
                if try scratch.hasAccessLists(in: place) {
                    options = "-aHAX"
                    try scratch.shell(
                        "cd '\(memory)'; setfacl -m u:1000:rw 'size 4096'; setfacl -d -m g:100:rx folder/deep")
                }
                let transfer = "rsync \(options) --modify-window=-1 --itemize-changes '\(memory)/' '\(mounted)/'"
                #expect(try scratch.shell(transfer).lines.count > 400)
                #expect(try scratch.shell(transfer).lines == [])
                try scratch.expect(0, "umount", place)
                _ = try scratch.mount("mount", "-o", "allow_other")
                #expect(try scratch.shell(transfer + " --checksum --delete").lines == [])
                let tree = try scratch.program("calls.py", [mounted])
                #expect(Scratch.firstDifference(tree, try scratch.program("calls.py", [memory])) == nil)
                let wayBack = "rsync \(options) --modify-window=-1 --itemize-changes '\(mounted)/' '\(memory)-back/'"
                #expect(try scratch.shell(wayBack).lines.count > 400)
                #expect(try scratch.shell(wayBack).lines == [])
                let back = try scratch.program("calls.py", ["\(memory)-back"])
                #expect(Scratch.firstDifference(back, tree) == nil)
            }
        }
    }
}
