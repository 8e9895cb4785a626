import ContentAddressing
import Core
import Testing

/// The parallel import against the builder, and what it says of inputs that are not what they were.
@Suite struct UnixFSImporterTests {
    /// Chunks of 1000 bytes make pieces of 262.
    static let chunk = 1000
    static let piece = 262_000
    static let profiles = [
        UnixFSProfile(chunkLength: chunk, width: 5, hasRawLeaves: true, version: .v1),
        UnixFSProfile(chunkLength: chunk, width: 5, hasRawLeaves: false, version: .v0),
        UnixFSProfile(
            chunkLength: chunk, width: 3, layout: .trickle, hasRawLeaves: false, version: .v1, function: .sha512),
    ]
    static let sizes = [
        0, 1, chunk - 1, chunk, chunk + 1, piece - 1, piece, piece + 1, piece + chunk, 2 * piece - 1, 2 * piece,
        2 * piece + 1, 7 * piece + 333,
    ]
    static let content = KeyStream.bytes(seed: "importer", count: sizes.max() ?? 0)

    private func built(
        _ bytes: ArraySlice<UInt8>, _ profile: UnixFSProfile, _ metadata: UnixFSMetadata = .none
    ) throws -> UnixFSLink {
        var builder = UnixFSBuilder(profile: profile, metadata: metadata)
        try builder.append(bytes)
        return try builder.finish()
    }

    @Test("files and pipes of every length give what one thread gives", arguments: profiles, [1, 2, 5])
    func lengths(profile: UnixFSProfile, threads: Int) throws {
        let metadata = UnixFSMetadata(mode: 0o600)
        for size in Self.sizes {
            let bytes = Self.content[..<size]
            for metadata in [.none, metadata] {
                let expected = try built(bytes, profile, metadata)
                let importer = UnixFSImporter(profile: profile, metadata: metadata, threads: threads)
                #expect(try importer.run(OpenInput.file(Array(bytes))) == expected, "file of \(size)")
                #expect(try importer.run(OpenInput.pipe(of: Array(bytes))) == expected, "pipe of \(size)")
            }
        }
    }

    @Test("a pipe that brings bytes in small pieces gives the same")
    func slowPipe() throws {
        let bytes = Array(Self.content[..<(3 * Self.piece + 1)])
        let pipe = try OpenInput.pipe { writer in
            for start in stride(from: 0, to: bytes.count, by: 777) {
                try writer.write(Array(bytes[start..<min(start + 777, bytes.count)]))
            }
        }
        let importer = UnixFSImporter(profile: Self.profiles[0], threads: 3)
        #expect(try importer.run(pipe) == built(bytes[...], Self.profiles[0]))
    }

    @Test("tiny chunks make pieces of a few thousand leaves", arguments: [4095, 4096, 4097, 9 * 4096 + 1])
    func tinyChunks(count: Int) throws {
        let profile = UnixFSProfile(chunkLength: 1, width: 100, hasRawLeaves: true, version: .v1)
        var steps = 0
        let root = try UnixFSImporter(profile: profile, threads: 2).run(
            OpenInput.file(Array(Self.content[..<count]))
        ) { _ in steps += 1 }
        #expect(try root == built(Self.content[..<count], profile))
        #expect(steps == max(0, (count + 4095) / 4096 - 1))
    }

    @Test("the sink gets what the builder's gets, in the same order", arguments: profiles)
    func sink(profile: UnixFSProfile) throws {
        let bytes = Array(Self.content[..<(3 * Self.piece + 1)])
        let expected = UnixFSLayoutTests.Collected()
        var builder = UnixFSBuilder(profile: profile) { (cid, block) throws(Failure) in expected.add(cid, block) }
        try builder.append(bytes)
        _ = try builder.finish()
        let collected = UnixFSLayoutTests.Collected()
        let importer = UnixFSImporter(profile: profile, threads: 3) { (cid, block) throws(Failure) in
            collected.add(cid, block)
        }
        _ = try importer.run(OpenInput.file(bytes))
        #expect(collected.all.map(\.cid) == expected.all.map(\.cid))
        #expect(collected.all.map(\.block) == expected.all.map(\.block))
    }

    @Test("progress goes up to the length, and never back")
    func progress() throws {
        var seen: [UInt64] = []
        let file = try OpenInput.file(Array(Self.content[..<(5 * Self.piece + 1)]))
        _ = try UnixFSImporter(profile: Self.profiles[0], threads: 2).run(file) { seen.append($0) }
        #expect(seen == (2...5).map { UInt64($0 * Self.piece) } + [UInt64(5 * Self.piece + 1)])
    }

    enum Change: CaseIterable { case shrink, grow, overwrite, touchEnd }

    @Test("a file that changes while it is read has no CID", arguments: Change.allCases)
    func changing(change: Change) throws {
        let bytes = KeyStream.bytes(seed: "changing", count: 20 * Self.piece)
        let file = try OpenInput.file(bytes)
        var isChanged = false
        let failure = #expect(throws: Failure.self) {
            try UnixFSImporter(profile: Self.profiles[0], threads: 2).run(file) { _ in
                guard !isChanged else { return }
                isChanged = true
                switch change {
                case .shrink: try? file.truncate(to: UInt64(10 * Self.piece))
                case .grow: try? file.write([1], at: UInt64(bytes.count))
                case .overwrite: try? file.write(Array(bytes[..<Self.piece]), at: UInt64(15 * Self.piece))
                case .touchEnd: try? file.write([bytes[bytes.count - 1]], at: UInt64(bytes.count - 1))
                }
            }
        }
        #expect(failure?.code == .busy)
    }

    @Test("files that the kernel makes up are read to their end, whatever length they say")
    func madeUp() throws {
        let path = "/proc/version"
        let bytes = try Files.readWhole(path, limit: 1 << 16)
        try #require(!bytes.isEmpty)
        let root = try UnixFSImporter(profile: .object).run(FileDescriptor(reading: path))
        #expect(try root == built(bytes[...], .object))
    }

    @Test("a file that was read from before goes on from there")
    func position() throws {
        let bytes = Array(Self.content[..<(4 * Self.piece)])
        let file = try OpenInput.file(bytes)
        _ = try file.read(10)
        let root = try UnixFSImporter(profile: Self.profiles[0], threads: 2).run(file)
        #expect(try root == built(bytes[10...], Self.profiles[0]))
    }

    @Test("a folder and a descriptor that cannot be read are refused")
    func unreadable() throws {
        let importer = UnixFSImporter(profile: .object)
        #expect(
            #expect(throws: Failure.self) { try importer.run(FileDescriptor(reading: "/tmp")) }?.code == .isDirectory)
        let written = try FileDescriptor(opening: "/dev/null", flags: 1)
        #expect(throws: Failure.self) { try importer.run(written) }
    }

    @Test("an error of the sink ends the import, of a file and of a pipe that stays open", arguments: [0, 3])
    func failingSink(blocks: Int) throws {
        let bytes = Array(Self.content[..<(7 * Self.piece)])
        var left = blocks * 262
        let importer = UnixFSImporter(profile: Self.profiles[0], threads: 2) { (_, _) throws(Failure) in
            left -= 1
            if left < 0 { throw Failure(.noSpace, "full") }
        }
        #expect(#expect(throws: Failure.self) { try importer.run(OpenInput.file(bytes)) }?.code == .noSpace)
        left = blocks * 262
        let gate = Gate(false)
        let pipe = try OpenInput.pipe { writer in
            try writer.write(bytes)
            gate.wait { $0 ? .done(()) : .wait(until: nil) }
        }
        #expect(#expect(throws: Failure.self) { try importer.run(pipe) }?.code == .noSpace)
        gate.withLock { $0 = true }
        gate.wakeAll()
    }
}
