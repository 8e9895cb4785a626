package import Core
package import Storage

extension Remote {
    /// The remote in a folder.
    ///
    /// With `create`, at the first attachment, a folder that is missing or empty is made one; else, and for a folder
    /// with anything else in it, the call throws, so that no mistyped path is filled. The disk is asked on threads of
    /// the remote's own.
    package static func directory(
        name: String, path: [UInt8], create: Bool = false, time: any TimeSource = SystemTime()
    ) async throws(Failure) -> Remote {
        let folder = DirectoryFolder(path: path)
        let now = time.wallClock
        try await folder.perform { (folder) throws(Failure) in
            if create { try folder.create() }
            try folder.check()
            folder.sweep(now: now)
        }
        return Remote(
            name: name, address: RemoteURL.directory(path: path).description, objects: DirectoryObjectStore(folder),
            names: DirectoryNameStore(folder, time: time), traits: .directory)
    }
}

extension RemoteTraits {
    /// No bundles. Measured on ext4 on a virtual disk, 1000 objects of 4 KiB become durable in 0.3 to 0.5 s as files and
    /// in 6 to 16 ms as one of 4 MiB; but the dozen of a usual commit takes 5 ms, and with six round trips each would
    /// take some 40 ms on a NAS at 0.5 ms. To save that, a bundle's location table, its dead parts, which deleting does
    /// not free, and the reading of all of it for one object are too much.
    static let directory = RemoteTraits(
        greatestObjectBytes: DirectoryLimits.objectBytes, parallelTransfers: DirectoryLimits.threads,
        prefersBundles: false, spaceComesBack: true)
}
