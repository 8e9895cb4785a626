internal import ContentAddressing
package import Core
internal import Sealing
internal import Synchronization
package import Volumes

/// Content becoming objects, outside of commits.
extension NativeVolume {
    package func seal(_ bytes: [UInt8]) throws(Failure) -> any SealedContent {
        let object = objects.sealers.newest.seal(bytes, as: .chunk)
        let lease = chunkUse.lease(object.reference.digest)
        try objects.enter(object)
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
