package import ContentAddressing
package import Core
internal import LocalStore

extension Vault {
    /// The sealed bytes of an object as they go to a remote, or nil when the store does not hold it. Blocks.
    package func storedObject(_ cid: CID) throws(Failure) -> [UInt8]? {
        try volume.objects.store.find(try ObjectCID.digest(of: cid))
    }
}
