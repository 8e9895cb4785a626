import Core
import Glibc
import Testing

@Suite struct FileLockTests {
    @Test("a lock has one holder, and is free when that one is gone")
    func exclusion() throws {
        var template = Array("/tmp/cbstore-lock-XXXXXX".utf8CString)
        try #require(unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil })
        let folder = template.dropLast().map { UInt8(bitPattern: $0) }
        let path = Files.join(folder, "lock")
        defer {
            try? Files.remove(path)
            try? Files.removeDirectory(folder)
        }
        do {
            let holder = try FileLock(path, wait: .zero)
            defer { withExtendedLifetime(holder) {} }
            let failure = #expect(throws: SystemCallFailure.self) {
                try FileLock(path, wait: .milliseconds(20))
            }
            #expect(failure?.errno == .busy)
        }
        _ = try FileLock(path, wait: .zero)
        #expect(throws: SystemCallFailure.self) { try FileLock(Files.join(folder, "no/lock"), wait: .zero) }
    }
}
