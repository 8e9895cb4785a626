import MountSupport
import Mounting
import Testing

extension MountTests {
    /// How a serving process is started anew, and what its parent learns.
    @Suite struct SpawningTests {
        private func spawn(_ behaviour: String) throws -> ChildOutcome {
            try ChildRun(BuiltProgram.path("faulty-mount"), ["spawn", behaviour]).finish(limit: .seconds(20))
        }

        @Test("the child gets the key and no other descriptor, leads a session, and its refusal reaches the parent")
        func keyAndRefusal() throws {
            let outcome = try spawn("refusing")
            #expect(outcome.status == 4)
            let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            #expect(outcome.output == "key \(key), open [0, 1, 2, 3, 4], leader true; try another\n")
        }

        @Test("the parent returns when the child says that it is ready")
        func ready() throws {
            let outcome = try spawn("ready")
            #expect(outcome.status == 0 && outcome.output == "the child is ready\n")
        }

        @Test("a child that ends without a word is reported with its exit status")
        func silence() throws {
            let outcome = try spawn("silent")
            #expect(outcome.status == 1 && outcome.output.contains("exit status 7"), "\(outcome)")
        }

        @Test("a child that says nothing is given up at the limit")
        func stuck() throws {
            let outcome = try spawn("stuck")
            #expect(outcome.status == 5 && outcome.output.contains("not ready within"), "\(outcome)")
        }
    }
}
