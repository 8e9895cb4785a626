internal import FuzzEntry
internal import Glibc

/// The target that the environment names; libFuzzer's own arguments leave no room for one.
private let target: FuzzTarget = {
    let name = unsafe getenv("CBSTORE_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        end("CBSTORE_FUZZ_TARGET names no target: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
    }
    return target
}()

private func say(_ message: String, on descriptor: Int32 = STDERR_FILENO) {
    let line = Array((message + "\n").utf8)
    _ = unsafe write(descriptor, line, line.count)
}

private func end(_ message: String, _ code: Int32 = 64) -> Never {
    say(message, on: code == 0 ? STDOUT_FILENO : STDERR_FILENO)
    exit(code)
}

/// Asked for it, lists the targets with the longest input of each, or writes valid inputs into a folder, and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _: UnsafeMutablePointer<Int32>, _: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>>>
) -> Int32 {
    if unsafe getenv("CBSTORE_FUZZ_LIST") != nil {
        end(FuzzTarget.all.map { "\($0.name) \($0.longestInput)" }.joined(separator: "\n"), 0)
    }
    if let folder = unsafe getenv("CBSTORE_FUZZ_SEEDS") {
        for seed in 0..<64 as Range<UInt64> { writeSample(seed, into: unsafe String(cString: folder)) }
        exit(0)
    }
    return 0
}

private func writeSample(_ seed: UInt64, into folder: String) {
    guard let input = try? target.sample(seed: seed), let file = unsafe fopen("\(folder)/sample-\(seed)", "w") else {
        end("a sample of \(target.name) cannot be written to \(folder)", 1)
    }
    unsafe fwrite(input, 1, input.count, file)
    unsafe fclose(file)
}

/// One input. What must not be ends the process, so that libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    if case .broken(let what) = target.run(input) {
        say("\(target.name): \(what)")
        abort()
    }
    return 0
}
