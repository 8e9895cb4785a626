internal import CLinux
package import Core
internal import Glibc

/// Starts this program anew as a serving process of its own session: no fork, so no thread or lock is left behind in it.
package enum SelfSpawn {
    /// The descriptor on which the serving process says that it is ready.
    package static let readinessDescriptor: Int32 = 3
    /// The descriptor from which it reads the unlocked key, if there is one.
    package static let keyDescriptor: Int32 = 4
    /// A pipe's smallest buffer: what it takes without a reader.
    private static let keyLimit = 4096

    /// What a process that `start` started calls first: takes a name in place of `exe`, keeps signals for `MountSignals`,
    /// and returns its end of the pipe.
    package static func enter(as name: String) -> ReadinessPipe {
        unsafe name.withCString { unsafe cl_set_thread_name($0) }
        MountSignals.block()
        return ReadinessPipe(inherited: readinessDescriptor)
    }

    /// Starts the program and waits until it is ready; throws the reason it gave when it is not. Returns its process id.
    ///
    /// `output` becomes its standard output and error, for a log; without it both go to `/dev/null`. `key` never touches
    /// an argument, the environment or the disk; the caller wipes its copy.
    package static func start(
        arguments: [SystemPath], environment: [SystemPath]? = nil, output: Int32? = nil, key: [UInt8]? = nil,
        limit: Duration
    ) throws(Failure) -> Int32 {
        precondition((key?.count ?? 0) <= keyLimit, "a key of this length would block the pipe")
        let (child, message): (Spawned, [UInt8]?)
        do throws(SystemCallFailure) {
            let readiness = try Pipe()
            child = try spawn(arguments, environment, output: output, key: key, readiness)
            readiness.closeWriteEnd()
            message = try readiness.readAll(limit: limit)
        } catch { throw error.failure }
        guard let message else {
            kill(child.process, SIGTERM)
            throw Failure(
                .timedOut, "the serving process was not ready within \(limit)",
                advice: "its log says what it waited for")
        }
        if message.isEmpty {
            let status = (try? child.wait()).map { "exit status \($0)" } ?? "unknown exit status"
            throw Failure(.other, "the serving process ended before it was ready (\(status))", advice: "see its log")
        }
        if let failure = ReadinessMessage.decode(message) { throw failure }
        return child.process
    }

    private static func spawn(
        _ arguments: [SystemPath], _ environment: [SystemPath]?, output: Int32?, key: [UInt8]?, _ readiness: Pipe
    ) throws(SystemCallFailure) -> Spawned {
        var descriptors = [Spawned.Descriptor(readinessDescriptor, from: readiness.writeEnd)]
        if let output {
            descriptors.append(Spawned.Descriptor(STDOUT_FILENO, from: output))
            descriptors.append(Spawned.Descriptor(STDERR_FILENO, from: output))
        }
        let keyPipe = try Pipe()
        if let key {
            try keyPipe.put(key)
            descriptors.append(Spawned.Descriptor(keyDescriptor, from: keyPipe.readEnd))
        }
        return try Spawned(
            program: SystemPath("/proc/self/exe"), arguments: arguments, environment: environment,
            descriptors: descriptors, ownSession: true)
    }
}
