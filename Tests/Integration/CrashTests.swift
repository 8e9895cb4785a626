import Core
import Glibc
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// The serving process killed at any moment.
    @Suite struct CrashTests {
        /// Works until the mount is gone. Before each act a line `begin …` goes to the record outside of the mount, and after
        /// its fsync returned `done …`; so the record says what must be there, and what may be.
        private static let work = """
            import hashlib, os, random, sqlite3, sys
            round, seed, record = int(sys.argv[1]), sys.argv[2], os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            random.seed(f"{seed}-{round}")
            say = lambda *words: os.write(record, (" ".join(map(str, words)) + "\\n").encode())
            digest = lambda data: hashlib.sha256(data).hexdigest()
            def durable(path, data, flags):
                file = os.open(path, os.O_WRONLY | flags)
                for start in range(0, len(data), 100_000):
                    os.write(file, data[start:start + 100_000])
                os.fsync(file)
                os.close(file)
            def create(number):
                path, data = f"d{number % 5}/r{round}-{number}", random.randbytes(random.choice([0, 1, 900, 5000, 70_000, 1_300_000]))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                say("begin", "create", path, digest(data))
                durable(path, data, os.O_CREAT | os.O_EXCL)
                say("done", "create", path, digest(data))
                known.append((path, digest(data)))
            def litter(number):
                with open(f"litter{number}", "wb") as file:
                    file.write(random.randbytes(300))
            def rename(number):
                if not known: return
                path, hashed = known.pop(random.randrange(len(known)))
                target = f"moved-{round}-{number}"
                say("begin", "rename", path, target, hashed)
                os.rename(path, target)
                file = os.open(target, os.O_RDONLY)
                os.fsync(file)
                os.close(file)
                say("done", "rename", path, target, hashed)
                known.append((target, hashed))
            def replace(number):
                data = random.randbytes(random.choice([10, 3000, 40_000]))
                say("begin", "replace", "replaced", digest(data))
                durable("replaced.new", data, os.O_CREAT | os.O_TRUNC)
                os.rename("replaced.new", "replaced")
                file = os.open("replaced", os.O_RDONLY)
                os.fsync(file)
                os.close(file)
                say("done", "replace", "replaced", digest(data))
            def append(number):
                line = b"%d-%d %s\\n" % (round, number, random.randbytes(50).hex().encode())
                say("begin", "append", "log", line.hex())
                durable("log", line, os.O_APPEND | os.O_CREAT)
                say("done", "append", "log", line.hex())
            def overwrite(number):
                place, fill = random.randrange(64), random.randrange(1, 256)
                say("begin", "block", place, fill)
                file = os.open("blocks", os.O_RDWR | os.O_CREAT)
                os.pwrite(file, bytes([fill]) * 4096, place * 4096)
                os.fdatasync(file)
                os.close(file)
                say("done", "block", place, fill)
            def transact(number):
                say("begin", "row", round, number)
                base.execute("insert into t values (?, ?, ?)", (round, number, random.randbytes(2000)))
                base.commit()
                say("done", "row", round, number)
            def remove(number):
                if not known: return
                path, hashed = known.pop(random.randrange(len(known)))
                say("begin", "remove", path, hashed)
                os.unlink(path)
                file = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
                os.fsync(file)
                os.close(file)
                say("done", "remove", path)
            known, number = [], 0
            base = sqlite3.connect("base.sqlite")
            base.execute("pragma synchronous = extra")
            base.execute("create table if not exists t (a int, b int, c blob)")
            base.commit()
            try:
                while True:
                    random.choice([create, create, litter, rename, replace, append, overwrite, transact, remove])(number)
                    print(number)
                    number += 1
            except (OSError, sqlite3.Error):
                pass
            """

        /// Compares the mount with the record; with `full`, every file ever acknowledged, else those of the newest round.
        private static let check = """
            import hashlib, os, sqlite3, sys
            newest, full = f"r{sys.argv[2]}-", sys.argv[3] == "full"
            files, maybe, gone = {}, {}, set()
            replaced, blocks, rows = [None], {}, set()
            log_maybe, pending = [], None
            for text in open(sys.argv[1]):
                words = text.split()
                state, kind, rest = words[0], words[1], words[2:]
                if state == "begin":
                    pending = (kind, rest)
                    if kind == "replace": replaced.append(rest[1])
                    elif kind == "append": log_maybe.append(bytes.fromhex(rest[1]))
                    elif kind == "block": blocks.setdefault(int(rest[0]), [0]).append(int(rest[1]))
                    elif kind == "create": maybe[rest[0]] = rest[1]
                    elif kind == "rename":
                        del files[rest[0]]
                        maybe[rest[0]] = maybe[rest[1]] = rest[2]
                    elif kind == "remove":
                        del files[rest[0]]
                        maybe[rest[0]] = rest[1]
                else:
                    if kind == "create": files[rest[0]] = maybe.pop(rest[0])
                    elif kind == "rename":
                        del maybe[rest[0]]
                        files[rest[1]] = maybe.pop(rest[1])
                        gone.add(rest[0])
                    elif kind == "remove":
                        del maybe[rest[0]]
                        gone.add(rest[0])
                    elif kind == "replace": replaced = [rest[1]]
                    elif kind == "block": blocks[int(rest[0])] = [int(rest[1])]
                    elif kind == "row": rows.add((int(rest[0]), int(rest[1])))
                    pending = None
            content = lambda path: open(path, "rb").read()
            digest = lambda path: hashlib.sha256(content(path)).hexdigest()
            checked = 0
            for path, hashed in files.items():
                if full or newest in path or f"moved-{sys.argv[2]}-" in path:
                    assert digest(path) == hashed, ("content", path)
                    checked += 1
            for path in gone - set(files) - set(maybe):
                assert not os.path.exists(path), ("came back", path)
            if pending and pending[0] == "rename":
                assert [digest(path) for path in pending[1][:2] if os.path.exists(path)] == [pending[1][2]], ("rename", pending)
            if None in replaced:
                assert not os.path.exists("replaced") or digest("replaced") in replaced
            else:
                assert digest("replaced") in replaced, ("replaced", replaced)
            # A line that was begun and not acknowledged is there whole or not at all: it was one write.
            there, at = content("log") if os.path.exists("log") else b"", 0
            done = {bytes.fromhex(text.split()[3]) for text in open(sys.argv[1]) if text.startswith("done append")}
            for line in log_maybe:
                if there[at:at + len(line)] == line:
                    at += len(line)
                else:
                    assert line not in done, ("log", line)
            assert at == len(there), ("log has more", at, len(there))
            if any(len(values) == 1 for values in blocks.values()):
                there = content("blocks")
                for place, values in blocks.items():
                    block = there[place * 4096:place * 4096 + 4096]
                    if len(values) == 1:
                        assert block == bytes(values) * 4096, ("block", place, values)
                    else:
                        assert block in [bytes([value]) * 4096 for value in values] + [b""], ("block", place, values)
            if rows:
                base = sqlite3.connect("base.sqlite")
                assert base.execute("pragma integrity_check").fetchone() == ("ok",)
                there = set(base.execute("select a, b from t"))
                assert rows <= there, rows - there
            print(checked, len(rows))
            """

        @Test("50 times killed at any moment: what was acknowledged is there with its bytes, and the mount works on")
        func kills() throws {
            let seed =
                unsafe getenv("CBSTORE_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
                ?? .random(in: 0..<1_000_000)
            print("CBSTORE_SEED=\(seed)")
            var random = SplitMix(seed)
            try Scratch.with { scratch in
                let place = try scratch.mountpoint()
                let record = scratch.path("record")
                var acts = 0
                for round in 0..<50 {
                    let mounted = try scratch.expect(0, "mount", place)
                    try #require(mounted.status == 0)
                    if round > 0 {
                        #expect(mounted.errors.contains("was dead"), "\(mounted)")
                        try Self.compare(scratch, record, round - 1, isFull: false)
                    }
                    let worker = try scratch.startPython(
                        Self.work, in: place, arguments: ["\(round)", "\(seed)", record])
                    let count = Int(random.next() % 40) + 1
                    #expect(try worker.waitForLines(count, limit: .seconds(30)), "seed \(seed), round \(round)")
                    acts += count
                    let moment = SystemTime.monotonic() + .microseconds(Int64(random.next() % 8000))
                    while SystemTime.monotonic() < moment {}
                    try scratch.killServer()
                    let end = try worker.finish(limit: .seconds(20))
                    #expect(end.status == 0, "seed \(seed), round \(round): \(end)")
                }
                try scratch.expect(0, "mount", place)
                try Self.compare(scratch, record, 49, isFull: true)
                try scratch.expect(0, "umount", place)
                #expect(acts > 500)
            }
        }

        private static func compare(_ scratch: Scratch, _ record: String, _ round: Int, isFull: Bool) throws {
            let place = try scratch.mountpoint()
            let child = try scratch.startPython(
                Self.check, in: place, arguments: [record, "\(round)", isFull ? "full" : "newest"])
            let outcome = try child.finish(limit: .seconds(60))
            try #require(outcome.status == 0, "after round \(round): \(outcome)")
        }
    }
}

/// Random numbers that a seed gives again.
struct SplitMix {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
