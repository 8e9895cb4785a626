/// What went wrong in a trial: a test reports it, a program prints it. A trial has one, and is on one thread.
package final class TrialReport {
    private let seed: UInt64
    package private(set) var problems: [String] = []
    /// Syncs and checkpoints that were acknowledged.
    package private(set) var acknowledgements = 0

    init(seed: UInt64) { self.seed = seed }

    func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) {
        if !holds { fail(otherwise()) }
    }

    func fail(_ what: String) { problems.append("\(what); seed \(seed)") }

    func noteAcknowledgement() { acknowledgements += 1 }
}
