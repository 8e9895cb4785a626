import Core
import Sealing
import StorageSupport
import Synchronization
import Testing

@Suite struct SealPipelineTests {
    private let sealer = Sealer(EpochSecret(number: 3))

    @Test(
        "objects come in the order of their bodies, and are what sealing one by one makes",
        arguments: [1, 2, 3, 8], 1...UInt64(3))
    func order(workers: Int, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bodies = (0..<200).map { _ -> [UInt8] in
            let length = Bool.random(using: &random) ? Int.random(in: 0..<300, using: &random) : 20_000
            return random.bytes(length)
        }
        let pipeline = SealPipeline(workers: workers, bytesInFlight: Int.random(in: 1..<200_000, using: &random))
        var rest = bodies[...]
        var objects: [SealedObject] = []
        try pipeline.run(with: sealer) { () throws(Failure) in
            rest.popFirst().map { body in SealPipeline.Work(weight: body.count, kind: .chunk) { body } }
        } take: { (object) throws(Failure) in
            objects.append(object)
        }
        let expected = bodies.map { sealer.seal($0, as: .chunk) }
        #expect(objects.map(\.reference) == expected.map(\.reference))
        #expect(objects.map(\.bytes) == expected.map(\.bytes))
    }

    @Test("nothing to seal is no work, and the pipeline runs again")
    func again() throws {
        let pipeline = SealPipeline(workers: 2, bytesInFlight: 1)
        for count in [0, 3, 0, 1] {
            var left = count
            var taken = 0
            try pipeline.run(with: sealer) { () throws(Failure) in
                guard left > 0 else { return nil }
                left -= 1
                return SealPipeline.Work(weight: 0, kind: .node) { [] }
            } take: { (object) throws(Failure) in
                #expect(object.kind == .node)
                taken += 1
            }
            #expect(taken == count)
        }
    }

    @Test("bodies in flight stay below the bound, but for one that is heavier by itself", arguments: 1...UInt64(4))
    func bound(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bound = 100_000
        let weights = (0..<120).map { _ in Int.random(in: 5_000...120_000, using: &random) }
        let pipeline = SealPipeline(workers: 3, bytesInFlight: bound)
        var (given, taken) = (0, 0)
        try pipeline.run(with: sealer) { () throws(Failure) in
            guard given < weights.count else { return nil }
            // When a body is asked for, the one asked for before is in flight, with all that was not taken.
            let inFlight = weights[taken..<given]
            #expect(inFlight.count <= 1 || inFlight.reduce(0, +) <= bound, "\(taken)..<\(given)")
            given += 1
            return SealPipeline.Work(weight: weights[given - 1], kind: .chunk) { [1] }
        } take: { (_) throws(Failure) in
            taken += 1
        }
        #expect(taken == weights.count)
    }

    @Test("a worker's place is used by others while the oldest body is slow")
    func overtaking() throws {
        let pipeline = SealPipeline(workers: 2, bytesInFlight: 1 << 20)
        let others = Gate(0)
        var given = 0
        var taken = 0
        try pipeline.run(with: sealer) { () throws(Failure) in
            guard given < 20 else { return nil }
            given += 1
            if given == 1 {
                // Ends only when the others have been read: with one worker this would wait for ever.
                return SealPipeline.Work(weight: 0, kind: .chunk) {
                    others.wait { $0 == 19 ? .done(()) : .wait(until: nil) }
                    return []
                }
            }
            return SealPipeline.Work(weight: 0, kind: .chunk) {
                others.withLock { $0 += 1 }
                others.wakeAll()
                return []
            }
        } take: { (_) throws(Failure) in
            taken += 1
        }
        #expect(taken == 20)
    }

    enum Place: CaseIterable { case next, read, take }

    @Test(
        "a failure ends the run with nothing taken behind it, and no body is read afterwards",
        arguments: Place.allCases, [1, 2, 5])
    func failures(place: Place, workers: Int) throws {
        let pipeline = SealPipeline(workers: workers, bytesInFlight: 64 << 10)
        for failing in [0, 1, 37] {
            let read = Gate(0)
            var (given, taken) = (0, 0)
            let failure = Failure(.io, "failed on purpose")
            var met: Failure?
            do throws(Failure) {
                try pipeline.run(with: sealer) { () throws(Failure) in
                    guard given < 100 else { return nil }
                    if place == .next, given == failing { throw failure }
                    let number = given
                    given += 1
                    return SealPipeline.Work(weight: 0, kind: .chunk) { () throws(Failure) in
                        read.withLock { $0 += 1 }
                        if place == .read, number == failing { throw failure }
                        return [UInt8(number)]
                    }
                } take: { (_) throws(Failure) in
                    if place == .take, taken == failing { throw failure }
                    taken += 1
                }
            } catch {
                met = error
            }
            #expect(met?.message == failure.message)
            #expect(place == .next ? taken <= failing : taken == failing)
            let after = read.withLock { $0 }
            #expect(after <= given)
            // The workers are free again and none is left behind with a body of that run.
            var isTaken = false
            try pipeline.run(with: sealer) { () throws(Failure) in
                if isTaken { return nil }
                isTaken = true
                return SealPipeline.Work(weight: 0, kind: .chunk) { [] }
            } take: { (_) throws(Failure) in
            }
            #expect(read.withLock { $0 } == after)
        }
    }

    @Test("several threads may share one pipeline, each with its own order and its own failure")
    func sharing() throws {
        let pipeline = SealPipeline(workers: 2, bytesInFlight: 8 << 10)
        let results = Gate<[Int: [UInt8]]>([:])
        for thread in 0..<4 {
            Threads.start("test-\(thread)") { [sealer] in
                var given: UInt8 = 0
                var taken: [UInt8] = []
                try? pipeline.run(with: sealer) { () throws(Failure) in
                    if given == 50 { if thread == 3 { throw Failure(.io, "on purpose") } else { return nil } }
                    given += 1
                    let body = [UInt8(thread), given]
                    return SealPipeline.Work(weight: 0, kind: .chunk) { body }
                } take: { (object) throws(Failure) in
                    taken.append(try sealer.open(object.bytes).content[1])
                }
                results.withLock { [taken] in $0[thread] = taken }
                results.wakeAll()
            }
        }
        let all = results.wait { $0.count == 4 ? .done($0) : .wait(until: nil) }
        for thread in 0..<3 { #expect(all[thread] == Array(1...50)) }
        #expect(all[3] == Array((1...50).prefix(all[3]?.count ?? 0)))
    }
}
