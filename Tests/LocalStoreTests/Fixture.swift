import StorageSupport
import Testing

typealias Fixture = StoreFixture

extension TrialReport {
    func record() { problems.forEach { Issue.record("\($0)") } }
}

extension StoreTrial {
    func record() { problems.forEach { Issue.record("\($0)") } }
}
