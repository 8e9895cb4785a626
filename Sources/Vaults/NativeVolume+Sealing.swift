internal import ContentAddressing
package import Core
internal import Sealing
internal import Synchronization
package import Volumes

/// Content becoming objects, outside of commits.
extension NativeVolume {
    /// Whoever wrote the bytes has been told that they are taken, so a disk that is short of space is no reason to refuse
    /// them here: they get the kept space and the reserve, and `pressure` refuses the next write.
    package func seal(_ bytes: [UInt8]) throws(Failure) -> any SealedContent {
        let object = objects.sealers.newest.seal(bytes, as: .chunk)
        let lease = chunkUse.lease(object.reference.digest)
        do throws(Failure) {
            try objects.enter(object)
        } catch {
            guard error.code == .noSpace || error.code == .overLimit else { throw error }
            try objects.enter(object, isOwed: true)
        }
        return SealedChunk(reference: object.reference, lease: lease)
    }

    package func contentIdentifier(of file: FileID) throws(Failure) -> String {
        let content = try satisfying { () throws(VolumeError) in
            try state.withLock { state throws(VolumeError) in try state.working.content(of: file, in: nodes) }
        }
        switch try sealer.seal(content).body {
        case .inline(let bytes): return objects.sealers.newest.seal(bytes, as: .chunk).reference.cid.description
        case .chunk(let reference), .list(let reference, _): return reference.cid.description
        }
    }
}
