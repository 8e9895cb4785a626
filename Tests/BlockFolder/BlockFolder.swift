internal import ContentAddressing
internal import Core

/// The folder `blocks` of a Kubo repository: a file per block, named by the multihash in base32 of capital letters, in a
/// folder named by the two letters before its last one.
struct BlockFolder {
    let path: [UInt8]

    private func place(of cid: CID) -> (folder: [UInt8], file: [UInt8]) {
        let key = Multibase.base32Upper.encodeWithoutPrefix(cid.multihash.bytes)
        let folder = Files.join(path, String(key.suffix(3).prefix(2)))
        return (folder, Files.join(folder, key + ".data"))
    }

    func put(_ cid: CID, _ block: [UInt8]) throws(Failure) {
        let (folder, file) = place(of: cid)
        do throws(SystemCallFailure) {
            if !Files.isDirectory(folder) { try Files.makeDirectory(folder, mode: 0o755) }
            let output = try FileDescriptor(creating: file, mode: 0o644)
            try output.write(block)
        } catch {
            throw error.failure
        }
    }

    func get(_ cid: CID) throws(Failure) -> [UInt8] {
        do throws(SystemCallFailure) {
            return try Files.readWhole(place(of: cid).file, limit: UnixFSReader.usualBlockLimit)
        } catch {
            throw error.failure
        }
    }
}
