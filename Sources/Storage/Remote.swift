/// A place on another machine, or another disk, that keeps objects and names for this one.
package struct Remote: Sendable {
    /// What the user calls it.
    package let name: String
    /// Its address, without secrets.
    package let address: String
    package let objects: any ObjectStore
    package let names: any NameStore
    package let traits: RemoteTraits

    package init(
        name: String, address: String, objects: any ObjectStore, names: any NameStore, traits: RemoteTraits
    ) {
        self.name = name
        self.address = address
        self.objects = objects
        self.names = names
        self.traits = traits
    }
}

/// What whoever uses a remote has to know of it.
package struct RemoteTraits: Sendable, Equatable {
    /// The longest object it takes.
    package var greatestObjectBytes: Int
    /// Objects it takes or gives at once.
    package var parallelTransfers: Int
    /// Requests are so dear that small objects travel together.
    package var prefersBundles: Bool
    /// What is unpinned makes room.
    package var spaceComesBack: Bool

    package init(greatestObjectBytes: Int, parallelTransfers: Int, prefersBundles: Bool, spaceComesBack: Bool) {
        self.greatestObjectBytes = greatestObjectBytes
        self.parallelTransfers = parallelTransfers
        self.prefersBundles = prefersBundles
        self.spaceComesBack = spaceComesBack
    }
}
