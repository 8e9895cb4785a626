package import ContentAddressing
package import Core
internal import LocalStore

extension Vault {
    /// The sealed bytes of an object as they go to a remote, or nil when the store does not hold it. Blocks.
    package func storedObject(_ cid: CID) throws(Failure) -> [UInt8]? {
        let digest = try ObjectCID.digest(of: cid)
        do throws(Failure) {
            return try volume.objects.store.get(digest)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
