internal import Synchronization

/// A flag by which any thread asks a running exchange to stop.
///
/// The exchange looks at each piece of its body and at least once a second.
package final class CancellationFlag: Sendable {
    private let raised = Atomic(false)

    package init() {}
    package func raise() { raised.store(true, ordering: .relaxed) }
    package var isRaised: Bool { raised.load(ordering: .relaxed) }
}
